"""Submodules of Keras that were merged into the package above them."""

from __future__ import annotations

from ...diagnosis.model.move import Move
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

# What the modules held is found by its last name (``layers.core.Dense`` -> ``layers.Dense``); the entries here are
# for the modules themselves: ``from keras.utils import np_utils``, ``import keras.layers.core as core``.
_FLATTENED = {
    "keras.layers": (
        "core convolutional convolutional_recurrent pooling normalization embeddings recurrent noise local "
        "advanced_activations wrappers attention dense_attention cudnn_recurrent experimental "
        "experimental.preprocessing "
        "preprocessing rnn regularization reshaping activation activations.advanced_activations"
    ),
    "keras.utils": (
        "np_utils generic_utils vis_utils data_utils layer_utils io_utils conv_utils losses_utils tf_utils "
        "training_utils multi_gpu_utils visualize_util test_utils audio_dataset image_dataset text_dataset"
    ),
    "keras.backend": "tensorflow_backend common theano_backend cntk_backend load_backend",
    "keras.optimizers": (
        "optimizer_v1 optimizer_v2 optimizer_experimental experimental adam_v2 gradient_descent_v2 rmsprop_v2 "
        "adagrad_v2 "
        "adadelta_v2 adamax_v2 nadam_v2 ftrl optimizer_v2.adam optimizer_v2.gradient_descent optimizer_v2.rmsprop"
    ),
    "keras.initializers": "initializers_v1 initializers_v2",
    "keras.callbacks": "experimental callbacks callbacks_v1 tensorboard_v1",
    "keras.models": "experimental functional",
    "keras.mixed_precision": "experimental",
    "keras.metrics": "metrics experimental",
}

MOVES = (
    *(Move(f"{package}.{module}", (package,)) for package, modules in _FLATTENED.items() for module in modules.split()),
    Move("keras.models.sequential", ("keras.models.Sequential",)),  # the class is meant, in small letters
    Move("keras.optimizer_v2", ("keras.optimizers",)),
    Move("keras.optimizer_v1", ("keras.optimizers",)),
    Move("keras.optimizer_experimental", ("keras.optimizers",)),
    Move("keras.mixed_precision.set_policy", ("keras.mixed_precision.set_global_policy",)),
    Move("keras.mixed_precision.experimental.set_policy", ("keras.mixed_precision.set_global_policy",)),
    Move(
        "keras.mixed_precision.experimental.LossScaleOptimizer",
        advice="Write keras.mixed_precision.LossScaleOptimizer(optimizer), without 'dynamic': the second argument "
        "has another meaning, and the scale is dynamic anyway.",
    ),
    Move("keras.engine.saving", ("keras.saving", "keras.models")),
    Move("keras.engine.training", ("keras.models", "keras.engine", "keras")),
    Move("keras.engine.sequential", ("keras.models",)),
    Move("keras.engine.functional", ("keras.models",)),
    # Private names that are private still: what they do has no public name.
    *(
        Move(old, ("keras.src.models.functional.Functional", "keras.src.engine.functional.Functional"))
        for old in ("keras.engine.functional.Functional", "keras.models.Functional")
    ),
    Move(
        "keras.utils.layer_utils.count_params",
        ("keras.src.utils.summary_utils.count_params", "keras.src.utils.layer_utils.count_params"),
    ),
    Move(
        "keras.utils.tf_utils.shape_type_conversion",
        ("keras.src.utils.tf_utils.shape_type_conversion",),
        advice="shape_type_conversion made a tuple of input_shape, which is one in Keras 3: leave the decorator out.",
    ),
    Move("keras.utils.tf_utils", ("keras.src.utils.tf_utils",)),
    Move("keras.datasets.cifar.load_batch", ("keras.src.datasets.cifar.load_batch",)),
    *(
        Move(f"keras.{old}.{name}", (f"keras.src.legacy.saving.legacy_h5_format.{name}",))
        for old in ("engine.saving", "saving.hdf5_format", "saving.legacy.hdf5_format")
        for name in ("load_weights_from_hdf5_group", "save_weights_to_hdf5_group")
    ),
    Move("keras.engine.network.Network", ("keras.models.Model",)),
    Move("keras.engine.topology.Container", ("keras.models.Model",)),
    Move("keras.engine.topology.get_source_inputs", ("keras.utils.get_source_inputs",)),
    Move("keras.engine.get_source_inputs", ("keras.utils.get_source_inputs",)),
    Move("keras.engine.keras_tensor.KerasTensor", ("keras.KerasTensor", "keras.src.engine.keras_tensor.KerasTensor")),
    Move("tensorflow.python.training.tracking", ("tensorflow.python.trackable",)),
    Move("tensorflow.python.trackable", ("tensorflow.python.training.tracking",)),
    Move(
        "tensorflow.python.distribute.distribution_strategy_context", ("tensorflow.python.distribute.distribute_lib",)
    ),
    Move("keras.engine.Model", ("keras.models.Model",)),
    Move("keras.engine", ("keras.layers", "keras.models")),
    Move("keras.engine.topology", ("keras.layers",)),
    Move("keras.engine.base_layer", ("keras.layers",)),
    Move("keras.engine.input_layer", ("keras.layers",)),
    Move("keras.legacy.layers", ("keras.layers",)),
    Move("keras.legacy_tf_layers", ("keras.layers",)),
    Move("keras.legacy.models", ("keras.models",)),
    Move("keras.legacy.preprocessing", ("keras.preprocessing",)),
    Move("keras.legacy.backend", ("keras.backend",)),
    Move(
        "keras.saving.hdf5_format",
        (
            "keras.saving.legacy.hdf5_format",
            "keras.src.saving.legacy.hdf5_format",
            "keras.src.legacy.saving.legacy_h5_format",
            "keras.saving",
            "keras.models",
        ),
    ),
    Move("keras.saving.save", ("keras.saving", "keras.models")),
    Move("keras.saving.legacy", ("keras.saving", "keras.models")),
    Move("keras.optimizers.optimizer_v2.optimizer_v2.OptimizerV2", ("keras.optimizers.Optimizer",)),
    Move("keras.optimizers.optimizer_v2.OptimizerV2", ("keras.optimizers.Optimizer",)),
    Move("keras.preprocessing.image.image_utils", ("keras.utils",)),
    Move("keras.preprocessing.image_dataset_from_directory", ("keras.utils.image_dataset_from_directory",)),
    Move("keras.preprocessing.text_dataset_from_directory", ("keras.utils.text_dataset_from_directory",)),
    Move("keras.preprocessing.timeseries_dataset_from_array", ("keras.utils.timeseries_dataset_from_array",)),
    Move("keras.preprocessing.image.img_to_array", ("keras.utils.img_to_array",)),
    Move("keras.preprocessing.image.array_to_img", ("keras.utils.array_to_img",)),
    Move("keras.preprocessing.image.load_img", ("keras.utils.load_img",)),
    Move("keras.preprocessing.image.save_img", ("keras.utils.save_img",)),
    Move("keras.preprocessing.sequence.pad_sequences", ("keras.utils.pad_sequences",)),
    Move("keras.layers.Layer", ("keras.engine.topology.Layer",)),
)

RULE = Rule(
    code="KI110",
    name="submodule that is gone",
    lesson=Lesson(
        what="`from keras.layers.core import Dense` or `from keras.utils import np_utils` fails: the submodule is "
        "gone.",
        why="These modules were the inner structure of Keras, not its public interface. Keras 2.6 to 2.13 moved "
        "them below `keras.src`; the public package above always had the same names, and still has.",
        since="keras 2.13",
        before="from keras.layers.core import Dense, Dropout",
        after="from keras.layers import Dense, Dropout",
        target="tensorflow==2.16.2",
        related=("KI101", "KI116"),
    ),
    moves=MOVES,
    on_cell=finder("KI110"),
    fixes=fixes,
)

"""Names of Keras 1 and early Keras 2 that have other names today, or none."""

from __future__ import annotations

from typing import Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import Move
from ...diagnosis.model.problem import Problem, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.repair.synchronized import synchronized
from ...diagnosis.repair.theano import without_turning
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World

_RENAMED = {
    "keras.layers.Convolution1D": "keras.layers.Conv1D",
    "keras.layers.Convolution2D": "keras.layers.Conv2D",
    "keras.layers.Convolution3D": "keras.layers.Conv3D",
    "keras.layers.Deconvolution2D": "keras.layers.Conv2DTranspose",
    "keras.layers.Deconvolution3D": "keras.layers.Conv3DTranspose",
    "keras.layers.Deconv2D": "keras.layers.Conv2DTranspose",
    "keras.layers.Deconv3D": "keras.layers.Conv3DTranspose",
    "keras.layers.Convolution2DTranspose": "keras.layers.Conv2DTranspose",
    "keras.layers.SeparableConvolution1D": "keras.layers.SeparableConv1D",
    "keras.layers.SeparableConvolution2D": "keras.layers.SeparableConv2D",
    "keras.layers.AtrousConvolution1D": "keras.layers.Conv1D",
    "keras.layers.AtrousConvolution2D": "keras.layers.Conv2D",
    "keras.layers.AtrousConv1D": "keras.layers.Conv1D",
    "keras.layers.AtrousConv2D": "keras.layers.Conv2D",
    "keras.layers.CuDNNLSTM": "keras.layers.LSTM",
    "keras.layers.CuDNNGRU": "keras.layers.GRU",
    "keras.layers.TimeDistributedDense": "keras.layers.Dense",
    "keras.objectives": "keras.losses",
    "keras.initializers.uniform": "keras.initializers.RandomUniform",
    "keras.initializers.normal": "keras.initializers.RandomNormal",
    "keras.regularizers.l1l2": "keras.regularizers.l1_l2",
    "keras.regularizers.activity_l1": "keras.regularizers.l1",
    "keras.regularizers.activity_l2": "keras.regularizers.l2",
    "keras.regularizers.activity_l1l2": "keras.regularizers.l1_l2",
    "keras.regularizers.WeightRegularizer": "keras.regularizers.l1_l2",
    "keras.regularizers.ActivityRegularizer": "keras.regularizers.l1_l2",
    "keras.constraints.maxnorm": "keras.constraints.max_norm",
    "keras.constraints.nonneg": "keras.constraints.non_neg",
    "keras.constraints.unitnorm": "keras.constraints.unit_norm",
    "keras.constraints.max_norm": "keras.constraints.MaxNorm",
    "keras.constraints.non_neg": "keras.constraints.NonNeg",
    "keras.constraints.unit_norm": "keras.constraints.UnitNorm",
    "keras.constraints.min_max_norm": "keras.constraints.MinMaxNorm",
    "keras.utils.visualize_util.plot": "keras.utils.plot_model",
    "keras.utils.visualize_util.model_to_dot": "keras.utils.model_to_dot",
    "keras.utils.visualize_util.to_graph": "keras.utils.model_to_dot",
    "keras.losses.cosine_proximity": "keras.losses.cosine_similarity",
    "keras.losses.cosine": "keras.losses.cosine_similarity",
    "keras.losses.mse": "keras.losses.mean_squared_error",
    "keras.losses.mae": "keras.losses.mean_absolute_error",
    "keras.losses.mape": "keras.losses.mean_absolute_percentage_error",
    "keras.losses.msle": "keras.losses.mean_squared_logarithmic_error",
    "keras.losses.kullback_leibler_divergence": "keras.losses.kl_divergence",
    "keras.losses.kld": "keras.losses.kl_divergence",
    "keras.losses.logcosh": "keras.losses.log_cosh",
    "keras.metrics.mse": "keras.metrics.mean_squared_error",
    "keras.metrics.mae": "keras.metrics.mean_absolute_error",
    "keras.metrics.cosine_proximity": "keras.losses.cosine_similarity",
    "keras.utils.Sequence": "keras.utils.PyDataset",
    "keras.applications.inceptionresnetv2": "keras.applications.inception_resnet_v2",
    "keras.applications.mobilenetv2": "keras.applications.mobilenet_v2",
    "keras.applications.resnetv2": "keras.applications.resnet_v2",
    "keras.applications.inceptionv3": "keras.applications.inception_v3",
    "keras.callbacks.callbacks": "keras.callbacks",
}

_AND_CALLS = "and the lines that call it: other weights need no turning."
_RECURRENT = "Subclass keras.layers.Layer, or write a cell class and give it to keras.layers.RNN(cell)."

MOVES = (
    *(Move(old, (new,)) for old, new in _RENAMED.items()),
    Move("keras.applications.mobilenet.relu6", ("keras.activations.relu6", "tensorflow.nn.relu6")),
    # What subclasses it gives a _merge_function of its own: that is all that Add adds to it.
    Move(
        "keras.layers.merge._Merge",
        ("keras.layers.Add",),
        advice="It was private. Subclass keras.layers.Layer, or one of its merge layers such as Add.",
    ),
    Move(
        "keras.layers.convolutional._Conv",
        advice="It was private. Subclass the public layer that is nearest: Conv1D, Conv2D or Conv3D.",
    ),
    Move("keras.layers.recurrent.Recurrent", advice=_RECURRENT),
    Move("keras.layers.Recurrent", advice=_RECURRENT),
    Move(
        "keras.layers.recurrent._time_distributed_dense",
        advice="It was private. Dense works on the last axis of any input.",
    ),
    Move(
        "keras.layers.AbstractRNNCell",
        advice="Subclass keras.layers.Layer; a cell needs state_size, output_size and call(inputs, states).",
    ),
    Move(
        "keras.utils.layer_utils.convert_all_kernels_in_model",
        advice=f"It turned the kernels of weights that Theano had trained. Remove the import, {_AND_CALLS}",
    ),
    Move(
        "keras.utils.convert_all_kernels_in_model",
        advice=f"It turned the kernels of weights that Theano had trained. Remove the import, {_AND_CALLS}",
    ),
    *(
        Move(
            f"keras.utils.{module}.convert_kernel",
            advice="It turned a kernel for Theano. For a layer of images, kernel[::-1, ::-1] is the same.",
        )
        for module in ("np_utils", "conv_utils")
    ),
    Move("keras.layers.SReLU", advice="There is no replacement; PReLU or LeakyReLU come closest."),
    Move("keras.layers.ParametricSoftplus", advice="There is no replacement; PReLU or softplus come closest."),
    Move(
        "keras.layers.ThresholdedReLU",
        advice="Use ReLU(threshold=theta).",
        as_base="Build the class on ReLU, and pass threshold=theta in super().__init__(…).",
    ),
    Move(
        "keras.layers.LocallyConnected1D",
        advice="Keras 3 dropped it. Use Conv1D (shared weights), or keep the model on Keras 2 with the tf_keras "
        "package.",
    ),
    Move(
        "keras.layers.LocallyConnected2D",
        advice="Keras 3 dropped it. Use Conv2D (shared weights), or keep the model on Keras 2 with the tf_keras "
        "package.",
    ),
    Move(
        "keras.layers.DenseFeatures",
        advice="Feature columns are gone: use preprocessing layers (Normalization, CategoryEncoding, "
        "StringLookup) or keras.utils.FeatureSpace.",
    ),
    Move(
        "keras.layers.experimental.RandomFourierFeatures",
        advice="Keras 3 dropped it; keep the model on Keras 2 with the tf_keras package.",
    ),
    Move(
        "keras.layers.experimental.SyncBatchNormalization",
        advice="Use BatchNormalization(synchronized=True).",
        as_base="Build the class on BatchNormalization, and pass synchronized=True in super().__init__(…).",
    ),
    Move("keras.models.Graph", advice="Graph became the functional API: Model(inputs=..., outputs=...)."),
    Move("keras.legacy.models.Graph", advice="Graph became the functional API: Model(inputs=..., outputs=...)."),
    Move(
        "keras.models.model_from_yaml",
        advice="YAML was removed for security reasons. Save with model.to_json() and load with model_from_json, or "
        "save the whole model.",
    ),
    Move("keras.models.model_from_config", advice="Use keras.Model.from_config or keras.Sequential.from_config."),
    Move(
        "keras.legacy.interfaces",
        advice="It translated the arguments of Keras 1, and nothing took its place: remove the import, and the "
        "decorators and functions that are made with it. Write calls with today's arguments.",
    ),
    Move(
        "keras.metrics.f1_score",
        advice="Use the class keras.metrics.F1Score() where the release has it, or compute it after predict.",
    ),
    Move("keras.utils.print_summary", advice="Call the method: model.summary()."),
    Move(
        "keras.utils.HDF5Matrix",
        advice="Open the file with h5py: h5py.File(path, 'r')[name][:] is an array for fit. What does not fit into "
        "memory is read in parts by a keras.utils.Sequence, or PyDataset in Keras 3.",
    ),
    Move(
        "keras.callbacks.BaseLogger",
        advice="fit averages the metrics by itself; for your own, write a Callback with on_epoch_end.",
    ),
    Move(
        "keras.optimizers.TFOptimizer",
        advice="Give an optimizer of keras.optimizers; tf.compat.v1.train optimizers do not fit Keras 3.",
    ),
    Move(
        "keras.applications.imagenet_utils._obtain_input_shape",
        (
            "keras.applications.imagenet_utils.obtain_input_shape",
            "keras.src.applications.imagenet_utils.obtain_input_shape",
        ),
        advice="It was private. Check input_shape yourself, or copy the function from keras-applications.",
    ),
    Move(
        "keras.applications.music_tagger_crnn",
        advice="Keras dropped this model; its author keeps it in the repository keunwoochoi/music-auto_tagging-keras.",
    ),
    Move("keras.datasets.data_utils", ("keras.utils",)),
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    """What became an argument, or is needed with Theano only; all else is found by its name."""
    reference = facts.reference_at(problem.range, problem.reference)
    if reference is not None:
        yield from synchronized(reference, facts, world)
        yield from without_turning(reference, facts)
    yield from fixes(problem, facts, world)


RULE = Rule(
    code="KI111",
    name="name of Keras 1 or early Keras 2",
    lesson=Lesson(
        what="`Convolution2D`, `objectives`, `CuDNNLSTM`: code from 2015 to 2019 asks for names that are gone.",
        why="Keras 2 renamed layers and arguments and kept the old names as aliases for a while; Keras 3 "
        "dropped most of "
        "them. A few ideas were replaced by something of another shape, and need a person.",
        since="keras 3.0",
        before="from keras.layers import CuDNNLSTM, Dense",
        after="from keras.layers import LSTM as CuDNNLSTM, Dense",
        target="tensorflow==2.16.2",
        related=("KI110", "KA101"),
    ),
    moves=MOVES,
    on_cell=finder("KI111"),
    fixes=_fixes,
)

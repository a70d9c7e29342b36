"""tf.contrib ended with TensorFlow 1; some of it lives on."""

from __future__ import annotations

from ...diagnosis.model.move import Move
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

_HPARAMS = "Use a dictionary, a dataclass, or keras_tuner.HyperParameters."
_SLIM = "Today it is a separate package: import tf_slim as slim."
_OF_FRAMEWORK = (
    "arg_scope add_arg_scope has_arg_scope arg_scoped_arguments add_model_variable "
    "assign_from_checkpoint assign_from_checkpoint_fn assign_from_values assign_from_values_fn filter_variables "
    "get_model_variables get_trainable_variables get_unique_variable get_variable_full_name get_variables "
    "get_variables_by_name get_variables_by_suffix get_variables_to_restore global_variable local_variable "
    "model_variable variable"
)
"""What TF-Slim has of tf.contrib.framework, under the same names."""

MOVES = (
    Move("tensorflow.contrib.keras", ("tensorflow.keras",)),
    Move("tensorflow.contrib.lite", ("tensorflow.lite",)),
    Move("tensorflow.contrib.data", ("tensorflow.data.experimental", "tensorflow.data")),
    Move("tensorflow.contrib.distribute", ("tensorflow.distribute",)),
    Move("tensorflow.contrib.eager", ("tensorflow.compat.v1",)),
    Move("tensorflow.contrib.tpu", ("tensorflow.compat.v1.tpu",)),
    Move("tensorflow.contrib.lookup", ("tensorflow.lookup", "tensorflow.compat.v1.lookup")),
    Move("tensorflow.contrib.estimator", ("tensorflow.estimator",)),
    Move("tensorflow.contrib.rnn", ("tensorflow.compat.v1.nn.rnn_cell",)),
    Move("tensorflow.contrib.rnn.static_rnn", ("tensorflow.compat.v1.nn.static_rnn",)),
    Move("tensorflow.contrib.rnn.static_bidirectional_rnn", ("tensorflow.compat.v1.nn.static_bidirectional_rnn",)),
    Move("tensorflow.contrib.layers.xavier_initializer", ("tensorflow.keras.initializers.GlorotUniform",)),
    Move("tensorflow.contrib.layers.xavier_initializer_conv2d", ("tensorflow.keras.initializers.GlorotUniform",)),
    Move("tensorflow.contrib.layers.variance_scaling_initializer", ("tensorflow.keras.initializers.VarianceScaling",)),
    Move("tensorflow.contrib.layers.l1_regularizer", ("tensorflow.keras.regularizers.L1",)),
    Move("tensorflow.contrib.layers.l2_regularizer", ("tensorflow.keras.regularizers.L2",)),
    Move("tensorflow.contrib.layers.flatten", ("tensorflow.compat.v1.layers.flatten",)),
    Move("tensorflow.contrib.framework.nest", ("tensorflow.nest",)),
    Move("tensorflow.contrib.framework.sort", ("tensorflow.sort",)),
    Move("tensorflow.contrib.framework.argsort", ("tensorflow.argsort",)),
    Move("tensorflow.contrib.summary", ("tensorflow.summary",)),
    Move("tensorflow.contrib.saved_model", ("tensorflow.saved_model",)),
    *(
        Move(f"tensorflow.contrib.metrics.streaming_{name}", (f"tensorflow.compat.v1.metrics.{name}",))
        for name in ("accuracy", "auc", "mean", "mean_iou", "mean_absolute_error", "precision", "recall")
    ),
    Move(
        "tensorflow.contrib.tensorboard.plugins.projector",
        advice="It is in the package tensorboard: from tensorboard.plugins import projector.",
    ),
    Move(
        "tensorflow.contrib.cudnn_rnn",
        advice="tf.keras.layers.LSTM and GRU use cuDNN by themselves where a GPU is there: one layer for each of "
        "num_layers.",
    ),
    Move("tensorflow.contrib.training.HParams", advice=_HPARAMS),
    *(
        Move(old, new, advice=_SLIM, commands=("tf-slim",))
        for old, new in (
            ("tensorflow.contrib.slim", ("tf_slim",)),
            ("tensorflow.contrib.slim.python.slim", ("tf_slim",)),
            ("tensorflow.contrib.layers.python.layers", ("tf_slim.layers",)),
            *((f"tensorflow.contrib.framework.{name}", (f"tf_slim.{name}",)) for name in _OF_FRAMEWORK.split()),
        )
    ),
    Move(
        "tensorflow.contrib.layers",
        ("tf_slim.layers",),
        advice="The layers are in tf.keras.layers; contrib's own functions, as they were, are in the package tf-slim.",
        commands=("tf-slim",),
    ),
    Move(
        "tensorflow.contrib.crf",
        ("tensorflow_addons.text",),
        advice="It went to TensorFlow Addons (tfa.text), which ended with TensorFlow 2.15.",
        commands=("tensorflow-addons",),
    ),
    Move(
        "tensorflow.contrib.seq2seq",
        advice="It went to TensorFlow Addons (tfa.seq2seq), which ended with TensorFlow 2.15.",
        commands=("tensorflow-addons",),
        then="Then `import tensorflow_addons as tfa`, and use tfa.seq2seq: its decoders take sampler for helper.",
    ),
    Move(
        "tensorflow.contrib.image",
        advice="It went to TensorFlow Addons (tfa.image); keras.layers has RandomRotation and RandomTranslation.",
        commands=("tensorflow-addons",),
        then="Then `import tensorflow_addons as tfa`, and write tfa.image for tf.contrib.image.",
    ),
    Move(
        "tensorflow.contrib.opt",
        advice="It went to TensorFlow Addons; keras.optimizers has AdamW, Lion and others itself.",
        commands=("tensorflow-addons",),
        then="Then `import tensorflow_addons as tfa`, and use tfa.optimizers.",
    ),
    Move(
        "tensorflow.contrib.learn",
        advice="Estimators are gone: write the model with tf.keras; datasets are in tf.keras.datasets.",
    ),
    Move(
        "tensorflow.contrib.factorization",
        advice="Use sklearn.cluster.KMeans; up to TensorFlow 2.15 there is tf.compat.v1.estimator.experimental.KMeans.",
    ),
    Move(
        "tensorflow.contrib",
        advice="tf.contrib ended with TensorFlow 1, and nothing in TensorFlow 2 replaces this part. Rewrite it, or "
        "use an old environment with TensorFlow 1.15 and Python 3.7.",
    ),
)

RULE = Rule(
    code="KI114",
    name="tf.contrib",
    lesson=Lesson(
        what="`tf.contrib` or `from tensorflow.contrib import …` fails in every TensorFlow 2.",
        why="contrib contained experiments that TensorFlow did not promise to keep. Some moved into TensorFlow, "
        "some became packages (TensorFlow Addons, TF-Slim), and many were dropped.",
        since="tensorflow 2.0",
        before="from tensorflow.contrib import lite",
        after="from tensorflow import lite",
        target="tensorflow==2.15.1",
        related=("KI115",),
    ),
    moves=MOVES,
    on_cell=finder("KI114"),
    fixes=fixes,
)

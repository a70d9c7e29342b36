"""Functions of keras.backend that went with the backend they belonged to."""

from __future__ import annotations

from ..missing import finder
from ..move import Move
from ..repair import fixes
from ..rule import Lesson, Rule

_SESSION = (
    "There is no session in TensorFlow 2: remove the lines that make and set one. To let GPU memory grow: "
    "for gpu in tf.config.list_physical_devices('GPU'): tf.config.experimental.set_memory_growth(gpu, True)"
)
_PHASE = "Pass training=True or training=False to the call of the model or layer instead of a learning phase."
_ORDERING = (
    "It is image_data_format() and set_image_data_format(...) today, with 'channels_last' for 'tf' and "
    "'channels_first' for "
    "'th': change the name and the strings that it is compared with."
)
_GRAPH = (
    "It belonged to static graphs. Use tf.GradientTape for gradients, and a Model of inputs and outputs for a function."
)

MOVES = (
    Move(
        "keras.backend.tensorflow_backend.set_session",
        ("tensorflow.compat.v1.keras.backend.set_session",),
        advice=_SESSION,
    ),
    Move(
        "keras.backend.tensorflow_backend.get_session",
        ("tensorflow.compat.v1.keras.backend.get_session",),
        advice=_SESSION,
    ),
    Move(
        "keras.backend.tensorflow_backend.clear_session", ("keras.backend.clear_session", "keras.utils.clear_session")
    ),
    Move("keras.backend.tensorflow_backend.tf", ("tensorflow",)),
    Move("keras.backend.tensorflow_backend.session", advice=_SESSION),
    Move("keras.backend.tensorflow_backend._get_available_gpus", advice="Use tf.config.list_physical_devices('GPU')."),
    Move("keras.backend.set_session", ("tensorflow.compat.v1.keras.backend.set_session",), advice=_SESSION),
    Move("keras.backend.get_session", ("tensorflow.compat.v1.keras.backend.get_session",), advice=_SESSION),
    Move("keras.backend.tf", ("tensorflow",)),
    Move("keras.backend.image_dim_ordering", advice=_ORDERING),
    Move("keras.backend.set_image_dim_ordering", advice=_ORDERING),
    Move("keras.backend.learning_phase", advice=_PHASE),
    Move("keras.backend.set_learning_phase", advice=_PHASE),
    Move("keras.backend.learning_phase_scope", advice=_PHASE),
    Move("keras.backend.in_train_phase", advice=_PHASE),
    Move("keras.backend.in_test_phase", advice=_PHASE),
    Move("keras.backend.gradients", advice=_GRAPH),
    Move("keras.backend.function", advice=_GRAPH),
    Move("keras.backend.placeholder", ("keras.Input",), advice=_GRAPH),
    Move("keras.backend.moments", ("tensorflow.nn.moments",)),
    Move("keras.backend.slice", ("keras.ops.slice", "tensorflow.slice")),
    Move("keras.activations.leaky_relu", ("tensorflow.nn.leaky_relu",)),
    Move("keras.backend.common", ("keras.backend",)),
    Move(
        "keras.backend.normalize_data_format",
        advice="It was private. keras.backend.image_data_format() gives the default.",
    ),
    Move(
        "keras.backend.common.normalize_data_format",
        advice="It was private. keras.backend.image_data_format() gives the default.",
    ),
    Move(
        "keras.utils.conv_utils.normalize_data_format",
        advice="It was private. keras.backend.image_data_format() gives the default.",
    ),
)

RULE = Rule(
    code="KI112",
    name="function of keras.backend that is gone",
    lesson=Lesson(
        what="``K.get_session``, ``K.image_dim_ordering``, ``K.gradients``: AttributeError or ImportError.",
        why="keras.backend was the layer between Keras and Theano, CNTK or TensorFlow 1. Sessions, placeholders "
        "and the "
        "learning phase ended with static graphs; Keras 3 keeps a part of keras.backend, and offers keras.ops.",
        since="keras 3.0",
        before="from keras import backend as K\nK.moments",
        after="from keras import backend as K\nimport tensorflow as tf\ntf.nn.moments",
        target="tensorflow==2.16.2",
        related=("KI115",),
    ),
    on_cell=finder("KI112"),
    fixes=fixes,
)

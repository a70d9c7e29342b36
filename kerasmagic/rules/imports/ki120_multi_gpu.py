"""multi_gpu_model: replaced by strategies."""

from __future__ import annotations

from ...diagnosis.model.move import Move
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

_STRATEGY = (
    "Make and compile the model under a strategy: with tf.distribute.MirroredStrategy().scope(): model = ...; "
    "model.compile(...). fit stays as it is."
)

MOVES = (
    Move("keras.utils.multi_gpu_model", advice=_STRATEGY),
    Move("keras.utils.training_utils.multi_gpu_model", advice=_STRATEGY),
    Move("keras.utils.multi_gpu_utils.multi_gpu_model", advice=_STRATEGY),
)

RULE = Rule(
    code="KI120",
    name="multi_gpu_model",
    lesson=Lesson(
        what="`from keras.utils import multi_gpu_model` fails.",
        why="TensorFlow 2.4 removed it: tf.distribute.MirroredStrategy does the same with less code, and you do "
        "not copy the model by hand.",
        since="tensorflow 2.4",
        before="from keras.utils import multi_gpu_model",
        after="import tensorflow as tf\nfrom keras import Sequential\n"
        "with tf.distribute.MirroredStrategy().scope():\n    model = Sequential()",
        target="tensorflow==2.16.2",
        related=("KI111",),
    ),
    moves=MOVES,
    on_cell=finder("KI120"),
    fixes=fixes,
)

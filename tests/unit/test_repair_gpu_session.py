"""The session that a program makes only for the settings of a GPU."""

from __future__ import annotations

import pytest
from checked import KERAS_3, problems

GROWS = "for gpu in tf.config.list_physical_devices('GPU'):\n    tf.config.experimental.set_memory_growth(gpu, True)\n"
TF = "import tensorflow as tf\n"


def without(cell):
    """The cell without its session, and how sure that is; None where it is left."""
    fixes = (fix for problem in problems(KERAS_3, cell) for fix in problem.fixes)
    return next(((fix.source, fix.applicability) for fix in fixes if fix.title == "Leave the session out"), None)


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        (
            "from keras.backend.tensorflow_backend import set_session\nconfig = tf.ConfigProto()\n"
            "config.gpu_options.per_process_gpu_memory_fraction = 0.5  # half\n"
            "set_session(tf.Session(config=config))\nimport keras\n",
            "import keras\n",
        ),
        (
            "import keras.backend.tensorflow_backend as KTF\nconfig = tf.ConfigProto()\n"
            "config.gpu_options.allow_growth = True\nsession = tf.Session(config=config)\nKTF.set_session(session)\n",
            GROWS,
        ),
        (
            "from keras import backend as K\ngpu = tf.GPUOptions(allow_growth=True)\n"
            "sess = tf.Session(config=tf.ConfigProto(gpu_options=gpu))\nK.set_session(sess)\nx = K.sum",
            f"from keras import backend as K\n{GROWS}x = K.sum",
        ),
    ],
)
def test_the_lines_of_the_session_are_left_out(cell, left):
    assert without(TF + cell) == (TF + left, "check the result")


@pytest.mark.parametrize(
    "cell",
    [
        "config = tf.ConfigProto()\nsess = tf.Session(config=config)\nsess.run(tf.global_variables_initializer())",
        "config = tf.ConfigProto()\nsess = tf.Session(config=config)\nprint(sess)",
        "config = tf.ConfigProto(); sess = tf.Session(config=config)",
        "def make():\n    return tf.Session(config=tf.ConfigProto())",
    ],
)
def test_a_session_that_something_else_uses_stays(cell):
    assert without(TF + cell) is None

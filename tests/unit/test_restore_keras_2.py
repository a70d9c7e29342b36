"""A program that needs Keras 2 behind tf.keras asks for it at its top."""

from __future__ import annotations

import json

import pytest
from checked import world

from kerasmagic.files.document import read_document
from kerasmagic.restore.plan import make_plan

COLAB = "tensorflow==2.20.0,keras==3.13.2,tf_keras==2.20.1"
LAYERS = "import tensorflow as tf\nx = tf.placeholder(tf.float32, [None, 4])\nh = tf.layers.dense(x, 3)\n"
COMMENT = (
    "# kerasmagic: check the result. tf.keras is the package tf_keras, which is Keras 2: its objects do\n"
    "# not mix with those of keras.\n"
)


def plan(code, target=COLAB, unsafe=True):
    return make_plan("a.py", read_document(code.encode(), "a.py"), world(target), unsafe)


@pytest.mark.parametrize(
    ("code", "target", "unsafe"),
    [
        pytest.param(LAYERS, COLAB, False, id="not asked to"),
        pytest.param(LAYERS, "tensorflow==2.20.0,keras==3.13.2", True, id="no tf_keras"),
        pytest.param(LAYERS, "tensorflow==2.15.1,tf_keras==2.15.1", True, id="Keras 2 is there"),
        pytest.param("import keras\n" + LAYERS, COLAB, True, id="keras stays Keras 3"),
        pytest.param('import os\nos.environ["TF_USE_LEGACY_KERAS"] = "0"\n' + LAYERS, COLAB, True, id="it has chosen"),
        pytest.param("import tensorflow as tf\ntf.keras.layers.Dense(3)", COLAB, True, id="nothing is wrong"),
        pytest.param("import tensorflow as tf\ntf.contrib.seq2seq", COLAB, True, id="Keras 2 does not help"),
        pytest.param("%%time\n" + LAYERS, COLAB, True, id="a magic must stay in the first line"),
    ],
)
def test_every_other_program_keeps_its_keras(code, target, unsafe):
    made = plan(code, target, unsafe)
    assert "import environ" not in made.texts[None]
    assert not any("TF_USE_LEGACY_KERAS" in change.title for change in made.changes)


def test_layers_of_tensorflow_1_get_the_keras_that_they_are_made_of():
    made = plan(LAYERS)
    lines = "from os import environ\n" + COMMENT + 'environ["TF_USE_LEGACY_KERAS"] = "1"\n'
    graph = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
    assert made.texts[None] == lines + graph + LAYERS.partition("\n")[2]
    first = made.changes[0]
    assert (first.rule, first.grade, first.title) == (
        "KI115",
        "check the result",
        "Let tf.keras be Keras 2, with TF_USE_LEGACY_KERAS=1",
    )


def test_further_imports_come_after_the_setting():
    made = plan(LAYERS + "i = tf.contrib.layers.xavier_initializer()\n")
    text = made.texts[None]
    assert text.index("TF_USE_LEGACY_KERAS") < text.index("tensorflow")


def test_in_a_notebook_it_stands_in_the_first_cell():
    sources = ("!pip install tqdm\nimport numpy as np", LAYERS)
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
    made = make_plan("a.ipynb", read_document(notebook.encode(), "a.ipynb"), world(COLAB), True)
    assert made.texts[1].endswith('environ["TF_USE_LEGACY_KERAS"] = "1"\nimport numpy as np')
    assert made.texts[2].startswith("import tensorflow.compat.v1 as tf\n")

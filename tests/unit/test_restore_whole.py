"""A notebook that needs Keras 2 as a whole is edited in all of its cells at once."""

from __future__ import annotations

import pytest
from checked import world

from kerasmagic.files.document import Passage
from kerasmagic.restore.model import FAILED, KERAS, RAN, CellOutcome, Reply
from kerasmagic.restore.whole import on_keras_2

COLAB = "tensorflow==2.20.0,keras==3.13.2,tf_keras==2.20.1"
IMPORTS = "import tensorflow as tf\nfrom keras import backend as K\nfrom keras.models import Model"


def rewritten(*cells, error="RuntimeError: tf.gradients is not supported", rules=(), target=COLAB):
    texts = dict(enumerate(cells, 1))
    problems = tuple({"rule": rule} for rule in rules)
    outcomes = [CellOutcome(1, Reply(RAN)), CellOutcome(2, Reply(FAILED, error, problems), KERAS)]
    return on_keras_2([Passage(cell, text) for cell, text in texts.items()], texts, world(target), outcomes)


def code(text):
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


@pytest.mark.parametrize(
    "cells",
    [
        (IMPORTS, "model = Model()\nmodel.fit()"),
        (IMPORTS, "%%time\nK.gradients(1, 2)"),
        (IMPORTS, "with tf.GradientTape() as tape:\n    K.gradients(1, 2)"),
        ("import numpy", "numpy.gradients"),
    ],
)
def test_what_builds_no_graph_or_cannot_be_read_as_one_stays(cells):
    assert rewritten(*cells) is None


def test_nor_is_anything_changed_where_tf_keras_is_not():
    assert rewritten(IMPORTS, "K.gradients(1, 2)", target="tensorflow==2.20.0,keras==3.13.2") is None


def test_the_imports_of_the_first_cell_serve_what_the_second_does():
    found = rewritten(IMPORTS, "grads = K.gradients(1, 2)")
    assert code(found.texts[1]) == (
        "from tensorflow.compat.v1 import disable_eager_execution\ndisable_eager_execution()\n"
        "import tensorflow as tf\nfrom tf_keras import backend as K\nfrom tf_keras.models import Model"
    )
    assert found.texts[2] == "grads = K.gradients(1, 2)"
    assert (found.change.cell, found.change.grade) == (1, "check the result")
    assert found.change.evidence.count("static graph") == 1
    assert found.change.when == "after RuntimeError: tf.gradients is not supported"


def test_a_session_and_the_metrics_of_tensorflow_1_come_with_the_graph():
    metric = "def iou(y, p):\n    score, op = tf.metrics.mean_iou(y, p, 2)\n    K.get_session().run(op)\n"
    found = rewritten(IMPORTS, metric)
    assert "from tf_keras.src.backend import get_session\n" in found.texts[1]
    assert "    score, op = tf.compat.v1.metrics.mean_iou(y, p, 2)\n" in found.texts[2]
    assert "    get_session().run(op)\n" in found.texts[2]
    assert "# kerasmagic: check the result. See cell 1.\n" in found.texts[2]


@pytest.mark.parametrize(("rules", "changed"), [((), False), (("KA304",), True), (("KA320",), True)])
def test_a_loss_with_tensors_of_the_model_in_it_is_told_by_the_rules_for_them(rules, changed):
    error = "ValueError: A KerasTensor cannot be used as input to a TensorFlow function"
    assert (rewritten(IMPORTS, "model = Model()", error=error, rules=rules) is not None) == changed


def test_a_session_that_is_made_for_the_memory_of_the_gpu():
    first = "import tensorflow as tf\nfrom keras.backend.tensorflow_backend import set_session\nimport keras"
    found = rewritten(first, "set_session(tf.Session(config=tf.ConfigProto()))\nkeras.Sequential()")
    assert "from tf_keras.src.backend import set_session\nimport tf_keras as keras" in found.texts[1]
    assert "set_session(tf.compat.v1.Session(config=tf.compat.v1.ConfigProto()))\n" in found.texts[2]

"""What the objects of a session show of a cell before it runs: each of these cells fails, and its correction runs."""

from __future__ import annotations

import pytest
from driver import Kernel, started

SESSION = """
import numpy as np
import tensorflow as tf
x, y = np.ones((8, 3)), np.array([0, 1] * 4)
objects, weights = x.astype(object), np.array([1.0, 2.0])
model = tf.keras.Sequential([tf.keras.layers.Dense(1, activation='sigmoid', input_shape=(3,))])
model.compile('sgd', 'binary_crossentropy', metrics=['accuracy'])
ran = model.fit(x, y, verbose=0)
"""
FAILING = {
    "print(ran.history['loss'])\nprint(ran.history['acc'])": ("KA301", "ran.history['accuracy']"),
    "print(ran.history['val_loss'])": ("KA301", ""),
    "print(ran['loss'])": ("KA301", "ran.history['loss']"),
    "model.fit(objects, y, verbose=0)": ("KD105", "objects.astype('float32')"),
    "model.fit(x, y, class_weight=weights, verbose=0)": ("KD110", "dict(enumerate(weights))"),
    "model.predict(taken.history['loss'])": ("KA370", ""),
}


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    with started(Kernel(tmp_path_factory.mktemp("kernel"), environment={"TF_CPP_MIN_LOG_LEVEL": "3"})) as kernel:
        assert kernel.run("%load_ext kerasmagic").status == "ok"
        reply = kernel.run(SESSION)
        assert reply.status == "ok", reply.error
        yield kernel


@pytest.mark.parametrize("cell", FAILING)
def test_it_is_told_and_its_correction_runs(session, cell):
    code, corrected = FAILING[cell]
    for earlier in ("taken = model.fit(x, y, verbose=0)", "taken = dict(taken.history)"):
        assert session.run(earlier).status == "ok"
    (problem,) = session.run("%%keras_check --dry-run\n" + cell).shown[0]["problems"]
    assert (problem["rule"], problem["severity"]) == (code, "error")
    assert session.run(cell).status == "error"
    if corrected:
        source = problem["fixes"][0]["source"]
        assert corrected in source
        assert session.run(source).status == "ok"
        assert session.run("%%keras_check --dry-run\n" + source).shown[0]["problems"] == []

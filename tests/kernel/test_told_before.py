"""What the objects of a session show of a cell before it runs: each of these cells fails, and its correction runs."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("cell", FAILING)
def test_it_is_told_and_its_correction_runs(real_kernel, cell):
    code, corrected = FAILING[cell]
    assert real_kernel.run(SESSION).status == "ok"
    for earlier in ("taken = model.fit(x, y, verbose=0)", "taken = dict(taken.history)"):
        assert real_kernel.run(earlier).status == "ok"
    (problem,) = real_kernel.run("%%keras_check --dry-run\n" + cell).shown[0]["problems"]
    assert (problem["rule"], problem["severity"]) == (code, "error")
    assert real_kernel.run(cell).status == "error"
    if corrected:
        source = problem["fixes"][0]["source"]
        assert corrected in source
        assert real_kernel.run(source).status == "ok"
        assert real_kernel.run("%%keras_check --dry-run\n" + source).shown[0]["problems"] == []

"""The whole way with the Keras that is installed: a failing import, the hint below it, and the fix at work."""

from __future__ import annotations

import importlib.util

KERAS = "keras" if importlib.util.find_spec("keras") else "tensorflow.keras"


def test_the_suggested_import_runs_and_binds_the_name(real_kernel):
    reply = real_kernel.run(f"from {KERAS}.layers.no_such_module import Dense\nDense.__name__")
    assert reply.status == "error"
    (hint,) = reply.hints
    assert hint["problems"][0]["fixes"][0]["verified"] is True
    text = reply.outputs[-1]["data"]["text/plain"]
    assert len(text.splitlines()) <= 6
    assert "ModuleNotFoundError" not in text, "the traceback has said so"
    fixed = real_kernel.run("%keras_fix").payload[0]["text"]
    assert "'Dense'" in real_kernel.run(fixed).text()


def test_a_missing_attribute_is_explained(real_kernel):
    reply = real_kernel.run("import tensorflow as tf\ntf.keras.layers.Densee")
    assert len(reply.hints) == 1
    assert "Dense" in reply.hints[0]["problems"][0]["fixes"][0]["source"]


def test_the_releases_that_had_a_name_are_told(real_kernel):
    reply = real_kernel.run("import tensorflow as tf\ntf.Session()")
    assert "tensorflow.Session was in tensorflow up to 1.15.5." in " ".join(reply.text().split())


def test_magics_answer_about_a_variable(real_kernel):
    real_kernel.run("import tensorflow as tf\nopt = tf.keras.optimizers.Adam()")
    reply = real_kernel.run("%keras_optimizer opt")
    assert reply.shown[0]["live"]
    assert reply.story[-1] == "display"

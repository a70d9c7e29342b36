"""The whole way with the Keras that is installed: a failing import, the hint below it, and the fix at work."""

from __future__ import annotations

import importlib.util

import pytest
from driver import Kernel

KERAS = "keras" if importlib.util.find_spec("keras") else "tensorflow.keras"


@pytest.fixture(scope="module")
def real_kernel(tmp_path_factory):
    pytest.importorskip("tensorflow")
    kernel = Kernel(tmp_path_factory.mktemp("kernel"), environment={"TF_CPP_MIN_LOG_LEVEL": "3"})
    kernel.run("%load_ext kerasmagic")
    yield kernel
    kernel.stop()


def test_the_suggested_import_runs_and_binds_the_name(real_kernel):
    reply = real_kernel.run(f"from {KERAS}.layers.no_such_module import Dense\nDense.__name__")
    assert reply.status == "error"
    (hint,) = reply.hints
    assert hint["problems"][0]["fixes"][0]["verified"] is True
    assert len(reply.outputs[-1]["data"]["text/plain"].splitlines()) <= 6
    fixed = real_kernel.run("%keras_fix").payload[0]["text"]
    assert "'Dense'" in real_kernel.run(fixed).text()


def test_a_missing_attribute_is_explained(real_kernel):
    reply = real_kernel.run("import tensorflow as tf\ntf.keras.layers.Densee")
    assert len(reply.hints) == 1
    assert "Dense" in reply.hints[0]["problems"][0]["fixes"][0]["source"]

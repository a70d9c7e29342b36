"""What TensorFlow writes is the user's own: kerasmagic makes it start nothing, so that no cell gets a line more."""

from __future__ import annotations

import pytest
from driver import Kernel

LOOK = """
import sys
context = vars(sys.modules["tensorflow.python.eager.context"])["_context"]
print(context is not None and vars(context)["_physical_devices"] is not None)
"""


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    # ipykernel shows what compiled code writes, except in a kernel that it takes for a test of its own.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    kernel = Kernel(tmp_path, environment={"TF_CPP_MIN_LOG_LEVEL": "0"})
    assert kernel.run("%load_ext kerasmagic").status == "ok"
    yield kernel
    kernel.stop()


def streams(reply) -> list[str]:
    return [output["text"] for output in reply.outputs if output["is"] == "stream"]


def test_a_hint_and_keras_env_start_nothing(kernel):
    assert kernel.run("import tensorflow as tf").status == "ok"
    for cell in ("import keras.layers.core_of_old", "tf.keras.layers.Dens", "%keras_env"):
        before = kernel.run(LOOK).text().strip()
        reply = kernel.run(cell)
        assert reply.shown, cell
        assert streams(reply) == [], cell
        assert kernel.run(LOOK).text().strip() == before, cell
    (shown,) = kernel.run("%keras_env").shown
    assert shown["devices"] is None


def test_the_devices_are_read_once_tensorflow_has_looked(kernel):
    kernel.run("import tensorflow as tf")
    seen = kernel.run("for device in tf.config.list_physical_devices(): print(device.name, device.device_type)").text()
    reply = kernel.run("%keras_env")
    assert streams(reply) == []
    told = [f"{device['name']} {device['kind']}" for device in reply.shown[0]["devices"]]
    assert told == [line for line in seen.splitlines() if line.startswith("/physical_device")]
    kernel.run("tf.config.set_visible_devices([], 'CPU')")
    assert [device["visible"] for device in kernel.run("%keras_env").shown[0]["devices"]] == [False] * len(told)

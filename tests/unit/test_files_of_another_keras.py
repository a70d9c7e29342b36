"""KA306: a layer of another Keras whose class is in a file of the user's."""

from __future__ import annotations

import sys
import types

import pytest
from checked import BOTH, world

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules.failures.files_of_another_keras import in_a_file

COPY = "tensorflow.python.keras"
FILE = f"""import numpy as np
from {COPY}.layers import Layer
from {COPY} import backend as K

class Attention(Layer):
    def call(self, x):
        return K.batch_dot(x, x)
"""


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What is said of a layer whose class is in a file with this text."""

    def say(text, theirs=COPY, folder="", namespace=None):
        path = tmp_path / folder / "attention.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        module = types.ModuleType("attention")
        module.__file__ = str(path)
        monkeypatch.setitem(sys.modules, "attention", module)
        base = type("Layer", (), {"__module__": f"{theirs}.engine.base_layer"})
        made = base if namespace else type("Attention", (base,), {"__module__": "attention"})
        fix = in_a_file(made(), theirs, "keras", Failure(ValueError("x"), "Attention()", namespace or {}), world(BOTH))
        return fix and fix.title

    return say


def test_the_line_that_brings_the_base_is_told_with_its_file(told):
    again = "Restart the kernel, and run the cells again."
    assert told(FILE) == f"In attention.py, write in line 2: `from keras.layers import Layer`. {again}"
    module = FILE.replace("layers import Layer", "keras import layers").replace("keras.keras", "keras")
    assert "line 2: `from keras import layers`." in told(module)
    assert "line 2: `from keras.layers import Layer, Dense`." in told(FILE.replace("Layer\n", "Layer, Dense\n", 1))


def test_a_function_of_a_file_that_makes_layers(told):
    make = eval("lambda n: n", {"__name__": "attention"})
    text = "from tf_keras import layers\n\ndef make(n):\n    return layers.Dense(n)\n"
    assert "line 1: `from keras import layers`." in told(text, "tf_keras", namespace={"make": make})


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        (FILE, "site-packages"),  # an installed package: its own rule tells of that
        (FILE.replace(COPY, "keras"), ""),  # of the right Keras
        (FILE.replace("import Layer", "import Layer, NoSuchLayer"), ""),
        ("class Attention(", ""),
    ],
)
def test_else_no_file_is_named(told, text, folder):
    assert told(text, folder=folder) is None

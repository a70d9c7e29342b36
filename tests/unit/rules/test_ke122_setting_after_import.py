"""KE122: setting after the import."""

from __future__ import annotations

import sys
import types

import pytest
from checked import KERAS_2, KERAS_3, told
from environments import commands, module, only, put

from kerasmagic.diagnosis.engine import diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES


def test_a_setting_after_the_import(site):
    put(site, "tensorflow", "2.19.1")
    modules = {"keras.src.backend.config": module("keras.src.backend.config", _BACKEND="tensorflow")}
    problem = only("KE122", site, modules=modules, KERAS_BACKEND="torch")
    assert commands(problem)[-1] == "os.environ[\"KERAS_BACKEND\"] = 'torch'"


@pytest.mark.parametrize(
    ("cells", "late"),
    [
        (["import os, keras\nos.environ['KERAS_BACKEND'] = 'jax'"], True),
        (["import os, keras", "os.environ.update(KERAS_BACKEND='jax')"], True),
        (["import tensorflow as tf", "%env KERAS_BACKEND=jax"], True),
        (["import os, keras\nos.environ.setdefault('KERAS_BACKEND', 'jax')"], True),
        (["import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras"], False),
        (["import os, keras\nos.environ['KERAS_BACKEND'] = 'tensorflow'"], False),
        (["%env KERAS_BACKEND=jax\nimport keras", "%env KERAS_BACKEND=jax"], False),
        (["import os, keras\ndef later():\n    os.environ['KERAS_BACKEND'] = 'jax'"], False),
        (["from tensorflow import keras", "%env TF_USE_LEGACY_KERAS=1"], True),
        (["import tensorflow as tf", "%env TF_USE_LEGACY_KERAS=1"], False),
        (["%env TF_USE_LEGACY_KERAS=1\nfrom tensorflow import keras"], False),
    ],
)
def test_a_setting_after_the_import_that_reads_it(cells, late):
    assert told(KERAS_3, *cells) == ([("KE122", "warning")] if late else [])
    assert told(KERAS_2, *cells) == []


def diagnosed(source, **namespace):
    """What is said of a cell that fails, with all rules."""
    try:
        exec(compile(source, "<ipython-input-1>", "exec"), namespace)
    except Exception as error:
        return diagnose(Failure(error, source, namespace), KernelWorld(RULES, namespace))
    raise AssertionError("the cell did not fail")


@pytest.fixture
def late_backend(kernel, monkeypatch):
    """Keras is loaded with TensorFlow, and the program says since then that it is to be another one."""
    put(kernel, "tensorflow", "2.19.1")
    put(kernel, "jax", "0.4.38")
    put(kernel, "keras", "3.10.0")
    (kernel / "jax" / "__init__.py").write_text("def jit(f):\n    return lambda x: f(x)\n")
    code = "def call(x):\n    raise TypeError(f'Cannot convert {x}')\n"
    (kernel / "keras" / "__init__.py").write_text(code)
    monkeypatch.setitem(
        sys.modules, "keras.src.backend.config", module("keras.src.backend.config", _BACKEND="tensorflow")
    )
    monkeypatch.setenv("KERAS_BACKEND", "jax")


@pytest.mark.parametrize(
    "cell", ["import jax, keras\njax.jit(keras.call)(1)", "import keras\nkeras.call('jax.Array([1.])')"]
)
def test_the_hint_tells_of_a_backend_that_was_chosen_too_late(late_backend, cell):
    first = diagnosed(cell)[0]
    assert (first.rule, first.severity) == ("KE122", "error")
    assert commands(first) == ["import os", "os.environ[\"KERAS_BACKEND\"] = 'jax'"]


@pytest.mark.parametrize("cell", ["import keras\nkeras.call('text')", "import jax\njax.jit(len)(1)", "1 / 0"])
def test_silent_where_the_other_backend_has_no_part_in_it(late_backend, cell):
    assert "KE122" not in [problem.rule for problem in diagnosed(cell)]


class Layer:
    pass


def test_a_method_of_torch_that_is_sought_in_a_layer(late_backend, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    base = type("Module", (), {"parameters": lambda self: []})
    monkeypatch.setitem(sys.modules, "torch.nn.modules.module", module("torch.nn.modules.module", Module=base))
    assert diagnosed("layer.parameters()", layer=Layer())[0].rule == "KE122"
    assert "KE122" not in [problem.rule for problem in diagnosed("layer.paramaters()", layer=Layer())]


@pytest.fixture
def late_legacy(kernel, monkeypatch):
    put(kernel, "tensorflow-cpu", "2.19.1")
    put(kernel, "keras", "3.10.0")
    (kernel / "keras" / "__init__.py").write_text("def no():\n    raise ValueError('Set TF_USE_LEGACY_KERAS=1')\n")
    tensorflow = module("tensorflow", __version__="2.19.1", _tf_uses_legacy_keras=False, __path__=[])
    tensorflow.__dict__["keras"] = types.ModuleType("keras")
    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow)
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")


def test_the_hint_tells_of_legacy_keras_that_was_chosen_too_late(late_legacy):
    first = diagnosed("import keras\nkeras.no()")[0]
    install = '%pip install --no-deps "tf_keras>=2.19,<2.20"'
    assert (first.rule, commands(first)[0]) == ("KE122", install)


def test_silent_where_keras_2_would_not_help(late_legacy):
    assert "KE122" not in [problem.rule for problem in diagnosed("import keras\nint('x')")]

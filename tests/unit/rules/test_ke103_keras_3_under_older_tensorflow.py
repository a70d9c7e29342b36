"""KE103: Keras 3 under an older TensorFlow."""

from __future__ import annotations

import pytest
from environments import commands, fail, problems, put

from kerasmagic.diagnosis.engine import diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES


def test_the_package_that_does_not_fit_is_told_with_what_fits(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "keras", "3.5.0")
    (problem,) = problems(site)
    assert problem.rule == "KE103" and "you have" in problem.cause
    assert commands(problem)[0] == '%pip install "keras>=2.15.0,<2.16"'


def test_a_lazy_import_inside_a_package(kernel):
    put(kernel, "tensorflow", "2.12.1", "keras<2.13,>=2.12.0")
    put(kernel, "keras", "3.5.0")
    load = "def load():\n    import importlib\n    return importlib.import_module('keras.api')\n"
    (kernel / "tensorflow" / "__init__.py").write_text(load)
    assert [problem.rule for problem in fail("import tensorflow as tf\ntf.load()")] == ["KE103"]


def test_an_upgrade_of_keras_nlp_that_brought_keras_3_to_tensorflow_2_15(kernel):
    """As people reported it; no kernel here can show it."""
    put(kernel, "tensorflow", "2.15.0.post1", "keras<2.16,>=2.15.0")
    put(kernel, "keras", "3.0.3")
    (kernel / "keras" / "__init__.py").write_text("raise ImportError('tensorflow')\n")
    problem = fail("import keras")[0]
    assert (problem.rule, commands(problem)[0]) == ("KE103", '%pip install "keras>=2.15.0,<2.16"')


def test_a_tensorflow_without_any_keras(kernel):
    """TensorFlow 2.10 with keras 3.5 leaves tf.keras out, and says so nowhere."""
    put(kernel, "tensorflow", "2.10.1", "keras<2.11,>=2.10.0")
    put(kernel, "keras", "3.5.0")
    cell = "from tensorflow.keras.layers import Dense"
    with pytest.raises(ModuleNotFoundError) as raised:
        exec(compile(cell, "<ipython-input-1>", "exec"), {})
    problem = diagnose(Failure(raised.value, cell, {}), KernelWorld(RULES))[0]
    assert (problem.rule, commands(problem)[0]) == ("KE103", '%pip install "keras>=2.10.0,<2.11"')


@pytest.mark.parametrize(
    ("variant", "lines"),
    [
        ("tensorflow-cpu", ['%pip install --upgrade "tensorflow-cpu>=2.16" keras']),
        ("tensorflow-gpu", ["%pip uninstall -y tensorflow-gpu", '%pip install --upgrade "tensorflow>=2.16" keras']),
    ],
)
def test_the_tensorflow_that_is_upgraded_is_the_one_that_is_there(site, variant, lines):
    """Two variants write the same files."""
    put(site, variant, "2.11.1", "keras<2.12,>=2.11.0")
    put(site, "keras", "3.5.0")
    (problem,) = problems(site)
    assert commands(problem)[1:] == lines


def told(source, says, *, inside=""):
    """What is said where Keras lacks a name that a cell, or a package that it imports, asks for."""
    namespace: dict = {}
    try:
        if inside:
            exec(compile(f"raise AttributeError({says!r})", inside, "exec"), {"__name__": "tensorflow_probability.x"})
        exec(compile(f"raise AttributeError({says!r})", "<ipython-input-1>", "exec"), namespace)
    except AttributeError as error:
        return diagnose(Failure(error, source, namespace), KernelWorld(RULES, namespace))
    raise AssertionError


@pytest.mark.parametrize(
    ("name", "inside"), [("__internal__", "/x/site-packages/tensorflow_probability/x.py"), ("experimental", "")]
)
def test_a_name_that_only_the_keras_of_this_tensorflow_has(kernel, name, inside):
    """The release that is installed has it: no other one is needed, and no other package."""
    put(kernel, "tensorflow-cpu", "2.15.1", "keras<2.16,>=2.15.0")
    put(kernel, "keras", "3.0.0")
    put(kernel, "tensorflow-probability", "0.23.0")
    says = f"module 'keras._tf_keras.keras' has no attribute '{name}'"
    first = told("import tensorflow as tf\ntf.keras.experimental.LinearModel", says, inside=inside)[0]
    assert (first.rule, commands(first)[0]) == ("KE103", '%pip install "keras>=2.15.0,<2.16"')


def test_a_name_that_no_keras_has_is_another_matter(kernel):
    put(kernel, "tensorflow-cpu", "2.15.1", "keras<2.16,>=2.15.0")
    put(kernel, "keras", "3.0.0")
    says = "module 'keras._tf_keras.keras' has no attribute 'experimentals'"
    assert "KE103" not in [problem.rule for problem in told("tf.keras.experimentals", says)]

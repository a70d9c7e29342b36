"""KE123: backend that is not installed."""

from __future__ import annotations

import sys

import pytest
from environments import commands, fail, module, only, put


@pytest.mark.parametrize(("backend", "said"), [("jax", "is not installed"), ("cntk", "is not a backend")])
def test_a_backend_that_is_not_there(site, backend, said):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    assert said in only("KE123", site, KERAS_BACKEND=backend).title


def test_a_backend_is_installed_beside_the_tensorflow_that_is_here(site):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    assert commands(only("KE123", site, KERAS_BACKEND="jax"))[0] == '%pip install "tensorflow==2.19.1" jax'


def test_a_backend_that_is_missing_ends_the_import_of_keras(kernel, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setitem(sys.modules, "jax", None)
    put(kernel, "keras", "3.5.0")
    (kernel / "keras" / "backend.py").write_text("import jax\n")
    (kernel / "keras" / "__init__.py").write_text("from . import backend\n")
    assert [problem.rule for problem in fail("import keras")] == ["KE123"]


def test_no_backend_is_named_where_none_is_installed(site):
    put(site, "keras", "3.5.0")
    assert commands(only("KE123", site, KERAS_BACKEND="jax")) == ["%pip install jax"]


SET_BACK = 'import os; os.environ["KERAS_BACKEND"] = "tensorflow"'


def begun_with(backend):
    """What an import of Keras that failed leaves in memory."""
    name = "keras.src.backend.config"
    return {name: module(name, _BACKEND=backend)}


def test_a_restart_is_asked_for_where_keras_has_read_the_setting(site):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    fresh = only("KE123", site, KERAS_BACKEND="theano")
    assert [fresh.fixes[0].commands, fresh.fixes[0].evidence] == [
        (SET_BACK,),
        "Run this before the first import of Keras.",
    ]
    begun = only("KE123", site, modules=begun_with("theano"), KERAS_BACKEND="theano")
    assert begun.title == "KERAS_BACKEND names 'theano', which is not a backend of Keras 3"
    assert begun.fixes[0].evidence == "Restart the kernel, and run this before the first import of Keras."


def test_a_variable_that_is_right_by_now_is_not_said_to_be_wrong(site):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    problem = only("KE123", site, modules=begun_with("theano"), KERAS_BACKEND="tensorflow")
    assert problem.title == "KERAS_BACKEND named 'theano', which is not a backend of Keras 3"
    assert "KERAS_BACKEND is tensorflow by now, and counts from the next start of the kernel on." in problem.cause
    assert "Restart the kernel" in problem.fixes[0].evidence


@pytest.mark.parametrize("modules", [{}, begun_with("theano")])
def test_a_file_that_names_it_is_corrected(site, tmp_path, modules):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    (tmp_path / "keras.json").write_text('{"backend": "theano"}')
    problem = only("KE123", site, modules=modules, KERAS_HOME=str(tmp_path))
    assert problem.title == "keras.json names 'theano', which is not a backend of Keras 3"
    file, variable = problem.fixes
    assert file.title.startswith('Write "backend": "tensorflow" in ' + str(tmp_path / "keras.json"))
    assert file.title.endswith("restart the kernel") is bool(modules)
    assert variable.commands == (SET_BACK,)


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        ("from tensorflow.keras.models import Sequential", SET_BACK),
        ("import keras", '%pip install "tensorflow==2.19.1" torch'),
    ],
)
def test_tf_keras_needs_the_backend_tensorflow(kernel, monkeypatch, cell, first):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setitem(sys.modules, "torch", None)
    put(kernel, "tensorflow", "2.19.1")
    put(kernel, "keras", "3.5.0")
    (kernel / "keras" / "backend.py").write_text("import torch\n")
    (kernel / "keras" / "__init__.py").write_text("from . import backend\n")
    (kernel / "tensorflow" / "keras").mkdir()
    (kernel / "tensorflow" / "keras" / "__init__.py").write_text("import keras\n")
    (problem,) = [each for each in fail(cell) if each.rule == "KE123"]
    assert commands(problem)[0] == first

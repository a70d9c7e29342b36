"""KE123: backend that is not installed."""

from __future__ import annotations

import sys

import pytest
from environments import commands, fail, only, put


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

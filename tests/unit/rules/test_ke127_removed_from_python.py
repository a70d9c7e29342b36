"""KE127: module that Python removed."""

from __future__ import annotations

import sys

import pytest
from environments import commands, fail, put


@pytest.mark.parametrize(
    ("module", "first"),
    [
        ("pkg_resources", '%pip install --upgrade "tensorflow==2.17.1" "setuptools<82" tensorflow-hub'),
        ("imp", '%pip install --upgrade "tensorflow==2.17.1" tensorflow-hub'),
    ],
)
def test_a_module_that_python_removed(kernel, monkeypatch, module, first):
    monkeypatch.setitem(sys.modules, module, None)
    put(kernel, "tensorflow", "2.17.1")
    put(kernel, "tensorflow-hub", "0.15.0")
    (kernel / "tensorflow_hub" / "__init__.py").write_text(
        f"raise ModuleNotFoundError(\"No module named '{module}'\")\n"
    )
    (problem,) = fail("import tensorflow_hub")
    assert (problem.rule, commands(problem)[0]) == ("KE127", first)

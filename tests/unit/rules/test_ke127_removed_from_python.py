"""KE127: module that Python removed."""

from __future__ import annotations

import sys

import pytest
from environments import commands, fail, only, problems, put


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


def installed(site, setuptools, code="import pkg_resources\n", *requires):
    put(site, "tensorboard", "2.19.0", *(requires or ("setuptools>=41.0.0",)))
    put(site, "setuptools", setuptools, package=False)
    (site / "tensorboard" / "default.py").write_text(code)


def test_a_tool_that_cannot_start_is_told_before_it_is_started(site):
    installed(site, "82.0.1")
    problem = only("KE127", site)
    assert problem.title == "tensorboard 2.19.0 imports pkg_resources, which is gone"
    assert commands(problem) == ['%pip install "setuptools>=41.0.0,<82"']


@pytest.mark.parametrize("code", ["def use():\n    import pkg_resources\n", "# import pkg_resources\n"])
def test_silent_where_nothing_needs_it_or_it_is_there(site, code):
    installed(site, "82.0.1", code)
    assert [problem.rule for problem in problems(site)] == ["KE120"]
    (site / "tensorboard" / "default.py").write_text("import pkg_resources\n")
    (site / "pkg_resources").mkdir()
    assert [problem.rule for problem in problems(site)] == ["KE120"]

"""KE165: package older than this Python."""

from __future__ import annotations

import sys

import pytest
from environments import commands, fail, put

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


def install(kernel, *pythons, code="from inspect import formatargspec_of_old\n"):
    put(kernel, "tensorflow-cpu", "2.12.1", "wrapt<1.15,>=1.11.0")
    put(kernel, "wrapt", "1.12.1")
    lines = [f"Classifier: Programming Language :: Python :: {python}" for python in pythons]
    (kernel / "wrapt-1.12.1.dist-info" / "METADATA").write_text("\n".join(["Name: wrapt", "Version: 1.12.1", *lines]))
    (kernel / "wrapt" / "__init__.py").write_text(code)
    (kernel / "tensorflow" / "__init__.py").write_text("import wrapt\n")
    return fail("import tensorflow")


@pytest.mark.parametrize("code", ["from inspect import formatargspec_of_old\n", "class Own(bool):\n    pass\n"])
def test_told_with_a_newer_release_that_fits(kernel, code):
    (problem,) = install(kernel, "2.7", "3.6", "3", code=code)
    assert problem.title == f"wrapt 1.12.1 is older than Python {HERE}, and fails in it"
    assert commands(problem) == ['%pip install --upgrade "tensorflow-cpu==2.12.1" "wrapt>=1.11.0,<1.15"']


@pytest.mark.parametrize("pythons", [("3.6", HERE), ("3",), ()])
def test_silent_where_it_is_for_this_python_or_does_not_say(kernel, pythons):
    assert install(kernel, *pythons) == []


def test_silent_of_an_error_in_what_it_imports(kernel):
    put(kernel, "absl-py", "2.0", package=False)
    (kernel / "absl.py").write_text("1 / 0\n")
    assert install(kernel, "3.6", code="import absl\n") == []

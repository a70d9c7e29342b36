"""KE163: an implementation of protobuf that is not there."""

from __future__ import annotations

import pytest
from environments import commands, fail, module, only, problems, put

VARIABLE = "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"
POP = ["import os", f'os.environ.pop("{VARIABLE}", None)']


def install(site, version, *parts):
    put(site, "tensorflow", "2.19.1")
    put(site, "protobuf", version)
    (site / "google" / "protobuf" / "pyext").mkdir()
    (site / "google" / "protobuf" / "pyext" / "__init__.py").write_text("")
    for part in parts:
        (site / "google" / "protobuf" / "pyext" / part).write_text("")


@pytest.mark.parametrize(("version", "value"), [("5.29.6", "cpp"), ("4.25.8", "c++"), ("3.20.3", "cpp")])
def test_told_of_what_is_set(site, version, value):
    install(site, version)
    problem = only("KE163", site, **{VARIABLE: value})
    assert problem.title == f"{VARIABLE} is {value!r}, which protobuf {version} does not have"
    assert commands(problem) == POP


@pytest.mark.parametrize(
    ("version", "value", "parts"),
    [
        ("5.29.6", "upb", ()),
        ("5.29.6", "python", ()),
        ("3.20.3", "cpp", ("_message.cpython-38-x86_64-linux-gnu.so",)),
        ("3.20.3", "python", ()),
    ],
)
def test_silent_of_what_is_there(site, version, value, parts):
    install(site, version, *parts)
    assert problems(site, **{VARIABLE: value}) == []


SAYS = "raise ImportError(\"cannot import name '_message' from 'google.protobuf.pyext'\")\n"


def test_told_where_the_import_fails(kernel, monkeypatch):
    install(kernel, "5.29.6")
    (kernel / "google" / "protobuf" / "descriptor.py").write_text(SAYS)
    (kernel / "tensorflow" / "__init__.py").write_text("import google.protobuf.descriptor\n")
    monkeypatch.setenv(VARIABLE, "cpp")
    assert commands(fail("import tensorflow")[-1]) == POP


def test_a_restart_is_all_where_the_variable_is_gone(kernel, monkeypatch):
    install(kernel, "5.29.6")
    (kernel / "google" / "protobuf" / "descriptor.py").write_text(SAYS)
    (kernel / "tensorflow" / "__init__.py").write_text("import google.protobuf.descriptor\n")
    monkeypatch.delenv(VARIABLE, raising=False)
    api = module("google.protobuf.internal.api_implementation", _implementation_type="cpp")
    monkeypatch.setitem(__import__("sys").modules, "google.protobuf.internal.api_implementation", api)
    assert [fix.kind for fix in fail("import tensorflow")[-1].fixes] == ["restart"]

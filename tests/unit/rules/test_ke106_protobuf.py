"""KE106: protobuf that does not fit."""

from __future__ import annotations

import pytest
from environments import commands, fail, only, problems, put


def test_the_package_that_does_not_fit_is_told_with_what_fits(site):
    put(site, "tensorflow", "2.15.1", "protobuf<5,>=3.20.3")
    put(site, "protobuf", "3.19.6")
    (problem,) = problems(site)
    assert problem.rule == "KE106" and "you have" in problem.cause
    assert commands(problem)[0] == '%pip install "protobuf>=3.20.3,<5"'


@pytest.mark.parametrize(
    ("tensorflow", "protobuf", "severity"),
    [("2.10.1", "4.25.3", "error"), ("2.15.1", "3.19.6", "error"), ("2.15.1", "6.33.0", "warning")],
)
def test_only_a_protobuf_that_breaks_the_import_is_an_error(site, tensorflow, protobuf, severity):
    put(site, "tensorflow", tensorflow, "protobuf<3.20" if tensorflow < "2.12" else "protobuf<5,>=3.20.3")
    put(site, "protobuf", protobuf)
    assert only("KE106", site).severity == severity


def test_protobuf_4_under_files_of_protobuf_3(kernel):
    """As people reported it; no kernel here can show it."""
    put(kernel, "tensorflow", "2.8.0", "protobuf>=3.9.2")
    put(kernel, "protobuf", "4.21.1")
    (kernel / "tensorflow" / "__init__.py").write_text("raise TypeError('Descriptors cannot be created directly.')\n")
    problem = fail("import tensorflow")[0]
    assert (problem.rule, commands(problem)[0]) == ("KE106", '%pip install "protobuf>=3.9.2,<3.21"')

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


REFUSED = (
    "raise TypeError('Descriptors cannot not be created directly.\\nIf this call came from a _pb2.py file, ...')\n"
)


def test_the_patch_of_2_9_that_does_not_state_it(kernel):
    put(kernel, "tensorflow-cpu", "2.9.0", "protobuf>=3.9.2")
    put(kernel, "protobuf", "4.21.1")
    assert commands(only("KE106", kernel)) == ['%pip install "protobuf>=3.9.2,<3.21"']
    (kernel / "tensorflow" / "graph_pb2.py").write_text(REFUSED)
    (kernel / "tensorflow" / "__init__.py").write_text("from tensorflow import graph_pb2\n")
    assert [problem.rule for problem in fail("import tensorflow")] == ["KE106"]


def test_another_package_with_files_of_an_old_protobuf(kernel):
    """No metadata says it: the file in the traceback tells whose it is."""
    put(kernel, "tensorflow-cpu", "2.16.2", "protobuf<5.0.0dev,>=3.20.3")
    put(kernel, "protobuf", "4.25.9")
    put(kernel, "keras-tuner", "1.0.1", package=False)
    (kernel / "kerastuner").mkdir()
    (kernel / "kerastuner" / "service_pb2.py").write_text(REFUSED)
    (kernel / "kerastuner" / "__init__.py").write_text("from kerastuner import service_pb2\n")
    (kernel / "keras_tuner-1.0.1.dist-info" / "RECORD").write_text("kerastuner/__init__.py,sha256=abc,40\n")
    (problem,) = [each for each in fail("import kerastuner as kt") if each.rule == "KE106"]
    assert problem.title == "keras-tuner 1.0.1 is too old for protobuf 4.25.9"
    assert "service_pb2.py" in problem.cause
    upgrade, older = problem.fixes
    assert upgrade.commands == ('%pip install --upgrade "tensorflow-cpu==2.16.2" keras-tuner',)
    assert upgrade.evidence.startswith("Import keras_tuner instead of kerastuner then.")
    assert older.commands == ('%pip install "protobuf>=3.20.3,<3.21"',)


def test_silent_where_protobuf_is_not_the_reason(kernel):
    put(kernel, "protobuf", "3.20.3")
    put(kernel, "keras-tuner", "1.0.1")
    (kernel / "keras_tuner" / "service_pb2.py").write_text(REFUSED)
    (kernel / "keras_tuner" / "__init__.py").write_text("from keras_tuner import service_pb2\n")
    assert "KE106" not in [problem.rule for problem in fail("import keras_tuner")]


EXCLUDED = "protobuf!=4.21.0,!=4.21.1,!=4.21.2,!=4.21.3,!=4.21.4,!=4.21.5,<5,>=3.20.3"


@pytest.mark.parametrize(
    ("version", "said", "line"),
    [
        ("3.19.6", "has requirement protobuf<5,>=3.20.3, but", '%pip install "protobuf>=3.20.3,<5"'),
        ("4.21.3", "has requirement protobuf!=4.21.3,<5,>=3.20.3,", '%pip install "protobuf>=3.20.3,<5,!=4.21.3"'),
    ],
)
def test_of_excluded_releases_only_the_one_that_is_installed_is_named(site, version, said, line):
    put(site, "tensorflow", "2.16.2", EXCLUDED)
    put(site, "protobuf", version)
    problem = only("KE106", site)
    assert said in problem.cause
    assert commands(problem) == [line]
    assert problem.fixes[0].evidence == "It fits all that needs protobuf here: tensorflow 2.16.2."

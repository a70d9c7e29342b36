"""KE117: local file that shadows."""

from __future__ import annotations

import sys

import pytest
from environments import fail, only, problems, put

from kerasmagic.diagnosis.engine import diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES


def test_local_files_with_other_names_do_not(site, tmp_path):
    notebooks = tmp_path / "notebooks"
    (notebooks / "optimizers").mkdir(parents=True)
    for name in ("test.py", "model.py", "optimizers/__init__.py"):
        (notebooks / name).write_text("")
    put(site, "tensorflow", "2.19.1")
    assert problems(notebooks, site) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [("keras.py", "1 / 0"), ("keras.py", "import json\njson.loads('{')"), ("my_keras.py", "import keras.nothing")],
)
def test_nothing_is_said_of_failures_that_it_has_no_part_in(kernel, tmp_path, monkeypatch, file, source):
    (tmp_path / file).write_text("answer = 42\n")
    put(kernel, "keras", "3.5.0")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert "KE117" not in [problem.rule for problem in fail(source)]


def test_a_file_that_lacks_what_the_package_has(kernel, tmp_path, monkeypatch):
    """It ran long ago, and is in no traceback."""
    (tmp_path / "keras.py").write_text("answer = 42\n")
    put(kernel, "keras", "3.5.0")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (problem,) = fail("import keras\nkeras.layers")
    assert (problem.rule, problem.severity) == ("KE117", "error")
    assert "has loaded it instead of the package" in problem.cause
    assert problem.fixes[0].title.startswith("Rename keras.py (and delete __pycache__")


@pytest.mark.parametrize("name", ["keras.py", "numbers.py", "tensorflow/__init__.py"])
def test_a_local_file_shadows(site, tmp_path, name):
    notebooks = tmp_path / "notebooks"
    (notebooks / name).parent.mkdir(parents=True)
    (notebooks / name).write_text("")
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    assert "comes first on sys.path" in only("KE117", notebooks, site).cause


def test_a_local_file_in_the_traceback(kernel, tmp_path, monkeypatch):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    (notebooks / "keras.py").write_text("import tensorflow\n")
    put(kernel, "tensorflow", "2.19.1")
    put(kernel, "keras", "3.5.0")
    (kernel / "tensorflow" / "__init__.py").write_text("from keras import layers\n")
    monkeypatch.setattr(sys, "path", [str(notebooks), *sys.path])
    (problem,) = fail("import keras")
    assert problem.rule == "KE117"


@pytest.mark.parametrize(
    ("file", "content"),
    [("keras.py", "answer = 42"), ("keras.py", "from keras.layers import Dense"), ("keras/__init__.py", "")],
)
def test_a_file_by_the_name_of_a_package_is_told_and_no_line_is_corrected(kernel, tmp_path, monkeypatch, file, content):
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(content)
    put(kernel, "keras", "3.5.0")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    namespace: dict = {}
    with pytest.raises(ImportError) as raised:
        exec(compile("from keras.layers import Dense", "<ipython-input-1>", "exec"), namespace)
    found = diagnose(Failure(raised.value, "from keras.layers import Dense", namespace), KernelWorld(RULES))
    assert [problem.rule for problem in found] == ["KE117"]


def test_a_folder_that_was_cloned_is_told_and_no_line_is_corrected(kernel, tmp_path, monkeypatch):
    """A clone of the repository, without what its build makes."""
    (tmp_path / "tensorflow" / "python").mkdir(parents=True)
    (tmp_path / "tensorflow" / "python" / "__init__.py").write_text("")
    (tmp_path / "tensorflow" / "__init__.py").write_text("from tensorflow.python.tools import module_util\n")
    put(kernel, "tensorflow", "2.20.0")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (problem,) = fail("import tensorflow as tf")
    assert problem.rule == "KE117"
    assert problem.fixes[0].title.startswith("Rename tensorflow")


@pytest.mark.parametrize("name", ["six", "absl", "google"])
def test_a_file_that_is_called_like_what_tensorflow_imports(site, tmp_path, name):
    (tmp_path / "notebooks" / name).mkdir(parents=True)
    (tmp_path / "notebooks" / name / "__init__.py").write_text("")
    put(site, "tensorflow", "2.19.1")
    assert only("KE117", tmp_path / "notebooks", site).reference == name

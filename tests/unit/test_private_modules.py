"""Modules below tensorflow.python whose files the installed TensorFlow has in another folder."""

from __future__ import annotations

import importlib
import sys

import pytest
from environments import put

from kerasmagic.diagnosis.engine import check_cell
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES

FILES = {
    "python/__init__.py": "",
    "python/ops/__init__.py": "",
    "python/ops/gen_sparse_ops.py": "",
    "python/ops/twice.py": "",
    "python/framework/__init__.py": "",
    "python/framework/twice.py": "",
    "python/keras/__init__.py": "",
    "python/keras/lines_of_keras.py": "",
}


@pytest.fixture(autouse=True)
def tensorflow(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] in ("tensorflow", "keras", "tf_keras")]:
        monkeypatch.delitem(sys.modules, name)
    put(tmp_path, "tensorflow", "2.16.2")
    for name, text in FILES.items():
        file = tmp_path / "tensorflow" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield
    importlib.invalidate_caches()


def first(cell):
    problems = [each for each in check_cell(cell, KernelWorld(RULES)) if each.severity == "error"]
    return problems[0].fixes[0] if problems else None


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("from tensorflow.python import gen_sparse_ops", "from tensorflow.python.ops import gen_sparse_ops"),
        ("import tensorflow.python.gen_sparse_ops as g", "import tensorflow.python.ops.gen_sparse_ops as g"),
    ],
)
def test_the_file_is_imported_from_its_folder(cell, works):
    fix = first(cell)
    assert (fix.source, fix.verified) == (works, True)
    assert "private" in fix.evidence


@pytest.mark.parametrize("name", ["twice", "lines_of_keras", "nowhere"])
def test_no_module_is_guessed(name):
    fix = first(f"from tensorflow.python import {name}")
    assert fix is None or fix.kind == "manual"


def test_a_private_name_is_not_said_to_be_without_a_successor():
    fix = first("from tensorflow.python import gen_math_ops")
    assert "no public name of tensorflow 2.16.2 replaces it" in fix.title

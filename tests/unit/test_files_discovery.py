"""Which files a path means."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasmagic.files.discovery import find_files


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (
        "b.py",
        "a.ipynb",
        "notes.txt",
        ".hidden.py",
        "week/c.py",
        ".git/d.py",
        "week/__pycache__/e.py",
        "venv/pyvenv.cfg",
        "venv/lib/f.py",
    ):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("")


def found(*paths):
    return [Path(path).as_posix() for path in find_files(paths)]


def test_a_folder_means_its_own_notebooks_and_scripts(course):
    assert found(".") == ["a.ipynb", "b.py", "week/c.py"]


def test_what_is_named_is_taken_whatever_it_is_called(course):
    assert found("notes.txt", ".git/d.py", "venv/lib") == ["notes.txt", ".git/d.py", "venv/lib/f.py"]


def test_each_file_is_taken_once_by_whatever_way_it_is_named(course):
    assert found("b.py", ".", "week", "./week/../b.py") == ["b.py", "a.ipynb", "week/c.py"]


def test_the_standard_input_is_one_file_even_beside_a_folder_of_its_name(course):
    Path("-").mkdir()
    assert found("-", "b.py", "-") == ["-", "b.py"]

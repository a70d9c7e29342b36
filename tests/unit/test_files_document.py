"""Notebooks and scripts are read as they are on disk, whatever state they are in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kerasmagic.files.discovery import find_files
from kerasmagic.files.document import Unreadable, read_document, write_document


def notebook(*sources, **more):
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": s} for s in sources
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def read(content, name="a.ipynb"):
    return read_document(content if isinstance(content, bytes) else json.dumps(content).encode(), name)


def test_sources_may_be_a_list_or_a_string():
    document = read(notebook(["a = 1\n", "b = 2"], "c = 3\r\nd"))
    assert [(passage.cell, passage.text) for passage in document.passages] == [(1, "a = 1\nb = 2"), (2, "c = 3\nd")]


def test_cells_are_counted_as_people_see_them():
    content = notebook("a", "b")
    content["cells"].insert(1, {"cell_type": "markdown", "source": "text"})
    assert [passage.cell for passage in read(content).passages] == [1, 3]


def test_format_3_keeps_its_cells_in_worksheets():
    cells = [{"cell_type": "code", "language": "python", "input": ["a = 1"], "outputs": []}]
    content = {"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}, {"cells": cells}]}
    document = read(content)
    assert [(passage.cell, passage.text) for passage in document.passages] == [(1, "a = 1"), (2, "a = 1")]
    assert json.loads(document.with_passages({2: "b"}))["worksheets"][1]["cells"][0]["input"] == ["b"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"\xff\xfe\x00", "is not UTF-8 text: byte 1", id="not UTF-8"),
        pytest.param(json.dumps(notebook("a = 1")).encode()[:60], "is cut off", id="truncated"),
        pytest.param(json.dumps(notebook("a = 1")).encode()[:-1], "is cut off", id="the last bracket is missing"),
        pytest.param(b"<!DOCTYPE html>", "its JSON text is wrong at line 1, column 1", id="a saved web page"),
        pytest.param(b"[1, 2]", "is not an object", id="a list"),
        pytest.param(b'{"a": 1}', "no list of cells", id="another JSON file"),
        pytest.param(b"[" * 200_000, "nested too deeply|cut off", id="deep nesting"),
        pytest.param(b'{"cells": [], "x": ' + b"9" * 10_000 + b"} x", "JSON text", id="a number of 10,000 digits"),
    ],
)
def test_what_is_no_notebook_gets_one_sentence(content, sentence):
    with pytest.raises(Unreadable, match=sentence) as caught:
        read(content)
    assert "\n" not in str(caught.value)


def test_what_is_missing_in_one_cell_does_not_stop_the_rest():
    content = notebook("a = 1")
    content["cells"] += [{"cell_type": "code"}, {}, 7, {"cell_type": "code", "source": [1]}]
    document = read(content)
    assert [passage.cell for passage in document.passages] == [1]
    assert [cell for cell, _ in document.remarks] == [2, 3, 4, 5]


def test_a_notebook_in_another_language_is_not_checked():
    document = read(notebook("x <- 1", metadata={"kernelspec": {"language": "R"}}))
    assert document.passages == () and "not for Python" in document.remarks[0][1]


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_an_edit_leaves_every_other_byte(indent, ascii_only):
    content = notebook(["# é\n", "lr = 1\n", "x"], "y = 'é'", metadata={"z": 1.0, "a": ["\u2028"]})
    before = json.dumps(content, indent=indent, ensure_ascii=ascii_only) + "\n\n"
    after = read(before.encode()).with_passages({1: "# é\nrate = 1\nx"})
    assert after == before.replace("lr = 1", "rate = 1")


def test_a_place_is_known_in_the_text_of_the_file():
    text = json.dumps(notebook(["é = 1\n", "import keras.x"]), indent=1, ensure_ascii=False)
    line, column = read(text.encode()).place(1, 2, 7)
    assert text.splitlines()[line - 1][column:].startswith("keras.x")


def test_a_byte_order_mark_and_a_declared_encoding_stay(tmp_path):
    script = "# -*- coding: latin-1 -*-\r\nx = 'é'\r\n".encode("latin-1")
    document = read(script, "a.py")
    assert document.with_passages({None: document.passages[0].text}).encode(document.encoding) == script
    marked = b"\xef\xbb\xbf" + json.dumps(notebook("a")).encode()
    document = read(marked)
    assert document.text.encode(document.encoding) == marked


@pytest.mark.parametrize("content", [b"# -*- coding: klingon -*-\n", b"\xff = 1\n", b"a\0b"])
def test_what_is_no_script_gets_one_sentence(content):
    with pytest.raises(Unreadable):
        read(content, "a.py")


def test_writing_keeps_mode_and_link_and_leaves_nothing_behind(tmp_path):
    real = tmp_path / "real.py"
    real.write_text("a")
    real.chmod(0o640)
    link = tmp_path / "link.py"
    link.symlink_to(real)
    write_document(link, "b\r\n", "utf-8")
    assert link.is_symlink() and real.read_bytes() == b"b\r\n" and real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.py", "real.py"]


def test_folders_are_searched_without_what_is_not_the_users_own(tmp_path):
    for name in ("b.ipynb", "a.py", "c.txt", ".ipynb_checkpoints/b.ipynb", "venv/pyvenv.cfg", "venv/x.py", "z/w.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = [os.path.relpath(path, tmp_path) for path in find_files([str(tmp_path), str(tmp_path / "a.py")])]
    assert found == ["a.py", "b.ipynb", str(Path("z", "w.py"))]
    assert list(find_files([str(tmp_path / "c.txt")])) == [str(tmp_path / "c.txt")]

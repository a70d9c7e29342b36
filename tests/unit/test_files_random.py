"""Files that nobody wrote: whatever is in them, they get an answer in every format, and edits leave the rest alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kerasmagic.cli import main

pytestmark = pytest.mark.slow

TARGET = "tensorflow==2.16.2"
CELLS = Path(__file__).with_name("realistic_cells.txt").read_text("utf-8").split("# " + "-" * 70 + "\n")
BROKEN = "from keras.utils import np_utils\n"


def notebook(sources):
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return {"cells": cells, "metadata": {"kernelspec": {"language": "python"}}, "nbformat": 4, "nbformat_minor": 5}


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(CELLS)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
cells = st.lists(st.sampled_from([*CELLS, BROKEN]), max_size=4).map(
    lambda sources: [source if len(source) % 2 else source.splitlines(keepends=True) for source in sources]
)


def places(value, path=()):
    """The path of every value in a JSON value."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


@st.composite
def mutated(draw):
    """The bytes of a notebook in which something is of another type, or of its text is missing, doubled or foreign."""
    content = notebook(draw(cells))
    for _ in range(draw(st.integers(0, 2))):
        *path, last = draw(st.sampled_from([place for place in places(content) if place] or [("cells",)]))
        parent = content
        for key in path:
            parent = parent[key]
        parent[last] = draw(anything)
    data = json.dumps(content, indent=draw(st.sampled_from([None, 1])), ensure_ascii=draw(st.booleans())).encode(
        draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16"])), "surrogatepass"
    )
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.sampled_from([start, start + 1, start + 40, len(data)]))
        data = data[:start] + draw(st.binary(max_size=4)) + data[end:]
    return data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("random")


def answer(capsys, *arguments):
    status = main([*map(str, arguments), "--target", TARGET])
    written = capsys.readouterr()
    assert status in (0, 1) and not written.err
    return status, written.out


@given(data=mutated(), name=st.sampled_from(["a.ipynb", "a.ipynb", "a.py", "a.txt"]))
@example(data=b"", name="a.ipynb")
@example(data=b"\xff\xfe", name="a.py")
@example(data=b"x = 1\0", name="a.py")
@example(data=b'{"cells": [], "metadata": {"kernelspec": {"language": "a\\nb"}}}', name="a.ipynb")
def test_every_file_gets_an_answer(folder, capsys, data, name):
    path = folder / name
    path.write_bytes(data)
    status, out = answer(capsys, "check", path, "--format", "json")
    report = json.loads(out)
    assert status == bool(report["errors"])
    for problem in report["problems"]:
        assert problem["title"] and "\n" not in problem["title"] and problem["file"] == str(path)


@given(data=mutated(), form=st.sampled_from(["text", "jsonl", "github", "sarif"]))
def test_every_format_can_show_it(folder, capsys, data, form):
    path = folder / "b.ipynb"
    path.write_bytes(data)
    _, out = answer(capsys, "check", path, "--format", form)
    out.encode("utf-8", "backslashreplace").decode("utf-8")
    if form in ("jsonl", "sarif"):
        json.loads(out)


@given(data=mutated())
def test_edits_are_stable_and_leave_what_cannot_be_read(folder, capsys, data):
    path = folder / "c.ipynb"
    path.write_bytes(data)
    _, out = answer(capsys, "fix", path, "--format", "json")
    once = path.read_bytes()
    if any(problem["rule"] == "KF101" for problem in json.loads(out)["problems"]):
        assert once == data
    answer(capsys, "fix", path, "--format", "json")
    assert path.read_bytes() == once


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """A folder of what may stand in a folder, and one file with a problem."""
    monkeypatch.chdir(tmp_path)
    Path("broken.py").write_text(BROKEN)
    Path("loop.ipynb").symlink_to("loop.ipynb")
    Path("nowhere.ipynb").symlink_to("gone.ipynb")
    Path("endless.py").symlink_to("/dev/zero")
    os.mkfifo("pipe.ipynb")
    Path("folder.ipynb").mkdir()
    Path("folder.ipynb", "inside.py").write_text(BROKEN)
    Path("two\nlines.py").write_text(BROKEN)
    Path(os.fsdecode(b"not-utf-8-\xff.py")).write_text(BROKEN)
    Path("utf-16.ipynb").write_text(json.dumps(notebook([BROKEN])), encoding="utf-16")
    Path("bom.ipynb").write_text(json.dumps(notebook([BROKEN])), encoding="utf-8-sig")
    Path("surrogate.ipynb").write_text(json.dumps(notebook(["x = '\ud800'", BROKEN])))
    Path("nul.ipynb").write_text(json.dumps(notebook(["x = '\0'", BROKEN])))
    Path("nested.ipynb").write_text("[" * 100_000)
    Path("long.ipynb").write_text(json.dumps(notebook([f"x = '{'a' * 1_000_000}'\n{BROKEN}"])))


READ = {"broken.py", "folder.ipynb/inside.py", "two\nlines.py", os.fsdecode(b"not-utf-8-\xff.py"), "bom.ipynb"}
READ |= {"surrogate.ipynb", "nul.ipynb", "long.ipynb"}


def test_a_folder_of_oddities_gets_its_answers(odd, capsys):
    status, out = answer(capsys, "check", ".", "--format", "jsonl")
    reports = [json.loads(line) for line in out.splitlines()]
    assert status == 1 and len(reports) == 14
    for report in reports:
        rules = {problem["rule"] for problem in report["problems"] if problem["severity"] == "error"}
        assert rules == ({"KI110"} if report["file"] in READ else {"KF101"}), report


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_oddities_are_shown_in_every_format(odd, capsys, form):
    _, out = answer(capsys, "check", ".", "--format", form)
    assert "\nlines.py" not in out and "lines.py" in out


def test_oddities_on_a_page_and_in_edits(odd, capsys):
    assert main(["check", ".", "--all", "--html", "page.html"]) == 1
    assert Path("page.html").read_text("utf-8").count("<tbody>") == 15
    capsys.readouterr()
    answer(capsys, "fix", ".")
    assert Path("two\nlines.py").read_text() == "from keras import utils as np_utils\n"
    assert Path("utf-16.ipynb").read_bytes().startswith((b"\xff\xfe", b"\xfe\xff"))

"""Cells as typed: what is Python, what is IPython's, and where it stands."""

from __future__ import annotations

import ast

import pytest

from kerasmagic.source.bindings import Bindings
from kerasmagic.source.cell import read_cell
from kerasmagic.source.references import find_references


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        pytest.param("x = 1", 1, id="plain Python"),
        pytest.param("", 0, id="an empty cell"),
        pytest.param("%matplotlib inline\nx = 1", 2, id="a line magic"),
        pytest.param("if x:\n    !pip install y\nz = 1", 2, id="a shell line is the only line of a block"),
        pytest.param("!echo don't (\nx = 1", 2, id="quotes and brackets in a shell line"),
        pytest.param("files = !ls\nx = 1", 2, id="assigned shell output"),
        pytest.param("a = %magic x\nx = 1", 2, id="assigned magic"),
        pytest.param("?print\nprint?\nx = 1", 3, id="help requests"),
        pytest.param("!pip install \\\n  keras\nx = 1", 2, id="a continued shell line"),
        pytest.param("x = (7\n% 2)\n%time y = 1", 2, id="a modulo at the start of a continued line is Python's"),
        pytest.param("%%time\nx = 1\ny = 2", 2, id="a timed cell"),
        pytest.param("\n\n%%time\n%%capture out\nx = 1", 1, id="cell magics after empty lines, nested"),
        pytest.param("%%bash\nfor x in", 0, id="a shell cell has no Python"),
        pytest.param("%%nobodyknows\nfor x in", 0, id="an unknown cell magic has no Python"),
        pytest.param("   x = 1\n   y = 2", 2, id="indented as a whole"),
        pytest.param("\ufeffx = 1", 1, id="a byte order mark"),
        pytest.param("x = 1\r\ny = 2\r\n%ls\r\n", 3, id="Windows line endings"),
        pytest.param("x = 1\r", 1, id="a trailing carriage return"),
        pytest.param("x = 1\x0c\ny = 2", 2, id="a form feed"),
        pytest.param("if x:\n\ty = 1\n", 1, id="tabs"),
        pytest.param("await f()\nasync with a as b:\n    pass", 2, id="await at the top level"),
        pytest.param(">>> x = 1\n>>> if x:\n...     y = 2\n", 2, id="a pasted session"),
        pytest.param('x = """\n%matplotlib\n!ls "\n"""\n%ls', 2, id="magics inside a string are text"),
    ],
)
def test_reads(text, statements):
    cell = read_cell(text)
    assert cell.error is None
    assert len(cell.tree.body) == statements


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("x = (", "Line 1: ", id="an open bracket"),
        pytest.param("%ls\nfor x in", "Line 2: ", id="the error stands behind a magic"),
        pytest.param("x = \0", "null byte", id="a null byte"),
        pytest.param("x = '\ud800'", "not valid", id="a lone surrogate"),
        pytest.param("(" * 5000 + ")" * 5000, "", id="nested too deeply"),
    ],
)
def test_what_does_not_parse_gives_one_sentence(text, sentence):
    cell = read_cell(text)
    assert cell.tree is None
    assert sentence in cell.error
    assert cell.error.endswith(".")
    assert "\n" not in cell.error


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("é = 'ü' + NAME", id="characters beyond ASCII in front"),
        pytest.param("  a = 1\n  b = NAME", id="an indented cell"),
        pytest.param("\ufeffb = NAME", id="a byte order mark"),
        pytest.param("%time é = NAME", id="in a timed line"),
        pytest.param("%timeit -n 10 -r3 f('é', NAME)", id="in a timed line with options"),
        pytest.param("%%time\nx = NAME", id="in a timed cell"),
        pytest.param("a = '\U0001f600'; NAME; '\U0001f600'", id="characters of four bytes"),
        pytest.param("x = 1\x0c\r\nNAME\r\n", id="a form feed ends no line"),
        pytest.param(">>> x = 1\n>>> NAME", id="behind a prompt"),
    ],
)
def test_positions_are_those_of_the_text(text):
    cell = read_cell(text)
    (node,) = [node for node in ast.walk(cell.tree) if isinstance(node, ast.Name) and node.id == "NAME"]
    assert cell.segment(cell.range(node)) == "NAME"


@pytest.mark.parametrize(
    ("text", "kind", "name", "value"),
    [
        pytest.param('!pip install -q "keras<3"', "install", "keras<3", None, id="a quoted requirement"),
        pytest.param("%pip install -U tensorflow==2.15.1 # pin", "install", "tensorflow==2.15.1", None, id="a comment"),
        pytest.param("!python -m pip install -c a.txt x", "install", "x", None, id="an option with a value"),
        pytest.param("!python -m pip install -r a.txt", "install", "-r a.txt", None, id="a file of requirements"),
        pytest.param("if a:\n    !pip3 install x && echo y", "install", "x", None, id="in a block"),
        pytest.param("%%bash\npip install keras", "install", "keras", None, id="in a shell cell"),
        pytest.param("%env KERAS_BACKEND=jax", "setting", "KERAS_BACKEND", "jax", id="an environment magic"),
        pytest.param("%set_env A b", "setting", "A", "b", id="the other environment magic"),
        pytest.param("import os\nos.environ['A'] = 'b'", "setting", "A", "b", id="an item of os.environ"),
        pytest.param("os.environ['A'] = x", "setting", "A", None, id="a value that is not written out"),
        pytest.param("os.environ.setdefault('A', 'b')", "setting", "A", "b", id="setdefault"),
        pytest.param("os.environ.update({'A': 'b'})", "setting", "A", "b", id="update with a dictionary"),
        pytest.param("os.environ.update(A='b')", "setting", "A", "b", id="update with a keyword"),
        pytest.param("os.putenv('A', 'b')", "setting", "A", "b", id="putenv"),
    ],
)
def test_installs_and_settings(text, kind, name, value):
    found = [reference for reference in find_references(read_cell(text), Bindings()) if reference.kind == kind]
    assert [(reference.name, reference.value) for reference in found] == [(name, value)]


@pytest.mark.parametrize(
    "text", ["!pip uninstall -y keras", "!echo install x", "%matplotlib inline", "environ.get('A', 'b')"]
)
def test_no_install_and_no_setting(text):
    assert find_references(read_cell(text), Bindings()) == ()

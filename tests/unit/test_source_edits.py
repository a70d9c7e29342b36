"""Edits: the same names stay bound, and all that is not edited stays byte for byte."""

from __future__ import annotations

import pytest

from kerasmagic.source.bindings import Bindings
from kerasmagic.source.cell import read_cell
from kerasmagic.source.edits import Edit, OverlappingEdits, apply_edits, unified_diff
from kerasmagic.source.imports import (
    Move,
    ensure_import,
    rebind,
    remove_keyword,
    rename_keyword,
    replace_name,
)
from kerasmagic.source.position import Range
from kerasmagic.source.references import find_references


def reference_to(cell, name, kind=None):
    found = find_references(cell, Bindings())
    return next(r for r in found if r.name == name and (kind is None or r.kind == kind))


@pytest.mark.parametrize(
    ("source", "name", "module", "member", "expected"),
    [
        pytest.param("from a.b import X", "a.b.X", "c", None, "from c import X", id="another module"),
        pytest.param("from a.b import X as Y", "a.b.X", "c", "Z", "from c import Z as Y", id="its alias is kept"),
        pytest.param("from a import mse", "a.mse", "a", "mean", "from a import mean as mse", id="another name"),
        pytest.param(
            "from a import b as c", "a.b", "a", "c", "from a import c", id="an alias that is no longer needed"
        ),
        pytest.param("from a import X, Y", "a.X", "c", None, "from c import X\nfrom a import Y", id="the first of two"),
        pytest.param("from a import X, Y", "a.Y", "c", None, "from c import Y\nfrom a import X", id="the last of two"),
        pytest.param("x; from a import X, Y; y", "a.X", "c", None, "x; from c import X; from a import Y; y", id=";"),
        pytest.param("if x: from a import X, Y", "a.X", "c", None, "if x: from c import X; from a import Y", id="if"),
        pytest.param(
            "if x:\r\n\tfrom a import X, Y # z\r\n",
            "a.X",
            "c",
            None,
            "if x:\r\n\tfrom c import X\r\n\tfrom a import Y # z\r\n",
            id="indentation, line ending and comment",
        ),
        pytest.param(
            "from a import (\n    X,\n    Y,  # y\n)",
            "a.X",
            "c",
            None,
            "from c import X\nfrom a import (\n    Y,  # y\n)",
            id="a name with its line",
        ),
        pytest.param(
            "from a import X, \\\n    Y", "a.Y", "c", None, "from c import Y\nfrom a import X", id="a continued line"
        ),
        pytest.param("from a . b import (X)", "a.b.X", "c", None, "from c import (X)", id="spaces and parentheses"),
        pytest.param("from a.b import *", "a.b", "c", None, "from c import *", id="a star"),
        pytest.param("from a import u", "a.u", "x", "v", "from x import v as u", id="a submodule"),
        pytest.param("import a.b as c, d", "a.b", "x.y", None, "import x.y as c, d", id="import as"),
        pytest.param("import a.b as c", "a.b", "x", "y", "from x import y as c", id="import to from"),
        pytest.param(
            "import a.b\na.b.c(a.b)", "a.b", "x.y", None, "import x.y\nx.y.c(x.y)", id="uses of a dotted name"
        ),
        pytest.param("%time from a import X\nx", "a.X", "c", None, "%time from c import X\nx", id="in a timed line"),
    ],
)
def test_rebind(source, name, module, member, expected):
    cell = read_cell(source)
    assert apply_edits(source, rebind(cell, [Move(reference_to(cell, name), module, member)])) == expected


def test_rebinding_to_what_it_is_changes_nothing():
    cell = read_cell("from a import (X,\n  Y as Z)")
    assert rebind(cell, [Move(reference_to(cell, "a.X"), "a", "X")]) == []


def test_names_that_move_together_share_a_statement():
    source = "from a import X, Y as y, Z, W\n"
    cell = read_cell(source)
    moves = [Move(reference_to(cell, f"a.{name}"), "c") for name in "XY"] + [Move(reference_to(cell, "a.W"), "d", "V")]
    assert apply_edits(source, rebind(cell, moves)) == (
        "from c import X, Y as y\nfrom d import V as W\nfrom a import Z\n"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("import keras\nx = keras.y(1)", "import keras\nx = NEW(1)", id="a call's function"),
        pytest.param("import keras\n(keras\n  .y)", "import keras\n(NEW)", id="over two lines"),
        pytest.param("import keras\n'é', keras.y", "import keras\n'é', NEW", id="behind a wide character"),
    ],
)
def test_replace_name(source, expected):
    cell = read_cell(source)
    assert apply_edits(source, replace_name(cell, reference_to(cell, "keras.y"), "NEW")) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("x", "import new\nx", id="first"),
        pytest.param("# c\nx", "# c\nimport new\nx", id="behind a comment"),
        pytest.param("%ls\nx\nimport y", "%ls\nx\nimport new\nimport y", id="at the imports, below magics"),
        pytest.param(
            "'doc'\nfrom __future__ import a\nx", "'doc'\nfrom __future__ import a\nimport new\nx", id="future"
        ),
        pytest.param(
            'import os\nos.environ["A"] = "1"\nimport keras',
            'import os\nos.environ["A"] = "1"\nimport new\nimport keras',
            id="what keras reads when it is imported",
        ),
        pytest.param(
            'import os; os.environ.setdefault("A", "1")\nx = 1',
            'import os; os.environ.setdefault("A", "1")\nimport new\nx = 1',
            id="set by a call",
        ),
        pytest.param(
            'import keras, os\nos.environ["A"] = "1"',
            'import new\nimport keras, os\nos.environ["A"] = "1"',
            id="set too late for keras",
        ),
        pytest.param('os.environ["A"] = "1"', 'os.environ["A"] = "1"\nimport new\n', id="a cell of settings"),
        pytest.param("import new\nx", "import new\nx", id="it is there"),
        pytest.param("@d\ndef f(): pass", "import new\n@d\ndef f(): pass", id="a decorated function"),
        pytest.param("  x\n  y", "  import new\n  x\n  y", id="an indented cell"),
        pytest.param("%ls", "%ls\nimport new\n", id="only magics"),
        pytest.param("", "import new\n", id="an empty cell"),
        pytest.param("x\r\n", "import new\r\nx\r\n", id="Windows line endings"),
    ],
)
def test_ensure_import(source, expected):
    once = apply_edits(source, ensure_import(read_cell(source), "import new"))
    assert once == expected
    assert ensure_import(read_cell(once), "import new") == []


@pytest.mark.parametrize(
    ("call", "renamed", "removed"),
    [
        pytest.param("f(lr=1)", "f(rate=1)", "f()", id="the only one"),
        pytest.param("f(lr=1, b=2)", "f(rate=1, b=2)", "f(b=2)", id="the first"),
        pytest.param("f(a, lr=(1))", "f(a, rate=(1))", "f(a)", id="the last, in parentheses"),
        pytest.param("f('lr=1',  # lr=2\n  lr = 1)", "f('lr=1',  # lr=2\n  rate = 1)", None, id="also in text"),
        pytest.param("f(\n  a,\n  lr=1,\n  b=2\n)", "f(\n  a,\n  rate=1,\n  b=2\n)", "f(\n  a,\n  b=2\n)", id="a line"),
        pytest.param("f(a=1)", "f(a=1)", "f(a=1)", id="not there"),
    ],
)
def test_keywords(call, renamed, removed):
    source = f"from keras import f\n{call}"
    cell = read_cell(source)
    reference = reference_to(cell, "keras.f", "call")
    assert apply_edits(source, rename_keyword(cell, reference, "lr", "rate")) == f"from keras import f\n{renamed}"
    without = apply_edits(source, remove_keyword(cell, reference, "lr"))
    assert read_cell(without).error is None
    assert removed is None or without == f"from keras import f\n{removed}"


def test_edits_are_exact_and_overlaps_are_refused():
    text = "aé\r\nb\rc"
    assert apply_edits(text, [Edit(Range(2, 0, 2, 1), "X"), Edit(Range(1, 1, 1, 2), "Y")]) == "aY\r\nX\rc"
    assert apply_edits(text, []) == text
    assert apply_edits(text, [Edit(Range(3, 1, 3, 1), "!")] * 2) == "aé\r\nb\rc!"
    with pytest.raises(OverlappingEdits, match="line 1"):
        apply_edits(text, [Edit(Range(1, 0, 1, 2), "X"), Edit(Range(1, 1, 2, 1), "Y")])
    with pytest.raises(ValueError, match="line 9"):
        apply_edits(text, [Edit(Range(9, 0, 9, 0), "X")])


def test_unified_diff():
    assert unified_diff("a\nb", "a\nc").splitlines()[3:] == [" a", "-b", "+c"]
    assert unified_diff("a", "a") == ""

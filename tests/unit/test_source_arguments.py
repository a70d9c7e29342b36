"""The arguments of a call where they stand, and the call with other ones."""

from __future__ import annotations

import ast

import pytest

from kerasmagic.source.arguments import Written, arguments_of, rewritten
from kerasmagic.source.cell import read_cell
from kerasmagic.source.edits import apply_edits

KEEP = Written(None)


def changed(text, plan, added=()):
    cell = read_cell(text)
    call = next(node for node in cell.placed if isinstance(node, ast.Call))
    return apply_edits(text, rewritten(cell, call, plan, added))


@pytest.mark.parametrize(
    "text, plan, expected",
    [
        pytest.param("f(a, b)", [KEEP, KEEP], "f(a, b)", id="as it was"),
        pytest.param("f(a, b)", [KEEP, Written("x")], "f(a, x=b)", id="a name for an argument"),
        pytest.param("f(a, (b) + 1)", [KEEP, Written("x")], "f(a, x=(b) + 1)", id="parentheses belong to it"),
        pytest.param("f(a, ( b ))", [KEEP, Written("x")], "f(a, x=( b ))", id="around it, too"),
        pytest.param("f(a, x = b)", [KEEP, Written("y")], "f(a, y=b)", id="another name"),
        pytest.param("f(x=b)", [Written(None)], "f(b)", id="no name"),
        pytest.param("f(a, b, c)", [KEEP, None, KEEP], "f(a, c)", id="one is left out"),
        pytest.param("f(a, b, c)", [KEEP, None, None], "f(a)", id="the last ones are left out"),
        pytest.param("f(a, b)", [None, None], "f()", id="all are left out"),
        pytest.param("f(a, 3, 3)", [KEEP, Written(None, "(3, 3)"), None], "f(a, (3, 3))", id="two become one"),
        pytest.param(
            "f(\n    a,  # (one\n    b,\n)", [KEEP, Written("x")], "f(\n    a,  # (one\n    x=b,\n)", id="comments"
        ),
        pytest.param("é(ä, ü)", [KEEP, Written("x")], "é(ä, x=ü)", id="characters beyond ASCII"),
    ],
)
def test_a_call_is_rewritten(text, plan, expected):
    assert changed(text, plan) == expected


def test_an_argument_is_added():
    assert changed("f()", [], ["x=1"]) == "f(x=1)"
    assert changed("f(a,)", [KEEP], ["x=1"]) == "f(a, x=1,)"


@pytest.mark.parametrize("text", ["f(*a)", "f(**a)", "f(x for x in y)"])
def test_what_cannot_be_told_apart_is_left_alone(text):
    cell = read_cell(text)
    call = next(node for node in cell.placed if isinstance(node, ast.Call))
    assert arguments_of(cell, call) is None

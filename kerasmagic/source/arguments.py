"""The arguments of a call, where they stand, and the call with other ones: layout and comments of what stays, stay."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple, Sequence, Union

from .cell import Cell
from .edits import Edit

_COMMENT_OR_SIGN = re.compile(r"#[^\r\n]*|[(),]")
_BLANK = re.compile(r"(?:\s|\\(?=[\r\n])|#[^\r\n]*)*")


class Argument(NamedTuple):
    """One argument of a call as it is written, with offsets in the cell's text."""

    name: str | None
    """The keyword; None for one without a name."""
    value: ast.expr
    start: int
    value_start: int
    """Where the value begins, behind ``name=``."""
    end: int


class Written(NamedTuple):
    """What is written in the place of an argument."""

    name: str | None
    text: str | None = None
    """Another value; None: as it is."""


Plan = Sequence[Union[Written, None]]


def arguments_of(cell: Cell, call: ast.Call) -> list[Argument] | None:
    """All arguments in the order of the text; None where some have no exact place, or a star."""
    if any(isinstance(item, ast.Starred) for item in call.args) or any(item.arg is None for item in call.keywords):
        return None
    nodes: list[tuple[str | None, ast.expr]] = [(None, item) for item in call.args]
    nodes += [(item.arg, item.value) for item in call.keywords]
    if call not in cell.calls.values():
        return None
    spans = [cell.span(cell.range(node)) for _, node in nodes]
    before, end = cell.span(cell.range(call.func))[1], cell.span(cell.range(call))[1] - 1
    opening = next((sign for sign in _signs(cell.text, before, end + 1) if cell.text[sign] == "("), None)
    if opening is None or any(start <= opening for start, _ in spans):
        return None  # a generator without parentheses of its own
    found: list[Argument] = []
    start = opening + 1
    for (name, node), (_, last), following in zip(nodes, spans, [*(span[0] for span in spans[1:]), end]):
        signs = [*_signs(cell.text, last, following)]
        comma = next((sign for sign in signs if cell.text[sign] == ","), following)
        closed = [sign + 1 for sign in signs if cell.text[sign] == ")" and sign < comma]
        start = _blank(cell.text, start)
        value = start
        if name is not None:
            equals = cell.text.index("=", start)
            value = _blank(cell.text, equals + 1)
        found.append(Argument(name, node, start, value, max([last, *closed])))
        start = comma + 1
    return found


def rewritten(cell: Cell, call: ast.Call, plan: Plan, added: Sequence[str] = ()) -> list[Edit]:
    """A call with other arguments; nothing where it cannot be edited exactly, or nothing changes.

    Arguments:
        plan: for each argument in the order of the text what takes its place; None leaves it out.
        added: what comes behind them: "pool_size=(2, 2)".
    """
    arguments = arguments_of(cell, call)
    if arguments is None or len(arguments) != len(plan):
        return []
    place = cell.between
    edits: list[Edit] = []
    for argument, new in zip(arguments, plan):
        if new is None:
            continue
        if new.name != argument.name:
            edits.append(Edit(place(argument.start, argument.value_start), f"{new.name}=" if new.name else ""))
        if new.text is not None:
            edits.append(Edit(place(argument.value_start, argument.end), new.text))
    edits += (Edit(place(start, end), "") for start, end in _left_out(arguments, plan))
    if added:
        kept = [argument.end for argument, new in zip(arguments, plan) if new is not None]
        if not kept and arguments:
            return []
        at = kept[-1] if kept else cell.span(cell.range(call))[1] - 1
        edits.append(Edit(place(at, at), (", " if kept else "") + ", ".join(added)))
    return edits


def in_one_list(cell: Cell, call: ast.Call) -> Edit | None:
    """The arguments without a name as one list, ``[a, b]`` for ``a, b``; None where there is but one, or one of them
    may be a list already."""
    if len(call.args) < 2 or any(isinstance(each, (ast.Starred, ast.List, ast.Tuple)) for each in call.args):
        return None
    where = cell.range(call.args[0], call.args[-1])
    return Edit(where, f"[{cell.segment(where)}]")


def _left_out(arguments: Sequence[Argument], plan: Plan) -> list[tuple[int, int]]:
    """What to delete so that arguments are gone with their commas."""
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(plan):
        last = index
        while last < len(plan) and plan[last] is None:
            last += 1
        if last > index:
            if last < len(plan):
                spans.append((arguments[index].start, arguments[last].start))
            else:
                spans.append((arguments[index - 1].end if index else arguments[0].start, arguments[-1].end))
        index = last + 1
    return spans


def _signs(text: str, start: int, end: int) -> list[int]:
    """Where parentheses and commas stand between two expressions."""
    found = _COMMENT_OR_SIGN.finditer(text, start, end)
    return [match.start() for match in found if match.group() in "(),"]


def _blank(text: str, start: int) -> int:
    """Behind white space and comments."""
    found = _BLANK.match(text, start)
    return found.end() if found else start

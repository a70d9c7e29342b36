"""The earlier cell whose code failed: ``model = build_model()`` fails where ``build_model`` was written."""

from __future__ import annotations

import linecache
import re
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any, Iterator, Mapping, NamedTuple

from ..model.problem import EarlierCell
from . import session
from .failure import CONVERTED, Failure


def earlier_cell(failure: Failure) -> EarlierCell | None:
    """The cell of the innermost code of the user's that ran, if that is not the cell that was run last.

    IPython keeps the compiled text of each cell in ``linecache``, under the file name that frames carry, whatever
    that is in its release; the history in the namespace tells which cell that was, and what was typed.
    """
    cells = ((frame.path, frame.line) for frame in reversed(failure.frames) if frame.place == "cell")
    path, line = _of_a_graph(failure) or next((each for each in cells if CONVERTED not in each[0]), ("", 0))
    return None if _is_here_again(path, line, failure) else _cell_of(path, failure)


def _is_here_again(path: str, line: int, failure: Failure) -> bool:
    """Whether the cell that ran last is an earlier one that was changed elsewhere, and has the function up to this line
    as it was: TensorFlow keeps what it made of a function, and knows the same one again by its code and its line."""
    before, now = ("".join(linecache.getlines(path)).splitlines(), failure.source.splitlines())
    starts = [place for place, text in enumerate(before[:line]) if text.lstrip().startswith(("def ", "async def "))]
    return bool(starts) and before[starts[-1] : line] == now[starts[-1] : line]


class Writing(NamedTuple):
    """Where a function or class was written."""

    failure: Failure
    """The failure as if that cell had failed: its source is that cell's."""
    cell: EarlierCell | None
    """None where it is the cell that failed."""


def written_in(code: CodeType, failure: Failure) -> Writing | None:
    """The cell that has the code of a function; None where it is in no cell."""
    compiled = "".join(linecache.getlines(code.co_filename)).strip("\n")
    here = compiled in failure.source or _is_here_again(code.co_filename, code.co_firstlineno, failure)
    if compiled and here:  # the whole cell, or the body of %%time
        return Writing(failure, None)
    earlier = _cell_of(code.co_filename, failure) if not _is_a_file(code.co_filename) else None
    return Writing(replace(failure, source=earlier.text), earlier) if earlier is not None else None


def _is_a_file(path: str) -> bool:
    """Whether code comes from a module: IPython gives its cells names in angle brackets, or of ipykernel's folder."""
    return not path.startswith("<") and "ipykernel_" not in path


def _cell_of(path: str, failure: Failure) -> EarlierCell | None:
    """The cell that was compiled under this name, if that is not the one that was run last."""
    compiled = "".join(linecache.getlines(path)).strip("\n")
    if not compiled or compiled == failure.source.strip("\n"):
        return None
    namespace = failure.namespace or {}
    inputs = namespace.get("In")
    kept: list[Any] = inputs if type(inputs) is list else []
    for number in range(len(kept) - 1, 0, -1):
        typed = _typed(number, namespace)
        if typed is not None and _is_text(kept[number], typed, compiled):
            return None if typed.strip("\n") == failure.source.strip("\n") else EarlierCell(typed, number)
    return EarlierCell(compiled, None) if "get_ipython()" not in compiled else None


_IN_A_GRAPH = re.compile(r"^ +(?:File \"(.+)\", line (\d+), in \w+|(\S+):(\d+) \w+)  \*$", re.MULTILINE)
"""A step in a function that TensorFlow converted, in its message: up to 2.5 in the second form."""


def _of_a_graph(failure: Failure) -> tuple[str, int] | None:
    """The name of the cell whose function failed while a graph was made of it, and the line; None where none did: the
    traceback has the converted function only, and the message has the place that it was written in."""
    steps = _IN_A_GRAPH.findall(str(failure.exception))
    places = [(path or other, int(line or same)) for path, line, other, same in steps]
    return next((each for each in reversed(places) if _INSTALLED not in each[0] and linecache.getlines(each[0])), None)


_INSTALLED = "-packages"


def _typed(number: int, namespace: Mapping[str, Any]) -> str | None:
    """What was typed into a cell: ``_i3``."""
    text = namespace.get(f"_i{number}")
    return text if type(text) is str else None


def _is_text(kept: object, typed: str, compiled: str) -> bool:
    """Whether a cell is the one that was compiled: as a whole, or the body of ``%%capture``."""
    if type(kept) is str and kept.strip("\n") == compiled:
        return True
    return typed.lstrip().startswith("%%") and typed.partition("\n")[2].strip("\n") == compiled


def texts_of_session(failure: Failure) -> list[str]:
    """The cells that ran, newest first; where the history is not kept, those that defined functions and classes."""
    kept = [text for text in session.cells(failure.namespace) if text]
    return [failure.source, *reversed(kept or list(dict.fromkeys(_defining(failure.namespace))))]


def _defining(namespace: Mapping[str, Any] | None) -> Iterator[str]:
    for _, thing in session.variables(namespace):
        members = [*session.members_by_name(thing).values()] if isinstance(thing, type) else [thing]
        for each in members:
            if type(each) is FunctionType:
                text = "".join(linecache.getlines(each.__code__.co_filename))
                if each.__globals__ is namespace and text:
                    yield text

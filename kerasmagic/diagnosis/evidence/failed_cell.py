"""The cell that failed as a syntax tree: the nodes on the line that raised."""

from __future__ import annotations

import ast
import re
from types import FrameType
from typing import Any, Iterator

from ...source.nodes import last_name
from ...source.position import Range
from . import session
from .cell import CellFacts
from .failure import CONVERTED, Failure, Frame, once

_OURS = ("keras", "tensorflow", "tf_keras")
_INSTALLED = re.compile(r"(site|dist)-packages")


def facts_of(failure: Failure) -> CellFacts | None:
    """What the cell refers to; None where it cannot be read."""
    facts = failure.facts
    return facts if facts.cell.tree is not None and facts.cell.error is None else None


@once
def nodes(failure: Failure, facts: CellFacts) -> list[ast.expr]:
    """The expressions of the cell on the line that raised, outer before inner; all of them where no line is known.

    Where TensorFlow ran a function of the user's as a graph, the line in it comes before the one that called it.
    """
    assert facts.cell.tree is not None
    found = [node for node in ast.walk(facts.cell.tree) if isinstance(node, ast.expr)]
    on_line = [
        node
        for line in dict.fromkeys((failure.converted_line, failure.line_text))
        for node in found
        if line and line in _lines(node, facts)
    ]
    return on_line or found


def calls(failure: Failure, facts: CellFacts) -> Iterator[ast.Call]:
    return (node for node in nodes(failure, facts) if isinstance(node, ast.Call))


def calls_of(name: str, facts: CellFacts) -> Iterator[ast.Call]:
    """All calls in the cell of something by that name, also of an attribute: ``x.name()``."""
    assert facts.cell.tree is not None
    return (node for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Call) and last_name(node.func) == name)


def _lines(node: ast.expr, facts: CellFacts) -> list[str]:
    where = facts.cell.range(node)
    return [text.strip() for text in facts.cell.lines[where.line - 1 : where.end_line]]


def text_of(node: ast.AST, facts: CellFacts) -> str:
    return facts.cell.segment(facts.cell.range(node))


def value_of(node: ast.AST | None, failure: Failure) -> Any:
    """What an expression stands for where the cell failed, as far as that can be read; else None."""
    found = session.value_of(node, failure.variables)
    return None if found is session.UNKNOWN else found


def constant(node: ast.AST, failure: Failure) -> Any:
    """A number, a text or the like, written out or by its name; None where it is none of these."""
    return node.value if isinstance(node, ast.Constant) else value_of(node, failure)


def last_made_by(name: str, failure: Failure) -> str:
    """The method whose result a name was given last, in this cell or an earlier one: "compile" of ``model =
    model.compile(…)``, also of ``model = Sequential(…).compile(…)``; empty where none was."""
    assigned = re.compile(rf"^[ \t]*{re.escape(name)}[ \t]*=[ \t]*(?:.*\)|\w+)\.(\w+)\(", re.M)
    made = [found for text in (*session.cells(failure.namespace), failure.source) for found in assigned.findall(text)]
    return made[-1] if made else ""


def assigned(name: str, facts: CellFacts) -> Iterator[ast.expr]:
    """What the cell gives to a name in its assignments, one for each statement."""
    for node in facts.cell.placed:
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == name for target in node.targets):
            yield node.value


def function_of_numpy(call: ast.Call, failure: Failure) -> str:
    """The name of a function of NumPy that is called, ``mean`` of ``np.mean(x)``; empty for all else."""
    if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
        return ""
    return call.func.attr if session.module_name(value_of(call.func.value, failure)) == "numpy" else ""


def end_range(node: ast.AST, facts: CellFacts) -> Range:
    """The place right behind an expression."""
    where = facts.cell.range(node)
    return Range(where.end_line, where.end_column, where.end_line, where.end_column)


def whole_lines(statement: ast.stmt, facts: CellFacts) -> Range:
    """The lines of a statement with their end, where nothing else stands on them; else the statement alone."""
    where = facts.cell.range(statement)
    lines = facts.cell.lines[where.line - 1 : where.end_line]
    alone = not lines[0][: where.column].strip() and not lines[-1][where.end_column :].strip()
    if not alone or where.end_line == len(facts.cell.lines):
        return where
    return Range(where.line, 0, where.end_line + 1, 0)


def brackets(call: ast.Call, facts: CellFacts) -> Range:
    """``(…)`` of a call, with all that is given."""
    start, end = end_range(call.func, facts), facts.cell.range(call)
    return Range(start.line, start.column, end.end_line, end.end_column)


def in_library(failure: Failure) -> bool:
    """Whether it was raised inside of TensorFlow or Keras, which the cell called."""
    end = failure.end
    by_six = end is not None and end.module == "six" and asked_by_keras(failure)  # raises for TensorFlow up to 2.5
    return end is None or _is_of_ours(end) or by_six or CONVERTED in end.path or is_hidden(failure)


def is_hidden(failure: Failure) -> bool:
    """Whether the steps inside of Keras may be missing: it takes them out of what goes through a call of its own, and
    the last step left is the user's line that Keras ran. A line that raises has done so itself."""
    end = failure.end
    return end is not None and end.place != "package" and not end.raises and asked_by_keras(failure)


def asked_by_keras(failure: Failure) -> bool:
    """Whether Keras or TensorFlow made the call in which it was raised."""
    return any(_is_of_ours(frame) for frame in failure.frames[:-1])


def _is_of_ours(frame: Frame) -> bool:
    return frame.module.partition(".")[0] in _OURS


def package_between(failure: Failure) -> str:
    """The installed package, neither TensorFlow nor Keras, whose code made the call that failed: "deepctr"; empty
    where the cell or a file of the user's made it."""
    others = [frame for frame in failure.frames if frame.module.partition(".")[0] not in _OURS]
    last = others[-1] if others and CONVERTED not in others[-1].path else None
    installed = last is not None and last.place == "package" and _INSTALLED.search(last.path)
    return last.module.partition(".")[0] if last is not None and installed else ""


def python_frames(failure: Failure) -> Iterator[FrameType]:
    """The frames of the traceback from the cell inwards, with their variables."""
    return (step.tb_frame for step in failure.steps)


def called_layers(failure: Failure) -> Iterator[tuple[Any, Any]]:
    """Each layer that was called on the way to the error, with its first argument: Keras hides its own frames, and
    leaves those of the function that does so."""
    for frame in python_frames(failure):
        args: Any = frame.f_locals.get("args")
        wrapped = frame.f_code.co_name == "error_handler" and type(args) is tuple and bool(args)
        if wrapped and session.is_kind(args[0], "Layer"):
            yield args[0], args[1] if len(args) > 1 else None


def raising(failure: Failure) -> Any:
    """The object in whose method it was raised: ``self`` of the innermost frame that has one."""
    found = None
    for frame in python_frames(failure):
        found = frame.f_locals.get("self", found)
    return found


def last_function(failure: Failure) -> str:
    """The name of the function that raised it."""
    names = [frame.f_code.co_name for frame in python_frames(failure)]
    return names[-1] if names else ""


def in_schedule(failure: Failure) -> bool:
    """Whether it was raised in a schedule of the learning rate that the user wrote."""
    things = (frame.f_locals.get("self") for frame in python_frames(failure))
    return any(session.is_kind(each, "LearningRateSchedule") and session.root(each) not in _OURS for each in things)


def is_ours(thing: Any) -> bool:
    """Whether a class of TensorFlow or Keras is what an object is made from."""
    return session.is_of_keras(thing)


def subject(failure: Failure) -> Any:
    """The object that lacks an attribute: from Python 3.10 on the exception has it, before the failing frame."""
    thing = getattr(failure.error, "obj", None)
    facts = facts_of(failure) if thing is None else None
    wanted = failure.wanted
    if facts is None or wanted is None:
        return thing
    asked = (node for node in nodes(failure, facts) if isinstance(node, ast.Attribute) and node.attr == wanted.member)
    found = (value_of(node.value, failure) for node in asked)
    named = next((value for value in found if session.class_name(value) == wanted.owner), None)
    return named if named is not None else _in_graph_code(wanted.owner, failure)


def _in_graph_code(owner: str, failure: Failure) -> Any:
    """The object in a function that TensorFlow converted: it raises the exception anew, without the object."""
    for frame in python_frames(failure):
        for value in frame.f_locals.values() if CONVERTED in frame.f_code.co_filename else ():
            if session.class_name(value) == owner:
                return value
    return None

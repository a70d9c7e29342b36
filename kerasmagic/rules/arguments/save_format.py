"""``save_format=`` taken out of a call: then the name of the file says what is written, and has to say it."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import Fix, Problem, Proposal, Way
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.nodes import last_name
from ...source.position import Range

_FORMATS = {"h5": (".h5", ".hdf5", ".keras"), "hdf5": (".h5", ".hdf5", ".keras"), "keras": (".keras",)}
_WEIGHTS = (".weights.h5",)
_FOLDER = (
    "It writes a Keras file, where the old line wrote a SavedModel folder: load it by this name with load_model. For "
    "TensorFlow Serving and TFLite, which want the folder: model.export(folder)."
)


def without_save_format(problem: Problem, facts: CellFacts, world: World) -> Iterator[Way]:
    """The call without it, and with a file name that means the same."""
    call = _call(problem, facts)
    given = {item.arg: item for item in call.keywords} if call else {}
    if call is None or "save_format" not in given or None in given:
        return
    written = given["save_format"].value
    format_ = written.value if isinstance(written, ast.Constant) else None
    place = 1 if last_name(call.func) == "save_model" else 0
    path = given["filepath"].value if "filepath" in given else next(iter(call.args[place:]), None)
    if path is None or any(isinstance(item, ast.Starred) for item in call.args):
        return
    weights = last_name(call.func) == "save_weights"
    endings = _WEIGHTS if weights else _FORMATS.get(str(format_), (".keras",))
    name = _named(path, _value(path, facts, world), endings, facts)
    if name is None:
        yield Fix("manual", f"Take save_format out, and let the file name end in {endings[0]}.")
        return
    folder = not weights and format_ not in _FORMATS
    yield Proposal(
        f"End the file name in {endings[0]}" if name else "Take save_format out: the name's ending says it",
        (*name, Edit(_with_comma(given["save_format"], call, facts), "")),
        evidence=f"The ending decides what {world.name} writes.",
        differs=_FOLDER if folder else "",
    )
    if folder and last_name(call.func) == "save" and isinstance(call.func, ast.Attribute):
        receiver = facts.cell.segment(facts.cell.range(call.func.value))
        text = facts.cell.segment(facts.cell.range(path))
        yield Fix("manual", f"For a SavedModel folder, which load_model does not read: {receiver}.export({text}).")


def _call(problem: Problem, facts: CellFacts) -> ast.Call | None:
    for reference in facts.references:
        if f"{reference.name}(save_format)" == problem.reference or "save_format" in reference.keywords:
            call = call_node(facts.cell, reference)
            if call is not None and any(item.arg == "save_format" for item in call.keywords):
                return call
    return None


def _value(path: ast.expr, facts: CellFacts, world: World) -> str | None:
    """The text of a path that is written out, or a variable bound in this cell or, as it is now, in the session."""
    if isinstance(path, ast.Constant):
        return path.value if isinstance(path.value, str) else None
    if not isinstance(path, ast.Name) or facts.cell.tree is None:
        return None
    bound = [
        node.value
        for node in facts.cell.tree.body
        if isinstance(node, ast.Assign) and [getattr(each, "id", "") for each in node.targets] == [path.id]
    ]
    if bound:
        last = bound[-1]
        return last.value if len(bound) == 1 and isinstance(last, ast.Constant) and type(last.value) is str else None
    held: Any = (getattr(world, "namespace", None) or {}).get(path.id)
    return held if type(held) is str else None


def _named(path: ast.expr, value: str | None, endings: tuple[str, ...], facts: CellFacts) -> list[Edit] | None:
    """The edits that make a file name end as it has to; None where that cannot be told."""
    if value is None:
        return None
    if value.endswith(endings):
        return []
    where = facts.cell.range(path)
    bare = value
    for ending in (".weights.h5", ".h5", ".hdf5", ".keras", ".tf", ".ckpt"):
        if value.endswith(ending):
            bare = value[: -len(ending)]
            break
    if isinstance(path, ast.Constant):
        return [Edit(where, repr(bare.rstrip("/") + endings[0]))]
    at = Range(where.end_line, where.end_column, where.end_line, where.end_column)
    return [Edit(at, f" + {endings[0]!r}")] if bare == value and not value.endswith("/") else None


def _with_comma(item: ast.keyword, call: ast.Call, facts: CellFacts) -> Range:
    """The argument with the comma before it."""
    others = [*call.args, *(other.value for other in call.keywords if other is not item)]
    value = facts.cell.range(item.value)
    before = [facts.cell.range(node) for node in others]
    earlier = [each for each in before if (each.end_line, each.end_column) <= (value.line, value.column)]
    if not earlier:
        start = facts.cell.range(call.func)
        return Range(start.end_line, start.end_column + 1, value.end_line, value.end_column)
    last = max(earlier, key=lambda each: (each.end_line, each.end_column))
    return Range(last.end_line, last.end_column, value.end_line, value.end_column)

"""``save_format=`` taken out of a call: then the name of the file says what is written, and has to say it."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import Fix, Problem, Proposal, Way
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.nodes import last_name
from ...source.position import Range
from .endings import last_text
from .file_groups import same_texts
from .folders import made_first

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
    text = last_text(path, facts.cell)
    value = _value(path, text, facts, world)
    name = _named(path, text, value, endings, facts)
    if name is None:
        yield Fix("manual", f"Take save_format out, and let the file name end in {endings[0]}.")
        return
    folder = not weights and format_ not in _FORMATS
    made = made_first(path, value or "", call, facts, world) if endings[0] != ".h5" else []
    yield Proposal(
        f"End the file name in {endings[0]}" if name else "Take save_format out: the name's ending says it",
        (*made, *name, Edit(_with_comma(given["save_format"], call, facts), "")),
        evidence=f"The ending decides what {world.name} writes.",
        differs=_FOLDER if folder else "",
    )
    if folder and last_name(call.func) == "save" and isinstance(call.func, ast.Attribute):
        receiver = facts.cell.segment(facts.cell.range(call.func.value))
        name_of_it = facts.cell.segment(facts.cell.range(path))
        yield Fix(
            "manual", f"For a SavedModel folder, which load_model does not read: {receiver}.export({name_of_it})."
        )


def _call(problem: Problem, facts: CellFacts) -> ast.Call | None:
    for reference in facts.references:
        if f"{reference.name}(save_format)" == problem.reference or "save_format" in reference.keywords:
            call = call_node(facts.cell, reference)
            if call is not None and any(item.arg == "save_format" for item in call.keywords):
                return call
    return None


def _value(path: ast.expr, text: ast.Constant | ast.JoinedStr | None, facts: CellFacts, world: World) -> str | None:
    """The text of a path that is written out, with its blanks, or of a variable of the session, as it is now."""
    if isinstance(text, ast.Constant):
        return str(text.value)
    if text is not None:
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in text.values)
    if not isinstance(path, ast.Name) or _is_bound(path.id, facts):
        return None
    held: Any = (getattr(world, "namespace", None) or {}).get(path.id)
    return held if type(held) is str else None


def _is_bound(name: str, facts: CellFacts) -> bool:
    bound = (node for node in facts.cell.placed if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return any(node.id == name for node in bound)


def _named(
    path: ast.expr,
    text: ast.Constant | ast.JoinedStr | None,
    value: str | None,
    endings: tuple[str, ...],
    facts: CellFacts,
) -> list[Edit] | None:
    """The edits that make a file name end as it has to, wherever the cell has it; None where that cannot be told."""
    if value is None:
        return None
    if value.endswith(endings):
        return []
    old = next((each for each in _OLD if value.endswith(each)), "/" if value.endswith("/") else "")
    if text is not None:
        edits = [_ended(node, old, endings[0], facts) for node in same_texts(text, facts.cell)]
        return [each for each in edits if each is not None] if None not in edits and edits else None
    if old:
        return None
    uses = [each for call in facts.cell.calls.values() if last_name(call.func) in _FILES for each in call.args[:2]]
    same = [each for each in uses if isinstance(each, ast.Name) and each.id == getattr(path, "id", "")]
    places: list[ast.expr] = [*same] or [path]
    return [Edit(failing.end_range(each, facts), f" + {endings[0]!r}") for each in places]


_OLD = (".weights.h5", ".h5", ".hdf5", ".keras", ".tf", ".ckpt")
_FILES = ("save", "save_model", "save_weights", "load_model", "load_weights")


def _ended(node: ast.expr, old: str, ending: str, facts: CellFacts) -> Edit | None:
    """The last characters of a text in quotes: another ending for the old one."""
    where = facts.cell.range(node)
    quote = facts.cell.segment(where)[-1:]
    if quote not in ("'", '"') or facts.cell.segment(where).endswith(quote * 3):
        return None
    start = where.end_column - 1 - len(old)
    return Edit(Range(where.end_line, start, where.end_line, where.end_column - 1), ending)


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

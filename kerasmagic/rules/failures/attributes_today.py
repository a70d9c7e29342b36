"""Attributes that are called otherwise today: all places of a cell that ask objects of one kind for them, at once."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.scoped import Scoped
from ...diagnosis.model.problem import Fix, Proposal, Way
from ...diagnosis.resolve.spelling import doubt, near_name, whole_name
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_NOW = {
    "lr": "learning_rate",
    "weights": "variables",
    "output_shape": "output.shape",
    "input_shape": "input.shape",
    "_is_compiled": "compiled",
    "_keras_shape": "shape",
    "inbound_nodes": "_inbound_nodes",
    "outbound_nodes": "_outbound_nodes",
    "_collected_trainable_weights": "trainable_weights",
    "layer": "operation",
    "experimental_run_v2": "run",
    "W": "kernel",
    "U": "recurrent_kernel",
    "b": "bias",
    "get_value": "numpy",
    "set_value": "assign",
}
"""Attributes that are called otherwise today; the first part of the new name must be there."""
_CALLS = {
    "get_output_at": "output",
    "get_input_at": "input",
    "get_output_shape_at": "output.shape",
    "get_input_shape_at": "input.shape",
    "get_shape": "shape",
}
"""Methods that are attributes today."""
_OF_KERAS = {"output_shape", "input_shape", "_keras_shape", "inbound_nodes", "outbound_nodes", "experimental_run_v2"}
_OF_KERAS |= {*_CALLS} - {"get_shape"}
"""Names that nothing else has: whoever is asked for them is an object of Keras."""
_READ = ".get_value()"
"""How Keras 1 read the values of a variable."""


class _Place(NamedTuple):
    node: ast.Attribute
    new: str
    sure: bool
    """False: what is asked there is not known, and is taken for the same kind of object."""


def ways_today(thing: Any, member: str, failure: Failure, facts: CellFacts, world: World) -> Iterator[Way]:
    """The cell with the attribute's name of today wherever it is asked for; advice where that cannot be written."""
    new = name_today(thing, member)
    if new and _is_of_a_call(new) and _never_called(thing):
        given = "the data: x.shape" if new.startswith("input") else "what it gives: y = layer(x), y.shape"
        advice = f"Take the shape of {given}." if new.endswith("shape") else ""
        yield Fix("manual", f"{advice} Called with keras.Input(…), it has .{new}.".strip())
        return
    if not new:
        return
    scoped = Scoped(failure, facts)
    places = [*_places(thing, member, scoped, facts)]
    edits = [edit for place in places for edit in _written(place, scoped, facts, world)]
    if any(place.node.attr == member for place in places):
        names = dict.fromkeys(f".{place.new} for .{place.node.attr}" for place in places)
        where = f"The {type(thing).__name__} in this kernel has {new.partition('.')[0]}."
        slip = "" if member in _NOW or member in _CALLS else doubt(member, new)
        differs = " ".join(filter(None, (slip, _not_known(places, facts))))
        yield Proposal(f"Write {' and '.join(names)}", tuple(edits), where, differs)
    elif member in _NOW or member in _CALLS:
        yield Fix("manual", f"Write .{new} instead of .{member}.")


def _places(thing: Any, member: str, scoped: Scoped, facts: CellFacts) -> Iterator[_Place]:
    """Where the cell asks objects that lack it, as the one that failed does."""
    asked = [node for node in facts.cell.placed if isinstance(node, ast.Attribute) and _is_old(node, member, scoped)]
    known = {node: scoped.values(node.value) for node in asked}
    lacking = {node: [each for each in known[node] if _lacks(each, node.attr, thing, member)] for node in asked}
    on_line = [node for node in asked if node in scoped.on_line and node.attr == member]
    failed = [node for node in on_line if lacking[node]] or [node for node in on_line if not known[node]]
    alike = {last_name(node.value) for node in failed} - {"self"}
    for node in asked:
        each = lacking[node][0] if lacking[node] else thing
        new = name_today(each, node.attr)
        if not new or (_is_of_a_call(new) and _never_called(each)):
            continue
        if lacking[node]:
            yield _Place(node, new, sure=True)
        elif not known[node] and _lacks(thing, node.attr, thing, member):
            sure = node in failed or any(_is_same(node, other, scoped) for other in failed)
            if sure or node.attr in _OF_KERAS or (node.attr == member and last_name(node.value) in alike):
                yield _Place(node, new, sure)


def _is_old(node: ast.Attribute, member: str, scoped: Scoped) -> bool:
    """Whether it is asked for what failed, or for another name of old."""
    call = scoped.above.get(node)
    return node.attr in (member, *_NOW) or (node.attr in _CALLS and isinstance(call, ast.Call) and call.func is node)


def _lacks(each: Any, name: str, thing: Any, member: str) -> bool:
    """Whether an object is without an attribute, as the one that failed is without its own."""
    if not session.is_of_keras(each) or session.defines(each, name) or name in session.held(each):
        return False
    return (name == member and type(each) is type(thing)) or not _computes(each)


def _computes(each: Any) -> bool:
    """Whether a class answers for attributes that it does not show, as optimizers of Keras 2 do."""
    names = ("__getattr__", "__getattribute__")
    return any(name in vars(base) for base in session.bases(each) if base is not object for name in names)


def _is_same(node: ast.Attribute, other: ast.Attribute, scoped: Scoped) -> bool:
    """Whether both ask the same: the same words in one function, or of ``self`` in one class."""
    if ast.dump(node.value) != ast.dump(other.value):
        return False
    own = ast.dump(node.value).find("id='self'") >= 0 and scoped.class_of(node) is scoped.class_of(other)
    return own or scoped.function_of(node) is scoped.function_of(other)


def _written(place: _Place, scoped: Scoped, facts: CellFacts, world: World) -> Iterator[Edit]:
    """A place with the name of today."""
    node, owner = place.node, failing.text_of(place.node.value, facts)
    call = scoped.above.get(node)
    called = isinstance(call, ast.Call) and call.func is node and node.attr in _CALLS
    whole = call if called and call is not None else node
    outer = scoped.above.get(whole)
    if isinstance(outer, ast.Attribute) and outer.attr == "as_list" and place.new == "shape":
        yield Edit(facts.cell.range(scoped.above[outer]), f"list({owner}.shape)")
        return
    if world.keras_3 and isinstance(outer, ast.Call) and _sets_a_value(outer, node):
        start, value = facts.cell.range(outer), facts.cell.range(outer.args[1])
        asked = Range(start.line, start.column, value.line, value.column)
        yield Edit(asked, f"{owner}.{place.new}.assign(")
        return
    start, end = failing.end_range(node.value, facts), facts.cell.range(whole)
    read = _READ if facts.cell.lines[end.end_line - 1][end.end_column :].startswith(_READ) else ""
    asked = Range(start.line, start.column, end.end_line, end.end_column + len(read))
    yield Edit(asked, f".{place.new}{'.numpy()' if read else ''}")


def _sets_a_value(call: ast.Call, variable: ast.expr) -> bool:
    """``K.set_value(optimizer.lr, value)``: set_value takes no variables of Keras 3, and they have assign."""
    return last_name(call.func) == "set_value" and len(call.args) == 2 and call.args[0] is variable


def _not_known(places: list[_Place], facts: CellFacts) -> str:
    unsure = [place for place in places if not place.sure]
    if not unsure:
        return ""
    first = unsure[0]
    lines = sorted({place.node.lineno for place in unsure})
    where = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}"
    return f"Look at {where}: whether {failing.text_of(first.node.value, facts)} has .{first.new} is not known."


def _is_of_a_call(name: str) -> bool:
    """``input.shape``: what a layer has of the tensors that it was called with."""
    return name.partition(".")[0] in ("input", "output")


def _never_called(thing: Any) -> bool:
    """A layer that nothing has been given to: it has no tensors yet, and asking for them raises."""
    nodes = session.own(thing, "_inbound_nodes", "_inbound_nodes_value")
    by_itself = session.is_kind(thing, "Functional") or session.own(thing, "_functional") is not None
    return session.is_kind(thing, "Layer") and nodes is not None and not session.members(nodes) and not by_itself


def name_today(thing: Any, member: str) -> str | None:
    """What the attribute is called in this kernel: as is known, with or without the underscore, or nearly so."""
    if member in _CALLS:
        return _CALLS[member]
    names = {name for base in session.bases(thing) for name in vars(base)} | set(session.held(thing))
    settings = session.own(thing, "_hyper")  # where optimizers of Keras 2 keep theirs
    names.update(settings if type(settings) is dict else ())
    known = _NOW.get(member)
    if known == "variables" and type(session.defined(type(thing), known)) is FunctionType:
        return "variables()"  # of optimizers, up to TensorFlow 2.11
    if known and known.partition(".")[0] in names:
        whole = known.replace(".", "_")  # a Sequential model has input_shape also where it has no input
        is_there = known != whole and whole != member and session.is_kind(thing, "Model")
        return whole if is_there else known
    if type(thing).__module__.partition(".")[0] not in ("keras", "tf_keras", "tensorflow"):
        return None  # a class of the user's has names of its own, which are not those of Keras misspelled
    other = member[1:] if member.startswith("_") else f"_{member}"
    if other in names:
        return other
    public = tuple(sorted(name for name in names if not name.startswith("_")))
    return whole_name(member, public) or (near_name(member, public) if len(member) > 4 else None)

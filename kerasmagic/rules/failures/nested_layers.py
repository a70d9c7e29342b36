"""A layer that belongs to a model inside of the model that is asked for it: a base with a new head on top.

``get_layer`` looks among a model's own layers. What is computed from that layer needs a way from the input of the inner
model, whose tensors the outer model does not know.
"""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.held_layers import model_in, top_layers
from ...diagnosis.contract.network import is_network
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_TENSORS = ("input", "inputs", "output", "outputs")
_DEEPEST = 5


class Nested(NamedTuple):
    """Where a layer is."""

    places: tuple[int, ...]
    """Of the models on the way to it, each in the layers of the one before."""
    inner: Any
    """The model that has it."""
    is_first: bool
    """Whether nothing is computed before the inner model."""
    is_followed_in_line: bool
    """Whether each layer behind it takes what the one before gives, and nothing else."""


def nested(code: str, name: str, failure: Failure, facts: CellFacts) -> Problem | None:
    """What is wrong where a layer is asked of the outer model; None where it is in no inner one."""
    outer = model_in(failure)
    found = _find(name, outer) if outer is not None else None
    asked = next((call for call in failing.calls(failure, facts) if last_name(call.func) == "get_layer"), None)
    if found is None or asked is None or not isinstance(asked.func, ast.Attribute):
        return None
    inner = _name(found.inner)
    return Problem(
        rule=code,
        severity=ERROR,
        title=f"{name} is a layer of {inner}, a model that is one layer of this model",
        cause="get_layer looks among the layers of the model itself, and not in models inside of it.",
        reference="keras.Model.get_layer",
    ).with_ways(_ways(name, found, asked, failure, facts))


def _find(name: str, model: Any, deep: int = 0) -> Nested | None:
    layers = _layers(model)
    for place, inner in enumerate(layers):
        if not is_network(inner) or deep > _DEEPEST:
            continue
        is_first = all(session.class_name(each) == "InputLayer" for each in layers[:place])
        if name in map(_name, _layers(inner)):
            in_line = session.is_kind(model, "Sequential") or _are_in_line(layers[place:])
            return Nested((place,), inner, is_first, in_line)
        found = _find(name, inner, deep + 1)
        if found is not None:
            return found._replace(places=(place, *found.places), is_first=False, is_followed_in_line=False)
    return None


def _layers(model: Any) -> tuple[Any, ...]:
    """As ``model.layers`` lists them: a Sequential model leaves its Input out."""
    found = top_layers(model)
    if session.is_kind(model, "Sequential"):
        return tuple(each for each in found if session.class_name(each) != "InputLayer")
    return found


def _name(layer: Any) -> str:
    return str(session.own(layer, "_name", "name") or "")


def _are_in_line(layers: tuple[Any, ...]) -> bool:
    """Whether each layer of a functional model was called once, with the tensor of the one before."""
    for before, layer in zip(layers, layers[1:]):
        nodes = session.members(session.own(layer, "_inbound_nodes", "_inbound_nodes_value"))
        taken = _taken(nodes[0]) if len(nodes) == 1 else ()
        history = session.own(taken[0], "_keras_history") if len(taken) == 1 else None
        if not isinstance(history, tuple) or history[0] is not before:
            return False
    return True


def _taken(node: Any) -> tuple[Any, ...]:
    of_keras_3 = session.members(session.own(session.own(node, "arguments"), "keras_tensors"))
    return of_keras_3 or session.members(session.own(node, "_keras_inputs"))


def _ways(name: str, found: Nested, asked: ast.Call, failure: Failure, facts: CellFacts) -> Iterator[Way]:
    assert isinstance(asked.func, ast.Attribute)
    outer = failing.text_of(asked.func.value, facts)
    inner = outer + "".join(f".layers[{place}]" for place in found.places)
    if not _is_of_tensors(asked, facts):
        edit = Edit(facts.cell.range(asked.func.value), inner)
        yield Proposal(f"Ask {_name(found.inner)} for it", (edit,), f"{inner} is {_name(found.inner)}.")
        return
    statement = _statement(asked, facts)
    if found.is_first and statement is not None:
        edits = _rebuilt(outer, inner, found, statement, failure, facts)
        if edits is not None:
            evidence = (
                f"{inner} is {_name(found.inner)}; the new model has its weights, and those of the layers behind it."
            )
            yield Proposal(f"Build on {_name(found.inner)}", edits, evidence)
    before = "" if found.is_first else " Give it what the layers before it make of the data."
    yield Fix(
        "manual",
        f"Build on the inner model: base = {inner}, then Model(base.inputs, base.get_layer('{name}').output)." + before,
    )


def _is_of_tensors(asked: ast.Call, facts: CellFacts) -> bool:
    """Whether the layer is asked for its tensors, ``get_layer(…).output``: they are of the graph of the inner model."""
    attributes = (node for node in facts.cell.placed if isinstance(node, ast.Attribute))
    return any(node.value is asked and node.attr in _TENSORS for node in attributes)


def _statement(asked: ast.Call, facts: CellFacts) -> ast.stmt | None:
    """``grad_model = Model(…)`` or ``return Model(…)`` around it."""
    for node in facts.cell.placed:
        value = node.value if isinstance(node, (ast.Assign, ast.Return)) else None
        is_model = isinstance(value, ast.Call) and last_name(value.func) == "Model"
        if is_model and value is not None and any(each is asked for each in ast.walk(value)):
            return node if isinstance(node, ast.stmt) else None
    return None


def _rebuilt(
    outer: str, inner: str, found: Nested, statement: ast.stmt, failure: Failure, facts: CellFacts
) -> tuple[Edit, ...] | None:
    """The new model from the input of the inner one on; None where its parts are not all known."""
    taken = {node.id for node in facts.cell.placed if isinstance(node, ast.Name)} | set(failure.variables)
    base, x, layer = (next((name for name in names if name not in taken), names[-1]) for names in _NAMES)
    edits, needs_end = [], False
    for node in ast.walk(statement):
        parent = node if isinstance(node, ast.Attribute) and failing.text_of(node.value, facts) == outer else None
        if parent is None:
            continue
        where = facts.cell.range(parent)
        if parent.attr in ("input", "inputs", "get_layer"):
            edits.append(Edit(where, f"{base}.{parent.attr}"))
        elif parent.attr in ("output", "outputs"):
            needs_end = True
            edits.append(Edit(where, x if parent.attr == "output" else f"[{x}]"))
        else:
            return None
    if not any(edit.text == f"{base}.get_layer" for edit in edits) or len(edits) != _uses(outer, statement, facts):
        return None
    if needs_end and not found.is_followed_in_line:
        return None
    where = facts.cell.range(statement)
    indent = facts.cell.lines[where.line - 1][: where.column]
    if indent.strip():  # behind another statement on its line
        return None
    lines = [f"{base} = {inner}"]
    if needs_end:
        behind = f"{outer}.layers[{found.places[0] + 1}:]"
        lines += [f"{x} = {base}.output", f"for {layer} in {behind}:", f"    {x} = {layer}({x})"]
    start = Range(where.line, where.column, where.line, where.column)
    return (Edit(start, "".join(f"{line}\n{indent}" for line in lines)), *edits)


_NAMES = ("base", "inner", "inner_model"), ("x", "tensor", "tensor_behind"), ("layer", "each", "layer_behind")
"""For the inner model, the tensor that goes through the layers behind it, and each of these."""


def _uses(outer: str, statement: ast.stmt, facts: CellFacts) -> int:
    """How often the outer model stands in a statement."""
    expressions = (node for node in ast.walk(statement) if isinstance(node, (ast.Name, ast.Attribute)))
    return sum(failing.text_of(node, facts) == outer for node in expressions)

"""``decoder(y, initial_state=states)``: the states that a recurrent layer starts with, and those that it keeps."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Mapping, NamedTuple

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import dimensions
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name

_COUNTS = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1}
_WORDS = {1: "one state", 2: "two states, h and c,"}
_CAUSE = (
    "A layer starts with what it keeps from step to step: an LSTM two tensors, h and c, a GRU and a SimpleRNN one, "
    "each of shape (samples, units). The outputs of the steps are none of them."
)


class Given(NamedTuple):
    """A layer, and the states that it is given."""

    kind: str
    units: int
    states: tuple[Any, ...]
    node: ast.expr | None
    """How they are written in the cell."""


def wrong_states(failure: Failure, facts: CellFacts) -> Finding | None:
    """What is wrong with the states of the first layer that cannot take those it is given."""
    on_line = list(failing.calls(failure, facts))
    calls = sorted(facts.cell.calls.values(), key=lambda call: (call not in on_line, call.lineno))
    written = (given for call in calls for given in [_of_call(call, failure)] if given)
    return next(filter(None, (_finding(each, failure, facts) for each in (*written, *_of_models(failure)))), None)


def _of_call(call: ast.Call, failure: Failure) -> Given | None:
    node = next((item.value for item in call.keywords if item.arg == "initial_state"), None)
    kind, units = _made(call.func, failure)
    if node is None or kind not in _COUNTS or type(units) is not int:
        return None
    if isinstance(node, (ast.List, ast.Tuple)):
        states = tuple(failing.value_of(each, failure) for each in node.elts)
    else:
        value = failing.value_of(node, failure)
        states = session.members(value) or (value,)
    return Given(kind, units, states, node)


def _made(node: ast.expr, failure: Failure) -> tuple[str, Any]:
    """The class and the units of a layer, by its object or by the call that makes it."""
    if isinstance(node, ast.Call):
        given = [*node.args[:1], *(item.value for item in node.keywords if item.arg == "units")]
        return last_name(node.func), failing.constant(given[0], failure) if given else None
    return _live(failing.value_of(node, failure))


def _live(layer: Any) -> tuple[str, Any]:
    cell = session.own(layer, "cell")
    return session.class_name(layer), session.own(cell if cell is not None else layer, "units")


def _of_models(failure: Failure) -> Iterator[Given]:
    """The layers of the model that was called: Keras 3 looks at their states when data comes."""
    for model, _ in failing.called_layers(failure):
        for layer in session.members(session.own(model, "_layers")):
            kind, units = _live(layer)
            for node in session.members(session.own(layer, "_inbound_nodes")) if kind in _COUNTS else ():
                named = session.own(session.own(node, "arguments"), "kwargs")
                value = named.get("initial_state") if type(named) is dict else None
                if value is not None and type(units) is int:
                    yield Given(kind, units, session.members(value) or (value,), None)


def _finding(given: Given, failure: Failure, facts: CellFacts) -> Finding | None:
    shapes = [_shape(each) for each in given.states]
    wanted = _COUNTS[given.kind]
    fits = len(shapes) == wanted and all(shape and shape[1:] == (given.units,) for shape in shapes)
    if fits or None in shapes:
        return None
    kept = _kept(given, failure)
    change = _change(given, kept, facts) if kept else None
    got = ", ".join(f"({', '.join(map(str, shape or ()))})" for shape in shapes)
    return Finding(
        title=f"{given.kind}({given.units}) takes {_WORDS[wanted]} of shape (None, {given.units}), and gets {got}",
        cause=_CAUSE,
        changes=(change,) if change else (),
        advice=(_advice(given, kept, shapes, facts),),
        reference=f"{given.kind}(initial_state)",
    )


def _shape(thing: Any) -> tuple[Any, ...] | None:
    ours = thing is not None and session.root(thing) in ("keras", "tf_keras", "tensorflow")
    return dimensions(session.attribute(thing, "shape")) if ours else None


def _kept(given: Given, failure: Failure) -> list[str]:
    """The names of the states that the layer before gave, as many as this one keeps; empty where they are not all
    there, or have another size."""
    sources = [source for source in map(_source, given.states) if source is not None and source[0] in _COUNTS]
    if not sources:
        return []
    names: dict[int, str] = {}
    for name, thing in {**dict(session.variables(failure.namespace)), **_of_frame(failure)}.items():
        made = _source(thing)
        of_it = made is not None and made[1:3] == sources[0][1:3]
        if made is not None and of_it and made[3] and (_shape(thing) or ())[1:] == (given.units,):
            names.setdefault(made[3], name)
    wanted = range(1, _COUNTS[given.kind] + 1)
    return [names[place] for place in wanted] if all(place in names for place in wanted) else []


def _of_frame(failure: Failure) -> Mapping[str, Any]:
    return {name: thing for name, thing in failure.variables.items() if not name.startswith("_")}


def _source(tensor: Any) -> tuple[str, int, int, int] | None:
    """The layer that gave a tensor: its class and identity, which call of it, and the place of the tensor among what
    it gave."""
    made = session.own(tensor, "_keras_history") if session.class_name(tensor) == "KerasTensor" else None
    if not isinstance(made, tuple) or len(made) != 3:
        return None
    return session.class_name(made[0]), id(made[0]), made[1], made[2]


def _change(given: Given, kept: list[str], facts: CellFacts) -> Change | None:
    node = _list_of(given.node, facts)
    if node is None or (text := f"[{', '.join(kept)}]") == failing.text_of(node, facts):
        return None
    places = [made for made in map(_source, given.states) if made is not None]
    left = any(made[0] == "LSTM" and given.kind != "LSTM" for made in places)
    return Change(
        f"Give {' and '.join(kept)}",
        ((node, text),),
        differs="The c of the LSTM is left out: the layer has no place for it." if left else "",
        evidence="They are the states that the layer before gave.",
    )


def _list_of(node: ast.expr | None, facts: CellFacts) -> ast.expr | None:
    """The list itself where its name is given, and no other list is called so in the cell."""
    if not isinstance(node, ast.Name):
        return node
    made = [
        each for each in facts.cell.placed if isinstance(each, ast.Assign) and last_name(each.targets[0]) == node.id
    ]
    used = [each for each in facts.cell.placed if isinstance(each, ast.Name) and each.id == node.id]
    alone = len(made) == 1 and isinstance(made[0].value, (ast.List, ast.Tuple)) and len(used) == 2
    return made[0].value if alone else node


def _advice(given: Given, kept: list[str], shapes: list[Any], facts: CellFacts) -> str:
    if kept:
        return f"Write initial_state=[{', '.join(kept)}]."
    wanted, states = _COUNTS[given.kind], given.node.elts if isinstance(given.node, (ast.List, ast.Tuple)) else []
    if len(shapes) == 2 * wanted and len(states) == len(shapes) and len(set(shapes)) == 1:
        texts = [failing.text_of(node, facts) for node in states]
        joined = ", ".join(f"Concatenate()([{texts[k]}, {texts[k + wanted]}])" for k in range(wanted))
        return f"Join the states of both directions, initial_state=[{joined}], for {given.kind}({2 * shapes[0][-1]})."
    others = {shape[-1] for shape in shapes if shape and len(shape) == 2} - {given.units}
    if len(others) == 1 and len(shapes) == wanted:
        (other,) = others
        return f"Give both layers the same number of units: {given.kind}({other}) here, or {given.units} units before."
    if _comes_both_ways(given):
        return _of_both_ways(given)
    names = "state_h, state_c" if given.kind == "LSTM" else "state"
    return (
        f"Let the layer before give its states: outputs, {names} = {given.kind}({given.units}, return_sequences=True, "
        f"return_state=True)(x). Then write initial_state=[{names}]."
    )


def _comes_both_ways(given: Given) -> bool:
    """Whether a Bidirectional layer of such layers gave the tensors, whose two states together have this size."""
    for state in given.states:
        made = session.own(state, "_keras_history") if session.class_name(state) == "KerasTensor" else None
        inner = session.own(made[0], "forward_layer") if isinstance(made, tuple) and made else None
        if inner is not None and _live(inner) == (given.kind, given.units / 2):
            return True
    return False


def _of_both_ways(given: Given) -> str:
    """``Bidirectional(LSTM(16, return_state=True))`` gives the states of the forward layer first."""
    pairs = [("fh", "bh"), ("fc", "bc")][: _COUNTS[given.kind]]
    names = ", ".join((*(forward for forward, _ in pairs), *(backward for _, backward in pairs)))
    joined = ", ".join(f"Concatenate()([{forward}, {backward}])" for forward, backward in pairs)
    return (
        f"Let the layer before give its states: outputs, {names} = Bidirectional({given.kind}({given.units // 2}, "
        f"return_sequences=True, return_state=True))(x). Then write initial_state=[{joined}]."
    )

"""A model of several inputs, one of which gets data of another shape: ``fit([x, y[:, :-1]], …)``."""

from __future__ import annotations

import ast
from itertools import permutations
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract import tensor_graph as graph
from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import DATASET, DICT, LIST, Shape, fits, shown
from ...diagnosis.contract.training import TRAINING, Training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...source.nodes import last_name

_PLACES = ("first", "second", "third", "fourth", "fifth")
_MOST_IN_ANOTHER_ORDER = 4
_SHAPES = ("shape", "input_shape")


class Input(NamedTuple):
    """One input, and the data for it."""

    place: int
    tensor: Any
    """What ``keras.Input`` made."""
    name: str
    wanted: Shape
    given: Shape
    node: ast.expr | None
    """How the data is written, where it stands in the call by itself."""


def of_several(call: Training, owner: str = "") -> Iterator[Finding]:
    """The first input whose data it does not take.

    Arguments:
        owner: what has the data, where that is not the call: " of validation_data".
    """
    inputs = list(_inputs(call))
    wrong = next((each for each in inputs if not fits(each.given, each.wanted)), None)
    if wrong is None:
        return
    order = _another_order(inputs) if call.x is not None and call.x.form == LIST else ()
    if order:
        yield _in_order(inputs, order, call, owner)
        return
    what = _words(wrong, call, owner)
    yield Finding(
        title=f"{what} has shape {shown(wrong.given)}, and the model takes {shown(wrong.wanted)}",
        cause=_difference(wrong),
        changes=tuple(_made_for_it(wrong, call)) if call.method in TRAINING else (),
        advice=(_advice(wrong, call),),
        reference="fit(x)",
        certain=False,
    )


def _inputs(call: Training) -> Iterator[Input]:
    tensors = graph.ends(call.model, "inputs")
    data, wanted = call.x, call.network.inputs
    if data is None or len(tensors) != len(wanted) or len(data.parts) != len(wanted):
        return
    names = [graph.input_name(tensor) for tensor in tensors]
    if data.form == DICT and sorted(names) != sorted(data.names):
        return
    node = call.written.get("x")
    for place, name in enumerate(names):
        at = data.names.index(name) if data.form == DICT else place
        shape = data.parts[at].shape
        if shape is not None and data.form in (DICT, LIST):
            yield Input(place, tensors[place], name, wanted[place], shape, _written(node, at))


def _written(node: ast.expr | None, place: int) -> ast.expr | None:
    if isinstance(node, (ast.List, ast.Tuple)):
        parts: list[Any] = node.elts
    else:
        parts = node.values if isinstance(node, ast.Dict) else []
    return parts[place] if place < len(parts) and not any(isinstance(each, ast.Starred) for each in parts) else None


def _text(each: Input, call: Training) -> str:
    text = failing.text_of(each.node, call.facts) if each.node is not None and call.facts is not None else ""
    return text if len(text) <= 30 and "\n" not in text else ""


def _words(each: Input, call: Training, owner: str) -> str:
    place = _PLACES[each.place] if each.place < len(_PLACES) else f"{each.place + 1}th"
    given = call.x
    by_name = given is not None and given.form == DICT
    which = f"The input {each.name}" if by_name else f"The {place} input"
    which += owner
    text = _text(each, call)
    if call.given["x"].form == DATASET:
        return f"{which} that {call.text('x')} gives"
    return f"{which}, {text}," if text else which


def _difference(each: Input) -> str:
    if len(each.given) != len(each.wanted):
        return f"The data has {len(each.given)} axes, with that of the samples, and the input {len(each.wanted)}."
    axis = _axis(each)
    return f"At axis {axis} it has {each.given[axis]}, where the input is made for {each.wanted[axis]}."


def _axis(each: Input) -> int:
    pairs = list(zip(each.given, each.wanted))
    return next(at for at, pair in enumerate(pairs) if at and None not in pair and pair[0] != pair[1])


def _another_order(inputs: list[Input]) -> tuple[int, ...]:
    """The order in which all of the data fits, where there is one only."""
    if len(inputs) > _MOST_IN_ANOTHER_ORDER:
        return ()
    orders = [
        order
        for order in permutations(range(len(inputs)))
        if all(fits(inputs[at].given, each.wanted) for at, each in zip(order, inputs))
    ]
    return orders[0] if len(orders) == 1 else ()


def _in_order(inputs: list[Input], order: tuple[int, ...], call: Training, owner: str) -> Finding:
    nodes = [(each.node, _text(inputs[at], call)) for each, at in zip(inputs, order)]
    written = all(node is not None and text for node, text in nodes)
    edits = tuple((node, text) for node, text in nodes if node is not None)
    shapes = ", ".join(shown(each.wanted) for each in inputs)
    right = f"[{', '.join(text for _, text in nodes)}]" if written else "as the list of Model(inputs) has them"
    return Finding(
        title=f"The inputs{owner} are given in another order: the model takes {shapes}",
        cause=f"Given are {', '.join(shown(each.given) for each in inputs)}. A list goes to the inputs by its order.",
        changes=(Change("Give them in the order of the inputs", edits),) if written else (),
        advice=(f"Give them {'in this order: ' if written else ''}{right}.",),
        reference="fit(x)",
        certain=False,
    )


def _made_for_it(each: Input, call: Training) -> Iterator[Change]:
    """``Input(shape=(n - 1,))`` for data of n - 1 steps, where the cell makes the input."""
    size = _size_in_cell(each, call) if len(each.given) == len(each.wanted) else None
    if size is None or call.facts is None:
        return
    axis, text = _axis(each), failing.text_of(size, call.facts)
    wanted, given = each.wanted[axis], each.given[axis]
    if wanted is None or given is None:
        return
    plain = isinstance(size, (ast.Name, ast.Attribute))
    new = f"{text} {'-' if given < wanted else '+'} {abs(given - wanted)}" if plain else str(given)
    yield Change(
        "Make the input for this data", ((size, new),), evidence=f"The data has {given} at axis {axis}, in this kernel."
    )


def _size_in_cell(each: Input, call: Training) -> ast.expr | None:
    """The size that is to change, in the only ``Input(shape=(…,))`` of the cell that made this input."""
    variable, facts = _variable(each, call), call.facts
    made = [
        node.value
        for node in (facts.cell.placed if facts is not None and variable else ())
        if isinstance(node, ast.Assign) and [getattr(to, "id", "") for to in node.targets] == [variable]
    ]
    if len(made) != 1 or not isinstance(made[0], ast.Call) or last_name(made[0].func) != "Input":
        return None
    shapes = [*made[0].args[:1], *(item.value for item in made[0].keywords if item.arg in _SHAPES)]
    sizes = shapes[0].elts if len(shapes) == 1 and isinstance(shapes[0], (ast.Tuple, ast.List)) else []
    return sizes[_axis(each) - 1] if len(sizes) == len(each.wanted) - 1 else None


def _variable(each: Input, call: Training) -> str:
    found = (name for name, thing in session.variables(call.namespace) if thing is each.tensor)
    return next((name for name in found if not name.startswith("_")), "")


def _advice(each: Input, call: Training) -> str:
    text = _text(each, call) or "it"
    if call.method not in TRAINING:
        return f"Prepare {text} as the training data was: its samples had the shape {shown(each.wanted[1:])}."
    variable = _variable(each, call)
    made = f"{variable} = keras.Input(shape={shown(each.given[1:])})" if variable else ""
    made = made or f"keras.Input(shape={shown(each.given[1:])}) as that input"
    return f"Make the model for this data, {made}; or give {text} the shape {shown(each.wanted)}."

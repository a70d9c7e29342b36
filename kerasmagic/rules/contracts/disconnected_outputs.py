"""Outputs that the inputs of a model do not lead to: those of a model within another one, and those of an Input that is
not given."""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract import tensor_graph as graph
from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.network import is_network
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.symbols import is_symbol
from ...source.nodes import last_name
from ...source.position import Range

_SAME = "They are the same layers, with the same weights and in the same order."


class _Asked(NamedTuple):
    """The call of Model in the cell."""

    call: ast.Call
    outer: Any
    outer_text: str
    outputs: tuple[tuple[ast.expr, Any], ...]
    """Each output as it is written, with its tensor."""
    inner: Any
    """The model within the outer one, whose own tensors are among the outputs."""
    inner_text: str


def output_of_inner_model(failure: Failure, facts: CellFacts) -> Finding | None:
    asked = next(_asked(failure, facts), None)
    if asked is None:
        return None
    name = session.attribute(asked.inner, "name")
    entrance = _entrance(asked)
    change = _change(asked, entrance, facts) if entrance else None
    made = failing.text_of(asked.call.func, facts)
    return Finding(
        title=f"An output is of the inner model {name}, and does not depend on the input of {asked.outer_text}",
        cause=f"{asked.outer_text} calls {name} as a layer. The tensors of its layers belong to its own graph, with an "
        "input of its own.",
        changes=(change,) if change else (),
        advice=(
            f"Make the model of the inner one, {made}({asked.inner_text}.inputs, …), and call it with what "
            f"{asked.outer_text} gives {name}{f', {entrance}' if entrance else ''}.",
        ),
        reference="keras.Model",
    )


def inputs_not_given(failure: Failure, facts: CellFacts) -> Finding | None:
    """The Inputs that an output of a model depends on, and that the model is not given."""
    for call, inputs, outputs in _calls_of_model(failure, facts):
        given = {id(tensor) for tensor in _below(inputs, failure)}
        lacking = {id(root) for tensor in _below(outputs, failure) for root in graph.roots(tensor)} - given
        names = [name for name, thing in failure.variables.items() if id(thing) in lacking and name in facts.words]
        if not given or not names or len(names) != len(lacking):
            continue
        several = isinstance(inputs, ast.Name) and session.members(graph.read(inputs, failure))
        texts = [f"{'*' * bool(several)}{failing.text_of(node, facts)}" for node in _elements(inputs)]
        model, shown = failing.text_of(call.func, facts), " and ".join(names)
        return Finding(
            title=f"An output depends on {shown}, which the model is not given",
            cause="Each tensor of keras.Input that leads to an output is an input of the model.",
            advice=(
                f"Write {model}([{', '.join([*texts, *names])}], …), and give data for {shown} in fit and predict, "
                "too. What is the same for all samples is a weight of a layer, not an Input.",
            ),
            reference="keras.Model",
        )
    return None


def inputs_lost(failure: Failure) -> Finding | None:
    """The same of the model that was called, which was made elsewhere."""
    for model, _ in failing.called_layers(failure):
        lacking = graph.not_given(model)
        made = filter(None, map(graph.made_by, lacking))
        names = " and ".join(dict.fromkeys(str(session.attribute(layer, "name")) for layer, _ in made))
        outer = next((name for name, each in graph.live_models(failure) if _inner(each, lacking) is not None), "")
        if not names:
            continue
        advice = f"Give the model all Inputs that its outputs use: that of the layer {names} is not among them."
        if outer:
            advice = (
                f"A layer of a model within {outer} has a graph of its own: make the model of the inner one, "
                f"Model(inner.inputs, …), with inner = {outer}.get_layer(…), and call it with what {outer} gives it."
            )
        return Finding(
            title=f"The model has an output that depends on the input {names}, which it is not given",
            cause="Keras lets such a model be made, and lacks the tensor when it is called.",
            advice=(advice,),
            reference="keras.Model",
        )
    return None


def _below(node: ast.expr, failure: Failure) -> list[Any]:
    """The tensors that an expression stands for, or that it is made of."""
    found = graph.tensors(graph.read(node, failure))
    parts = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
    return list(found) or [tensor for each in parts for tensor in _below(each, failure)]


def _calls_of_model(failure: Failure, facts: CellFacts) -> Iterator[tuple[ast.Call, ast.expr, ast.expr]]:
    """The calls of Model in the cell, with what they are given as inputs and outputs."""
    for call in facts.cell.calls.values():
        made = failing.value_of(call.func, failure)
        if last_name(call.func) == "Model" or (isinstance(made, type) and session.name_of(made) == "Model"):
            named = {item.arg: item.value for item in call.keywords}
            given = [*call.args[:2], None, None]
            inputs, outputs = named.get("inputs", given[0]), named.get("outputs", given[1])
            if inputs is not None and outputs is not None:
                yield call, inputs, outputs


def _elements(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, (ast.List, ast.Tuple)) else [node]


def _asked(failure: Failure, facts: CellFacts) -> Iterator[_Asked]:
    for call, inputs, outputs in _calls_of_model(failure, facts):
        outer, text = _outer(inputs, failure, facts)
        found = [(node, graph.tensors(graph.read(node, failure))) for node in _elements(outputs)]
        tensors = tuple((node, each[0]) for node, each in found if len(each) == 1)
        inner = _inner(outer, [tensor for _, tensor in tensors])
        if inner is not None and len(tensors) == len(found):
            yield _Asked(
                call, outer, text, tensors, inner, _written(inner, _place(inner, outer, text), tensors, failure, facts)
            )


def _outer(inputs: ast.expr, failure: Failure, facts: CellFacts) -> tuple[Any, str]:
    """The model whose inputs are given, and how the cell calls it."""
    node = inputs
    while isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 1:
        node = node.elts[0]
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute) and node.attr in ("input", "inputs"):
        owner = graph.read(node.value, failure)
        return (owner, failing.text_of(node.value, facts)) if is_network(owner) else (None, "")
    tensor = failing.value_of(node, failure)
    models = list(graph.live_models(failure)) if is_symbol(tensor) else []
    found = ((model, name) for name, model in models if any(each is tensor for each in graph.ends(model, "inputs")))
    return next(found, (None, ""))


def _inner(outer: Any, tensors: list[Any]) -> Any:
    """The model among the outer one's layers to whose own graph one of the tensors belongs."""
    strange = {id(root) for tensor in tensors if is_symbol(tensor) for root in graph.roots(tensor)}
    strange -= {id(each) for each in graph.ends(outer, "inputs")}
    for layer in graph.layers_of(outer):
        if is_network(layer) and any(id(each) in strange for each in graph.ends(layer, "inputs")):
            return layer
    return None


def _written(
    inner: Any, place: str, outputs: tuple[tuple[ast.expr, Any], ...], failure: Failure, facts: CellFacts
) -> str:
    """How the cell writes the inner model; else its place in the outer one."""
    for node, _ in outputs:
        for part in ast.walk(node):
            if isinstance(part, (ast.Name, ast.Call, ast.Subscript)) and graph.read(part, failure) is inner:
                return failing.text_of(part, facts)
    return place


def _entrance(asked: _Asked) -> str:
    """The tensor that the outer model gives the inner one, as an expression."""
    node = _call_within(asked)
    tensors = graph.given_to(node) if node is not None else ()
    made = graph.made_by(tensors[0]) if len(tensors) == 1 else None
    if made is None:
        return ""
    places = [number for number, each in enumerate(graph.ends(asked.outer, "inputs")) if each is tensors[0]]
    if places:
        return f"{asked.outer_text}.inputs[{places[0]}]"
    place = _place(made[0], asked.outer, asked.outer_text)
    return f"{place}.output" if place else ""


def _place(layer: Any, model: Any, text: str) -> str:
    """A layer of a model by its number: names that Keras gives change when a cell runs again."""
    numbers = [number for number, each in enumerate(graph.layers_of(model)) if each is layer]
    return f"{text}.layers[{numbers[0]}]" if numbers else ""


def _call_within(asked: _Asked) -> Any:
    """The call of the inner model in the outer one; the last, since a Sequential model may be built more than once."""
    inputs = {id(each) for each in graph.ends(asked.outer, "inputs")}
    for node in reversed(graph.calls_of(asked.inner)):
        tensors = graph.given_to(node)
        if tensors and all(id(root) in inputs for tensor in tensors for root in graph.roots(tensor)):
            return node
    return None


def _change(asked: _Asked, entrance: str, facts: CellFacts) -> Change | None:
    made = failing.text_of(asked.call.func, facts)
    given = f"{entrance}{_training(_call_within(asked))}"
    if len(asked.outputs) == 1:
        node = asked.outputs[0][0]
        text = f"{made}({asked.inner_text}.inputs, {failing.text_of(node, facts)})({given})"
        return Change(
            "Call the layers of the inner model with what the outer one gives it", ((node, text),), evidence=_SAME
        )
    behind = _behind(asked)
    statement = next((each for each in facts.cell.placed if _holds(each, asked.call)), None)
    own = {id(each) for each in graph.ends(asked.outer, "outputs")}
    inner = [node for node, tensor in asked.outputs if id(tensor) not in own]
    if behind is None or statement is None or len(inner) != 1 or {"features", "layer"} & facts.words:
        return None
    where = facts.cell.range(statement)
    indent = "\n" + " " * where.column
    text = failing.text_of(inner[0], facts)
    x = next(name for name in ("x", "after", "rest") if name not in facts.words)
    lines = [
        f"features, {x} = {made}({asked.inner_text}.inputs, [{text}, {asked.inner_text}.output])({given})",
        f"for layer in {asked.outer_text}.layers[{behind}:]:",
        f"    {x} = layer({x})",
        "",
    ]
    place = Range(where.line, where.column, where.line, where.column)
    edits: list[tuple[ast.AST | Range, str]] = [(place, indent.join(lines))]
    edits += [(node, "features" if node is inner[0] else x) for node, _ in asked.outputs]
    return Change("Go through the inner model, and then through the layers behind it", tuple(edits), evidence=_SAME)


def _training(node: Any) -> str:
    """``, training=False``, where the call of a layer is given it."""
    given = session.own(session.own(node, "arguments"), "kwargs") or session.own(node, "call_kwargs")
    value = given.get("training") if type(given) is dict else None
    return f", training={value}" if type(value) is bool else ""


def _behind(asked: _Asked) -> int | None:
    """The number of the layer behind the inner model, where one follows the other up to the output."""
    layers, node = graph.layers_of(asked.outer), _call_within(asked)
    given = graph.given_by(node) if node is not None else ()
    place = next((number for number, each in enumerate(layers) if each is asked.inner), None)
    for layer in layers[place + 1 :] if place is not None else ():
        nodes = [
            each for each in graph.calls_of(layer) if [id(t) for t in graph.given_to(each)] == [id(t) for t in given]
        ]
        given = graph.given_by(nodes[-1]) if nodes and not _training(nodes[-1]) else ()
    ends = graph.ends(asked.outer, "outputs")
    arrived = len(given) == len(ends) == 1 and given[0] is ends[0]
    return place + 1 if place is not None and arrived else None


def _holds(statement: ast.AST, call: ast.Call) -> bool:
    return isinstance(statement, (ast.Assign, ast.Expr, ast.Return)) and any(
        each is call for each in ast.walk(statement)
    )

"""A layer that is asked for by a name which no layer of the model has."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.spelling import near_names
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import index, string
from .layer_names import COUNTED, OF_RESNET50, counted_from_one, in_resnet50, is_resnet50
from .nested_layers import nested

_REFUSAL = re.compile(r"^No such layer: (\S+?)\. Existing layers are: \[(.*)\]", re.DOTALL)
_SHORT = re.compile(r"^No such layer: (\S+?)\.?$")
_NUMBER = re.compile(r"_\d+$")
_SHOWN = 6
_FIRST_MODEL = (
    "The number of an activation was counted in the session: it is this layer if ResNet50 was the first model that the "
    "program made."
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = _REFUSAL.search(failure.message) or _SHORT.search(failure.message)
    facts = failing.facts_of(failure)
    if facts is not None and isinstance(failure.exception, IndexError):
        yield from _by_number(failure, facts)
        return
    if found is None or facts is None or not failing.in_library(failure):
        return
    name = found.group(1)
    names = _listed(found.group(2)) if found.re is _REFUSAL else _of_the_model(failure, facts)
    if not names or name in names:
        return
    inside = nested("KA317", name, failure, facts)
    if inside is not None:
        yield inside
        return
    advice = f"Its layers are {_shortened(names)}. model.summary() shows them all."
    yield Problem(
        rule="KA317",
        severity=ERROR,
        title=f"The model has no layer named {name}",
        cause="Names that Keras gives itself, and those in keras.applications, are others than in earlier releases.",
        reference="keras.Model.get_layer",
        fixes=(Fix("manual", advice),),
        proposals=tuple(_renamed(name, names, facts)),
    )


def _number(node: ast.AST, failure: Failure) -> Any:
    """``7``, ``-1`` or a name for one."""
    negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    value = failing.constant(node.operand if isinstance(node, ast.UnaryOp) else node, failure)
    return -value if negative and type(value) is int else value


def _by_number(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``model.layers[7]`` of a model that has fewer."""
    for node in failing.nodes(failure, facts):
        if not isinstance(node, ast.Subscript):
            continue
        asked = node.value
        if not isinstance(asked, ast.Attribute) or asked.attr != "layers":
            continue
        model = failing.value_of(asked.value, failure)
        if not session.is_kind(model, "Model") or not session.is_of_keras(model):
            continue
        layers = session.members(session.own(model, "_layers", "_self_tracked_trackables"))
        kinds = [session.class_name(layer) for layer in layers]
        if session.is_kind(model, "Sequential"):
            kinds = [kind for kind in kinds if kind != "InputLayer"]
        number = _number(index(node), failure)
        if kinds and not (type(number) is int and -len(kinds) <= number < len(kinds)):
            yield Problem(
                rule="KA317",
                severity=ERROR,
                title=f"The model has {len(kinds)} layer{'s' if len(kinds) > 1 else ''}, with the numbers 0 to "
                f"{len(kinds) - 1}",
                cause="A Sequential model does not list its Input; other models do.",
                reference="keras.Model.layers",
                fixes=(Fix("manual", f"They are {_shortened(tuple(kinds))}; layers[-1] is the last one."),),
            )
            return


def _listed(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"'([^']*)'", text))


def _of_the_model(failure: Failure, facts: CellFacts) -> tuple[str, ...]:
    """The names of the live model's layers, where the message does not list them."""
    for call in failing.calls(failure, facts):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "get_layer":
            model = failing.value_of(call.func.value, failure)
            layers = session.members(session.own(model, "_layers", "_self_tracked_trackables"))
            names = [session.own(layer, "_name", "name") for layer in layers]
            return tuple(each for each in names if type(each) is str)
    return ()


def _shortened(names: tuple[str, ...]) -> str:
    if len(names) <= 2 * _SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN])} … {', '.join(names[-_SHOWN:])}"


def _renamed(name: str, names: tuple[str, ...], facts: CellFacts) -> Iterator[Proposal]:
    resnet = in_resnet50(name)
    if resnet in names and is_resnet50(names):
        new = {each: in_resnet50(each) for each in _texts(facts) if each == name or OF_RESNET50.match(each)}
        edits = _edits({old: today for old, today in new.items() if today in names}, facts)
        by_number = any(COUNTED.match(old) and today in names for old, today in new.items())
        evidence = "It is the same layer of ResNet50, under the name that it has since keras_applications 1.0.8."
        yield from _proposal(f"Ask for {resnet}", edits, evidence, _FIRST_MODEL if by_number else "")
        return
    counted = counted_from_one(name, names)
    if counted:
        new = {each: counted_from_one(each, names) for each in _texts(facts) if _same_kind(each, name)}
        edits = _edits({old: new for old, new in new.items() if new}, facts)
        differs = f"Keras 1 and 2 counted such layers from 1, today the first one has no number: is it {counted}?"
        yield from _proposal(f"Ask for {counted}", edits, "", differs)
        return
    alone = _only_one_of_its_kind(name, names)
    if alone:
        edits = _by_place(name, names.index(alone) - len(names), facts)
        differs = f"Such numbers are counted in the session; {alone} is the only layer of its kind here."
        yield from _proposal(f"Take {alone} by its place", edits, "", differs)
        return
    near = near_names(name, names)
    if near:
        edits = _edits({name: near[0]}, facts)
        yield from _proposal(f"Ask for {near[0]}", edits, "", f"It is the only layer with a name like {name}.")


def _same_kind(one: str, other: str) -> bool:
    first, second = COUNTED.match(one), COUNTED.match(other)
    return first is not None and second is not None and first.group(1) == second.group(1)


def _only_one_of_its_kind(name: str, names: tuple[str, ...]) -> str:
    kind = [each for each in names if _NUMBER.sub("", each) == _NUMBER.sub("", name)]
    return kind[0] if len(kind) == 1 and _NUMBER.search(name) else ""


def _by_place(name: str, place: int, facts: CellFacts) -> tuple[Edit, ...]:
    """``model.layers[-2]`` for ``model.get_layer("conv2d_3")``: the next run counts otherwise. From the end, since a
    Sequential model of Keras 2 leaves the input out."""
    edits = []
    for call in failing.calls_of("get_layer", facts):
        asked = [*call.args, *(item.value for item in call.keywords if item.arg == "name")]
        if isinstance(call.func, ast.Attribute) and [string(each) for each in asked] == [name]:
            model = failing.text_of(call.func.value, facts)
            edits.append(Edit(facts.cell.range(call), f"{model}.layers[{place}]"))
    return tuple(edits)


def _proposal(title: str, edits: tuple[Edit, ...], evidence: str, differs: str) -> Iterator[Proposal]:
    if edits:
        yield Proposal(title, edits, evidence, differs)


def _texts(facts: CellFacts) -> list[str]:
    return [str(node.value) for node in _strings(facts)]


def _edits(new: dict[str, str], facts: CellFacts) -> tuple[Edit, ...]:
    """The names where they are written; a name that is given to a layer, ``name="dense_1"``, stays as it is."""
    assert facts.cell.tree is not None
    given = {
        item.value for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Call)
        for item in node.keywords if item.arg == "name"
    }  # fmt: skip
    edits = []
    for node in _strings(facts):
        where = facts.cell.range(node)
        text = facts.cell.segment(where)
        if node.value in new and node not in given and text[1:-1] == node.value:
            edits.append(Edit(where, f"{text[0]}{new[node.value]}{text[-1]}"))
    return tuple(edits)


def _strings(facts: CellFacts) -> list[ast.Constant]:
    return [node for node in facts.cell.placed if isinstance(node, ast.Constant) and isinstance(node.value, str)]


RULE = Rule(
    code="KA317",
    name="layer name that is not there",
    lesson=Lesson(
        what="`model.get_layer('dense_1')` or `resnet.get_layer('activation_49')` ends in ValueError: No such layer.",
        why="A layer without a name is named after its class, and counted. Keras 1 and 2 counted from 1, tf.keras and "
        "Keras 3 leave the number away for the first: dense, dense_1. The layers of ResNet50 were named anew.",
        since="tensorflow 2.0",
        before="from keras import Input, Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Input((4,)), Dense(2, name='scores')])\nmodel.get_layer('score')",
        after="from keras import Input, Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Input((4,)), Dense(2, name='scores')])\nmodel.get_layer('scores')",
        target="tensorflow==2.16.2",
    ),
    on_failure=on_failure,
)

"""``layer(a, b)``: several inputs are given to a layer as one list."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import problem, raised_by_keras
from ...diagnosis.contract.by_place import ByPlace, given_by_place, taken_by_call
from ...diagnosis.contract.documented import parameters_of
from ...diagnosis.contract.model_makers import tensor_for_a_maker
from ...diagnosis.contract.settings import Misplaced, tensor_for_settings
from ...diagnosis.contract.several_tensors import several_for_one
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.spelling import doubt, near_name
from ...diagnosis.resolve.world import World
from ...source.arguments import in_one_list
from ...source.edits import Edit
from ...source.imports import keyword_range
from ...source.nodes import last_name
from ...source.position import Range
from .copied_layers import copied_one_by_one

_LIBRARIES = ("keras", "tf_keras", "tensorflow")
_MANY = re.compile(
    r"^too many positional arguments|call\(\) takes (?:from 1 to )?\d+ positional arguments? but \d+ were given"
    r"|^A merge layer should be called on a list|^A `?\w+`? layer should be called on a list"
)
_MERGED = re.compile(r"^A `?(\w+)`? layer should be called on a list")
_ONE = re.compile(r"expects 1 input\(s\), but it received (\d+) input tensors")
_WITHOUT_VARIABLES = ("Flatten", "Reshape", "Permute", "Global", "Average", "Max", "ReLU", "LeakyReLU", "Softmax")
"""Beginnings of the names of layers that can be made anew whenever a graph is made."""
_KEYWORD = re.compile(r"got an unexpected keyword argument '(\w+)'")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (TypeError, ValueError, AttributeError, NotImplementedError)):
        return
    by_place = "positional argument" in failure.message or "multiple values for argument" in failure.message
    if not by_place and not raised_by_keras(failure):
        return
    facts = failing.facts_of(failure)
    many, keyword = _MANY.search(failure.message), _KEYWORD.search(failure.message)
    if facts is None or tensor_for_a_maker(failure) is not None:  # that is KD166's
        return
    given_to_the_class = tensor_for_settings(failure, facts)
    if given_to_the_class is not None:
        yield _as_setting(given_to_the_class, failure, facts)
        return
    by_place_only = given_by_place(failure, facts)
    if by_place_only is not None:
        yield _by_name(by_place_only)
        return
    listed = _list_for_one(failure, facts) if raised_by_keras(failure) else None
    if listed is not None:
        yield listed
        return
    if not (many or keyword) or not raised_by_keras(failure):
        return
    merged = _MERGED.search(failure.message)
    for call in failing.calls(failure, facts):
        layer = _layer(call, failure)
        found = None
        if layer is not None and many:
            found = _one_list(call, session.name_of(layer), taken_by_call(layer), facts)
        elif merged and last_name(call.func) == merged[1].lower():  # layers.concatenate(a, b)
            found = _one_list(call, merged[1], (), facts)
        elif layer is not None and keyword:
            found = _misspelt(call, layer, keyword[1], facts)
        if found is not None:
            yield found
            return
    if merged or failure.message.startswith("A merge layer should"):
        copied = next(copied_one_by_one(failure, facts), None)
        if copied is not None:
            yield problem("KD118", copied, facts)
            return
        name = merged[1] if merged and merged[1] != "merge" else "The layer"
        yield _problem(
            f"{name} takes a list of tensors, and is given a single one",
            "It joins several tensors, and its call has one parameter for all of them.",
            name,
            (Fix("manual", "Give the tensors as one list: [a, b]; for a single tensor leave the layer out."),),
        )


def _layer(call: ast.Call, failure: Failure) -> type | None:
    """The class of the layer that is called with data; None for any other call."""
    made = failing.value_of(call.func.func, failure) if isinstance(call.func, ast.Call) else None
    cls: Any = made if isinstance(made, type) else None
    if cls is None:
        thing = failing.value_of(call.func, failure)
        cls = None if thing is None or isinstance(thing, type) else type(thing)
    if cls is None:
        return None
    names = [(session.name_of(base), session.root_of(base)) for base in session.bases_of(cls)]
    return cls if any(name == "Layer" and root in _LIBRARIES for name, root in names) else None


def _list_for_one(failure: Failure, facts: CellFacts) -> Problem | None:
    """``Dense(3)([a, b])``"""
    said = _ONE.search(failure.message)
    for call in failing.calls(failure, facts) if said and several_for_one(failure, facts) is None else ():
        given, layer = call.args[0] if call.args else None, _layer(call, failure)
        if layer is None or any(session.name_of(base) == "Model" for base in session.bases_of(layer)):
            continue
        if said and isinstance(given, (ast.List, ast.Tuple)) and len(given.elts) == int(said[1]):
            name, text = session.name_of(layer), failing.text_of(given, facts)
            return _problem(
                f"{name} takes one tensor, and is given {len(given.elts)} in a list",
                "Only layers that join tensors, such as Concatenate and Add, take a list.",
                name,
                (Fix("manual", f"Join them first: {name}(…)(Concatenate()({text})); or call it with each of them."),),
            )
    return None


def _by_name(found: ByPlace) -> Problem:
    return _problem(
        f"{found.layer} gets {found.argument} by its place, and takes it by name",
        "By place the call of a layer takes tensors only, in Keras 3.",
        found.layer,
        (Proposal(f"Write {found.argument}=", found.edits, "It is the name in the layer's own call."),),
    )


def _as_setting(found: Misplaced, failure: Failure, facts: CellFacts) -> Problem:
    """``Flatten(x)``: the tensor is what the layer is called with, behind its settings."""
    name, text = session.name_of(found.made), failing.text_of(found.tensor, facts)
    place = found.call.args.index(found.tensor)
    ways = [_called_with(call, place, found.made, facts) for call in (found.call, *found.alike)]
    edits = tuple(edit for edit in ways if edit is not None)
    advice = f"Write {name}(…)({text}): the settings in the first brackets, the tensor behind them."
    in_graph = session.class_name(failing.value_of(found.tensor, failure)) in ("Tensor", "SymbolicTensor")
    if in_graph and not name.startswith(_WITHOUT_VARIABLES):
        edits, advice = (), f"Make the layer once, before the function: layer = {name}(…). In it write layer({text})."
    return _problem(
        f"{name} is given the tensor{'s' if text[0] in '[(' else ''} {text} where its settings go",
        "A layer is made with its settings first, and the layer that comes of it is called with the tensor.",
        name,
        (Proposal("Call the layer with it", edits, "This calls the layer."),)
        if len(edits) == len(ways)
        else (Fix("manual", advice),),
    )


def _called_with(call: ast.Call, place: int, made: type, facts: CellFacts) -> Edit | None:
    """``Conv2D(8, 3)(x)`` for ``Conv2D(8, 3, x)``; None where settings are unpacked, or one is lacking."""
    settings = [*call.args[:place], *call.args[place + 1 :]]
    names = [item.arg for item in call.keywords]
    needed = [name for name, each in parameters_of(made).items() if each.default is each.empty and each.kind < 2]
    lacks = [name for name in needed[len(settings) :] if name not in names]
    if lacks or None in names or any(isinstance(each, ast.Starred) for each in call.args):
        return None
    named = [f"{item.arg}={failing.text_of(item.value, facts)}" for item in call.keywords]
    texts = ", ".join([*(failing.text_of(node, facts) for node in settings), *named])
    called = f"{failing.text_of(call.func, facts)}({texts})({failing.text_of(call.args[place], facts)})"
    return Edit(facts.cell.range(call), called)


def _one_list(call: ast.Call, name: str, taken: tuple[str, ...], facts: CellFacts) -> Problem | None:
    edit = in_one_list(facts.cell, call)
    if edit is None:
        return None
    return _problem(
        f"{name} takes its inputs as one list, and is given {len(call.args)} arguments",
        f"Its call has one parameter for data: {taken[0] if taken else 'inputs'}.",
        name,
        (Proposal("Put them into a list", (edit,), "A list is one argument."),),
    )


def _misspelt(call: ast.Call, layer: type, keyword: str, facts: CellFacts) -> Problem | None:
    where, taken = keyword_range(facts.cell, call, keyword), taken_by_call(layer)
    if where is None or not taken or keyword in taken:
        return None
    near = near_name(keyword, taken[1:])
    name = session.name_of(layer)
    ways: tuple[Way, ...] = (Fix("manual", f"Leave {keyword} out, or give it where the layer is made."),)
    if near:
        end = where.column + len(keyword)
        edit = Edit(Range(where.line, where.column, where.line, end), near)
        ways = (Proposal(f"Write {near}=", (edit,), f"The call of {name} takes {near}.", doubt(keyword, near)),)
    return _problem(f"The call of {name} takes no argument {keyword}", f"It takes {', '.join(taken)}.", name, ways)


def _problem(title: str, cause: str, layer: str, ways: tuple[Way, ...]) -> Problem:
    return Problem(
        rule="KD118",
        severity=ERROR,
        title=title,
        cause=cause,
        reference=f"{layer}.call",
        fixes=tuple(way for way in ways if isinstance(way, Fix)),
        proposals=tuple(way for way in ways if isinstance(way, Proposal)),
    )


RULE = Rule(
    code="KD118",
    name="arguments of a layer's call",
    lesson=Lesson(
        what="`Add()(a, b)` ends in TypeError: too many positional arguments, `layer(x, trainning=True)` in: "
        "unexpected keyword argument, `Flatten(x)` in an error about data_format.",
        why="A layer is made with its settings, and then called with data. Its call has one parameter for data: "
        "several inputs are one list of tensors; training and mask are given by name.",
        since="keras 2.0",
        before="import keras\nfrom keras import layers\na, b = keras.Input((4,)), keras.Input((4,))\n"
        "both = layers.Add()(a, b)",
        after="import keras\nfrom keras import layers\na, b = keras.Input((4,)), keras.Input((4,))\n"
        "both = layers.Add()([a, b])",
        target="tensorflow==2.21.0",
        related=("KD116", "KA103"),
    ),
    on_failure=on_failure,
)

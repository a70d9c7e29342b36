"""``loss={'age': 'mse'}`` for a model whose outputs have the names that Keras made up: ``dense``, ``dense_1``."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import texts_of_session
from ...diagnosis.evidence.failed_cell import end_range, facts_of
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.history import cells_run
from ...diagnosis.model.problem import EarlierCell, Problem
from ...source.nodes import last_name
from ...source.position import Range

_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_CAUSE = "In a dictionary the keys are the names of the outputs, which are those of their layers."


def names_of_outputs(code: str, failure: Failure, given: str, outputs: str) -> Problem:
    """What to write where the keys of a dictionary are no names of outputs.

    Arguments:
        given: the keys, as the message lists them.
        outputs: the names of the outputs, in the same way.
    """
    keys, names = ([one or other for one, other in _QUOTED.findall(text)] for text in (given, outputs))
    title = f"The keys {', '.join(map(repr, keys))} are no names of outputs: those are {', '.join(map(repr, names))}"
    wrong = [key for key in keys if key not in names]
    if _are_written(names, failure):
        shown = ", ".join(map(repr, names))
        advice = f"Write the names of the outputs, {shown}, wherever a key names one."
        return problem(code, _finding(title, advice), None)
    facts, earlier = next(_making(failure), (None, None))
    edits = tuple(_named(wrong, facts)) if facts is not None else ()
    if edits and len(edits) == len(wrong):
        change = Change("Name the layers that give the outputs", edits, evidence="The names are those of the keys.")
        return problem(code, _finding(title, changes=(change,)), facts)._replace(earlier=earlier)
    layers = ", ".join(f"name={key!r}" for key in wrong)
    again = f"Name the layers that give the outputs, {layers}, where the model is made: Dense(…, name={wrong[0]!r})."
    return problem(code, _finding(title, again if wrong else f"Give all outputs: {', '.join(names)}."), None)


def _finding(title: str, *advice: str, changes: tuple[Change, ...] = ()) -> Finding:
    return Finding(title, _CAUSE, changes=changes, advice=advice, reference="compile")


def _are_written(names: list[str], failure: Failure) -> bool:
    """Whether the user gave the outputs these names: Keras's own stand in no cell."""
    texts = texts_of_session(failure)
    return any(f"{quote}{name}{quote}" in text for name in names for quote in "'\"" for text in texts)


def _making(failure: Failure) -> Iterator[tuple[CellFacts, EarlierCell | None]]:
    """The cells that make a model, newest first: the one that failed, and those that ran before it."""
    here = facts_of(failure)
    if here is not None and _makes_a_model(here):
        yield here, None
    for ran in reversed(cells_run(failure)[:-1]):
        facts = replace(failure, source=ran.cell.text).facts
        if _makes_a_model(facts):
            yield facts, EarlierCell(ran.cell.text, ran.number)


def _makes_a_model(facts: CellFacts) -> bool:
    return any(isinstance(node, ast.Call) and last_name(node.func) == "Model" for node in facts.cell.placed)


def _named(keys: list[str], facts: CellFacts) -> Iterator[tuple[Range, str]]:
    """``age = Dense(1)(x)`` as ``age = Dense(1, name='age')(x)``, for outputs that the cell calls like the keys."""
    if not any(set(keys) <= set(_outputs(node)) for node in facts.cell.placed):
        return
    made = [[*_layers(key, facts)] for key in keys]
    if all(len(calls) == 1 for calls in made):
        for key, (call,) in zip(keys, made):
            given = [*call.args, *(item.value for item in call.keywords)] if call is not None else []
            if given:
                yield end_range(given[-1], facts), f", name={key!r}"


def _outputs(node: ast.AST) -> list[str]:
    """The names of the outputs in ``Model(inputs, [age, gender])``."""
    if not isinstance(node, ast.Call) or last_name(node.func) != "Model":
        return []
    given = [*node.args[1:2], *(item.value for item in node.keywords if item.arg == "outputs")]
    parts = given[0].elts if given and isinstance(given[0], (ast.List, ast.Tuple)) else given
    return [last_name(part) for part in parts]


def _layers(variable: str, facts: CellFacts) -> Iterator[ast.Call | None]:
    """The layers whose outputs are given a name; None for what is no layer that can be named here."""
    for node in facts.cell.placed:
        if isinstance(node, ast.Assign) and [last_name(target) for target in node.targets] == [variable]:
            layer = node.value.func if isinstance(node.value, ast.Call) else None
            has_name = isinstance(layer, ast.Call) and any(item.arg in (None, "name") for item in layer.keywords)
            is_made = isinstance(layer, ast.Call) and last_name(layer.func)[:1].isupper() and not has_name
            yield layer if is_made and isinstance(layer, ast.Call) else None

"""What model_from_json is given in the place of the text that ``model.to_json()`` gave."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...source.edits import Edit
from ...source.imports import ensure_import
from ...source.nodes import last_name

_LONGEST_PATH = 500


def given_as(failure: Failure) -> Iterator[Problem]:
    """The first call of the cell that gives it something else: a path, an open file, a dictionary."""
    facts = failing.facts_of(failure)
    for call in failing.calls_of("model_from_json", facts) if facts is not None else ():
        node = call.args[0] if call.args else next((item.value for item in call.keywords), None)
        found = _problem(call, node, failure, facts) if node is not None and facts is not None else None
        if found is not None:
            yield found
            return


def _problem(call: ast.Call, node: ast.expr, failure: Failure, facts: CellFacts) -> Problem | None:
    text, value = failing.text_of(node, facts), failing.constant(node, failure)
    if type(value) is str and "{" not in value and len(value) < _LONGEST_PATH:
        return _told("the name of a file", _replaced(node, f"open({text}).read()", "Read the file", facts))
    given = _given(failure)
    if session.class_name(given) in ("TextIOWrapper", "BufferedReader"):
        return _told("an open file", _replaced(node, f"{text}.read()", "Read the file", facts))
    if type(given) is not dict:
        return None
    if "class_name" not in given:
        return _of_a_config(call, node, given, facts)
    reads = _reading(node, facts)
    return _told("a dictionary", reads or _written(node, facts))


def _given(failure: Failure) -> Any:
    """What Keras gave to ``json.loads``."""
    for frame in failing.python_frames(failure):
        if frame.f_code.co_name == "model_from_json":
            return frame.f_locals.get("json_string")
    return None


def _reading(node: ast.expr, facts: CellFacts) -> Proposal | None:
    """The text that ``json.load(file)`` or ``json.loads(text)`` made the dictionary of, where it serves for nothing
    else."""
    made = node
    if isinstance(node, ast.Name):
        values = [
            each.value
            for each in facts.cell.placed
            if isinstance(each, ast.Assign) and [last_name(target) for target in each.targets] == [node.id]
        ]
        uses = [each for each in facts.cell.placed if isinstance(each, ast.Name) and each.id == node.id]
        made = values[0] if len(values) == 1 and len(uses) == 2 else node
    if not isinstance(made, ast.Call) or len(made.args) != 1 or made.keywords:
        return None
    text = failing.text_of(made.args[0], facts)
    if last_name(made.func) == "load":
        return _replaced(made, f"{text}.read()", "Read the text of the file", facts)
    return _replaced(made, text, "Give the text itself", facts) if last_name(made.func) == "loads" else None


def _written(node: ast.expr, facts: CellFacts) -> Proposal:
    """``json.dumps(read)``"""
    imported = ensure_import(facts.cell, "import json") if "json" not in facts.words else []
    edit = Edit(facts.cell.range(node), f"json.dumps({failing.text_of(node, facts)})")
    return Proposal("Make a text of the dictionary", (*imported, edit), "It takes the text.")


def _of_a_config(call: ast.Call, node: ast.expr, config: dict[Any, Any], facts: CellFacts) -> Problem:
    """``model_from_json(model.get_config())``"""
    kind = "Model" if "input_layers" in config else "Sequential"
    home = failing.text_of(call.func, facts).rpartition(".")[0]
    text = f"{f'{home}.' if home else ''}{kind}.from_config({failing.text_of(node, facts)})"
    proposal = _replaced(call, text, f"Use {kind}.from_config", facts) if home else None
    return _told("what model.get_config() gave", proposal, f"Write {text}, the counterpart of get_config.")


def _replaced(node: ast.expr, text: str, title: str, facts: CellFacts) -> Proposal:
    return Proposal(title, (Edit(facts.cell.range(node), text),), "It takes the text." if "Use" not in title else "")


def _told(what: str, proposal: Proposal | None, advice: str = "") -> Problem:
    return Problem(
        rule="KM116",
        severity=ERROR,
        title=f"model_from_json gets {what}, and takes the JSON itself",
        cause="The JSON is the text that model.to_json() gave.",
        reference="model_from_json",
        fixes=(Fix("manual", advice),) if advice and proposal is None else (),
        proposals=(proposal,) if proposal is not None else (),
    )

"""``optimizer = 'adam'``, and then ``optimizer.apply_gradients(…)``: compile takes the name, a loop the object."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.named import of_keras
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...source.edits import Edit
from ...source.nodes import string

_METHODS = ("apply_gradients", "apply", "minimize", "learning_rate", "iterations", "variables")


def text_for_an_optimizer(member: str, failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    for node in failing.nodes(failure, facts):
        if not isinstance(node, ast.Attribute) or node.attr != member or member not in _METHODS:
            continue
        text = failing.value_of(node.value, failure)
        if type(text) is not str:
            continue
        name, get = failing.text_of(node.value, facts), of_keras("optimizers.get", "keras", facts)
        made = [
            each.value
            for each in facts.cell.placed
            if isinstance(each, ast.Assign) and failing.text_of(each.targets[0], facts) == name
            if string(each.value) == text
        ]
        evidence = "compile makes it in this way."
        edits = tuple(Edit(facts.cell.range(each), f"{get.text}({text!r})") for each in made if get.is_bound)
        yield Problem(
            rule="KA202",
            severity=ERROR,
            title=f"{name} is the text {text!r}, and has no {member}",
            cause="compile makes an optimizer of such a name; in a loop of your own you make it.",
            reference=member,
            fixes=(Fix("manual", f"Write {name} = {get.text}({text!r}), once, before the loop."),),
            proposals=(Proposal(f"Make the optimizer {text}", edits, evidence),) if edits else (),
        )
        return

"""``layer.reset_states([h, c])`` with variables: up to TensorFlow 2.4 no array of another type is made of one."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...source.edits import Edit

REFUSED = "__array__() takes 1 positional argument but 2 were given"


def variables_given(failure: Failure, facts: CellFacts) -> Problem | None:
    """The values of the variables that the call on the failing line is given, where there are some."""
    calls = [call for call in failing.calls(failure, facts) if [*_in_arrays(call, failure, facts)]]
    if not calls:
        return None
    found = [*_in_arrays(calls[0], failure, facts)]
    edits = tuple(Edit(facts.cell.range(node), text) for node, text in found)
    name = failing.text_of(found[0][0], facts)
    return Problem(
        rule="KD131",
        severity=ERROR,
        title=f"{name} is a variable, or holds some, and NumPy makes no array of it in this TensorFlow",
        cause=f"{failing.text_of(calls[0].func, facts)} takes arrays. Newer releases take variables, too.",
        reference="tf.Variable.numpy",
        proposals=(Proposal("Give the values of the variables", edits, "numpy() gives the values as an array."),),
    )


def _in_arrays(call: ast.Call, failure: Failure, facts: CellFacts) -> Iterator[tuple[ast.expr, str]]:
    """The variables among what a call is given, alone or in a list, with the text that stands for their values; none of
    a list that also holds what cannot be read."""
    for node in (*call.args, *(item.value for item in call.keywords)):
        parts = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
        for each in parts if all(failing.constant(part, failure) is not None for part in parts) else ():
            value, text = failing.value_of(each, failure), failing.text_of(each, facts)
            held = session.members(value)
            if session.is_kind(value, "BaseResourceVariable"):
                yield each, f"{text}.numpy()"
            elif held and all(session.is_kind(inner, "BaseResourceVariable") for inner in held):
                yield each, f"[each.numpy() for each in {text}]"

"""shap.DeepExplainer on a model with an operation that it has no gradient for: an LSTM, an attention."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name

_LACKS = re.compile(r"gradient registry has no entry for: shap_(\w+)")
_OF_LOOPS = ("TensorList", "While", "StatelessWhile")
_DIFFERS = (
    "Restart the kernel before you run it: the call that failed left its gradients in TensorFlow. It estimates the "
    "same values from samples of the background: they vary a little."
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    lacks = _LACKS.search(failure.message) or _LACKS.search(str(failure.exception))
    facts = failing.facts_of(failure)
    if lacks is None or facts is None:
        return
    made = {last_name(node.func) for node in facts.cell.placed if isinstance(node, ast.Call)}
    if "GradientExplainer" in made and "DeepExplainer" not in made:
        yield _left_behind(lacks[1])
        return
    loop = lacks[1].startswith(_OF_LOOPS)
    edits = tuple(_by_gradients(facts))
    yield Problem(
        rule="KA387",
        severity=ERROR,
        title=f"shap.DeepExplainer has no rule for the operation {lacks[1]}",
        cause=f"The model has it{' from a recurrent layer, such as LSTM' if loop else ''}. GradientExplainer takes any "
        "model with gradients.",
        reference="shap.DeepExplainer",
        fixes=(
            Fix(
                "manual",
                "Restart the kernel, since the call that failed left its gradients in TensorFlow. Then make the "
                "explainer by shap.GradientExplainer(model, background): its shap_values takes the same data.",
            ),
        ),
        proposals=(Proposal("Use shap.GradientExplainer", edits, differs=_DIFFERS),) if edits else (),
    )


def _left_behind(operation: str) -> Problem:
    """A later call fails by what DeepExplainer put into TensorFlow, and took out again only where it succeeds."""
    return Problem(
        rule="KA387",
        severity=ERROR,
        title=f"An earlier call of shap.DeepExplainer failed, and left its gradients in TensorFlow (shap_{operation})",
        cause="It takes them out again only where it succeeds.",
        reference="shap.DeepExplainer",
        fixes=(Fix("restart", "Restart the kernel, and run the cells without DeepExplainer"),),
    )


def _by_gradients(facts: CellFacts) -> Iterator[Edit]:
    """The other explainer wherever the cell makes this one; its method has no ``check_additivity``."""
    calls = [node for node in facts.cell.placed if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    if any(keyword.arg == "check_additivity" for call in calls for keyword in call.keywords):
        return
    for call in calls:
        text = facts.cell.segment(facts.cell.range(call.func))
        if text.endswith(".DeepExplainer"):
            yield Edit(facts.cell.range(call.func), text[: -len("DeepExplainer")] + "GradientExplainer")


RULE = Rule(
    code="KA387",
    name="operation that shap.DeepExplainer lacks",
    lesson=Lesson(
        what="`shap.DeepExplainer(model, x).shap_values(y)` ends in LookupError: gradient registry has no entry for: "
        "shap_TensorListStack.",
        why="DeepExplainer replaces the gradient of each operation of a model by one of its own, and has none for "
        "those of LSTM and GRU in TensorFlow 2. GradientExplainer uses TensorFlow's gradients.",
        related=("KI131",),
    ),
    on_failure=on_failure,
    is_cause=True,
)

"""A metric that a model updates in its ``call``: with the backend JAX, training carries no state of it there."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...kernel.settings import keras_backend
from ...source.edits import Edit
from ...source.lines import behind
from ...source.nodes import last_name

_SAYS = "'NoneType' object is not callable"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or _SAYS not in failure.message or keras_backend() != "jax":
        return
    for call in failing.calls(failure, facts):
        metric = _metric(call)
        if metric is None or not session.is_kind(failing.value_of(metric, failure), "Metric"):
            continue
        function = _around(call, facts)
        if function is None or function.name != "call":
            continue
        name = facts.cell.segment(facts.cell.range(metric))
        yield Problem(
            rule="KA386",
            severity=ERROR,
            title=f"{name} is updated in call, which JAX runs without the state of metrics",
            cause="With the backend JAX, Keras hands over each state: weights in call, metrics in compute_metrics.",
            reference="keras.metrics.Metric",
            fixes=(
                Fix(
                    "manual",
                    f"Update {name} in a method compute_metrics(self, x, y, y_pred, sample_weight=None) of the model, "
                    "and return super().compute_metrics(x, y, y_pred, sample_weight) there. In a layer, use "
                    "self.add_weight(trainable=False), and assign to it.",
                ),
            ),
            proposals=tuple(_moved(call, function, failure, facts)),
        )
        return


def _metric(call: ast.Call) -> ast.expr | None:
    """The metric of ``self.mean.update_state(x)`` or ``self.mean(x)``."""
    is_update = isinstance(call.func, ast.Attribute) and call.func.attr == "update_state"
    return call.func.value if is_update and isinstance(call.func, ast.Attribute) else call.func


def _around(node: ast.AST, facts: CellFacts) -> ast.FunctionDef | None:
    found = [each for each in facts.cell.placed if isinstance(each, ast.FunctionDef) and node in ast.walk(each)]
    return max(found, key=lambda each: each.lineno, default=None)


def _moved(call: ast.Call, function: ast.FunctionDef, failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """The update in compute_metrics, where it needs nothing that call computes: the input, or what call returns."""
    statement = next((each for each in function.body if isinstance(each, ast.Expr) and each.value is call), None)
    arguments = [each.arg for each in function.args.args]
    models = [frame.f_locals.get("self") for frame in failing.python_frames(failure)]
    if statement is None or len(arguments) < 2 or not any(session.is_kind(each, "Model") for each in models):
        return
    last = function.body[-1]
    given = last_name(last.value) if isinstance(last, ast.Return) and isinstance(last.value, ast.Name) else ""
    own = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)} & {*own, *arguments[1:]}
    stands = {given: "y_pred", arguments[1]: "x"}
    indent = facts.cell.lines[facts.cell.range(function).line - 1][: facts.cell.range(function).column]
    if not used <= set(stands) or arguments[1] in own or len(function.body) < 2 or indent.strip():
        return
    named = [f"{name} = {stands[name]}" for name in sorted(used) if name != stands[name]]
    where = facts.cell.range(statement)
    lines = [
        "",
        "def compute_metrics(self, x, y, y_pred, sample_weight=None):",
        *(f"    {line}" for line in (*named, facts.cell.segment(where))),
        "    return super().compute_metrics(x, y, y_pred, sample_weight)",
    ]
    added = behind(function, facts.cell, *lines)
    if added:
        added = [edit._replace(text=edit.text.replace(f"\n{indent}\n", "\n\n", 1)) for edit in added]
        edits = (Edit(failing.whole_lines(statement, facts), ""), *added)
        differs = "It is updated after each batch of fit and evaluate, and not by predict."
        yield Proposal("Update it in compute_metrics", edits, differs=differs)


RULE = Rule(
    code="KA386",
    name="metric updated in call",
    lesson=Lesson(
        what="With KERAS_BACKEND=jax, `self.mean.update_state(x)` in the call of a model ends in TypeError: 'NoneType' "
        "object is not callable.",
        why="JAX runs functions without side effects, so Keras hands every state in and out: the weights in call, the "
        "metrics in compute_metrics. In call a metric has no value.",
        since="keras 3.0",
        related=("KA385", "KD129"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

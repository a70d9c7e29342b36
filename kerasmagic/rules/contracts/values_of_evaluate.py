"""``loss, accuracy = model.evaluate(x, y)``: how many values a model's methods give."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Finding
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure

_UNPACKED = re.compile(
    r"cannot unpack non-iterable (?:numpy\.)?float\d* object|too many values to unpack|not enough values to unpack"
    r"|iteration over a 0-d array"
)
_GIVE_NUMBERS = ("evaluate", "train_on_batch", "test_on_batch")
_ONE_NUMBER = re.compile(
    r"^'(?:numpy\.)?float\d*' object is not subscriptable|^too many indices for array: array is 0-dim"
    r"|^invalid index to scalar"
)
_LOSS_ALONE = Finding(
    "evaluate, or train_on_batch, gives another number of values than the line takes",
    "It gives the loss and one number for each of the metrics of compile; without metrics it gives the loss alone, "
    "which is no list.",
    advice=(
        "Take the loss alone, loss = model.evaluate(…), or compile with metrics=['accuracy'] for loss, accuracy = "
        "model.evaluate(…). evaluate(…, return_dict=True) gives them by name.",
    ),
    reference="evaluate",
)
_MOST_NAMES = 8


def numbers_of_evaluate(failure: Failure) -> Finding | None:
    """What is wrong with a line that takes another number of values than evaluate, or train_on_batch, gives."""
    facts = failing.facts_of(failure)
    if facts is None:
        return None
    if _UNPACKED.match(failure.message) and not failing.in_library(failure):
        return next(_of_unpacked(failure, facts), None)
    return _LOSS_ALONE if _ONE_NUMBER.match(failure.message) and _asks_a_number(failure, facts) else None


def _asks_a_number(failure: Failure, facts: CellFacts) -> bool:
    """``score[1]``, with ``score = model.evaluate(x, y)`` of a model without metrics."""
    asked = (node.value for node in failing.nodes(failure, facts) if isinstance(node, ast.Subscript))
    return any(isinstance(node, ast.Name) and failing.last_made_by(node.id, failure) in _GIVE_NUMBERS for node in asked)


def _of_unpacked(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``loss, accuracy = model.evaluate(x, y)``, or of a variable that holds what it gave."""
    on_line = failing.nodes(failure, facts)
    for node in facts.cell.placed:
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Tuple, ast.List))):
            continue
        call = node.value if isinstance(node.value, ast.Call) else _made(node.value, failure)
        function = call.func if call is not None else None
        if node.value not in on_line or not isinstance(function, ast.Attribute) or function.attr not in _GIVE_NUMBERS:
            continue
        model = failing.value_of(function.value, failure)
        if session.is_kind(model, "Model"):
            values = failing.value_of(node.value, failure)
            count = len(values) if type(values) is list else None
            names = _names_of_values(model)
            known = 1 < len(names) <= _MOST_NAMES and count in (None, len(names))
            taken = len(node.targets[0].elts)
            is_other = known and len(names) != taken
            yield _of_names(names, taken, node, function, facts) if is_other else _LOSS_ALONE


def _made(node: ast.expr, failure: Failure) -> ast.Call | None:
    """The call that gave a variable its values, in this cell or an earlier one."""
    if not isinstance(node, ast.Name):
        return None
    given = re.compile(rf"^[ \t]*{re.escape(node.id)}[ \t]*=[ \t]*([\w.]+)\.({'|'.join(_GIVE_NUMBERS)})\(", re.M)
    texts = (*session.cells(failure.namespace), failure.source)
    found = [match for text in texts for match in given.findall(text)]
    if not found or failing.last_made_by(node.id, failure) not in ("", found[-1][1]):
        return None
    made = ast.parse(f"{found[-1][0]}.{found[-1][1]}()", mode="eval").body
    return made if isinstance(made, ast.Call) else None


def _of_names(names: list[str], taken: int, node: ast.Assign, function: ast.Attribute, facts: CellFacts) -> Finding:
    values = failing.text_of(node.value, facts) if isinstance(node.value, ast.Name) else ""
    model = _dotted(function.value) or "model"
    variables = ", ".join(re.sub(r"\W", "_", name) for name in names)
    return Finding(
        f"{function.attr} gives {len(names)} values here, and the line takes {taken}",
        f"They are, in this order: {', '.join(names)}.",
        advice=(
            f"Take all of them: {variables} = {values or f'{model}.{function.attr}(…)'}. Or ask for them by name: "
            f"results = {model}.{function.attr}(…, return_dict=True), then results[{names[-1]!r}].",
        ),
        reference=function.attr,
    )


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, ast.Name) else ""


def _names_of_values(model: Any) -> list[str]:
    """What the values are called, in their order; empty where that is not known."""
    keras_3 = session.own(model, "_compile_metrics", "_loss_tracker")
    return [*_of_keras_3(model)] if keras_3 is not None else [*_of_keras_2(model)]


def _of_keras_3(model: Any) -> Iterator[str]:
    """The loss, the metrics of a single output, the losses of several, and then their metrics by the alphabet."""
    container = session.own(model, "_compile_metrics")
    lists = [
        each
        for held in ("_flat_metrics", "_flat_weighted_metrics")
        for each in session.members(session.own(container, held))
        if each is not None
    ]
    pairs = [(session.own(each, "output_name"), _name(metric)) for each in lists for metric in _metrics(each)]
    yield "loss"
    yield from (name for output, name in pairs if not output)
    yield from (_name(each) for each in session.members(session.own(session.own(model, "_compile_loss"), "_metrics")))
    yield from sorted(f"{output}_{name}" for output, name in pairs if output)


def _metrics(listed: Any) -> tuple[Any, ...]:
    return session.members(session.own(listed, "metrics"))


def _of_keras_2(model: Any) -> Iterator[str]:
    loss, container = session.own(model, "compiled_loss"), session.own(model, "compiled_metrics")
    yield "loss"
    yield from map(_name, _flat(session.own(loss, "_per_output_metrics")))
    yield from map(_name, _flat(session.own(container, "_metrics")))
    yield from map(_name, _flat(session.own(container, "_weighted_metrics")))


def _flat(held: Any) -> Iterator[Any]:
    for each in session.members(held):
        if session.is_kind(each, "Metric"):
            yield each
        else:
            yield from _flat(each)


def _name(metric: Any) -> str:
    return str(session.own(metric, "_name", "name") or "")

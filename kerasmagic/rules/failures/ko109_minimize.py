"""``optimizer.minimize(loss)`` as in TensorFlow 1: of a loss that is computed already, or without its variables."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.arguments import Written, arguments_of, rewritten
from ...source.edits import Edit
from ...source.nodes import last_name

_REFUSED = re.compile(
    r"minimize\(\) missing \d+ required positional argument: 'var_list'"
    r"|^`tape` is required when a `Tensor` loss is passed"
    r"|^`?loss`? passed to Optimizer\.(?:compute_gradients|minimize) should be a function when eager"
)
_DEEPEST = 5


class _Minimizing(NamedTuple):
    """One call, and how it is written in TensorFlow 2."""

    call: ast.Call
    loss: ast.expr
    text: str
    """The function of the loss."""
    needs: list[str]
    """What is given besides: "var_list=[w, b]"."""
    known: bool
    """Whether the variables of the loss are known."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure) if _REFUSED.search(failure.message) else None
    if facts is None:
        return
    every = [each for each in failing.calls_of("minimize", facts) if _is_of_an_optimizer(each, failure)]
    found = [each for call in every for each in _read(call, failure, facts)]
    on_line = [*failing.calls(failure, facts)]
    first = next((each for each in found if each.call in on_line), None)
    if first is None:
        return
    known = [each for each in found if each.known] if first.known else []
    edits = [edit for each in known for edit in _edits(each, facts)]
    yield Problem(
        rule="KO109",
        severity=ERROR,
        title=f"minimize needs {'a function for the loss' if first.text[:6] == 'lambda' else 'the variables'}",
        cause="It calls the function, records how the loss is computed, and changes the variables in var_list.",
        reference="Optimizer.minimize",
        fixes=(Fix("manual", _advice(first, facts)),),
        proposals=(Proposal("Give minimize a function and its variables", tuple(edits), _EVIDENCE),) if edits else (),
    )


_EVIDENCE = "The loss is computed with these variables in this kernel."


def _is_of_an_optimizer(call: ast.Call, failure: Failure) -> bool:
    """Whether an optimizer of TensorFlow is asked: as the variable shows, else what the message says or names."""
    asked = failing.value_of(call.func.value, failure) if isinstance(call.func, ast.Attribute) else None
    owner = failure.wanted.owner if failure.wanted is not None else "Optimizer"
    return session.is_of_keras(asked) or (asked is None and owner.partition(".")[0].lstrip("_") in _OPTIMIZERS)


_OPTIMIZERS = ("OptimizerV2", "BaseOptimizer", "Optimizer")


def _read(call: ast.Call, failure: Failure, facts: CellFacts) -> Iterator[_Minimizing]:
    written = {item.arg: item.value for item in call.keywords}
    loss = call.args[0] if call.args else written.get("loss")
    if loss is None:
        return
    variables = [*dict.fromkeys(_variables_in(loss, failure))]
    text = failing.text_of(loss, facts)
    lacks = "missing" in failure.message and len(call.args) < 2 and "var_list" not in written
    likely = variables or _of_its_lines(loss, failure, facts)
    needs = [f"var_list={_listed(likely)}"] if lacks else []
    yield _Minimizing(call, loss, text if _is_function(loss, failure) else f"lambda: {text}", needs, bool(variables))


def _listed(variables: list[str]) -> str:
    of_one = len(variables) == 1 and variables[0].startswith("*")
    return variables[0][1:] if of_one else f"[{', '.join(variables or '…')}]"


def _advice(each: _Minimizing, facts: CellFacts) -> str:
    text, lines = each.text, ""
    if isinstance(each.loss, ast.Name) and text.startswith("lambda"):
        lines = f"Put the lines that compute {each.loss.id} into a function, def compute(): … return {each.loss.id}"
        text = "compute"
    written = failing.text_of(each.call, facts).replace(failing.text_of(each.loss, facts), text, 1)
    whole = "".join([written[:-1].rstrip(", "), *(f", {need}" for need in each.needs), ")"])
    return f"{lines}, and write {whole}." if lines else f"Write {whole}."


def _edits(each: _Minimizing, facts: CellFacts) -> list[Edit]:
    arguments = arguments_of(facts.cell, each.call) or []
    plan = [Written(item.name, each.text if item.value is each.loss else None) for item in arguments]
    return rewritten(facts.cell, each.call, plan, each.needs) if plan else []


def _is_function(node: ast.expr, failure: Failure) -> bool:
    return isinstance(node, ast.Lambda) or type(failing.value_of(node, failure)) is FunctionType


def _variables_in(node: ast.expr, failure: Failure) -> Iterator[str]:
    """The variables that a loss is computed with, as the cell can write them; of a model, all that it trains.

    A name that holds a number by now leads to none.
    """
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    for name in sorted(names, key=lambda each: (each.lineno, each.col_offset)):
        yield from _led_to(name.id, failure.variables.get(name.id), failure, _DEEPEST)


def _of_its_lines(loss: ast.expr, failure: Failure, facts: CellFacts) -> list[str]:
    """The variables in the line that gave a name its number: ``loss = (w * x - y) ** 2``."""
    made = [node for node in facts.cell.placed if isinstance(node, ast.Assign) and last_name(node.targets[0])]
    named = [node.value for node in made if last_name(node.targets[0]) == last_name(loss)]
    return [*dict.fromkeys(each for value in named for each in _variables_in(value, failure))]


def _led_to(name: str, thing: Any, failure: Failure, depth: int) -> Iterator[str]:
    if session.is_kind(thing, "BaseResourceVariable"):
        yield name
    elif session.is_kind(thing, "Layer") or session.is_kind(thing, "Model"):
        yield f"*{name}.trainable_variables"
    elif type(thing) is FunctionType and depth:
        for inner in thing.__code__.co_names:
            yield from _led_to(inner, (failure.namespace or {}).get(inner), failure, depth - 1)


RULE = Rule(
    code="KO109",
    name="loss of minimize",
    lesson=Lesson(
        what="`optimizer.minimize(loss(x, y))` ends in TypeError: missing 1 required positional argument: 'var_list', "
        "or in ValueError: `tape` is required when a `Tensor` loss is passed.",
        why="In TensorFlow 1 minimize went back through the graph from the loss to its variables. TensorFlow 2 "
        "computes at once: give minimize the function that computes the loss, and the variables. Keras 3 has no "
        "minimize: there tf.GradientTape does it.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\nw = tf.Variable(2.0)\ndef loss(x):\n    return (w * x - 1.0) ** 2\n"
        "tf.keras.optimizers.SGD(0.1).minimize(loss(3.0), [w])",
        after="import tensorflow as tf\nw = tf.Variable(2.0)\ndef loss(x):\n    return (w * x - 1.0) ** 2\n"
        "tf.keras.optimizers.SGD(0.1).minimize(lambda: loss(3.0), [w])",
        target="tensorflow==2.15.1",
        related=("KD112", "KA201"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

"""``optimizer.apply_gradients(gradients)``: it takes pairs of a gradient and its variable."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, List, Optional, Tuple

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .losses_as_numbers import NO_TENSOR, number_for_a_loss
from .pairs_of_gradients import put_together, two_lists

_UNPACKED = re.compile(
    r"values to unpack|cannot unpack non-iterable|[Ii]terating over a|object is not iterable|unpack"
    r"|Scalar tensor has no `len\(\)`"
)


_TENSOR = re.compile(
    r"object has no attribute '(?:_unique_id|_in_graph_mode)'|Trying to update a Tensor|Updating a `Tensor` is not"
)
"""What an optimizer says that is to change a gradient."""
_ITERATED = re.compile(r"[Ii]terat(?:e|ing) over a|object is not iterable")
"""What zip is told that gets one number, or up to TensorFlow 2.5 one variable."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not raised_by_keras(failure):
        return
    if NO_TENSOR.search(failure.message):
        yield from _of_no_variable(failure, facts)
        return
    if _TENSOR.search(failure.message):
        yield from _turned_round(failure, facts)
        return
    if _ITERATED.search(failure.message) and (found := [*_turned_round(failure, facts)]):
        yield from found
        return
    if not _UNPACKED.search(failure.message) and not any(two_lists(call) for call in failing.calls(failure, facts)):
        return
    for call in failing.calls(failure, facts):
        given = call.args[0] if call.args and last_name(call.func) == "apply_gradients" else None
        if given is None or (isinstance(given, ast.Call) and last_name(given.func) == "zip"):
            continue
        if _is_pairs(given, failure):
            continue
        variables = _variables(given, facts)
        text = failing.text_of(given, facts)
        both = put_together(call, facts) if two_lists(call) else None
        edit = (both.range, both.text) if both is not None else (given, f"zip({text}, {variables})")
        changes = (Change("Pair them with their variables", (edit,)),) if both is not None or variables else ()
        yield problem(
            "KD119",
            Finding(
                title=f"apply_gradients takes pairs of a gradient and its variable, and {text[:40]} holds gradients",
                cause="A gradient is added to its variable, so both are needed.",
                changes=changes,
                advice=(f"Write apply_gradients(zip({text[:40]}, variables)), with the variables of tape.gradient.",),
                reference="Optimizer.apply_gradients",
            ),
            facts,
        )
        return


def _of_no_variable(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``tape.gradient(loss, model)``, or a loss that is a number of Python or NumPy."""
    for call in failing.calls(failure, facts):
        named = {item.arg: item.value for item in call.keywords}
        target = call.args[0] if call.args else named.get("target")
        source = call.args[1] if len(call.args) > 1 else named.get("sources")
        if last_name(call.func) != "gradient" or source is None:
            continue
        lost = number_for_a_loss(target, failure, facts)
        if lost is not None:
            yield problem("KD119", lost, facts)
            return
        thing, text = failing.value_of(source, failure), failing.text_of(source, facts)
        has_weights = session.is_kind(thing, "Layer")
        change = Change("Take the gradients of its weights", ((source, f"{text}.trainable_variables"),))
        yield problem(
            "KD119",
            Finding(
                title=f"A gradient is asked of {text[:40]}, which is no variable",
                cause="A tape follows variables and tensors; an array of NumPy leaves no trace.",
                changes=(change,) if has_weights else (),
                advice=(
                    f"Write tape.gradient(loss, {text[:40]}.trainable_variables)."
                    if has_weights
                    else f"Make it a variable before the tape, {text[:40]} = tf.Variable({text[:40]}), and compute "
                    "with that inside of the block.",
                ),
                reference="tf.GradientTape",
            ),
            facts,
        )
        return


def _turned_round(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``apply_gradients(zip(variables, gradients))``, or pairs whose second is a tensor."""
    for call in failing.calls(failure, facts):
        if last_name(call.func) == "zip" and len(call.args) == 2:
            first, second = call.args
            texts = (failing.text_of(first, facts), failing.text_of(second, facts))
            one = _one_of_each(first, second, failure, facts)
            if one is not None:
                yield problem("KD119", one, facts)
                return
            tensor = next((each for each in _elements(second, failure) if _is_tensor(each[1])), None)
            if tensor is not None and not any(_is_variable(value) for _, value in _elements(first, failure)):
                name = texts[1] if tensor[0] is None else failing.text_of(tensor[0], facts)
                yield problem("KD119", _no_variable_to_change(name[:40]), facts)
                return
            if not _are_variables(first, failure) or _are_variables(second, failure):
                return
            yield problem(
                "KD119",
                Finding(
                    title="apply_gradients gets each variable in front of its gradient",
                    cause="In a pair the gradient comes first.",
                    changes=(Change("Turn the pairs round", ((first, texts[1]), (second, texts[0]))),),
                    advice=("Write zip(gradients, variables).",),
                    reference="Optimizer.apply_gradients",
                ),
                facts,
            )


def _one_of_each(first: ast.expr, second: ast.expr, failure: Failure, facts: CellFacts) -> Finding | None:
    """``zip(gradient, variable)``: zip goes through what they hold, and that are tensors."""
    alone = [node for node in (first, second) if _is_one(failing.value_of(node, failure))]
    named = next((node for node in alone if _is_variable(failing.value_of(node, failure))), None)
    if named is None:
        return None
    name = failing.text_of(named, facts)[:40]
    turned = named is first  # as in zip(variable, gradient)
    texts = [failing.text_of(node, facts) for node in (first, second)]
    lists = [f"[{text}]" if node in alone else text for node, text in zip((first, second), texts)]
    pair = lists[::-1] if turned else lists
    return Finding(
        title=f"{name} is one variable, and zip goes through the numbers that it holds",
        cause="What a variable or a tensor holds are tensors. apply_gradients takes pairs of a gradient and its "
        "variable, so zip needs a list of each.",
        changes=(Change("Put each into a list", ((first, pair[0]), (second, pair[1]))),),
        advice=(f"Write zip({pair[0]}, {pair[1]}).",),
        reference="Optimizer.apply_gradients",
    )


def _is_one(thing: Any) -> bool:
    """Whether it is a single variable or tensor, and no list of them."""
    return _is_tensor(thing) or _is_variable(thing)


def _are_variables(node: ast.expr, failure: Failure) -> bool:
    """Whether a list holds variables; also what is asked of a model for them."""
    held = _elements(node, failure)
    asked = isinstance(node, ast.Attribute) and node.attr in ("trainable_variables", "trainable_weights", "variables")
    return asked or any(_is_variable(value) for _, value in held)


_Elements = List[Tuple[Optional[ast.expr], Any]]


def _elements(node: ast.expr, failure: Failure) -> _Elements:
    """What a list holds, each with how it is written where the list stands in the cell."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return [(each, failing.value_of(each, failure)) for each in node.elts]
    return [(None, each) for each in session.members(failing.value_of(node, failure))]


def _is_variable(thing: Any) -> bool:
    return any("Variable" in session.name_of(base) for base in session.bases(thing))


def _is_tensor(thing: Any) -> bool:
    return session.root(thing) == "tensorflow" and session.class_name(thing) in ("EagerTensor", "Tensor")


def _no_variable_to_change(name: str) -> Finding:
    return Finding(
        title=f"apply_gradients changes variables, and {name} is a tensor",
        cause="A tensor keeps the values that it was made with; an optimizer changes a tf.Variable in its place.",
        advice=(
            f"Make it a variable before the tape, {name} = tf.Variable({name}); a tape follows variables by itself, so "
            "tape.watch is not needed.",
        ),
        reference="Optimizer.apply_gradients",
    )


def _is_pairs(given: ast.expr, failure: Failure) -> bool:
    """Whether what is given are pairs already: then something else is wrong."""
    held = session.members(failing.value_of(given, failure))
    return bool(held) and all(type(each) is tuple and len(each) == 2 for each in held)


def _variables(given: ast.expr, facts: CellFacts) -> str:
    """What the gradients were taken of, as it is written in this cell: ``w`` of ``g = tape.gradient(loss, w)``."""
    assert facts.cell.tree is not None
    made = [
        node.value
        for node in ast.walk(facts.cell.tree)
        if isinstance(node, ast.Assign) and isinstance(given, ast.Name)
        if any(isinstance(target, ast.Name) and target.id == given.id for target in node.targets)
    ]
    calls = [given] if isinstance(given, ast.Call) else made
    if len(calls) != 1 or not isinstance(calls[0], ast.Call) or last_name(calls[0].func) != "gradient":
        return ""
    named = [item.value for item in calls[0].keywords if item.arg == "sources"]
    of = calls[0].args[1] if len(calls[0].args) > 1 else next(iter(named), None)
    return failing.text_of(of, facts) if isinstance(of, (ast.Name, ast.Attribute, ast.List, ast.Tuple)) else ""


RULE = Rule(
    code="KD119",
    name="gradients without their variables",
    lesson=Lesson(
        what="`optimizer.apply_gradients(gradients)` ends in ValueError: not enough values to unpack, or TypeError: "
        "cannot unpack.",
        why="apply_gradients takes pairs: zip puts each gradient and its variable together. In Keras 3, "
        "optimizer.apply(gradients, variables) takes two lists.",
        since="tensorflow 2.0",
        before="import keras\nimport tensorflow as tf\nw = tf.Variable([1.0])\noptimizer = keras.optimizers.SGD(0.1)\n"
        "with tf.GradientTape() as tape:\n    loss = w * w\ngradients = tape.gradient(loss, [w])\n"
        "optimizer.apply_gradients(gradients)",
        after="import keras\nimport tensorflow as tf\nw = tf.Variable([1.0])\noptimizer = keras.optimizers.SGD(0.1)\n"
        "with tf.GradientTape() as tape:\n    loss = w * w\ngradients = tape.gradient(loss, [w])\n"
        "optimizer.apply_gradients(zip(gradients, [w]))",
        target="tensorflow==2.21.0",
        related=("KD112",),
    ),
    on_failure=on_failure,
)

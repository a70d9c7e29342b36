"""Training without gradients: nothing leads from the loss back to the weights."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem, raised_by_keras
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_NONE = re.compile(r"No gradients? (?:provided for any variable|to apply)|Variable .* has `None` for gradient")


_GRAPHS = re.compile(
    r"^tf\.gradients is not supported when eager execution is enabled"
    r"|^`?loss`? passed to Optimizer\.(?:compute_gradients|minimize) should be a function when eager"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if _OF_NONE.match(failure.message) and (name := _gradient(failure)):
        yield problem("KD112", _no_way_to(name), None)
        return
    if isinstance(failure.exception, RuntimeError) and _GRAPHS.search(failure.message) and raised_by_keras(failure):
        yield problem("KD112", _of_tensorflow_1(), None)
        return
    if isinstance(failure.exception, RuntimeError) and _TWICE in failure.message and raised_by_keras(failure):
        yield problem("KD112", _asked_twice(), None)
        return
    if not isinstance(failure.exception, ValueError) or not _NONE.search(failure.message):
        return
    if not raised_by_keras(failure):
        return
    fitting = failed_training(failure) is not None
    advice = (
        "In a loss of your own use differentiable functions of keras.ops only, and use y_pred: argmax, round, "
        "comparisons, casts to int and .numpy() cut the way back. A model whose layers are all trainable=False has "
        "nothing to train either."
        if fitting
        else "Compute the loss from model(x, training=True) inside of `with tf.GradientTape() as tape:`, by "
        "functions of "
        "TensorFlow or keras.ops (no numpy, no model.predict, no argmax)."
    )
    yield problem(
        "KD112",
        Finding(
            "The loss does not depend on the weights: every gradient is None",
            "Gradients are followed from the loss back to the weights, and on the way is something that has none.",
            advice=(advice,),
            reference="apply_gradients",
        ),
        None,
    )


_OF_NONE = re.compile(
    r"'NoneType' object|unsupported operand type\(s\) for .*'NoneType'|Attempt to convert a value \(None\)"
)


def _gradient(failure: Failure) -> str:
    """The name on the failing line that a tape gave None for."""
    facts = failing.facts_of(failure)
    names = [node.id for node in failing.nodes(failure, facts) if isinstance(node, ast.Name)] if facts else []
    return next(
        (
            name
            for name in names
            if failure.variables.get(name, facts) is None and failing.last_made_by(name, failure) == "gradient"
        ),
        "",
    )


def _no_way_to(name: str) -> Finding:
    return Finding(
        f"{name} is None: the tape has recorded no way from the variable to the result",
        "A tape records what is computed inside of its with block from variables, and from tensors that it watches.",
        advice=(
            "Make it a tf.Variable, or call tape.watch(x) first in the block; compute the result inside of the block, "
            "by functions of TensorFlow alone.",
        ),
        reference="tf.GradientTape",
    )


_TWICE = "non-persistent GradientTape can only be used to compute one set of gradients"


def _asked_twice() -> Finding:
    return Finding(
        "The tape is asked for gradients twice, and it is good for once",
        "It lets go of what it recorded with the first gradient.",
        advice=(
            "Ask for all gradients at once, tape.gradient(loss, [a, b]), or write "
            "tf.GradientTape(persistent=True) and del "
            "tape behind the last one.",
        ),
        reference="tf.GradientTape",
    )


def _of_tensorflow_1() -> Finding:
    return Finding(
        "Gradients are asked for as in TensorFlow 1, from a loss that is computed already",
        "TensorFlow 2 computes at once, and keeps no graph to go back through; a tape records what is computed in it.",
        advice=(
            "Write with tf.GradientTape() as tape: loss = …, then tape.gradient(loss, variables). For an input that is "
            "no variable call tape.watch(x) first; minimize takes a function: minimize(lambda: loss(…), variables).",
        ),
        reference="tf.GradientTape",
    )


RULE = Rule(
    code="KD112",
    name="no gradients",
    lesson=Lesson(
        what="Training ends in ValueError: No gradients provided for any variable.",
        why="Rounding, argmax, comparisons, casts to integers and NumPy have no gradients; what is computed outside of "
        "the tape was not recorded.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nfrom keras import ops\ndef error(y_true, y_pred):\n"
        "    return ops.cast(ops.round(y_pred) != y_true, 'float32')\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\nmodel.compile('adam', error)\n"
        "model.fit(np.ones((4, 4)), np.ones((4, 1)))",
        after="import keras\nimport numpy as np\nfrom keras import ops\ndef error(y_true, y_pred):\n"
        "    return ops.abs(y_pred - y_true)\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\nmodel.compile('adam', error)\n"
        "model.fit(np.ones((4, 4)), np.ones((4, 1)))",
        target="tensorflow==2.21.0",
        related=("KD110", "KA304"),
    ),
    on_failure=on_failure,
)

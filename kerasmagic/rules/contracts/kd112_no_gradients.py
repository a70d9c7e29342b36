"""Training without gradients: nothing leads from the loss back to the weights."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem, raised_by_keras
from ...diagnosis.contract.compiling import lacks_loss
from ...diagnosis.contract.data import DATASET, GENERATOR
from ...diagnosis.contract.fitting import fitting_losses
from ...diagnosis.contract.named import of_keras
from ...diagnosis.contract.network import loss_of
from ...diagnosis.contract.training import TRAINING, Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .losses_computed_before import loss_computed_before

_NONE = re.compile(r"No gradients? (?:provided for any variable|to apply)|Variable .* has `None` for gradient")


_GRAPHS = re.compile(r"^tf\.gradients is not supported when eager execution is enabled")


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
    call = failed_training(failure)
    if call is not None and lacks_loss(call.model):
        return  # KD111
    if call is not None and _has_no_labels(call):
        yield problem("KD112", _without_labels(call), None)
        return
    own = _own_loss(call) if call is not None else None
    if call is not None and own is not None:
        yield problem("KD112", _without_gradient(*own, call), None)
        return
    facts = failing.facts_of(failure) if call is None else None
    before = loss_computed_before(failure, facts) if facts is not None else None
    if before is not None:
        yield problem("KD112", before, facts)
        return
    functions = "keras.ops or TensorFlow" if world.keras_3 else "TensorFlow"
    advice = (
        f"In a loss of your own use differentiable functions of {functions} only, and use y_pred: argmax, round, "
        "comparisons, casts to int and .numpy() cut the way back. A model whose layers are all trainable=False has "
        "nothing to train either."
        if call is not None
        else "Compute the loss from model(x, training=True) inside of `with tf.GradientTape() as tape:`, by "
        f"functions of {functions} (no numpy, no "
        "model.predict, no argmax)."
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


_NO_GRADIENT = ("round", "rint", "floor", "ceil", "sign", "argmax", "argmin")
_COMPARISONS = ("equal", "not_equal", "greater", "greater_equal", "less", "less_equal")
"""Without a gradient, too; where(…) takes one of two values by them, and those have one."""


def _own_loss(call: Training) -> tuple[str, list[str]] | None:
    """The user's loss that uses what has no gradient, and what that is."""
    loss = loss_of(call.model)
    names = loss.__code__.co_names if type(loss) is FunctionType and not call.network.frozen else ()
    used = [name for name in (*_NO_GRADIENT, *(() if "where" in names else _COMPARISONS)) if name in names]
    return (loss.__name__, used) if used else None


def _without_gradient(name: str, used: list[str], call: Training) -> Finding:
    fits = fitting_losses(call)
    keras = of_keras("losses", call.network.keras, call.facts).text.rpartition(".")[0]
    has = "has" if len(used) == 1 else "have"
    instead = f"compile with loss={fits[0].written(keras)}" if len(fits) == 1 else "compile with a loss that has one"
    return Finding(
        f"Nothing leads from the loss {name} to the weights: {' and '.join(used)} {has} no gradient",
        "Training follows the loss back to the weights; a count, a rounded number or a comparison does not change with "
        "them bit by bit.",
        advice=(
            f"For training {instead}, and give {name} as metrics=[{name}]. To train on it, write it without "
            f"{', '.join(used)}, of y_pred itself.",
        ),
        reference="apply_gradients",
    )


def _has_no_labels(call: Training) -> bool:
    """Whether fit gets batches alone, and what they hold is no pair as far as it can be seen: Keras 2 gives the loss
    None for the labels then, and finds no gradients (measured in 2.4 and 2.10)."""
    x, y = call.given.get("x"), call.given.get("y")
    if x is None or (y is not None and y.value is not None) or call.method not in TRAINING or not call.network.loss:
        return False
    return x.form == GENERATOR or (x.form == DATASET and len(x.parts) == 1)


def _without_labels(call: Training) -> Finding:
    name = call.text("x")
    is_dataset = call.given["x"].form == DATASET
    given = f"{name} = {name}.map(lambda x: (x, x))" if is_dataset else "yield x, x"
    return Finding(
        f"fit gets no labels for the loss {call.network.loss}"
        if is_dataset
        else f"fit finds no way from the loss {call.network.loss} to the weights: {name} gives no labels, as it seems",
        f"Each batch has to be a pair of inputs and labels. Of a single array or tensor, {name} gives the inputs.",
        advice=(f"Give pairs: yield x, y in a generator; for an autoencoder, which learns its input, {given}.",),
        reference="fit(x)",
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
            "no variable call tape.watch(x) first.",
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

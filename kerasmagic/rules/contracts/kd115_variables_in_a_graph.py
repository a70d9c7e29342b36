"""Variables that a function under tf.function makes each time it is called."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem
from ...diagnosis.contract.training import failed_training
from ...diagnosis.contract.training_step import REUSED, LeftStep, left_step
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .layers_made_in_call import made_in_call

_REFUSAL = re.compile(
    r"tf\.function only supports singleton tf\.Variables|tf\.function-decorated function tried to create variables"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, ValueError):
        return
    if _STATE.search(failure.message):
        yield _in_a_layer(failure)
    if not failing.in_library(failure):
        return
    left = left_step(failure) if REUSED in failure.message else None
    if left is not None:
        yield _of_a_left_step(left)
    elif _REFUSAL.search(failure.message) and (failed_training(failure) is not None or failure.said.calling):
        yield _in_a_layer(failure)
    elif _REFUSAL.search(failure.message):
        yield problem("KD115", _FINDING, None)


def _of_a_left_step(left: LeftStep) -> Problem:
    return Problem(
        rule="KD115",
        severity=ERROR,
        title="An earlier fit of this model failed half-way, and its step of training is used again",
        cause=f"Keras keeps the step that it makes in the first fit ({left.model}.train_function). That one failed "
        "before the optimizer had made its variables, and TensorFlow makes none later.",
        reference="fit",
        fixes=(Fix("manual", "Compile the model again, and then call fit."),),
        proposals=(
            Proposal(
                "Let Keras make its step of training anew",
                (left.edit,),
                evidence="compile does the same; the weights and the settings of the optimizer stay.",
            ),
        ),
    )


def _in_a_layer(failure: Failure) -> Problem:
    facts = failing.facts_of(failure)
    found = made_in_call(failure, facts) if facts is not None else None
    if found is None:
        return problem("KD115", _IN_A_LAYER, None)
    title = f"{found.owner} makes {_listed(found.names)} in its call"
    edit = Proposal("Make them before, and use them in call", found.edits, "Then they keep their weights.")
    told = problem("KD115", _IN_A_LAYER._replace(title=title), None)
    return told._replace(proposals=(edit,) if found.edits else ())


def _listed(names: tuple[str, ...]) -> str:
    made = ["weights" if name == "add_weight" else name for name in names]
    return " and ".join(filter(None, (", ".join(made[:-1]), made[-1])))


_STATE = re.compile(r"cannot add new elements of state \(variables or sub-layers\) to a layer that is already built")
"""What Keras 3 says of it."""
_IN_A_LAYER = Finding(
    title="A layer or model makes a variable, or another layer, in its call",
    cause="call runs for every batch, and fit makes a graph of it: what keeps its values has to be there before.",
    advice=(
        "Make variables in build: def build(self, input_shape): self.w = self.add_weight(shape=(input_shape[-1], 2), "
        "initializer='random_normal'). Make layers in __init__, and use both in call.",
    ),
    reference="Layer.add_weight",
)


_FINDING = Finding(
    title="A function under @tf.function makes variables",
    cause="It is traced more than once, and each time layers, models, optimizers and tf.Variable would be made anew. "
    "An optimizer makes its variables when it is first applied.",
    advice=(
        "Make models, layers and variables before the function, and use them in it. For an optimizer call "
        "optimizer.build(model.trainable_variables) before; for another model take another optimizer and decorate the "
        "function again.",
    ),
    reference="tf.function",
)


RULE = Rule(
    code="KD115",
    name="variables made in a graph",
    lesson=Lesson(
        what="A function under @tf.function ends in ValueError: tf.function only supports singleton tf.Variables "
        "created on the first call.",
        why="The function is turned into a graph, and called again as that graph. What keeps its values from call to "
        "call has to be there before.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\n@tf.function\ndef step(x):\n    layer = tf.keras.layers.Dense(2)\n"
        "    return layer(x)\nstep(tf.ones((2, 3)))",
        after="import tensorflow as tf\nlayer = tf.keras.layers.Dense(2)\n@tf.function\ndef step(x):\n"
        "    return layer(x)\nstep(tf.ones((2, 3)))",
        target="tensorflow==2.21.0",
        related=("KO102", "KD113"),
    ),
    on_failure=on_failure,
)

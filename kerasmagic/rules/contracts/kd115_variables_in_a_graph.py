"""Variables that a function under tf.function makes each time it is called."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_REFUSAL = re.compile(
    r"tf\.function only supports singleton tf\.Variables|tf\.function-decorated function tried to create variables"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, ValueError) or not failing.in_library(failure):
        return
    if _REFUSAL.search(failure.message):
        yield problem("KD115", _FINDING, None)


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

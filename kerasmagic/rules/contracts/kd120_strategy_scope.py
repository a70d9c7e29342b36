"""A model that was made outside of the distribution strategy that is to train it."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_OUTSIDE = re.compile(
    r'Need to be inside "with strategy\.scope\(\)"|was not created in the distribution strategy scope'
    r"|must only be passed a\s+variable created in this\s+tf\.distribute\.Strategy\.scope"
    r"|Mixing different tf\.distribute\.Strategy objects"
    r"|not created under the (?:same )?(?:distribution )?strategy"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if raised_by_keras(failure) and _OUTSIDE.search(failure.message):
        yield Problem(
            rule="KD120",
            severity=ERROR,
            title="The model, or its optimizer, was not made inside of strategy.scope()",
            cause="A strategy keeps a copy of each variable on each device, and can do so only for those made inside "
            "of its scope.",
            reference="tf.distribute.Strategy.scope",
            fixes=(
                Fix(
                    "manual",
                    "Make all of it under one with strategy.scope(): the layers, the model, the optimizer and "
                    "compile. fit may stand outside.",
                ),
            ),
        )


RULE = Rule(
    code="KD120",
    name="model outside of the strategy's scope",
    lesson=Lesson(
        what='`fit` ends in RuntimeError: Need to be inside "with strategy.scope()", or ValueError: Variable was not '
        "created in the distribution strategy scope.",
        why="MirroredStrategy and the like copy each variable to each device when it is made. A model, an optimizer or "
        "a metric that was made outside of the scope has no copies.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "strategy = tf.distribute.MirroredStrategy(['CPU:0'])\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "with strategy.scope():\n    model.compile('adam', 'mse')\n"
        "    model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "strategy = tf.distribute.MirroredStrategy(['CPU:0'])\n"
        "with strategy.scope():\n    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "    model.compile('adam', 'mse')\n"
        "model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)",
        target="tensorflow==2.21.0",
        related=("KO102",),
    ),
    on_failure=on_failure,
)

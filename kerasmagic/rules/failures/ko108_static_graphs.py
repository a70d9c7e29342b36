"""An optimizer of TensorFlow 2.11 or later in a program that builds a static graph."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE
from ...diagnosis.repair.legacy_optimizers import legacy_name, on_legacy
from ...diagnosis.resolve.world import World
from ...kernel.settings import builds_graphs

_OF_GRAPHS = ("get_updates", "get_gradients")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    owner, facts = _new_optimizer(failure), failing.facts_of(failure)
    if not owner or facts is None or not legacy_name(f"tensorflow.keras.optimizers.{owner}", world):
        return
    yield Problem(
        rule="KO108",
        severity=ERROR,
        title=f"{owner} of this release does not work in a static graph, which this program builds",
        cause="The optimizers of TensorFlow 2.11 and later compute at once; the legacy ones work in a graph, too.",
        reference=f"keras.optimizers.{owner}",
        fixes=(
            Fix(
                "manual",
                f"Take tf.keras.optimizers.legacy.{owner}, with the same arguments. Or leave eager execution on: "
                "restart the kernel, and run the program without disable_eager_execution().",
            ),
        ),
        proposals=tuple(_all_legacy(facts, world)),
    )


def _new_optimizer(failure: Failure) -> str:
    """The class of the optimizer that a graph asked for what it has not, or that Keras could not make a legacy one of;
    empty where nothing builds a graph."""
    wanted = failure.wanted
    if wanted is not None and wanted.kind == ATTRIBUTE and wanted.member in _OF_GRAPHS:
        by_keras = any(frame.module.endswith("training_v1") for frame in failure.frames)
        return wanted.owner if by_keras or builds_graphs() else ""
    for frame in failing.python_frames(failure) if isinstance(failure.exception, NotImplementedError) else ():
        if frame.f_code.co_name == "convert_to_legacy_optimizer":
            return session.class_name(frame.f_locals.get("optimizer"))
    return ""


def _all_legacy(facts: CellFacts, world: World) -> Iterator[Proposal]:
    """All optimizers that the cell makes, as legacy ones."""
    made = (each for each in facts.by_kind.get("call", ()) if ".optimizers." in each.name)
    edits = [edit for each in made for edit in on_legacy(each, facts, world)]
    if edits:
        yield Proposal("Use the legacy optimizer", tuple(dict.fromkeys(edits)), "It has the same arguments.")


RULE = Rule(
    code="KO108",
    name="new optimizer in a static graph",
    lesson=Lesson(
        what="After `tf.compat.v1.disable_eager_execution()`, fit ends in AttributeError: 'Adam' object has no "
        "attribute 'get_updates'.",
        why="The optimizers of TensorFlow 2.11 compute at once, or in a `tf.function`. Keras trains a static graph "
        "with the legacy ones. `compile(optimizer='adam')` takes the right one by itself.",
        since="tensorflow 2.11",
        before="import numpy as np\nimport tensorflow as tf\nwith tf.Graph().as_default():\n"
        "    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(1,))])\n"
        "    model.compile(tf.keras.optimizers.Adam(0.01), 'mse')\n"
        "    model.fit(np.ones((2, 1)), np.ones(2), verbose=0)",
        after="import numpy as np\nimport tensorflow as tf\nwith tf.Graph().as_default():\n"
        "    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(1,))])\n"
        "    model.compile(tf.keras.optimizers.legacy.Adam(0.01), 'mse')\n"
        "    model.fit(np.ones((2, 1)), np.ones(2), verbose=0)",
        target="tensorflow==2.15.1",
        related=("KO107", "KA201"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

"""An optimizer of TensorFlow 2.11 or later in a program that builds a static graph."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
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
    wanted, facts = failure.wanted, failing.facts_of(failure)
    if wanted is None or facts is None or wanted.kind != ATTRIBUTE or wanted.member not in _OF_GRAPHS:
        return
    legacy = legacy_name(f"tensorflow.keras.optimizers.{wanted.owner}", world)
    in_a_graph = builds_graphs() or any(frame.module.endswith("training_v1") for frame in failure.frames)
    if not legacy or not in_a_graph:
        return
    yield Problem(
        rule="KO108",
        severity=ERROR,
        title=f"{wanted.owner} of this release does not work in a static graph, which this program builds",
        cause=f"The optimizers of TensorFlow 2.11 and later have no {wanted.member}; the legacy ones have it.",
        reference=f"keras.optimizers.{wanted.owner}",
        fixes=(
            Fix(
                "manual",
                f"Take tf.keras.optimizers.legacy.{wanted.owner}, with the same arguments. Or leave eager execution "
                "on: restart the kernel, and run the program without disable_eager_execution().",
            ),
        ),
        proposals=tuple(_all_legacy(facts, world)),
    )


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
        before="import tensorflow as tf\ntf.compat.v1.disable_eager_execution()\n"
        "model = tf.keras.Sequential([tf.keras.layers.Dense(1)])\n"
        "model.compile(tf.keras.optimizers.Adam(0.01), 'mse')\nmodel.fit([[1.0]], [[1.0]])",
        after="import tensorflow as tf\ntf.compat.v1.disable_eager_execution()\n"
        "model = tf.keras.Sequential([tf.keras.layers.Dense(1)])\n"
        "model.compile(tf.keras.optimizers.legacy.Adam(0.01), 'mse')\nmodel.fit([[1.0]], [[1.0]])",
        target="tensorflow==2.15.1",
        related=("KO107", "KA201"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

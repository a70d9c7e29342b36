"""tensorflow.python and keras.src: there, and private."""

from __future__ import annotations

from typing import Iterable, Iterator

from ...catalog.target import Found
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, INFO, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.search import find, is_public
from ...diagnosis.resolve.missing import ask
from ...diagnosis.resolve.origin import keras_package
from ...diagnosis.resolve.world import World

_PRIVATE = ("tensorflow.python.", "keras.src.", "tf_keras.src.")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference in facts.references:
        private = reference.kind in ("import", "from") and f"{reference.name}.".startswith(_PRIVATE)
        if private and isinstance(ask(reference, facts, world), Found):
            yield Problem(
                rule="KI116",
                severity=INFO,
                title=_title(reference.name, world),
                cause="Only names without python or src in them are stable. tensorflow.python.keras is also an old "
                "copy of Keras: its objects do not work together with those of tf.keras.",
                range=reference.range,
                reference=reference.name,
            )


def _title(name: str, world: World) -> str:
    if name.startswith("tensorflow.python.keras") and keras_package("tensorflow.keras.Model", world) != _OLD:
        return f"{name} is of an old, private copy of Keras: objects of it do not work together with those of tf.keras"
    return f"{name} is private: it works here, but may disappear in the next release"


_OLD = "tensorflow.python.keras"
_COPY = "cannot import name '__version__' from 'tensorflow.python.keras'"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """The copy asks for its own version when it saves, which it lost (measured in TensorFlow 2.15 and 2.20)."""
    if isinstance(failure.exception, ImportError) and _COPY in failure.message:
        yield Problem(
            rule="KI116",
            severity=ERROR,
            title="tensorflow.python.keras is an old copy of Keras that can no longer save",
            cause="TensorFlow keeps it for its own needs alone.",
            reference="tensorflow.python.keras",
            fixes=(
                Fix(
                    "manual",
                    "Import from tensorflow.keras wherever the program says tensorflow.python.keras, and build the "
                    "model again.",
                ),
            ),
        )


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Fix]:
    public = next((candidate.name for candidate in find(problem.reference, world) if is_public(candidate.name)), None)
    if public:
        yield Fix("manual", f"Use {public}", evidence=f"{public} is {world.where(public)}.")


RULE = Rule(
    code="KI116",
    name="private module",
    lesson=Lesson(
        what="`from tensorflow.python.keras.layers import Dense` works in some releases and fails in others.",
        why="Names below tensorflow.python and keras.src are the inner structure of TensorFlow and Keras. They "
        "change without notice, and since TensorFlow 2.6 tensorflow.python.keras is an unused copy.",
        before="from tensorflow.python.keras.layers import Dense",
        after="from tensorflow.keras.layers import Dense",
        target="tensorflow==2.16.2",
        related=("KI101", "KI110"),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
    fixes=fixes,
)

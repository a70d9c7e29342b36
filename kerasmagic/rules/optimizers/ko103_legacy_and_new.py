"""Legacy and new optimizers side by side in one session."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from ...diagnosis.evidence import session
from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule


def _on_optimizer(optimizer: Any, model: Any, namespace: Mapping[str, Any]) -> Iterator[Problem]:
    own = _generation(optimizer)
    if not own:
        return
    others: dict[str, str] = {}
    for name, value in session.variables(namespace):
        model = session.is_kind(value, "Model")
        candidate = session.attribute(value, "optimizer") if model else value
        if candidate is not None and _generation(candidate) not in ("", own):
            others[name] = _generation(candidate)
    if others:
        listed = ", ".join(f"{name} ({generation})" for name, generation in others.items())
        yield Problem(
            rule="KO103",
            severity="warning",
            title=f"Legacy and new optimizers are mixed: this one is {own}, others here are not: {listed}",
            cause="They store their state under different names: a checkpoint or saved optimizer of one cannot be "
            "restored into the other. Arguments such as decay= and weight_decay= work in only one of them.",
            reference=f"optimizer:{type(optimizer).__name__.lower()}",
            fixes=(Fix("manual", "Use one kind for all: keras.optimizers, or optimizers.legacy"),),
        )


def _generation(value: Any) -> str:
    """``legacy`` or ``new`` for an optimizer of Keras, ``""`` for anything else."""
    if session.is_kind(value, "OptimizerV2"):
        return "legacy"
    homes = [
        session.root_of(base)
        for base in session.bases(value)
        if session.name_of(base) in ("Optimizer", "_BaseOptimizer")
    ]
    return "new" if any(home in ("keras", "tf_keras") for home in homes) else ""


RULE = Rule(
    code="KO103",
    name="legacy and new optimizers mixed",
    lesson=Lesson(
        what="You use two optimizers of the same name, one from optimizers.legacy and one from optimizers.",
        why="From TensorFlow 2.11 to 2.15, it depends on how you write it which of the two you get. In 2.11 and "
        "2.12 keras.optimizers.Adam is the legacy class while tf.keras.optimizers.Adam is the new one; in 2.11 "
        "and 2.15 deserializing a config with settings gives the legacy class, the string gives the new one. "
        "See %keras_optimizer adam.",
        since="keras 2.11",
        before=(
            "from tensorflow import keras\n"
            "\n"
            'new = keras.optimizers.get("adam")\n'
            'legacy = keras.optimizers.deserialize({"class_name": "adam", "config": {"learning_rate": 0.1}})\n'
            "%keras_optimizer new"
        ),
        after=(
            "from tensorflow import keras\n"
            "\n"
            'new = keras.optimizers.get("adam")\n'
            "also_new = keras.optimizers.deserialize(keras.optimizers.serialize(new))\n"
            "%keras_optimizer new"
        ),
        target="tensorflow==2.15.1",
        related=("KO102", "KO104"),
    ),
    on_optimizer=_on_optimizer,
)

"""``weight_decay`` in the optimizer and an L2 penalty in the layers: weights decay twice."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from ..problem import Fix, Problem
from ..rule import Lesson, Rule


def _on_optimizer(optimizer: Any, model: Any, namespace: Mapping[str, Any]) -> Iterator[Problem]:
    rate = getattr(optimizer, "weight_decay", None)
    penalised = _penalised(model)
    if not rate or not penalised:
        return
    yield Problem(
        rule="KO101",
        severity="warning",
        title=f"Weights decay twice: weight_decay={rate:g} in {type(optimizer).__name__} and an L2 penalty in "
        f"{', '.join(penalised[:3])}{' …' if len(penalised) > 3 else ''}",
        cause="weight_decay shrinks every weight at each step; the layers' L2 regularizer adds a gradient that shrinks "
        "the same weights again.",
        reference="optimizer:weight_decay",
        fixes=(
            Fix(
                "manual", "Keep one of the two: drop weight_decay from the optimizer, or the regularizer in the layers"
            ),
        ),
    )


def _penalised(model: Any) -> list[str]:
    """The layers that have an L2 penalty on their weights."""
    layers = getattr(model, "layers", None) or ()
    attributes = ("kernel_regularizer", "depthwise_regularizer", "embeddings_regularizer", "recurrent_regularizer")
    return [
        str(layer.name) for layer in layers if any(_l2(getattr(layer, attribute, None)) for attribute in attributes)
    ]


def _l2(regularizer: Any) -> bool:
    try:
        return float(getattr(regularizer, "l2", 0) or 0) > 0
    except (TypeError, ValueError):
        return False


RULE = Rule(
    code="KO101",
    name="weight decay twice",
    lesson=Lesson(
        what="A model is regularized more than its author means: weight_decay in the optimizer and L2 in the layers.",
        why="Both make weights smaller. For SGD the two are the same thing done twice; for Adam they differ (that is "
        "what AdamW is about), and a published value for one of them is wrong for both together.",
        since="keras 2.11",
        before=(
            "import keras\n"
            "\n"
            'model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1, kernel_regularizer="l2")])\n'
            'model.compile(keras.optimizers.AdamW(), "mse")\n'
            "%keras_optimizer model"
        ),
        after=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            'model.compile(keras.optimizers.AdamW(), "mse")\n'
            "%keras_optimizer model"
        ),
        target="tensorflow==2.21.0",
        related=("KO103",),
    ),
    on_optimizer=_on_optimizer,
)

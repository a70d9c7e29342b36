"""``weight_decay`` in the optimizer and an L2 penalty in the layers: weights decay twice."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.imports import call_node
from ...source.reference import Reference


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    """A cell that makes one model and one optimizer, with both."""
    if "weight_decay" not in facts.text:
        return
    calls = facts.by_kind.get("call", [])
    made = [call for call in calls if ".optimizers." in call.name and ".schedules." not in call.name]
    models = [call for call in calls if call.name.endswith((".Sequential", ".Model"))]
    penalty = next((each for each in facts.references if _is_l2(each)), None)
    if penalty is None or len(made) != 1 or len(models) != 1 or "weight_decay" not in made[0].keywords:
        return
    signature = world.parameters(made[0].name)
    node = call_node(facts.cell, made[0])
    given = [each.value for each in node.keywords if each.arg == "weight_decay"] if node else []
    rate = getattr(given[0], "value", None) if given else None
    if signature is None or not isinstance(rate, float) or not rate:
        return
    if any(parameter.name == "weight_decay" for parameter in signature.parameters):
        yield Problem(
            rule="KO101",
            severity="info" if made[0].guarded else "warning",
            title=f"Weights decay twice: weight_decay={rate:g} in {made[0].written} and an L2 penalty in line "
            f"{penalty.range.line}",
            cause=_BOTH,
            range=made[0].range,
            reference=made[0].name,
            fixes=(_KEEP_ONE,),
        )


def _is_l2(reference: Reference) -> bool:
    if reference.kind == "string":
        return reference.name.lower() in ("regularizer:l2", "regularizer:l1_l2", "regularizer:l1l2")
    last = reference.name.rpartition(".")[2].lower()
    return reference.kind == "call" and ".regularizers." in reference.name and last in ("l2", "l1_l2", "l1l2")


_BOTH = "weight_decay shrinks every weight at each step; the layers' L2 regularizer shrinks the same weights again."
_KEEP_ONE = Fix("manual", "Keep only one: remove weight_decay from the optimizer, or the regularizer from the layers")


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
        cause=_BOTH,
        reference="optimizer:weight_decay",
        fixes=(_KEEP_ONE,),
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
        what="The model is regularized more than you intend: weight_decay in the optimizer and L2 in the layers.",
        why="Both make weights smaller. For SGD that is the same thing done twice; for Adam the two differ (that "
        "is the idea of AdamW), and a published value for one is wrong for both together.",
        since="keras 2.11",
        before=(
            "import keras\n"
            "\n"
            'model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1, kernel_regularizer="l2")])\n'
            'model.compile(keras.optimizers.AdamW(weight_decay=0.01), "mse")\n'
            "%keras_optimizer model"
        ),
        after=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            'model.compile(keras.optimizers.AdamW(weight_decay=0.01), "mse")\n'
            "%keras_optimizer model"
        ),
        target="tensorflow==2.21.0",
        related=("KO103",),
    ),
    on_cell=on_cell,
    on_optimizer=_on_optimizer,
)

"""Labels of a form that does not fit the loss and the last layer."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, after_failure, before_run
from ...diagnosis.contract.data import DATASET, Data, Shape, shown
from ...diagnosis.contract.training import Training
from ...diagnosis.model.rule import Lesson, Rule

_REFUSAL = (
    r"must have the same (?:rank|shape)|must have rank|Shapes .* are incompatible|logits and labels must"
    r"|same first dimension|Dimensions must be equal|Incompatible shapes|equal to the shape|must be broadcastable"
    r"|labels' must have rank|ncompatible shapes|same length as|Shape mismatch: The shape of labels"
    r"|required broadcastable"
)
_SPARSE, _ONE_HOT, _BINARY = "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy"
_ELEMENTWISE = (_ONE_HOT, _BINARY, "mean_squared_error", "mean_absolute_error", "kl_divergence", "huber", "log_cosh")
_ALIKE = (_BINARY, "mean_squared_error", "mean_absolute_error", "huber", "log_cosh")
_SHORT_ONE_HOT = "to_categorical"


def check(call: Training) -> Iterator[Finding]:
    y, outputs, loss = call.y, call.network.outputs, call.network.loss
    if y is None or y.shape is None or len(outputs) != 1 or not loss or call.method.startswith("predict"):
        return
    given, made = y.shape, outputs[0]
    if len(given) < 1 or len(made) < 2 or made[-1] is None:
        return
    if len(made) > 2 and len(given) <= 2 and not _each_step(given, made):
        yield from _not_flat(call, given, made)
    elif loss == _SPARSE and len(given) == len(made) and given[-1] == made[-1] and made[-1] != 1:
        yield _one_hot_given(call, y, made)
    elif loss in _ELEMENTWISE and _is_class_numbers(given, made):
        yield _numbers_given(call, y, made, loss)
    elif loss in _ELEMENTWISE and len(given) == len(made) and given[-1] not in (None, made[-1]):
        broadcast = 1 in (given[-1], made[-1]) and loss not in (_ONE_HOT, _BINARY)
        if not broadcast:
            yield _other_count(call, given, made, loss)


def _each_step(given: Shape, made: Shape) -> bool:
    """One class number for each step of a sequence."""
    return len(given) == len(made) - 1 == 2 and (made[1] is None or given[1] in (None, made[1]))


def _is_class_numbers(given: Shape, made: Shape) -> bool:
    """One number for each sample, where the model gives several."""
    return len(made) == 2 and made[-1] != 1 and (len(given) == 1 or (len(given) == 2 and given[-1] == 1))


def _layer(call: Training) -> str:
    last = call.network.last
    return f"{last.kind}({last.units})" if last and last.units else "the last layer"


def _numbers_given(call: Training, y: Data, made: Shape, loss: str) -> Finding:
    name, count = call.text("y"), made[-1]
    span = y.range() if y.is_whole or y.dtype.startswith("float") else None
    if loss not in (_ONE_HOT, _BINARY, "kl_divergence"):
        return Finding(
            title=f"{name} has one number for each sample, and the model gives {count}",
            cause=f"{_layer(call)} gives {shown(made)}; {loss} compares it with {shown(y.shape)}.",
            advice=("End the model with Dense(1), or give it as many targets as it has outputs.",),
            reference="compile(loss)",
            certain=False,
        )
    binary = span is not None and span[0] >= 0 and span[1] <= 1
    cause = f"{name} has shape {shown(y.shape)}: class numbers. {loss} wants {shown(made)}, one column for each class."
    advice = []
    if binary and loss == _BINARY:
        advice.append("For two classes: Dense(1, activation='sigmoid') as the last layer, with this loss.")
    if call.network.kind:
        advice.append(f"Or one column for each class: keras.utils.to_categorical({name}, {count}).")
    changes = tuple(_loss_change(call, loss, _SPARSE))
    if not changes:
        advice.insert(0, f"Compile the model with loss='{_SPARSE}': it takes class numbers.")
    return Finding(
        title=f"{name} holds class numbers, and the loss {loss} takes no class numbers",
        cause=cause,
        changes=changes,
        advice=tuple(advice),
        reference="compile(loss)",
    )


def _one_hot_given(call: Training, y: Data, made: Shape) -> Finding:
    name = call.text("y")
    changes = tuple(_loss_change(call, _SPARSE, _ONE_HOT))
    first = () if changes else (f"Compile the model with loss='{_ONE_HOT}': it takes one column for each class.",)
    return Finding(
        title=f"{name} has one column for each class, and the loss {_SPARSE} takes class numbers",
        cause=f"{name} has shape {shown(y.shape)}; this loss wants {shown(made[:-1])}.",
        changes=changes,
        advice=(*first, f"Or give it the numbers of the classes: {name}.argmax(axis=-1)."),
        reference="compile(loss)",
    )


def _other_count(call: Training, given: Shape, made: Shape, loss: str) -> Finding:
    name = call.text("y")
    count = given[-1]
    advice: tuple[str, ...]
    if loss == _BINARY and made[-1] == 1:
        advice = (
            f"Give it one column: {name}[:, 1] if the second stands for yes.",
            f"Or end the model with Dense({count}, activation='softmax') and the loss {_ONE_HOT}.",
        )
    else:
        advice = (f"Let the last layer have {count} units, as many as {name} has columns.",)
    return Finding(
        title=f"{name} has {count} columns, and the last layer gives {made[-1]}",
        cause=f"{_layer(call)} gives {shown(made)}; the loss {loss} compares it with {shown(given)}.",
        advice=advice,
        reference="compile(loss)",
        certain=1 not in (count, made[-1]),
    )


def _not_flat(call: Training, given: Shape, made: Shape) -> Iterator[Finding]:
    recurrent = next(
        (each for each in reversed(call.network.layers) if each.kind in ("LSTM", "GRU", "SimpleRNN")), None
    )
    deep = any(each.kind.startswith(("Conv", "MaxPool", "AveragePool")) for each in call.network.layers)
    if recurrent is not None and not deep:
        advice = f"Give one answer for each sequence: no return_sequences=True in {recurrent.name} ({recurrent.kind})."
    elif deep or len(made) > 3:
        advice = "Put a Flatten() or GlobalAveragePooling2D() before the first Dense layer."
    else:
        advice = "Put a Flatten() before the last layer."
    yield Finding(
        title=f"The model gives {shown(made)} for each batch, and {call.text('y')} has shape {shown(given)}",
        cause="A Dense layer works on the last axis only, and leaves all axes before it as they are.",
        advice=(advice,),
        reference="compile(loss)",
        certain=call.network.loss in (_SPARSE, _ONE_HOT),
    )


def _loss_change(call: Training, old: str, new: str) -> Iterator[Change]:
    """The loss in a call of compile in this cell, where it is written as a string."""
    if call.facts is None or call.facts.cell.tree is None or call.given.get("x", Data(None, "")).form == DATASET:
        return
    short = re.compile(rf"^(?:{old})$", re.IGNORECASE)
    for node in ast.walk(call.facts.cell.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "compile":
            given = [*node.args[1:2], *(item.value for item in node.keywords if item.arg == "loss")]
            for item in given:
                if isinstance(item, ast.Constant) and isinstance(item.value, str) and short.match(item.value):
                    yield Change(
                        f"Compile with {new}", ((item, repr(new)),), "It is the same loss, for labels of this form."
                    )


RULE = Rule(
    code="KD103",
    name="labels, loss and last layer",
    lesson=Lesson(
        what="`model.fit(x, y)` ends in ValueError: Shapes (None, 1) and (None, 10) are incompatible, or Arguments "
        "`target` and `output` must have the same rank.",
        why="categorical_crossentropy takes one column for each class, sparse_categorical_crossentropy takes class "
        "numbers, binary_crossentropy one number between 0 and 1. The last layer has one unit for each column or "
        "class.",
        since="keras 2.0",
        before="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(3, activation='softmax')])\nmodel.compile('adam', 'categorical_crossentropy')\n"
        "model.fit(np.ones((6, 4)), np.array([0, 1, 2, 0, 1, 2]))",
        after="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(3, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n"
        "model.fit(np.ones((6, 4)), np.array([0, 1, 2, 0, 1, 2]))",
        target="tensorflow==2.21.0",
        related=("KD104",),
    ),
    on_cell=before_run("KD103", check),
    on_failure=after_failure("KD103", _REFUSAL, check),
)

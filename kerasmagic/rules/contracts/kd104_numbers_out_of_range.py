"""Class numbers that the last layer has no unit for, and word numbers that an Embedding has no row for."""

from __future__ import annotations

import math
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, after_failure, before_run
from ...diagnosis.contract.training import Training
from ...diagnosis.model.rule import Lesson, Rule

_REFUSAL = r"outside the valid range|is not in \[0, \d+\)|out of (?:range|bounds)|nan loss"


_VOID = 255
"""What masks of images hold where a pixel has no class."""


def check(call: Training) -> Iterator[Finding]:
    yield from _labels(call)
    yield from _words(call)


def _labels(call: Training) -> Iterator[Finding]:
    y, network = call.y, call.network
    if y is None or network.loss != "sparse_categorical_crossentropy" or len(network.outputs) != 1:
        return
    count, span = network.outputs[0][-1], y.range()
    if count is None or span is None or (y.shape and len(y.shape) > max(2, len(network.outputs[0]))):
        return
    if not all(map(math.isfinite, span)):
        yield _no_class(call.text("y"))
        return
    low, high = (int(each) if each == int(each) else each for each in span)
    if low >= 0 and high < count:
        return
    name = call.text("y")
    changes: tuple[Change, ...] = ()
    advice: tuple[str, ...] = ()
    node = call.written.get("y")
    if low == 1 and high == count and node is not None and hasattr(node, "id"):
        changes = (
            Change("Count the classes from 0", ((node, f"{name} - 1"),), "The model's answers count from 0, too."),
        )
    elif low >= 0:
        advice = (f"Give the last layer {int(high) + 1} units, one for each class number from 0 to {high}.",)
    else:
        advice = (f"Number the classes from 0: numpy.unique({name}, return_inverse=True)[1].",)
    values = y.distinct(count + 1) if y.shape and len(y.shape) > 2 and low >= 0 else None
    if values is not None and len(values) <= count:
        numbered = f"numpy.searchsorted({[int(each) for each in values]}, {name})"
        advice = (f"If its {len(values)} values are the classes, number them: {numbered}.", *advice)
    elif y.shape and len(y.shape) > 2 and high == _VOID:
        ignores = f"keras.losses.SparseCategoricalCrossentropy(ignore_class={_VOID})"
        advice = (f"If {_VOID} marks pixels without a class, compile with loss={ignores}.", *advice)
    if low == 1 and high != count:
        advice = (*advice, f"Or count from 0: {name} - 1, and {int(high)} units.")
    yield Finding(
        title=f"{name} holds class numbers from {low} to {high}, and the last layer has {count} "
        f"{'unit' if count == 1 else 'units'}",
        cause=f"With {network.loss} the classes are numbered from 0 to {count - 1}. On a GPU there is no error: the "
        "loss becomes nan.",
        changes=changes,
        advice=_one_unit(advice) if count == 1 else advice,
        reference="compile(loss)",
    )


def _no_class(name: str) -> Finding:
    return Finding(
        title=f"{name} holds values that are no numbers (NaN), and the loss takes class numbers",
        cause="A row without a label has none to compare with.",
        advice=(f"Leave these rows out: keep = ~numpy.isnan({name}), then x[keep] and {name}[keep].",),
        reference="fit(y)",
    )


def _one_unit(advice: tuple[str, ...]) -> tuple[str, ...]:
    return ("For yes or no, Dense(1, activation='sigmoid') goes with the loss binary_crossentropy.", *advice)


def _words(call: Training) -> Iterator[Finding]:
    first = call.network.layers[0] if call.network.layers else None
    if call.x is None or first is None or first.table is None or len(call.network.inputs) > 1:
        return
    span = call.x.range()
    if span is None or not all(map(math.isfinite, span)) or (span[0] >= 0 and span[1] < first.table):
        return
    name, high = call.text("x"), int(span[1])
    yield Finding(
        title=f"{name} holds numbers from {int(span[0])} to {high}, and {first.name} (Embedding) has rows for 0 to "
        f"{first.table - 1}",
        cause="input_dim is how many different numbers there are, with 0: one more than the greatest of them. On a GPU "
        "there is no error.",
        advice=(
            f"Make it Embedding(input_dim={high + 1}, …), or the size of the vocabulary plus 1.",
            f"Or keep the {first.table} commonest words only where the text is made into numbers.",
        ),
        reference="Embedding(input_dim)",
    )


RULE = Rule(
    code="KD104",
    name="class or word number out of range",
    lesson=Lesson(
        what="`fit` ends in InvalidArgumentError: Received a label value of 10 which is outside the valid range of "
        "[0, 10), or indices[…] = 5000 is not in [0, 5000).",
        why="Classes and words are counted from 0: ten units are for the numbers 0 to 9. A GPU computes on with zeros "
        "or nan.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(3, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n"
        "y = np.array([1, 2, 3, 1, 2, 3])\nmodel.fit(np.ones((6, 4)), y)",
        after="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(3, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n"
        "y = np.array([1, 2, 3, 1, 2, 3])\nmodel.fit(np.ones((6, 4)), y - 1)",
        target="tensorflow==2.21.0",
        related=("KD103",),
    ),
    on_cell=before_run("KD104", check),
    on_failure=after_failure("KD104", _REFUSAL, check),
)

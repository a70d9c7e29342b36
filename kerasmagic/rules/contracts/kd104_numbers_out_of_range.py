"""Class numbers that the last layer has no unit for, and word numbers that an Embedding has no row for."""

from __future__ import annotations

import ast
import math
import re
from typing import Iterator

from ...diagnosis.contract import tensor_graph as graph
from ...diagnosis.contract.answer import (
    Change,
    Finding,
    after_failure,
    before_run,
    problem,
    raised_by_keras,
    said,
)
from ...diagnosis.contract.data import DATASET, DICT, Data
from ...diagnosis.contract.entries import Entry, entries
from ...diagnosis.contract.labels import Labels, alike_in_session, are_all_known, labels_of, listed
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_REFUSAL = r"outside the valid range|is not in \[0, \d+\)|out of (?:range|bounds)|nan loss"


_VOID = 255
"""What masks of images hold where a pixel has no class."""


def check(call: Training) -> Iterator[Finding]:
    yield from _labels(call)
    yield from _words(call)


def _labels(call: Training) -> Iterator[Finding]:
    network = call.network
    count = network.outputs[0][-1] if len(network.outputs) == 1 and network.outputs[0] else None
    if count is None or network.loss != "sparse_categorical_crossentropy":
        return
    found = [each for each in _all_labels(call) if len(each.data.shape or ()) <= max(2, len(network.outputs[0]))]
    spans = [(each, span) for each in found for span in [each.data.range()] if span is not None]
    without = next((each.text for each, span in spans if not all(map(math.isfinite, span))), "")
    if without:
        yield _no_class(without)
        return
    wrong = [each for each, span in spans if not 0 <= span[0] <= span[1] < count]
    if wrong:
        low, high = min(span[0] for _, span in spans), max(span[1] for _, span in spans)
        yield _out_of_range(call, [each for each, _ in spans], wrong, (_number(low), _number(high)), count)


def _all_labels(call: Training) -> list[Labels]:
    """Those of fit and of validation_data; or what else the call takes them from."""
    return labels_of(call) or ([Labels(call.text("y"), call.y)] if call.y is not None else [])


def _number(value: float) -> float:
    return int(value) if value == int(value) else value


def _out_of_range(
    call: Training, given: list[Labels], wrong: list[Labels], span: tuple[float, float], count: int
) -> Finding:
    """Class numbers that have no unit.

    Arguments:
        given: all labels of the call.
        wrong: those of them that hold such a number.
        span: the least and the greatest of all class numbers.
    """
    (low, high), y, name = span, wrong[0].data, wrong[0].text
    names, one = listed([each.text for each in wrong]), len(wrong) == 1
    from_1 = low == 1 and high == count
    changes: tuple[Change, ...] = ()
    advice: tuple[str, ...] = ()
    if from_1:
        counted = listed([f"{each.text} - 1" for each in given])
        others = alike_in_session(call, given, lambda data: _is_counted_from_1(data, y, count))
        if all(each.node is not None for each in given) and are_all_known(call):
            edits = tuple(each.replaced("{} - 1") for each in given)
            differs = f"The model's answers count from 0, too. {_as_well(others)}".strip()
            changes = (Change("Count the classes from 0", edits, differs),)
        advice = (f"Count the classes from 0: give {counted}. {_as_well(others)}".strip(),)
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
    own = y.range() if one else span
    least, most = (_number(each) for each in own or span)
    return Finding(
        title=f"{names} {'holds' if one else 'hold'} class numbers from {least} to {most}, and the last layer has "
        f"{count} {'unit' if count == 1 else 'units'}",
        cause=f"With {call.network.loss} the classes are numbered from 0 to {count - 1}. On a GPU there is no error: "
        "the loss becomes nan.",
        changes=changes,
        advice=_one_unit(advice) if count == 1 else advice,
        reference="compile(loss)",
    )


def _is_counted_from_1(data: Data, y: Data, count: int) -> bool:
    span = data.range() if data.dtype == y.dtype and len(data.shape or ()) == len(y.shape or ()) else None
    return span is not None and span[0] >= 1 and span[1] <= count and data.distinct(count) is not None


def _as_well(names: list[str]) -> str:
    """What other cells give the model."""
    each = listed([f"{name} - 1" for name in names])
    return f"{listed(names)} {'counts' if len(names) == 1 else 'count'} from 1 as well: use {each}." if names else ""


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
    for layer, table, name, data in _looked_up(call):
        span = data.range()
        if span is None or not all(map(math.isfinite, span)) or (span[0] >= 0 and span[1] < table):
            continue
        high = int(span[1])
        yield Finding(
            title=f"{name} holds numbers from {int(span[0])} to {high}, and {layer} (Embedding) has rows for 0 to "
            f"{table - 1}",
            cause="input_dim is how many different numbers there are, with 0: one more than the greatest of them. On a "
            "GPU there is no error.",
            advice=(
                f"Make it Embedding(input_dim={high + 1}, …), or the size of the vocabulary plus 1.",
                f"Or keep the {table} commonest words only where the text is made into numbers.",
            ),
            reference="Embedding(input_dim)",
        )


def _looked_up(call: Training) -> Iterator[tuple[str, int, str, Data]]:
    """Each Embedding that gets data as it is: its name, its rows, and the data with what to call it."""
    first = call.network.layers[0] if call.network.layers else None
    if len(call.network.inputs) < 2:
        if call.x is not None and first is not None and first.table is not None:
            yield first.name, first.table, call.text("x"), call.x
        return
    given = _by_input(call)
    for layer in graph.layers_of(call.model):
        table = session.own(layer, "input_dim") if session.class_name(layer) == "Embedding" else None
        tensors = [tensor for node in graph.calls_of(layer) for tensor in graph.given_to(node)]
        for entry in (given[id(tensor)] for tensor in tensors if id(tensor) in given):
            if type(table) is int:
                yield str(session.attribute(layer, "name")), table, entry.name, entry.data


def _by_input(call: Training) -> dict[int, Entry]:
    """The data of each tensor of a model's inputs: of a list by its place, of a dictionary by its name."""
    inputs, given = graph.ends(call.model, "inputs"), entries(call, "x")
    x = call.given["x"] if given else None
    if x is None or len(given) != len(inputs):
        return {}
    if x.form == DICT:
        by_name = dict(zip(x.names, given))
        return {id(each): by_name[name] for each in inputs for name in [graph.input_name(each)] if name in by_name}
    return {id(each): entry for each, entry in zip(inputs, given)}


_of_values = after_failure("KD104", _REFUSAL, check)
_TOLD = re.compile(r"label value of (\d+) which is outside the valid range of \[0, (\d+)\)\.\s+Label values:([ \d]*)")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = [*_of_values(failure, world)]
    told = _TOLD.search(said(failure)) if not found and raised_by_keras(failure) else None
    call = failed_training(failure) if told is not None else None
    if told is not None and call is not None:
        found = [problem("KD104", _of_a_batch(call, *told.groups()), call.facts)]
    yield from found


def _of_a_batch(call: Training, label: str, count: str, batch: str) -> Finding:
    """Class numbers of a dataset or generator, of which the message tells."""
    name, labels, units = call.text("x"), {int(each) for each in batch.split()}, int(count)
    given, node = call.given.get("x"), call.written.get("x")
    from_1 = bool(labels) and min(labels) >= 1 and max(labels) == units
    changes: tuple[Change, ...] = ()
    advice = f"Give the last layer a unit for each class number: from 0 to {label} there are {int(label) + 1}."
    if from_1 and given is not None and given.form == DATASET:
        # of the labels of one batch it is not certain that no class is 0
        shifted = f"{name}.map(lambda x, y: (x, y - 1))"
        advice = f"If the classes are counted from 1, count from 0: {shifted}; so for validation_data, too."
        if isinstance(node, ast.Name) and "validation_data" not in call.written and len(given.parts) == 2:
            changes = (Change("Count the classes from 0", ((node, shifted),), _FROM_1),)
    elif from_1:
        advice = f"If the classes are counted from 1, count from 0: y - 1 where {name} makes its batches."
    return Finding(
        title=f"A label is {label}, and the last layer has {count} {'unit' if units == 1 else 'units'}",
        cause=f"The classes are numbered from 0 to {units - 1}. On a GPU there is no error: the loss becomes nan.",
        changes=changes,
        advice=(advice,),
        reference="compile(loss)",
    )


_FROM_1 = "The batch that failed has no label 0. The model's answers count from 0, too."


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
    on_failure=on_failure,
)

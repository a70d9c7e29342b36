"""As many labels as samples, as many arrays as inputs."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, after_failure, before_run
from ...diagnosis.contract.data import ARRAY, DATASET, LIST, NOTHING, TABLE, TENSOR, Data, shown
from ...diagnosis.contract.training import Training
from ...diagnosis.model.rule import Lesson, Rule

_REFUSAL = (
    r"cardinality is ambiguous|expects \d+ (?:named )?input\(s\)|expected \d+ arrays?|Unrecognized data type"
    r"|None values not supported|No gradients provided"
    r"|Failed to find data adapter|validation_data|same number of samples|structure of `inputs`|Missing data for input"
    r"|incompatible with the layer|Invalid input shape|does(?: not|n't) match the expected structure"
    r"|Target data is missing|You must provide|When providing `x` as|`y` argument is not supported"
    r"|tuple index out of range"
    r"|Dimensions must be equal|ncompatible shapes|must be passed|`y` should not|not a valid|truth value of an array"
)
_WITH_LENGTH = (ARRAY, TABLE, TENSOR)


def check(call: Training) -> Iterator[Finding]:
    x = call.given.get("x")
    if x is None:
        return
    yield from _pair_as_x(call, x)
    yield from _samples_in_a_list(call, x)
    yield from _labels_in_a_list(call, x)
    yield from _lengths(call, x)
    yield from _weights_of_steps(call)
    yield from _lengths_of_inputs(call, x)
    yield from _inputs(call, x)
    yield from _without_labels(call, x)
    yield from _validation(call)
    yield from _labels_beside_a_dataset(call, x)


_ONE_WEIGHT = (
    "Give one weight for each sample, in the same order. For weights of classes there is class_weight={0: …, 1: …}."
)


def _lengths(call: Training, x: Data) -> Iterator[Finding]:
    """``x`` and ``y`` of different lengths."""
    for role in ("y", "sample_weight"):
        other = call.given.get(role)
        if other is None or other.form not in _WITH_LENGTH or x.form not in _WITH_LENGTH:
            continue
        if None in (x.samples, other.samples) or x.samples == other.samples:
            continue
        name, given = call.text(role), call.text("x")
        yield Finding(
            title=f"{given} has {x.samples} samples, and {name} has {other.samples}",
            cause=f"Their shapes are {shown(x.shape)} and {shown(other.shape)}: the first axis counts the samples.",
            advice=_length_advice(x, other, given, name) if role == "y" else (_ONE_WEIGHT,),
            reference=f"fit({role})",
        )


def _weights_of_steps(call: Training) -> Iterator[Finding]:
    """Weights for each step or pixel that has a label, of another shape than the labels."""
    weights, y = call.given.get("sample_weight"), call.given.get("y")
    if weights is None or y is None or weights.shape is None or y.shape is None or len(weights.shape) < 2:
        return
    of_labels = y.shape[:-1] if len(y.shape) > len(weights.shape) else y.shape
    if weights.samples != y.samples or weights.shape == of_labels or len(of_labels) != len(weights.shape):
        return
    name = call.text("sample_weight")
    yield Finding(
        title=f"{name} has shape {shown(weights.shape)}, and {call.text('y')} has labels of shape {shown(of_labels)}",
        cause="sample_weight has one weight for each sample, or one for each step or pixel that has a label.",
        advice=(f"Make {name} of shape {shown(of_labels)}: it has to be padded or cut as the labels are.",),
        reference="fit(sample_weight)",
        certain=False,
    )


def _lengths_of_inputs(call: Training, x: Data) -> Iterator[Finding]:
    """Several inputs, given as a list, and labels: each has a row for each sample."""
    inputs = len(call.network.inputs)
    if x.form != LIST or inputs < 2 or len(x.parts) != inputs:
        return
    y = call.given.get("y")
    parts = (*x.parts, *((y,) if y is not None and y.form in _WITH_LENGTH else ()))
    if not all(part.form in _WITH_LENGTH and part.samples is not None for part in parts):
        return
    counts = [part.samples for part in parts]
    if len(set(counts)) < 2:
        return
    texts = [f"input {place} has {count} samples" for place, count in enumerate(counts[:inputs], 1)]
    labels = f", and {call.text('y')} has {counts[-1]}" if len(counts) > inputs else ""
    yield Finding(
        title=f"The arrays have different numbers of samples: {', '.join(texts)}{labels}",
        cause="Row n of each input and of the labels belongs to sample n.",
        advice=("Make all of them of the same rows: filter, split and cut them together.",),
        reference="fit(x)",
    )


def _length_advice(x: Data, y: Data, given: str, name: str) -> tuple[str, ...]:
    if x.shape and y.samples in x.shape[1:]:
        return (f"The samples are not the first axis of {given}: {given}.T, or move that axis to the front.",)
    if y.shape and x.samples in y.shape[1:]:
        return (f"The samples are not the first axis of {name}: {name}.T.",)
    return (
        f"Make both of the same rows: what is filtered, split or cut in {given} has to be in {name}, too. The order of "
        "train_test_split's results is x_train, x_test, y_train, y_test.",
    )


def _samples_in_a_list(call: Training, x: Data) -> Iterator[Finding]:
    """A list of samples: Keras takes a list for several inputs."""
    inputs = len(call.network.inputs) or 1
    if x.form != LIST or len(x.parts) <= 1 or len(x.parts) == inputs or isinstance(x.value, tuple):
        return
    same = {each.shape for each in x.parts}
    if not all(each.form == ARRAY for each in x.parts):
        return
    node = call.written.get("x")
    changes: tuple[Change, ...] = ()
    name = call.text("x")
    if node is not None and hasattr(node, "id") and len(same) == 1:
        changes = (Change("Make one array of the list", ((node, f"numpy.array({name})"),)),)
    yield Finding(
        title=f"{name} is a list of {len(x.value)} arrays, and the model has {inputs} "
        f"{'input' if inputs == 1 else 'inputs'}",
        cause="A list means several inputs, one for each of its elements.",
        changes=() if "numpy" not in _imported(call) else changes,
        advice=(f"Make one array of the samples: numpy.array({name}).",)
        if len(same) == 1
        else (f"Make them all of one shape, then one array: numpy.stack({name}).",),
        reference="fit(x)",
        certain=len(x.value) > 8,
    )


def _labels_in_a_list(call: Training, x: Data) -> Iterator[Finding]:
    y = call.given.get("y")
    if y is None or y.form != LIST or not y.dtype or x.form not in _WITH_LENGTH or len(call.network.outputs) > 1:
        return
    name = call.text("y")
    yield Finding(
        title=f"{name} is a list, and the labels have to be an array",
        cause="A list means several outputs, one for each of its elements.",
        advice=(f"Make an array of it: numpy.array({name}).",),
        reference="fit(y)",
    )


def _imported(call: Training) -> frozenset[str]:
    return (
        frozenset(name for name, home in call.facts.after.names.items() if home == name) if call.facts else frozenset()
    )


def _inputs(call: Training, x: Data) -> Iterator[Finding]:
    inputs = len(call.network.inputs)
    given = len(x.parts) if x.form == LIST and all(each.form in _WITH_LENGTH for each in x.parts) else 1
    if inputs <= 1 or x.form in (DATASET, NOTHING, "other", "generator", "function") or given == inputs:
        return
    if x.form == LIST and given == 1 and len(x.parts) > 1:
        return
    yield Finding(
        title=f"The model has {inputs} inputs, and gets {given}",
        cause=f"Its inputs take {', '.join(map(shown, call.network.inputs))}.",
        advice=(f"Give it a list with one array for each: [{', '.join(['…'] * inputs)}].",),
        reference="fit(x)",
    )


def _pair_as_x(call: Training, x: Data) -> Iterator[Finding]:
    """``fit((x, y))``: one tuple where two arguments are meant."""
    if call.method not in ("fit", "evaluate") or not isinstance(x.value, tuple) or len(x.parts) != 2:
        return
    if call.given.get("y") is not None or len(call.network.inputs) > 1:
        return
    name = call.text("x")
    yield Finding(
        title=f"{name} is a tuple of two, and is taken as the inputs",
        cause="Arrays of inputs and labels are two arguments; only a dataset gives both as one.",
        advice=(f"Write {call.method}(x, y), or {call.method}(*{name}).",),
        reference="fit(x)",
    )


def _without_labels(call: Training, x: Data) -> Iterator[Finding]:
    given = call.given.get("y")
    nothing = given is not None and given.form == NOTHING
    is_there = (given is not None or "y" in call.written) and not nothing
    if call.method not in ("fit", "evaluate") or is_there or x.form not in _WITH_LENGTH:
        return
    if not call.network.loss or isinstance(x.value, tuple):
        return
    yield Finding(
        title=f"{call.method} was given no labels"
        + (f": {call.text('y')} is None" if nothing and isinstance(call.written.get("y"), ast.Name) else ""),
        cause=f"The loss {call.network.loss} compares what the model gives with y, and there is none.",
        advice=(f"Write model.{call.method}(x, y); an autoencoder learns its input: model.{call.method}(x, x).",),
        reference="fit(y)",
    )


def _validation(call: Training) -> Iterator[Finding]:
    data = call.given.get("validation_data")
    if data is None or data.form not in (ARRAY, TABLE) or call.method != "fit":
        return
    name = call.text("validation_data")
    yield Finding(
        title=f"validation_data is one {'array' if data.form == ARRAY else 'table'}, and wants inputs and labels",
        cause=f"{name} has shape {shown(data.shape)}; there is nothing to compare the answers with.",
        advice=("Give both in a tuple: validation_data=(x_val, y_val).",),
        reference="fit(validation_data)",
    )


def _labels_beside_a_dataset(call: Training, x: Data) -> Iterator[Finding]:
    y = call.given.get("y")
    if x.form not in (DATASET, "generator") or y is None or y.form == NOTHING or call.method != "fit":
        return
    yield Finding(
        title=f"{call.text('x')} gives the labels itself, and y is given, too",
        cause="A dataset or generator yields pairs of inputs and labels, and Keras refuses a second source.",
        advice=("Leave y out. If the dataset holds inputs only: tf.data.Dataset.zip((inputs, labels)).",),
        reference="fit(y)",
    )


RULE = Rule(
    code="KD106",
    name="as many labels as samples",
    lesson=Lesson(
        what="`fit` ends in ValueError: Data cardinality is ambiguous, Layer expects 2 input(s), or None values not "
        "supported.",
        why="The first axis of each array counts the samples, and is as long in all of them. A list means several "
        "inputs; labels are an argument of their own.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nx, y = np.ones((6, 4)), np.ones(5)\nmodel.fit(x, y)",
        after="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nx, y = np.ones((6, 4)), np.ones(5)\nmodel.fit(x[:5], y)",
        target="tensorflow==2.21.0",
        related=("KD101", "KA307"),
    ),
    on_cell=before_run("KD106", check),
    on_failure=after_failure("KD106", _REFUSAL, check),
)

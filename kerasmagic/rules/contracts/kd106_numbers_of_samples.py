"""As many labels as samples, as many arrays as inputs."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, after_failure, before_run
from ...diagnosis.contract.data import ARRAY, DATASET, DICT, LIST, NOTHING, TABLE, Data, shown
from ...diagnosis.contract.entries import WITH_LENGTH, Entry, entries
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.model.rule import Lesson, Rule
from .lists_of_arrays import arrays_one_by_one, wrong_list
from .prepared_otherwise import as_for_fit

_REFUSAL = (
    r"cardinality is ambiguous|expects \d+ (?:named )?input\(s\)|expected \d+ arrays?|Unrecognized data type"
    r"|None values not supported|No gradients provided"
    r"|Failed to find data adapter|validation_data|same number of samples|structure of `inputs`|Missing data for input"
    r"|incompatible with the layer|Invalid input shape|does(?: not|n't) match the expected structure"
    r"|Target data is missing|You must provide|When providing `x` as|`y` argument is not supported"
    r"|tuple index out of range|multiple values for argument"
    r"|Dimensions must be equal|ncompatible shapes|must be passed|`y` should not|not a valid|truth value of an array"
    r"|only supported for [Tt]ensors or NumPy arrays|Inputs to a layer should be tensors"
    r"|Expect x to be a non-empty|is not optional, but None was passed"
    r"|math domain error|Data is expected to be in format|Unexpected result of `train_function`|sufficient to split"
    r"|'(?:int|float|str|NoneType|list)' object has no attribute '(?:shape|dtype|ndim)'"
)


def check(call: Training) -> Iterator[Finding]:
    x = call.given.get("x")
    if x is None:
        return
    listed = wrong_list(call, x) or arrays_one_by_one(call, x)
    if listed is not None:
        yield listed
        return
    yield from _pair_as_x(call, x)
    yield from _inputs_in_one_array(call, x)
    yield from _samples_in_a_list(call, x)
    yield from _labels_in_a_list(call, x)
    yield from _lengths(call, x)
    yield from _lengths_of_all(call, x)
    yield from _no_arrays(call, x)
    yield from _inputs(call, x)
    yield from _without_labels(call, x)
    yield from _validation(call)
    yield from _share(call)
    yield from _labels_beside_a_dataset(call, x)


_ONE_WEIGHT = (
    "Give one weight for each sample, in the same order. For weights of classes there is class_weight={0: …, 1: …}."
)


def _lengths(call: Training, x: Data) -> Iterator[Finding]:
    """``x`` and ``y`` of different lengths."""
    for role in ("y", "sample_weight"):
        other = call.given.get(role)
        if other is None or other.form not in WITH_LENGTH or x.form not in WITH_LENGTH:
            continue
        if None in (x.samples, other.samples) or x.samples == other.samples:
            continue
        name, given = call.text(role), call.text("x")
        yield Finding(
            title=f"{given} has {x.samples} samples, and {name} has {other.samples}",
            cause=f"Their shapes are {shown(x.shape)} and {shown(other.shape)}: the first axis counts the samples.",
            advice=_length_advice(call, x, other) if role == "y" else (_ONE_WEIGHT,),
            reference=f"fit({role})",
        )


def _lengths_of_all(call: Training, x: Data) -> Iterator[Finding]:
    """Several inputs, outputs or weights, given as a list or a dictionary: each has a row for each sample."""
    if x.form not in (*WITH_LENGTH, LIST, DICT) or (call.method == "predict" and x.form == LIST):
        return
    given = [entries(call, role) for role in ("x", "y", "sample_weight")]
    counted = [each for of_role in given for each in of_role if each.data.form in WITH_LENGTH and each.data.samples]
    if all(len(of_role) < 2 for of_role in given) or len({each.data.samples for each in counted}) < 2:
        return
    if x.form == LIST and len(x.parts) != len(call.network.inputs):
        return
    yield Finding(
        title=f"The arrays have different numbers of samples: "
        f"{', '.join(f'{each.name} has {each.data.samples}' for each in counted[:6])}",
        cause="A model takes row n of each input, and of the labels, as sample n.",
        advice=(_cut(counted),),
        reference="fit(x)",
    )


def _cut(counted: list[Entry]) -> str:
    counts = Counter(each.data.samples for each in counted).most_common()
    odd = [each for each in counted if each.data.samples != counts[0][0]]
    if len(odd) == 1:
        return (
            f"Look where {odd[0].name} is made: what is filtered, split or cut in one of the arrays has to be in all, "
            f"so that each has {counts[0][0]} rows."
        )
    least = min(each.data.samples or 0 for each in counted)
    cut = ", ".join(f"{each.name}[:{least}]" for each in counted if each.data.samples != least and each.is_written)
    of_one = f"cut the longer ones, {cut}" if cut else f"cut the longer ones to {least} rows"
    return f"If their rows belong together, {of_one}; samples of different things are for two models."


def _no_arrays(call: Training, x: Data) -> Iterator[Finding]:
    """``fit([a, b, 6], y)``: something else among the inputs."""
    given, inputs = entries(call, "x"), len(call.network.inputs)
    others = [each for each in given if type(each.data.value) in (int, float, bool, str, type(None))]
    if len(given) < 2 or not others or x.form != LIST:
        return
    first, extra = others[0], len(given) - len(others) == inputs
    value = repr(first.data.value)[:30]
    yield Finding(
        title=f"The list of inputs holds {f'{first.name} ({value})' if first.is_written else value} beside the arrays",
        cause=f"The model has {inputs} {'input' if inputs == 1 else 'inputs'}, and takes an array for each.",
        changes=tuple(_without(call, others)) if extra else (),
        advice=(
            f"Leave {' and '.join(each.name for each in others)} out of the list."
            if extra
            else f"Give an array in the place of {first.name}: look where it is made.",
        ),
        reference="fit(x)",
    )


def _without(call: Training, others: list[Entry]) -> Iterator[Change]:
    node, facts = call.written.get("x"), call.facts
    if isinstance(node, ast.List) and facts is not None and all(each.is_written for each in others):
        out = {each.name for each in others}
        kept = [text for text in (failing.text_of(each, facts) for each in node.elts) if text not in out]
        edit = (node, f"[{', '.join(kept)}]")
        yield Change("Leave it out of the list", (edit,), evidence="The model has as many inputs as arrays are left.")


def _length_advice(call: Training, x: Data, y: Data) -> tuple[str, ...]:
    given, name = call.text("x"), call.text("y")
    if call.method in ("train_on_batch", "test_on_batch"):
        numpy = of_module("numpy", call.facts, call.namespace).text
        return (
            f"Make the labels of the batch itself: {numpy}.ones((len({given}), 1)), or zeros for generated samples.",
        )
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
    name, numpy = call.text("x"), of_module("numpy", call.facts, call.namespace)
    if node is not None and hasattr(node, "id") and len(same) == 1:
        changes = (Change("Make one array of the list", ((node, f"{numpy.text}.array({name})"),)),)
    yield Finding(
        title=f"{name} is a list of {len(x.value)} arrays, and the model has {inputs} "
        f"{'input' if inputs == 1 else 'inputs'}",
        cause="A list means several inputs, one for each of its elements.",
        changes=changes if numpy.is_bound else (),
        advice=(f"Make one array of the samples: {numpy.text}.array({name}).",)
        if len(same) == 1
        else (f"Make them all of one shape, then one array: {numpy.text}.stack({name}).",),
        reference="fit(x)",
        certain=len(x.value) > 8,
    )


def _labels_in_a_list(call: Training, x: Data) -> Iterator[Finding]:
    """Labels or weights beside an array, those of validation_data with them."""
    if x.form not in WITH_LENGTH or len(call.network.outputs) > 1:
        return
    given = [(each, role, each.given.get(role)) for each in call.with_validation for role in ("y", "sample_weight")]
    lists = [(each, role) for each, role, data in given if data is not None and _is_list_of_numbers(data)]
    if not lists:
        return
    numpy, (first, role) = of_module("numpy", call.facts, call.namespace), lists[0]
    name = first.text(role)
    edits = []
    for node in (each.written.get(its_role) for each, its_role in lists):
        if node is not None and call.facts is not None and not isinstance(node, ast.Starred) and numpy.is_bound:
            edits.append((node, f"{numpy.text}.array({failing.text_of(node, call.facts)})"))
    yield Finding(
        title=f"{name} is a list, and the {'labels have' if role == 'y' else 'weights have'} to be an array",
        cause="A list means several outputs, one for each of its elements.",
        changes=(Change("Make an array of it", tuple(edits)),) if len(edits) == len(lists) else (),
        advice=(f"Make an array of it: {numpy.text}.array({name}).",),
        reference=f"fit({role})",
    )


def _is_list_of_numbers(data: Data) -> bool:
    return data.form == LIST and bool(data.dtype) and type(data.value) is list


def _inputs(call: Training, x: Data) -> Iterator[Finding]:
    inputs = len(call.network.inputs)
    given = len(x.parts) if x.form == LIST and all(each.form in WITH_LENGTH for each in x.parts) else 1
    if inputs <= 1 or x.form in (DATASET, DICT, NOTHING, "other", "generator", "function") or given == inputs:
        return
    if x.form == LIST and given == 1 and len(x.parts) > 1:
        return
    prepared = as_for_fit(call) if call.failed else None
    yield Finding(
        title=f"The model has {inputs} inputs, and gets {given}",
        cause=f"Its inputs take {_named_inputs(call)}.",
        changes=prepared.changes if prepared is not None else (),
        advice=(
            prepared.advice
            if prepared is not None
            else f"Give it a list with one array for each, in this order: [{', '.join(['…'] * inputs)}].",
        ),
        reference="fit(x)",
    )


def _named_inputs(call: Training) -> str:
    """The shapes of the inputs, with their names where they have some."""
    shapes = [shown(each) for each in call.network.inputs]
    tensors = session.members(session.own(call.model, "_inputs", "inputs"))
    names = [session.own(each, "_name", "name") for each in tensors]
    if len(names) == len(shapes) and all(type(each) is str for each in names):
        shapes = [f"{name} {shape}" for name, shape in zip(names, shapes)]
    return ", ".join(shapes)


def _inputs_in_one_array(call: Training, x: Data) -> Iterator[Finding]:
    """``np.array([a, b])`` for a model with two inputs: one array, whose first axis counts the inputs."""
    inputs, shape, node = call.network.inputs, x.shape, call.written.get("x")
    if len(inputs) < 2 or x.form != ARRAY or not shape or shape[0] != len(inputs):
        return
    rows = shape[1:]
    if any(
        len(each or ()) != len(rows) or any(a not in (None, b) for a, b in zip(each or (), rows)) for each in inputs
    ):
        return
    text = f"list({call.text('x')})"
    changes: tuple[Change, ...] = ()
    given = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords else None
    if isinstance(given, ast.List) and call.facts is not None:
        text = failing.text_of(given, call.facts)
    if node is not None and (isinstance(node, ast.Name) or isinstance(given, ast.List)):
        changes = (Change("Give a list of the arrays", ((node, text),), evidence="It has one array for each input."),)
    yield Finding(
        title=f"{call.text('x')} is one array of {shown(shape)}, and the model has {len(inputs)} inputs",
        cause="An array is one input, and its first axis counts the samples. A list gives each input an array.",
        changes=changes,
        advice=(f"Write {text}.",),
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
    if call.method not in ("fit", "evaluate") or is_there or x.form not in WITH_LENGTH:
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
    name = call.text("validation_data")
    if call.validation is not None and data is not None and data.form == LIST:
        yield from _of_validation(call.validation, data)
    if data is None or data.form not in (ARRAY, TABLE) or call.method != "fit":
        return
    yield Finding(
        title=f"validation_data is one {'array' if data.form == ARRAY else 'table'}, and wants inputs and labels",
        cause=f"{name} has shape {shown(data.shape)}; there is nothing to compare the answers with.",
        advice=("Give both in a tuple: validation_data=(x_val, y_val).",),
        reference="fit(validation_data)",
    )


def _share(call: Training) -> Iterator[Finding]:
    """``validation_split=20``: Keras 3 takes no sample for training then, and says nothing."""
    given = call.given.get("validation_split")
    value = given.value if given is not None and type(given.value) in (int, float) else 0
    if value >= 1 or value < 0:
        percent = f"validation_split={value / 100:g} for {value:g} percent" if 1 < value < 100 else "0.2 for a fifth"
        yield Finding(
            title=f"validation_split is {value:g}, and has to be a share of the samples, between 0 and 1",
            cause="It is the part of the samples that is kept for validation.",
            advice=(f"Write {percent}.",),
            reference="fit(validation_split)",
        )


def _of_validation(validation: Training, data: Data) -> Iterator[Finding]:
    """Arrays of validation_data that do not fit each other."""
    if len(data.parts) not in (1, 2, 3):
        yield Finding(
            title=f"validation_data has {len(data.parts)} parts, and takes two: (x_val, y_val)",
            cause="A third part would be the weights of the samples.",
            advice=("Give both in a tuple; several inputs are one part: ([a_val, b_val], y_val).",),
            reference="fit(validation_data)",
        )
    yield from _list_of_validation(validation, data)
    x = validation.given.get("x")
    for finding in _against_each_other(validation, x) if x is not None else ():
        yield finding._replace(title=f"validation_data: {finding.title}", reference="fit(validation_data)")


def _against_each_other(validation: Training, x: Data) -> Iterator[Finding]:
    listed = wrong_list(validation, x)
    if listed is not None:
        yield listed
    yield from _lengths(validation, x)
    yield from _lengths_of_all(validation, x)
    if len(validation.given) > 1:
        yield from _inputs(validation, x)


def _list_of_validation(validation: Training, data: Data) -> Iterator[Finding]:
    """``validation_data=[x_val, y_val]``, of which TensorFlow 2.4 takes all for inputs."""
    if type(data.value) is list and len(data.parts) == 2 and validation.failed and _fit_each_other(*data.parts):
        yield Finding(
            title="validation_data is a list, and this Keras may take all of it for inputs",
            cause="Inputs and labels are a tuple; a list stands for several inputs.",
            advice=("Write round brackets: validation_data=(x_val, y_val).",),
            reference="fit(validation_data)",
        )


def _fit_each_other(x: Data, y: Data) -> bool:
    return x.form in WITH_LENGTH and y.form in WITH_LENGTH and x.samples == y.samples


def _labels_beside_a_dataset(call: Training, x: Data) -> Iterator[Finding]:
    y = call.given.get("y")
    if x.form not in (DATASET, "generator") or y is None or y.form == NOTHING or call.method != "fit":
        return
    if x.form == DATASET and len(x.parts) == 1:
        if not call.failed:  # after it failed, KD176 puts them together
            yield Finding(
                title=f"{call.text('x')} gives inputs only, and y is given beside it",
                cause="A dataset gives the inputs and the labels of each batch together.",
                advice=("Put them together: tf.data.Dataset.zip((inputs, labels)), in batches of one size.",),
                reference="fit(y)",
            )
        return
    yield Finding(
        title=f"{call.text('x')} gives the labels itself, and y is given, too",
        cause="A dataset or generator yields pairs of inputs and labels, and Keras refuses a second source.",
        advice=("Leave y out.",),
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

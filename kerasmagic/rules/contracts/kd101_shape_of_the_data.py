"""Data of a shape that the model does not take."""

from __future__ import annotations

import ast
from math import prod
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, after_failure, before_run
from ...diagnosis.contract.data import DATASET, LIST, Data, Shape, fits, shown
from ...diagnosis.contract.network import Layer
from ...diagnosis.contract.training import Training
from ...diagnosis.model.rule import Lesson, Rule
from .prepared_otherwise import prepared_otherwise
from .several_inputs import of_several
from .shapes_with_samples import shape_of_all_data

_REFUSAL = (
    r"is incompatible with (?:the )?layer|ncompatible shape|Invalid input shape for input|Negative dimension size"
    r"|Matrix size-incompatible|expected axis|must be a tensor with shape|ndims? must be|Dimensions must be equal"
    r"|Shapes? .* must have rank|input depth must be|Depth of input|inputs? must be \d-dimensional|Shape must be rank"
    r"|got an input of shape|total size of the tensor must be unchanged|Inputs to the layer should"
    r"|last dimension of the"
)
_FLATTEN = ("Flatten", "Reshape")


def check(call: Training) -> Iterator[Finding]:
    if len(call.network.inputs) > 1:
        yield from of_several(call)
        if call.validation is not None:
            yield from of_several(call.validation, " of validation_data")
        return
    data = call.x
    if data is not None and data.shape is not None and (data.form != LIST or data.dtype):  # other lists have no shape
        if call.network.inputs:
            yield from _against_input(call, data, data.shape, call.network.inputs[0])
        # A Sequential model takes its input from the first data, before its first layer refuses that.
        if call.network.layers and ((call.failed and call.network.kind == "Sequential") or not call.network.inputs):
            yield from _against_first_layer(call, data.shape, call.network.layers[0])
    yield from _validation(call)


def _validation(call: Training) -> Iterator[Finding]:
    """The inputs of validation_data, which are written where no edit can reach them."""
    pair = call.given.get("validation_data")
    inputs = pair.parts[0] if pair is not None and pair.form in (LIST, DATASET) and len(pair.parts) > 1 else None
    if inputs is None or inputs.shape is None or not call.network.inputs or inputs.form == LIST:
        return
    wanted = call.network.inputs[0]
    if not fits(inputs.shape, wanted):
        yield Finding(
            title=f"The inputs of validation_data have shape {shown(inputs.shape)}, and the model takes "
            f"{shown(wanted)}",
            cause=_difference(inputs.shape, wanted),
            advice=("Prepare them as the training data: the same columns, scaling and shape.",),
            reference="fit(validation_data)",
            certain=_is_certain(call, inputs.shape, wanted),
        )


def _against_input(call: Training, data: Data, given: Shape, wanted: Shape) -> Iterator[Finding]:
    if fits(given, wanted):
        return
    name = call.text("x")
    of_all = shape_of_all_data(call.facts, call.namespace) if call.facts and given == wanted[1:] else None
    if of_all is not None and call.method != "predict":
        yield of_all
        return
    prepared = prepared_otherwise(call, given, wanted) if call.failed else None
    yield Finding(
        title=f"{_whole(call, name)} has shape {shown(given)}, and the model takes {shown(wanted)}",
        cause=_difference(given, wanted, _has_labels_of_each(call, given)),
        changes=prepared.changes if prepared is not None else tuple(_changes(call, given, wanted)),
        advice=(prepared.advice,) if prepared is not None else tuple(_advice(call, data, given, wanted, name)),
        reference="fit(x)",
        certain=_is_certain(call, given, wanted),
    )


def _whole(call: Training, name: str) -> str:
    """What has the shape: a dataset has none, and what it gives has."""
    return f"What {name} gives" if call.given["x"].form == DATASET else name


def _is_certain(call: Training, given: Shape, wanted: Shape) -> bool:
    """A Sequential model is strict about what its layers need, not about the shape its input was declared with."""
    if call.failed or call.network.kind != "Sequential" or len(given) != len(wanted):
        return len(given) != len(wanted) or call.network.kind in ("Sequential", "Functional")
    first = call.network.layers[0] if call.network.layers else Layer("")
    sized = any(given[axis] is not None and given[axis] != size for axis, size in first.sizes)
    return sized or any(layer.kind == "Flatten" for layer in call.network.layers)


def _difference(given: Shape, wanted: Shape, has_labels: bool = False) -> str:
    if len(given) < len(wanted) and fits((None, *given), wanted) and not has_labels:
        return "The first axis is that of the samples: this is one sample, without it."
    if len(given) != len(wanted):
        return f"The data has {_axes(given)}, with that of the samples, and the model is made for {len(wanted)}."
    if sorted(map(str, given[1:])) == sorted(map(str, wanted[1:])):
        return "The sizes are the same in another order: the axes have to be moved."
    axis = next(at for at, pair in enumerate(zip(given, wanted)) if at and None not in pair and pair[0] != pair[1])
    what = "features" if len(wanted) == 2 else f"at axis {axis}"
    if len(wanted) == 4 and axis == 3:
        what = "channels"
    return f"It has {given[axis]} {what}, where the model is made for {wanted[axis]}."


def _axes(shape: Shape) -> str:
    return f"{len(shape)} {'axis' if len(shape) == 1 else 'axes'}"


def _changes(call: Training, given: Shape, wanted: Shape) -> Iterator[Change]:
    node = call.written.get("x")
    if node is None or call.given["x"].form == DATASET:
        return
    name = call.text("x")
    if name == "x" and not (hasattr(node, "id") and node.id == "x"):  # a long expression: it is not repeated
        return
    one_sample = len(given) == len(wanted) - 1 and fits((None, *given), wanted) and not _has_labels_of_each(call, given)
    if type(call.given["x"].value) is list or isinstance(node, ast.List):
        if one_sample:
            yield Change("Give a batch of one sample", ((node, f"[{name}]"),))
        return
    table = ".to_numpy()" if call.given["x"].form == "table" else ""
    if one_sample:
        yield Change("Give a batch of one sample", ((node, f"{name}{table}[None]"),))
    elif _is_one_sample_at_the_end(given, wanted):
        yield Change("Put the axis of the samples first", ((node, f"{name}[..., 0][None]"),))
    elif _is_grey_image(call, given, wanted):
        yield Change("Give a batch of one image, with its channel", ((node, f"{name}[None, ..., None]"),))
    elif len(given) > 1 and None not in (*given[1:], *wanted[1:]) and _sizes(given) == _sizes(wanted):
        if sorted(given[1:], key=str) == sorted(wanted[1:], key=str) and len(given) == len(wanted):
            order = _order(given, wanted)
            if order:
                yield Change("Move the axes", ((node, f"{name}{table}.transpose({', '.join(map(str, order))})"),))
            return
        sizes = ", ".join(str(size) for size in wanted[1:])
        yield Change(
            "Give each sample the shape of the input",
            ((node, f"{name}{table}.reshape(-1, {sizes})"),),
            "The numbers stay in their order; check that they mean what the model takes them for.",
        )


def _has_labels_of_each(call: Training, given: Shape) -> bool:
    """Whether there are as many labels as the first axis is long: then that is the axis of the samples."""
    labels = call.given.get("y")
    return labels is not None and labels.shape is not None and labels.shape[:1] == given[:1] != (1,)


def _is_one_sample_at_the_end(given: Shape, wanted: Shape) -> bool:
    """``np.expand_dims(image, -1)``: one sample, whose new axis is the last one."""
    return given[-1] == 1 and len(given) == len(wanted) > 2 and None not in wanted[1:] and given[:-1] == wanted[1:]


def _is_grey_image(call: Training, given: Shape, wanted: Shape) -> bool:
    """One image without the axes of the samples and of its only channel: (28, 28) for (None, 28, 28, 1)."""
    alone = len(given) == 2 and len(wanted) == 4 and wanted[3] == 1 and given == wanted[1:3]
    return alone and not _has_labels_of_each(call, given)


def _sizes(shape: Shape) -> int:
    return prod(size or 0 for size in shape[1:])


def _order(given: Shape, wanted: Shape) -> list[int]:
    """Where each axis comes from; empty where two axes have one size, so that it cannot be told."""
    if len(set(given[1:])) != len(given) - 1:
        if len(given) == 4 and given[2] == given[3] and wanted == (wanted[0], given[2], given[3], given[1]):
            return [0, 2, 3, 1]
        return []
    return [0, *(given.index(size, 1) for size in wanted[1:])]


def _advice(call: Training, data: Data, given: Shape, wanted: Shape, name: str) -> Iterator[str]:
    labels = call.given.get("y")
    if labels is not None and labels.shape is not None and len(labels.shape) > 1 and fits(labels.shape, wanted):
        y = call.text("y")
        yield f"{y} has the shape of the inputs: write {call.method}({y}, {name}), the inputs first."
        return
    if _is_one_sample_at_the_end(given, wanted):
        yield f"The new axis is the last one, and has to be the first: {name}[..., 0][None]."
    elif _is_grey_image(call, given, wanted):
        yield f"Add both axes: {name}[None, ..., None] has the shape {shown((1, *given, 1))}."
    elif len(given) == len(wanted) - 1 and fits((None, *given), wanted) and call.given["x"].form != DATASET:
        if not _has_labels_of_each(call, given):
            yield f"Give a batch of one sample: {name}[None] has the shape {shown((1, *given))}."
    elif call.given["x"].form == DATASET:
        if len(given) == len(wanted) - 1 and fits((None, *given), wanted):
            yield f"Batch the dataset: {name} = {name}.batch(32)."
            return
        yield f"Make the dataset give {shown(wanted)}, or the model take {shown((None, *given[1:]))}."
    elif len(given) == len(wanted) and len(given) > 1:
        if wanted[1] is not None and given[1] == wanted[1] + 1 and len(wanted) == 2:
            yield "One column too many: is the target still among them? Take it out of the data."
        if len(wanted) == 4 and (given[-1], wanted[-1]) == (1, 3):
            yield f"Repeat the grey channel: numpy.repeat({name}, 3, axis=-1)."
        if call.method in ("fit", "fit_generator"):
            yield f"Make the model for this data: keras.Input(shape={shown(given[1:])}) as its first layer."
        else:
            yield f"Prepare {name} as the training data was: its samples had the shape {shown(wanted[1:])}."
    elif len(given) == 3 and len(wanted) == 4 and given[1:] == wanted[1:3]:
        yield (
            f"The channels are missing: numpy.repeat({name}[..., None], {wanted[3]}, axis=-1) makes them of grey "
            f"images."
        )
    elif len(given) == 1:
        yield (f"Give samples in rows: {name}[:, None] for one number each, {name}[None] for one sample of {given[0]}.")
    elif len(wanted) == 3 and len(given) == 2 and wanted[2] is not None and wanted[1] is not None:
        yield f"Recurrent layers take (samples, steps, features): cut {name} into windows of {wanted[1]} steps."
    else:
        yield f"Make the model for this data: keras.Input(shape={shown(given[1:])}) as its first layer."


_KEPT = " If the model has kept the shape of this data, run the cell that makes it again first."


def _against_first_layer(call: Training, given: Shape, first: Layer) -> Iterator[Finding]:
    """A model without an input: its first layer says how many axes it takes."""
    rank, least = first.rank, first.least_rank
    wanted = rank or least
    if first.kind == "Normalization" and first.sizes:
        yield from _other_features(call, given, first)
        return
    if wanted is None or (len(given) == rank if rank else len(given) >= (least or 0)) or len(given) < 2:
        return
    name = call.text("x")
    node = call.written.get("x")
    table = ".to_numpy()" if call.given["x"].form == "table" else ""
    means = {3: "(samples, steps, features)", 4: "(samples, height, width, channels)"}.get(wanted, "")
    changes = []
    if node is not None and len(given) == wanted - 1 and call.given["x"].form != DATASET and hasattr(node, "id"):
        changes = [
            Change(
                "Add an axis of one",
                ((node, f"{name}{table}[..., None]"),),
                "Each number is a step, or a pixel, of its own: one feature each."
                + (_KEPT if call.network.inputs else ""),
            )
        ]
    yield Finding(
        title=f"{name} has shape {shown(given)}, and the layer {first.name} ({first.kind}) takes {wanted} axes",
        cause=f"{first.kind} takes {means}." if means else "The first axis is that of the samples.",
        changes=tuple(changes),
        advice=(f"Give {name} the {wanted} axes that {first.kind} takes, in numpy.reshape or before.",),
        reference="fit(x)",
    )


def _other_features(call: Training, given: Shape, first: Layer) -> Iterator[Finding]:
    """A Normalization that was adapted to other columns."""
    ((_, size),) = first.sizes
    if len(given) > 1 and given[-1] not in (None, size):
        name = call.text("x")
        yield Finding(
            title=f"{name} has {given[-1]} features, and the layer {first.name} (Normalization) has learned {size}",
            cause="adapt computes a mean and a variance for each feature, and the layer takes as many from then on.",
            advice=(f"Give the columns that adapt was given, or adapt a new Normalization to {name}.",),
            reference="Normalization.adapt",
        )


RULE = Rule(
    code="KD101",
    name="shape of the data",
    lesson=Lesson(
        what="`model.fit(x, y)` or `model.predict(x)` ends in ValueError: Input 0 of layer … is incompatible with "
        "the layer.",
        why="The first axis of data is that of the samples; all others must be as the model's input says. Keras only "
        "adds a last axis of one by itself.",
        since="keras 2.0",
        before="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((28, 28, 1)), "
        "keras.layers.Flatten(), keras.layers.Dense(2)])\nimage = np.zeros((28, 28, 1))\nmodel.predict(image)",
        after="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((28, 28, 1)), "
        "keras.layers.Flatten(), keras.layers.Dense(2)])\nimage = np.zeros((28, 28, 1))\nmodel.predict(image[None])",
        target="tensorflow==2.21.0",
        related=("KD102", "KD106"),
    ),
    on_cell=before_run("KD101", check),
    on_failure=after_failure("KD101", _REFUSAL, check),
)

"""A layer that does not take what the layer before it gives."""

from __future__ import annotations

import ast
import re
from math import prod
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.network import is_network
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.image_format import ByTheFile, channels_first_by_the_file
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...kernel.modules import loaded_version
from ...kernel.release import release
from ...source.nodes import last_name
from .copied_layers import copied_one_by_one
from .recurrent_layers import RECURRENT, recurrent_before, steps_and_features, with_sequences
from .shapes_with_samples import shape_of_all_data

_RANK = re.compile(
    r"nput \d+(?: with name '[^']*')? of layer ['\"]?([\w./]+)['\"]? is incompatible with the layer: expected "
    r"(min_|max_)?ndim=(\d+), found ndim=(\d+)\. Full shape received: (\([^)]*\)|\[[^\]]*\])"
)
_TIME = re.compile(
    r"`TimeDistributed` Layer should be passed an `input_shape ?` with at least 3 dimensions, received: (\(.*?\))"
)
_NEGATIVE = re.compile(
    r"Computed output size would be (?:zero or )?negative. Received:? `inputs.shape=[(\[].*?[)\]]`|Negative dimension "
    r"size caused by "
    r"subtracting \d+ from \d+|One of the dimensions in the output is <= 0"
)
_RESHAPE = re.compile(
    r"total size of (?:the tensor"
    r"|new array) must be unchanged[.,].*?input_shape ?= ?[(\[]([\d, ]+)[)\]].*?(?:target|output)_shape ?= ?"
    r"[(\[]([\d, -]+)[)\]]",
    re.DOTALL,
)
_KERNEL = re.compile(r"Kernel shape must have the same length as input")
_SHAPES = re.compile(
    r"nput \d+(?: with name '[^']*')? of layer ['\"]?([\w./]+)['\"]? is incompatible with the layer: "
    r"(?:expected shape=(\(.*?\)), found shape=(\(.*?\))"
    r"|expected axis -?\d+ of input shape to have value (\S+?),? but received input with shape ([(\[].*?[)\]]))"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, ValueError) or not failing.in_library(failure):
        return
    facts = failing.facts_of(failure)
    by_the_file = channels_first_by_the_file(failure) if _NEGATIVE.search(failure.message) else None
    if by_the_file is not None:
        yield _of_the_file(by_the_file)
        return
    for finding in _findings(failure, facts):
        copied = next(copied_one_by_one(failure, facts), None) if facts is not None else None
        yield problem("KD102", copied or _made_anew(finding, failure, facts), facts)
        return


def _of_the_file(found: ByTheFile) -> Problem:
    """The images are as everywhere; it is the file that makes this layer read them otherwise."""
    shown = ", ".join(map(str, found.sample))
    size = " x ".join(map(str, found.sample[1:]))
    last = 'set_image_data_format("channels_last")'
    line = f"import tensorflow as tf; tf.keras.backend.{last}"
    if found.package == "tf_keras":
        line = f"import tf_keras; tf_keras.backend.{last}"
    elif found.package == "keras" and release(loaded_version("keras")) >= (3,):
        line = f"import keras; keras.config.{last}"
    return Problem(
        "KD102",
        ERROR,
        f"keras.json sets channels_first: {found.layer} reads ({shown}) as (channels, height, width)",
        f"So {found.sample[0]} is the number of channels, and {size} the size. {found.path} says that for every kernel "
        "of this user.",
        reference="keras.json",
        fixes=(
            Fix(
                "setting",
                "Set channels_last before the model is made",
                commands=(line,),
                evidence="Run this first, and then the cells that make the model.",
            ),
            Fix(
                "manual",
                f'Or write "image_data_format": "channels_last" in {found.path}, and restart the kernel',
            ),
        ),
    )


_OF_KERAS_3 = "keras.src.models"


def _made_anew(finding: Finding, failure: Failure, facts: CellFacts | None) -> Finding:
    """With the word that the model of an earlier cell has to be made anew: Keras 3 leaves the layer that failed in
    it."""
    for call in failing.calls(failure, facts) if facts else ():
        owner = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "add" else None
        model = failing.value_of(owner, failure)
        keeps = session.is_kind(model, "Sequential") and session.module_of(type(model)).startswith(_OF_KERAS_3)
        if isinstance(owner, ast.Name) and keeps:
            name = owner.id
            if any(_is_given_to(name, node) for node in ast.walk(facts.cell.tree)):  # type: ignore[union-attr,arg-type]
                return finding
            first = f"Run the cell that makes {name} first: {name} keeps the layer that failed."
            changes = tuple(each._replace(differs=f"{first} {each.differs}".strip()) for each in finding.changes)
            return finding._replace(changes=changes, advice=(*finding.advice, first))
    return finding


def _is_given_to(name: str, node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name


def _findings(failure: Failure, facts: CellFacts | None) -> Iterator[Finding]:
    message = failure.message
    rank, time, reshape = (pattern.search(message) for pattern in (_RANK, _TIME, _RESHAPE))
    sizes, negative, kernel = (pattern.search(message) for pattern in (_SHAPES, _NEGATIVE, _KERNEL))
    call = failed_training(failure) if rank or sizes or negative or kernel else None
    declares = facts is not None and call is None and (rank or kernel)
    of_all = shape_of_all_data(facts, failure.namespace) if facts is not None and declares else None
    if of_all is not None:
        yield of_all
    elif rank and _is_inside(call, message, rank[1]):
        kind = _refused(failure) or _kind_of(rank[1], call, facts)
        yield from _of_rank(kind, rank[1], int(rank[3]), int(rank[4]), rank[5], failure, facts)
    elif sizes and not _is_given_data(call):
        wanted, found = sizes[2] or f"{sizes[4]} features", sizes[3] or sizes[5]
        yield _finding(
            f"The layer {sizes[1]} is made for {wanted}, and gets {found}",
            "It was built, or declared its input, for another size than the layer or the data before it gives.",
            "Let what comes before it give that size, a Dense layer with as many units, or make it for the other: "
            "keras.Input(shape=…). A layer that is used twice takes one size.",
        )
    elif time:
        yield _finding(
            "TimeDistributed has no steps to go through",
            f"It gets {time[1]}, and takes (samples, steps, …).",
            "Let the recurrent layer before it give all steps: return_sequences=True; for one vector a sample leave "
            "TimeDistributed out.",
        )
    elif negative and _is_inside(call, message):
        yield _finding(
            f"The window of {_refused(failure) or 'a layer'} is larger than what it gets",
            "Each convolution and pooling without padding makes images and sequences smaller; here nothing is left.",
            "Write padding='same' in the convolutions and poolings, leave some of them out, or give larger images or "
            "sequences. A sample of Conv1D is (steps, features), one of Conv2D (height, width, channels): "
            "the axes may be in another order.",
        )
    elif reshape:
        yield _finding(
            f"Reshape cannot make ({reshape[2]}) of ({reshape[1]})",
            f"A sample has {_product(reshape[1])} numbers, and the new shape {_product(reshape[2])}.",
            "Take a shape with as many numbers, or -1 for the axis that is to be computed.",
        )


def _is_inside(call: Training | None, message: str, name: str = "") -> bool:
    """Whether a layer refuses what a layer before it gives: the first one of a model gets the data.

    Arguments:
        name: what the message calls the layer.
    """
    if call is None:
        return True
    if call.network.kind != "Sequential" or len(call.network.layers) < 2:
        return False
    taken = _TAKEN.search(message)
    if not name and taken and call.x is not None and call.x.shape is not None:
        return len(ast.literal_eval(taken[1])) != len(call.x.shape)
    return name in [layer.name for layer in call.network.layers[1:]]


def _kind_of(name: str, call: Training | None, facts: CellFacts | None) -> str:
    """The class of a layer: of the model that was given data, or one that the cell calls. Keras names a layer after its
    class, ``conv2d_1``."""
    held = {layer.name: layer.kind for layer in call.network.layers} if call else {}
    called = {last_name(node.func) for node in facts.cell.placed if isinstance(node, ast.Call)} if facts else set()
    written = {each.lower(): each for each in called if each[:1].isupper()}
    return held.get(name) or written.get(re.sub(r"_\d+$", "", name).replace("_", ""), name)


_TAKEN = re.compile(r"eceived:? `inputs.shape=(\((?:\d+|None)(?:, (?:\d+|None))*,?\))`")


def _is_given_data(call: Training | None) -> bool:
    """Whether data was given to a model, whose shape is compared elsewhere: not a tensor of keras.Input."""
    return call is not None and (call.x is None or call.x.shape is not None or bool(call.x.parts))


def _product(text: str) -> int:
    found = 1
    for part in re.findall(r"-?\d+", text):
        found *= int(part)
    return abs(found)


def _finding(title: str, cause: str, *advice: str) -> Finding:
    return Finding(title, cause, advice=advice, reference="Sequential.add")


def _refused(failure: Failure) -> str:
    """The class of the layer that refused, from the frames that Keras leaves."""
    layers = [layer for layer, _ in failing.called_layers(failure) if not is_network(layer)]
    return session.class_name(layers[-1]) if layers else ""


def _of_rank(
    kind: str, name: str, wanted: int, found: int, shape: str, failure: Failure, facts: CellFacts | None
) -> Iterator[Finding]:
    changes: tuple[Change, ...] = ()
    kind = kind[:1].upper() + kind[1:]
    first = _given_shape(failure, facts, shape)
    batched = first if found == wanted + 1 else None
    if kind.startswith("ConvLSTM") or "conv_lstm" in name:
        means = "(samples, steps, height, width, channels)" if wanted == 5 else ""
        advice = "Give it steps of images: keras.Input(shape=(None, height, width, channels)), and data with that axis."
        if first is None and facts is not None and len([*failing.calls_of("ConvLSTM2D", facts)]) > 1:
            advice = "Let the ConvLSTM layer before it give all steps: return_sequences=True."
    elif kind.startswith(RECURRENT) or "lstm" in name or "gru" in name:
        means = "(samples, steps, features)"
        before = recurrent_before(failure, facts) if found == 2 else None
        if batched is not None and facts is not None:
            changes = (_without_samples(batched, facts),)
            advice = "Declare steps and features alone: keras.Input(shape=(steps, features))."
        elif before is not None and facts is not None:
            changes = (with_sequences(before, facts),)
            advice = "Let the recurrent layer before it give all steps: return_sequences=True."
        elif first is not None and found < wanted:
            changes = (_with_one_more(first, facts, "Declare one feature a step"),)
            advice = "Declare steps and features: keras.Input(shape=(steps, features))."
        elif found > wanted:
            advice = _as_steps(shape)
        else:
            advice = steps_and_features(failure, facts)
    elif kind.startswith(
        ("Conv", "MaxPool", "AveragePool", "GlobalAverage", "GlobalMax", "Separable", "Depthwise", "UpSampling")
    ):
        means = {3: "(samples, steps, channels)", 4: "(samples, height, width, channels)"}.get(wanted, "")
        if batched is not None and facts is not None:
            changes = (_without_samples(batched, facts),)
            advice = "Declare the shape of one sample, without the number of samples."
        elif first is not None and found == wanted - 1:
            changes = (_with_one_more(first, facts, "Declare one channel"),)
            advice = "Declare the channels, too: 1 for grey images, 3 for colour."
        elif found == 2:
            advice = (
                f"Put it before Flatten and Dense, or reshape: keras.layers.Reshape({means.replace('samples, ', '')})."
            )
        else:
            advice = f"Let what comes before it give {means}."
    else:
        means, advice = "", "Put Flatten() or Reshape(…) between, or give the layer the input it is made for."
    yield Finding(
        title=f"The layer {name} takes {wanted} axes, and gets {found}: {shape}",
        cause=f"{kind} takes {means}." if means else "The first axis is that of the samples.",
        changes=changes,
        advice=(advice,),
        reference="Sequential.add",
    )


def _as_steps(shape: str) -> str:
    """How the images, or the like, of each step become one vector a step: ``(None, 4, 2, 2, 256)``."""
    sizes = [int(size) if size.isdigit() else None for size in re.findall(r"\d+|None", shape)[1:]]
    numbers = prod(size or 0 for size in sizes[1:])
    steps = -1 if sizes[0] is None else sizes[0]
    vector = f"Reshape(({steps}, {numbers}))" if numbers else f"Reshape(({steps}, features))"
    if len(sizes) == 4:
        return (
            "Make one vector of each step before it: TimeDistributed(GlobalAveragePooling2D()) keeps one number for "
            f"each of the {sizes[-1] or ''} channels, {vector} all numbers.".replace("  ", " ")
        )
    return f"Put {vector} before it: axis 1 is then the steps, and what each of them has becomes one vector."


def _given_shape(failure: Failure, facts: CellFacts | None, shape: str) -> ast.Tuple | None:
    """The shape that the failing line declares, ``input_shape=(28, 28)``, where it is what the layer gets,
    ``(None, 28, 28)``: no other layer stands between."""
    sizes = re.findall(r"\d+|None", shape)[1:]
    for call in failing.calls(failure, facts) if facts else ():
        name = last_name(call.func)
        given = [item.value for item in call.keywords if item.arg in ("input_shape", "shape")]
        given += call.args[:1] if name in ("Input", "InputLayer") else []
        for node in given:
            if isinstance(node, ast.Tuple) and len(node.elts) == len(sizes):
                declared = [failing.constant(each, failure) for each in node.elts]
                if all(one is None or str(one) == size for one, size in zip(declared, sizes)):
                    return node
    return None


def _with_one_more(node: ast.Tuple, facts: CellFacts | None, title: str) -> Change:
    last = node.elts[-1]
    text = failing.text_of(last, facts) if facts else ""
    return Change(title, ((last, f"{text}, 1"),), "The data has to have that last axis, too: x[..., None].")


def _without_samples(node: ast.Tuple, facts: CellFacts) -> Change:
    """``input_shape=(5, 1)`` for ``input_shape=(100, 5, 1)``"""
    rest = ", ".join(failing.text_of(each, facts) for each in node.elts[1:])
    samples = failing.text_of(node.elts[0], facts)
    return Change(
        "Leave the number of samples out",
        ((node, f"({rest},)" if len(node.elts) == 2 else f"({rest})"),),
        f"{samples} is taken for the number of samples, which Keras counts itself.",
    )


RULE = Rule(
    code="KD102",
    name="layer after a layer it does not fit",
    lesson=Lesson(
        what="Adding a layer ends in ValueError: Input 0 of layer … is incompatible with the layer: expected ndim=3, "
        "found ndim=2.",
        why="LSTM, GRU and Conv1D take (samples, steps, features), Conv2D (samples, height, width, channels). An LSTM "
        "gives its last step only, Flatten one vector a sample.",
        since="keras 2.0",
        before="import keras\nmodel = keras.Sequential()\nmodel.add(keras.Input((10, "
        "3)))\nmodel.add(keras.layers.LSTM(8))\n"
        "model.add(keras.layers.LSTM(4))",
        after="import keras\nmodel = keras.Sequential()\nmodel.add(keras.Input((10, 3)))\n"
        "model.add(keras.layers.LSTM(8, return_sequences=True))\nmodel.add(keras.layers.LSTM(4))",
        target="tensorflow==2.21.0",
        related=("KD101", "KD107"),
    ),
    on_failure=on_failure,
)

"""Weights that do not fit the layers they are loaded into."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.load_call import load_call
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...saved.hdf5 import layers_with_weights

_OBJECT = re.compile(
    r"Example error message for object <(\w+) name=([\w/]+).*?variable\.shape=(\([^)]*\)), Received: value\.shape="
    r"(\([^)]*\))",
    re.DOTALL,
)
_HDF5 = re.compile(
    r"Shape mismatch in layer #\d+ \(named ([\w/]+)\).*?Weight expects shape (\([^)]*\))\. Received saved weight with "
    r"shape (\([^)]*\))",
    re.DOTALL,
)
_KERAS_2 = re.compile(
    r"Cannot assign value to variable ' ?([\w/]+):0': Shape mismatch\.The variable shape (\([^)]*\)), and the assigned "
    r"value shape (\([^)]*\))"
)
_ASSIGNED = re.compile(
    r"Layer ([\w/]+) weight shape (\([^)]*\)) is not compatible with provided weight\s+shape (\([^)]*\))"
)
_LAYERS = re.compile(r"Model expected (?P<here>\d+) layers, found (?P<there>\d+) saved layers")
_OF_2_6 = re.compile(r"weight file containing (?P<there>\d+) layers into a model with (?P<here>\d+) layers")
_COUNTS = re.compile(
    r"Layer '([\w/]+)' expected (\d+) variables, but received (\d+)"
    r"|Weight count mismatch for layer #\d+ \(named ([\w/]+)"
)
_GIVEN = re.compile(
    r"on layer ['\"]([\w/]+)['\"] with a +weight list of length (\d+), but the layer was expecting (\d+) weights"
)
_GIVEN_SHAPE = re.compile(
    r"Layer ([\w/]+) weight shape (\([^)]*\)) is not compatible with provided weight shape (\([^)]*\))"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, ValueError) or not failing.in_library(failure):
        return
    if not any(re.search(r"\b(tf_)?keras\b", frame.module) for frame in failure.frames):
        return  # a variable of the user's own is given another value
    if any(frame.f_code.co_name.startswith("reset_state") for frame in failing.python_frames(failure)):
        return  # a metric begins anew (KD132)
    message = failure.message
    if "expected 0 variables, but received" in message or "was expecting 0 weights" in message:
        return  # the model has no weights yet (KD111)
    loading = any(".saving" in frame.module for frame in failure.frames)
    given_here = _ASSIGNED.search(message)
    if given_here and "set_weights" not in failure.line_text and not loading:
        yield _problem(
            f"{given_here[1]} has weights of shape {given_here[2]}, and weights= gives an array of shape "
            f"{given_here[3]}",
            "The settings of the layer say which shape its weights have.",
            "Make the layer for the array: Embedding(input_dim=rows, output_dim=columns), with the sizes of "
            "matrix.shape; or cut the matrix.",
        )
        return
    if given_here and "set_weights" in failure.line_text:
        yield _problem(
            f"{given_here[1]} has weights of shape {given_here[2]}, and gets an array of shape {given_here[3]}",
            "set_weights takes arrays of the shapes that get_weights gives.",
            "Look at the shapes of both: [w.shape for w in layer.get_weights()].",
        )
        return
    one = _OBJECT.search(message)
    if one:
        yield from _shapes(f"{one[2]} ({one[1]})", one[3], one[4])
    for pattern in (_HDF5, _KERAS_2):
        other = pattern.search(message)
        if other:
            yield from _shapes(other[1], other[2], other[3])
    counts, given, shape = (pattern.search(message) for pattern in (_COUNTS, _GIVEN, _GIVEN_SHAPE))
    of_layers = _LAYERS.search(message) or _OF_2_6.search(message)
    if of_layers:
        here, there = _layers_of_both(failure)
        yield _problem(
            f"The file has the weights of {of_layers['there']} layers, and the model has {of_layers['here']}",
            _what_differs(here, there)
            or "Weights are loaded layer by layer, in their order: the model has to be made as the one that was saved.",
            _same_layers(here, there, failure),
        )
    elif counts:
        name = counts[1] or counts[4]
        what = f"{counts[2]} variables and gets {counts[3]}" if counts[1] else "another number of weights than the file"
        yield _problem(
            f"The layer {name} has {what}",
            "The file was saved from a model with other layers or settings (use_bias, reset_after, "
            "BatchNormalization).",
            "Build the model as it was when the file was saved.",
        )
    if given:
        yield _problem(
            f"{given[1]} has {given[3]} arrays of weights, and gets {given[2]}",
            "set_weights takes all of them, in the order of get_weights: kernel, bias, and so on, layer by layer.",
            f"Look at the shapes: [w.shape for w in {given[1]}.get_weights()] of both.".replace(
                f"{given[1]}.", "layer."
            ),
        )
    if shape:
        yield from _shapes(shape[1], shape[2], shape[3])


def _layers_of_both(failure: Failure) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the layers that have weights, in the model and in the file; empty where they cannot be read."""
    call = load_call(failure)
    if call is None or call.path_node is None or not isinstance(call.call.func, ast.Attribute):
        return (), ()
    model, path = failing.value_of(call.call.func.value, failure), failing.constant(call.path_node, failure)
    held = session.members(session.own(model, "_self_tracked_trackables", "_layers"))
    layers = [each for each in held if session.members(session.own(each, "_trainable_variables", "_trainable_weights"))]
    here = tuple(str(session.own(each, "_name", "name")) for each in layers)
    return here, (layers_with_weights(path) if type(path) is str else None) or ()


def _what_differs(here: tuple[str, ...], there: tuple[str, ...]) -> str:
    """ "The file has 6 conv2d and 2 p_re_lu, the model 5 and 1."""
    kinds = [Counter(re.sub(r"_\d+$", "", name) for name in names) for names in (here, there)]
    other = [kind for kind in {**kinds[1], **kinds[0]} if kinds[0][kind] != kinds[1][kind]]
    if not here or not there or not 0 < len(other) <= _MOST_KINDS:
        return ""
    saved = " and ".join(f"{kinds[1][kind]} {kind}" for kind in other)
    return f"Layers by name: the file has {saved}, the model {' and '.join(str(kinds[0][kind]) for kind in other)}."


def _same_layers(here: tuple[str, ...], there: tuple[str, ...], failure: Failure) -> str:
    """By their names weights are loaded without a word where no name fits: it is only told where some do."""
    call, same = load_call(failure), set(here) & set(there)
    build = "Make the model with the settings that it had when the file was saved."
    if call is None or not same or not call.receiver or not call.path:
        return build
    shown = f"{call.receiver}.load_weights({call.path}, by_name=True)"
    return f"{build} {shown} loads only the {len(same)} layers of {len(here)} that have the same name."


_MOST_KINDS = 4


def _shapes(layer: str, here: str, there: str) -> Iterator[Problem]:
    sizes = [tuple(int(each) for each in re.findall(r"\d+", text)) for text in (here, there)]
    gru = sorted(map(len, sizes)) == [1, 2] and max(sizes, key=len)[0] == 2
    if gru and max(sizes, key=len)[1] == min(sizes, key=len)[0]:
        wanted = len(sizes[1]) == 2
        yield _problem(
            f"The weights of {layer} were saved with reset_after={wanted}",
            f"The bias is {there} in the file and {here} in the model. GRU has reset_after=True by default since "
            "TensorFlow 2; Keras 1 and 2.0 had False.",
            f"Make the layer as it was: GRU(…, reset_after={wanted}).",
        )
        return
    yield _problem(
        f"The weights of {layer} have shape {there} in the file, and {here} in the model",
        "Weights fit a model that is made of the same layers with the same sizes, for an input of the same shape.",
        _advice(sizes),
    )


def _advice(sizes: list[tuple[int, ...]]) -> str:
    here, there = sizes
    if len(here) == len(there) and len(here) and here[:-1] == there[:-1]:
        return (
            f"Give the layer {there[-1]} units, as it had when it was saved; to train it with {here[-1]}, load the "
            "rest with skip_mismatch=True (an .h5 file of Keras 2: by_name=True, too)."
        )
    if len(here) == len(there) == 2 and here[1] == there[1]:
        return (
            f"Its input has another size: {there[0]} when it was saved, {here[0]} now. Give the model the same "
            f"input shape."
        )
    return "Build the model as it was when the file was saved, or load what fits: skip_mismatch=True."


def _problem(title: str, cause: str, advice: str) -> Problem:
    return Problem("KM114", ERROR, title, cause, reference="load_weights", fixes=(Fix("manual", advice),))


RULE = Rule(
    code="KM114",
    name="weights of other shapes",
    lesson=Lesson(
        what="load_weights ends in ValueError: objects could not be loaded, Shape mismatch, or Layer count mismatch.",
        why="A file of weights holds arrays, no layers. They fit the model they were saved from: the same layers, "
        "sizes "
        "and input.",
        since="keras 2.0",
        before="import keras\nold = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\n"
        "old.save_weights('old.weights.h5')\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5)])\n"
        "model.load_weights('old.weights.h5')",
        after="import keras\nold = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\n"
        "old.save_weights('old.weights.h5')\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\n"
        "model.load_weights('old.weights.h5')",
        target="tensorflow==2.21.0",
        related=("KM109",),
    ),
    on_failure=on_failure,
)

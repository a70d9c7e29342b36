"""An axis or a place that a tensor does not have."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem
from ...diagnosis.contract.data import dimensions
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import index

_OURS = ("keras", "tf_keras", "tensorflow")
_COUNTED = "Axes count from 0, and from -1 at the end."
_AXES = (
    "There is no axis {0} in a tensor with {1} axes",
    _COUNTED,
    "Take axis=-1 for the last one; print(x.shape) shows them. A batch has one axis more than a sample.",
    "tf.reduce_mean",
)
_NO_AXIS = (
    "The input has no axis {0}",
    f"{_COUNTED} The first is that of the samples.",
    "Leave axis= out: the last axis, that of the features or channels, is the default.",
    "keras.layers.BatchNormalization(axis)",
)
_REFUSALS = (
    Refusal("must be in the range [", *_AXES, reads=r"Dimension \((-?\d+)\) must be in the range \[-?\d+, (\d+)\)"),
    Refusal("Expected dimension in the range", *_AXES, reads=r"^(?=.*but got (-?\d+)).*in the range \[-?\d+, (\d+)\)"),
    Refusal("Invalid reduction dimension", *_AXES, reads=r"dimension \(?(-?\d+) for input with (\d+) dimension"),
    Refusal("is out of bounds for array of dimension", *_AXES, reads=r"axis (-?\d+) is .*? of dimension (\d+)"),
    Refusal("Invalid axis: ", *_NO_AXIS, reads=r"^Invalid axis: (-?\d+)$"),
    Refusal("Invalid value for `axis` argument", *_NO_AXIS, reads=r"Received: axis=\(?(-?\d+)"),
    Refusal("Tried to expand dim index", *_AXES, reads=r"dim index (-?\d+) for tensor with (\d+) dim"),
    Refusal(
        "an not squeeze dim[",
        "Axis {0} has the size {1}, and squeeze takes axes of size 1 out",
        "Taking a larger one out would lose numbers.",
        "Print the shape, and name the axis of size 1: tf.squeeze(x, axis=-1). To take one element of an axis write "
        "x[:, 0].",
        "tf.squeeze",
        r"dim\[(\d+)\], expected a dimension of 1, got (\d+)",
    ),
    Refusal(
        "transpose expects a vector of size",
        "The tensor has {0} axes, and perm names {1}",
        "perm is the new order of all axes.",
        "Name each axis once: tf.transpose(x, perm=[0, 2, 1]) for three; the axis of the samples counts.",
        "tf.transpose",
        r"vector of size (\d+)\. But input\(1\) is a vector of size (\d+)",
    ),
    Refusal(
        "slice index",
        "There is no place {0} in axis {1} of the tensor",
        "Places count from 0: the last one is the size minus 1.",
        "Print x.shape; -1 is the last place. The first axis is mostly that of the samples.",
        "tf.Tensor",
        r"slice index (-?\d+) of dimension (\d+) out of bounds",
    ),
    Refusal(
        "Expected size[",
        "tf.slice asks axis {0} for {2} elements, and {1} are left there",
        "It takes where to begin, and how many elements of each axis.",
        "Give -1 for all that are left, tf.slice(x, [0, 0], [2, -1]), or write x[0:2, 0:3].",
        "tf.slice",
        r"Expected size\[(\d+)\] in \[0, (\d+)\], but got (-?\d+)",
    ),
    Refusal(
        "is not in [0, ",
        "tf.gather asks for place {0}, and the axis has {1}",
        "Places count from 0: the last one is the size minus 1.",
        "Print the shape and the greatest index; for another axis write tf.gather(x, indices, axis=1).",
        "tf.gather",
        r"= (-?\d+) is not in \[0, (\d+)\) \[Op:GatherV2\]",
    ),
    Refusal(
        "Only integers, slices (`:`), ellipsis",
        "A tensor is asked for places by something else than a number or a slice",
        "Lists of places and of True and False, as NumPy takes them, go through functions.",
        "Write tf.gather(x, indices) for places, tf.boolean_mask(x, mask) for True and False, and int(i) for a number "
        "with a fraction.",
        "tf.gather",
    ),
)
_refused = when_refused("KD136", _REFUSALS)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = _shape_in_a_build(failure) or _axis_of_a_layer(failure)
    if found is not None:
        yield problem("KD136", found, None)
    else:
        yield from _refused(failure, world)


_TAKE_SHAPES = ("build", "compute_output_shape")


def _shape_in_a_build(failure: Failure) -> Finding | None:
    """``input_shape[2]`` in a build of the user's, with an input of two axes."""
    facts, end = failing.facts_of(failure), failure.end
    if not isinstance(failure.exception, IndexError) or facts is None or end is None:
        return None
    of_a_shape = end.place == "cell" or end.module.endswith("tensor_shape")
    if not of_a_shape or not any(frame.f_code.co_name in _TAKE_SHAPES for frame in failing.python_frames(failure)):
        return None
    for node in failing.nodes(failure, facts):
        if not isinstance(node, ast.Subscript):
            continue
        shape, place = dimensions(failing.value_of(node.value, failure)), failing.text_of(index(node), facts)
        if shape is not None and place.isdigit() and int(place) >= len(shape):
            name = failing.text_of(node.value, facts)
            return Finding(
                title=f"{name} is {shape}, and has no place {place}",
                cause="Places count from 0, and the first is that of the samples.",
                advice=(f"Take {name}[-1] for the features or channels; or give the layer the input it is made for.",),
                reference="Layer.build",
            )
    return None


def _axis_of_a_layer(failure: Failure) -> Finding | None:
    """``BatchNormalization(axis=5)`` with an input of four axes."""
    if not isinstance(failure.exception, IndexError) or not failing.in_library(failure):
        return None
    for layer, given in failing.called_layers(failure):
        shape = dimensions(session.attribute(given, "shape")) if session.root(given) in _OURS else None
        axis = session.own(layer, "axis")
        asked = [each for each in session.members(axis) or (axis,) if type(each) is int]
        if shape and any(not -len(shape) <= each < len(shape) for each in asked):
            name = session.class_name(layer)
            return Finding(
                title=f"{name} gets axis={axis!r}, and its input has {len(shape)} axes",
                cause=_NO_AXIS[1],
                advice=(_NO_AXIS[2],),
                reference=f"{name}(axis)",
            )
    return None


RULE = Rule(
    code="KD136",
    name="axes and places of a tensor",
    lesson=Lesson(
        what="`tf.expand_dims(x, 5)`, `x[7]` or `BatchNormalization(axis=5)` end in InvalidArgumentError, or in "
        "IndexError: tuple index out of range.",
        why="A tensor has the axes and places that its shape tells, no others; the axis of the samples counts.",
        since="tensorflow 1.0",
        before="import tensorflow as tf\nx = tf.zeros((2, 3))\ny = tf.expand_dims(x, 5)",
        after="import tensorflow as tf\nx = tf.zeros((2, 3))\ny = tf.expand_dims(x, -1)",
        target="tensorflow==2.21.0",
        related=("KD132",),
    ),
    on_failure=on_failure,
)

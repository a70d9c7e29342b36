"""A size that is None where a number is needed."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.hidden_cause import LAMBDA, hidden_cause
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .applications_of_any_size import unsized_application
from .sizes_by_name import sizes_by_name

_REFUSALS = (
    Refusal(
        "Shapes used to initialize variables must be fully-defined",
        "The weight {1} would have the shape {0}: a size is not known",
        "A layer makes its weights from its settings and from the shape of its input, and None stands in one of them.",
        "If a setting is None (input_dim, units), give the number. If the input has the None: declare it in "
        "keras.Input(shape=…), and take the features by input_shape[-1].",
        "Layer.add_weight",
        r"Received: shape=(\(.*?\)) for variable path='(.*?)'",
    ),
    Refusal(
        "Cannot convert a partially known TensorShape",
        "A shape with None stands where all sizes have to be known: {0}",
        "None is the size that only the data tells: mostly the number of samples.",
        "In add_weight use input_shape[-1] and the layer's settings; in calculations on tensors use tf.shape(x)[0], "
        "which has the number when the data is there.",
        "tf.shape",
        r"TensorShape (\(.*?\))",
    ),
    Refusal(
        "ast dimension of the inputs to a Dense layer should be defined",
        "Dense does not know how many features it gets: the last axis of its input is None",
        "Its weights have a row for each feature.",
        "Declare the size where the None comes from: keras.Input(shape=(…, features)), or a Reshape or pooling layer "
        "(GlobalAveragePooling) before Dense. Flatten needs all sizes of its input.",
        "keras.layers.Dense",
    ),
    Refusal(
        "ast dimension of the inputs to `Dense` should be defined",
        "Dense does not know how many features it gets: the last axis of its input is None",
        "Its weights have a row for each feature.",
        "Declare the size where the None comes from: keras.Input(shape=(…, features)), or a Reshape or pooling layer "
        "(GlobalAveragePooling) before Dense. Flatten needs all sizes of its input.",
        "keras.layers.Dense",
    ),
    Refusal(
        "channel dimension of the inputs",
        "The layer does not know how many channels it gets: that axis of its input is None",
        "Its filters have a part for each channel.",
        "Declare the channels: keras.Input(shape=(height, width, 3)); height and width may be None.",
        "keras.Input",
        r"channel dimension of the inputs.*?(?:should be defined|Found.*?None)",
    ),
    Refusal(
        "nrolling requires a fixed number of timesteps",
        "unroll=True needs the number of steps, and the input has None",
        "The steps are written out one by one when the model is made.",
        "Give the steps, keras.Input(shape=(steps, features)), or leave unroll=True out.",
        "keras.layers.LSTM",
    ),
    Refusal(
        "Cannot unroll a RNN if the time dimension is undefined",
        "unroll=True needs the number of steps, and the input has None",
        "The steps are written out one by one when the model is made.",
        "Give the steps, keras.Input(shape=(steps, features)), or leave unroll=True out.",
        "keras.layers.LSTM",
    ),
    Refusal(
        "`shape` argument cannot contain `None`",
        "A shape is given with None in it: {0}",
        "None is the size that only the data tells: mostly the number of samples.",
        "Use -1 in keras.ops.reshape, or keras.ops.shape(x)[0], which has the number when the data is there.",
        "keras.ops.shape",
        r"Received: shape=(.*)",
    ),
    Refusal(
        "ConvLSTM layers only support static input shapes",
        "ConvLSTM needs the height and width of the images, and the input has None: {0}",
        "Its states are images of that size.",
        "Declare them: keras.Input(shape=(None, height, width, channels)); the number of steps may be None.",
        "keras.layers.ConvLSTM2D",
        r"input_shape=(\(.*?\))",
    ),
)
_told = when_refused("KD123", _REFUSALS)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if isinstance(failure.exception, NotImplementedError):
        if LAMBDA in failure.message and failing.in_library(failure):
            yield problem("KD123", _in_a_lambda(failure), None)
        return
    by_name = _by_name(failure, world)
    if by_name is not None:
        yield by_name
    elif isinstance(failure.exception, TypeError) and "NoneType" in failure.message:
        facts = failing.facts_of(failure)
        text = _unknown_size(failure, facts) if facts is not None else ""
        if text:
            yield problem("KD123", _calculated(text), None)
    elif isinstance(failure.exception, (ValueError, TypeError)):
        facts = failing.facts_of(failure) if "Attempt to convert a value (None)" in failure.message else None
        text = _size_on_the_line(failure, facts) if facts is not None else ""
        if text:
            yield problem("KD123", _calculated(text), None)
        else:
            yield from (_of_an_application(each, failure) or each for each in _told(failure, world))


def _of_an_application(told: Problem, failure: Failure) -> Problem | None:
    """The same, where the None comes from a model of keras.applications that is made in this cell."""
    facts = failing.facts_of(failure) if told.reference in _OF_FEATURES else None
    found = unsized_application(failure, facts) if facts is not None else None
    return problem("KD123", found, facts) if found is not None else None


_OF_FEATURES = ("Layer.add_weight", "keras.layers.Dense")


def _by_name(failure: Failure, world: World) -> Problem | None:
    """``h * w`` of ``b, h, w, c = keras.ops.shape(x)``."""
    told = isinstance(failure.exception, (TypeError, ValueError)) and "None" in failure.message
    facts = failing.facts_of(failure) if told else None
    found = sizes_by_name(failure, facts, world) if facts is not None else None
    return problem("KD123", found, facts) if found is not None else None


def _in_a_lambda(failure: Failure) -> Finding:
    """The function of a Lambda is run with a stand-in for the data; what it raises, Keras keeps to itself."""
    inner = hidden_cause(failure.exception)
    says = f"{session.class_name(inner)}: {' '.join(str(inner).split())[:90]}" if inner is not None else ""
    old = "attribute 'value'" in says
    return Finding(
        title=f"The function of the Lambda layer fails: {says}"
        if says
        else "Keras cannot tell the shape of what the Lambda layer gives",
        cause="Keras runs the function with a stand-in for the data, to see the shape of what it gives.",
        advice=(
            "Leave .value out: x.shape[1] is the number itself."
            if old
            else "Use functions of keras.ops in it, or give the shape without the axis of the samples: "
            "Lambda(function, output_shape=(…,)).",
        ),
        reference="keras.layers.Lambda",
    )


def _unknown_size(failure: Failure, facts: CellFacts) -> str:
    """The expression on the failing line that takes a size of a Keras tensor, where that is None."""
    end = failure.end
    return _size_on_the_line(failure, facts) if end is not None and end.place in ("cell", "user") else ""


def _size_on_the_line(failure: Failure, facts: CellFacts) -> str:
    for node in failing.nodes(failure, facts):
        if isinstance(node, ast.Subscript) and _is_unknown(node, failure):
            return failing.text_of(node, facts)
    return ""


def _is_unknown(size: ast.Subscript, failure: Failure) -> bool:
    """Whether ``x.shape[1]`` or ``int_shape(x)[1]`` of a tensor of Keras is None, as far as that can be read."""
    node = size.value
    if isinstance(node, ast.Attribute) and node.attr in ("shape", "input_shape", "output_shape"):
        thing = failing.value_of(node.value, failure)
    elif isinstance(node, ast.Call) and last_name(node.func) == "int_shape" and node.args:
        thing = failing.value_of(node.args[0], failure)
    else:
        return False
    if thing is None or session.root(thing) not in ("keras", "tensorflow", "tf_keras"):
        return False
    sizes = session.attribute(thing, "shape")
    if type(sizes) is not tuple:
        return True  # Keras 2 has a class for shapes
    return session.value_of(ast.copy_location(_item(size), size), {"sizes": sizes}) is None


def _item(size: ast.Subscript) -> ast.Subscript:
    return ast.Subscript(value=ast.Name(id="sizes", ctx=ast.Load()), slice=size.slice, ctx=ast.Load())


def _calculated(text: str) -> Finding:
    return Finding(
        title=f"{text} is None: that size is known only with the data",
        cause="A model takes any number of samples, and of steps where the Input says None; there is no number to "
        "calculate with.",
        advice=(
            "For a tensor of the size use keras.ops.shape(x)[1] (tf.shape(x)[1]) in a layer's call; for a number "
            "declare "
            "it: keras.Input(shape=(steps, features)).",
        ),
        reference="keras.ops.shape",
    )


RULE = Rule(
    code="KD123",
    name="size that is not known",
    lesson=Lesson(
        what="A layer, or a calculation with x.shape[1], ends in an error about None: shapes that must be fully "
        "defined, a last dimension that should be defined, unsupported operand types.",
        why="None in a shape is a size that only the data has. Weights, and numbers in Python, need it before.",
        since="keras 2.0",
        before="import keras\nx = keras.Input((None, 4))\nsteps = x.shape[1] * 2",
        after="import keras\nx = keras.Input((10, 4))\nsteps = x.shape[1] * 2",
        target="tensorflow==2.21.0",
        related=("KD102", "KA304"),
    ),
    on_failure=on_failure,
)

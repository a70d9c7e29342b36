"""Tensors whose sizes or types an operation of TensorFlow does not take."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem, said
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.contract.several_tensors import several_for_one
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failed_cell import in_schedule
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .attention_masks import padding_as_attention_mask
from .sizes_of_operands import misfit

_MATRICES = (
    "Two matrices of sizes {0} and {1} cannot be multiplied",
    "The last size of the first has to be the first size of the second.",
    "Print the shapes of both. Turn one, tf.matmul(a, b, transpose_b=True); in a layer give data of the size that the "
    "model was built for.",
    "tf.matmul",
)
_RESHAPE = (
    "{0} values do not fit into a shape for {1}",
    "reshape keeps all values, and their order.",
    "Let it count one size itself: tf.reshape(x, (-1, 28, 28)). The layer Reshape takes the shape of one sample, "
    "without the batch.",
    "tf.reshape",
)
_CONCAT = (
    "Tensors of shapes {0} and {1} cannot be joined",
    "All sizes but that of the axis where they are joined have to be the same.",
    "Choose another axis=, or bring both to the same sizes before.",
    "tf.concat",
)
_RANKS = (
    "Tensors of shapes {0} and {1} cannot be joined: they have different numbers of axes",
    "concat joins tensors along an axis that all of them have.",
    "Give the one with fewer axes another, x[..., None], or bring both to one shape by tf.reshape; in a model Flatten "
    "and Reshape do so.",
    "tf.concat",
)
_COMBINED = (
    "Tensors of shapes {0} and {1} cannot be combined number by number",
    "Counted from the last axis, their sizes have to be the same, or 1.",
    "Print both shapes. What is (32,) becomes (32, 1) by x[:, None], and (32, 1) becomes (32,) by tf.squeeze(x, -1).",
    "tf.broadcast_to",
)
_VECTOR = (
    "tf.matmul takes matrices, and gets a tensor with fewer than two axes",
    "A vector is no matrix: nothing says whether it is a row or a column.",
    "Write tf.linalg.matvec(matrix, vector), tf.tensordot(a, b, 1), or make a column of it: x[:, None].",
    "tf.matmul",
)
_STACK = (
    "Tensors of shapes {0} and {1} cannot be stacked",
    "stack puts tensors of one shape behind each other.",
    "Use tf.concat along an axis where they differ, tf.ragged.stack, or pad the shorter ones.",
    "tf.stack",
)
_CLASS_NUMBERS = (
    "The labels of sparse_softmax_cross_entropy_with_logits have as many axes as the logits",
    "It takes class numbers, one for each row of the logits: one axis fewer.",
    "For one-hot labels there is tf.nn.softmax_cross_entropy_with_logits; a column of class numbers loses its last "
    "axis by tf.squeeze(labels, -1).",
    "tf.nn.sparse_softmax_cross_entropy_with_logits",
)
_FILTERS = (
    "The filters of the convolution are made for another number of channels than the images have",
    "Filters have the shape (height, width, channels of the images, new channels).",
    "Print images.shape and filters.shape: the last axis of the images is the third of the filters.",
    "tf.nn.conv2d",
)
_TYPES = (
    "{1} does not take {0}",
    "Each operation is made for some types of numbers.",
    "Convert before: tf.cast(x, tf.int32) for indices and classes, tf.cast(x, tf.float32) for what is computed.",
    "tf.cast",
)
_VARIABLE = (
    "A variable of shape {0} gets a value of shape {1}",
    "A variable keeps its shape.",
    "Give a value of that shape; for other sizes make a new variable, or tf.Variable(value, "
    "shape=tf.TensorShape(None)).",
    "tf.Variable.assign",
)
_FILE = (
    "There is no file or folder {0}",
    "A name without a leading / counts from the folder of the kernel: %pwd shows it.",
    "Look with !ls what is there; in Colab mount the drive, or upload the file again after a restart.",
    "tf.io.read_file",
)
_REFUSALS = (
    Refusal(
        "Unrecognized device: ",
        "set_memory_growth takes a device that TensorFlow found, and gets {0}",
        "tf.config.list_physical_devices gives these objects; a name alone is none.",
        "Write for gpu in tf.config.list_physical_devices('GPU'): tf.config.experimental.set_memory_growth(gpu, True).",
        "tf.config.experimental.set_memory_growth",
        r"Unrecognized device: (.{1,40})",
    ),
    Refusal(
        "Missing required argument: 'Tout'",
        "tf.py_function needs Tout",
        "TensorFlow cannot know what a Python function gives before it runs.",
        "Write tf.py_function(function, [x], Tout=tf.float32), with the type of each result.",
        "tf.py_function",
    ),
    Refusal(
        "Binding inputs to tf.function failed due to `Can not cast TensorSpec",
        "The input_signature says {2} {3}, and the function is given {0} {1}",
        "A function with an input_signature takes tensors of that shape and type, and no others.",
        "Write tf.TensorSpec(shape, {1}) there, with None where a size may change; or convert before the call: "
        "tf.cast(x, {3}).",
        "tf.function",
        r"Can not cast TensorSpec\(shape=(.*?), dtype=(\S+), name=\S+\) to TensorSpec\(shape=(.*?), dtype=(\S+), name",
    ),
    Refusal(
        "Python inputs incompatible with input_signature",
        "The function is given tensors of other shapes or types than its input_signature says",
        "A function with an input_signature takes tensors of that shape and type, and no others.",
        "Write the type of each tensor there, tf.TensorSpec(shape, x.dtype), with None where a size may change.",
        "tf.function",
    ),
    Refusal("Matrix size-incompatible", *_MATRICES, reads=r"In\[0\]: (\[.*?\]), In\[1\]: (\[.*?\])"),
    Refusal(
        "Inner dimensions (`x1.shape[-1]` and `x2.shape[-2]`) must be equal",
        *_MATRICES,
        reads=r"received `x1\.shape=(\(.*?\))` and `x2\.shape=(\(.*?\))",
    ),
    Refusal("Dimensions must be equal", *_MATRICES, reads=r"= \w*MatMul\w*\[.*?input shapes: (\[.*?\]), (\[.*?\])"),
    Refusal(
        "Input to reshape is a tensor with",
        *_RESHAPE,
        reads=r"tensor with (\d+) values, but the requested shape (?:has|requires a multiple of) (\d+)",
    ),
    Refusal("Cannot reshape a tensor with", *_RESHAPE, reads=r"with (\d+) elements to shape .*?\((\d+) elements\)"),
    Refusal("ConcatOp : Dimension", *_CONCAT, reads=r"shape\[0\] = (\[.*?\]) vs\. shape\[\d+\] = (\[.*?\])"),
    Refusal("in both shapes must be equal", *_CONCAT, reads=r"ConcatV2.*?input shapes: (\[.*?\]), (\[.*?\])"),
    Refusal(
        "Shapes of all inputs must match",
        *_STACK,
        reads=r"values\[0\]\.shape = (\[.*?\]) != values\[\d+\]\.shape = (\[.*?\])",
    ),
    Refusal("Shapes must be equal rank", *_STACK, reads=r"= Pack\[.*?input shapes: (\[.*?\]), (\[.*?\])"),
    Refusal(
        "Ranks of all input tensors should match",
        *_RANKS,
        reads=r"shape\[0\] = (\[.*?\]) vs\. shape\[\d+\] = (\[.*?\])",
    ),
    Refusal("Shape must be rank", *_RANKS, reads=r"= ConcatV2\[.*?input shapes: (\[.*?\]), (\[.*?\])"),
    Refusal("ndims must be >= 2", *_VECTOR, reads=r"\[Op:\w*MatMul"),
    Refusal("] is not a matrix. Instead it has shape", *_VECTOR),
    Refusal("Shape must be at least rank 2", *_VECTOR, reads=r"= \w*MatMul"),
    Refusal("Incompatible shapes: ", *_COMBINED, reads=r"Incompatible shapes: (\[.*?\]) vs\. (\[.*?\])"),
    Refusal(
        "Dimensions must be equal",
        *_COMBINED,
        reads=r"= (?:AddV2|Add|Sub|Mul|RealDiv|SquaredDifference|Maximum|Minimum|Pow|LogicalAnd|LogicalOr)\[.*?"
        r"input shapes: (\[.*?\]), (\[.*?\])",
    ),
    Refusal(
        "required broadcastable shapes",
        "Two tensors cannot be combined number by number",
        *_COMBINED[1:],
    ),
    Refusal("must equal `logits.shape.rank - 1`", *_CLASS_NUMBERS),
    Refusal("should equal rank of logits minus 1", *_CLASS_NUMBERS),
    Refusal(
        "logits and labels must be broadcastable",
        "The logits have shape {0}, and the labels {1}",
        "Both have a row for each sample, and a column for each class.",
        "One-hot labels take the number of classes: tf.one_hot(y, depth=classes); the last layer as many units.",
        "tf.nn.softmax_cross_entropy_with_logits",
        r"logits_size=(\[.*?\]) labels_size=(\[.*?\])",
    ),
    Refusal("must be evenly divisible by number of groups", *_FILTERS, reads=r"\[Op:Conv"),
    Refusal("must be evenly divisible by filter depth", *_FILTERS),
    Refusal("is not a multiple of input depth of filter", *_FILTERS),
    Refusal(
        "'size' must be a 1-D Tensor of 2 elements",
        "The size of an image is two numbers, height and width",
        "One number says nothing about the other side.",
        "Write tf.image.resize(image, (32, 32)).",
        "tf.image.resize",
    ),
    Refusal(
        "Failed to convert a NumPy array to a Tensor",
        "An array of mixed things (dtype object) cannot become a tensor",
        "It holds Python objects: numbers beside text or None, or lists of different lengths.",
        "Make numbers of it, x.astype('float32'); leave out text and gaps; pad lists: keras.utils.pad_sequences(x).",
        "tf.convert_to_tensor",
        r"Unsupported object type (?!NAType)",
    ),
    Refusal(
        "Can't convert Python sequence with mixed types to Tensor",
        "A list holds numbers and text, or other mixed things, and a tensor has one type",
        "All of its elements are of that type.",
        "Make all of them numbers, or all of them text; for the columns of a table one tensor each.",
        "tf.constant",
    ),
    Refusal("is not in the list of allowed values", *_TYPES, reads=r"attr '\w+' of (\w+) is not .*?Op<name=(\w+)"),
    Refusal(
        "not in list of allowed values", *_TYPES, reads=r"(?=.*has DataType (\w+) not)Value passed to parameter '(\w+)'"
    ),
    Refusal(
        "Cast string to",
        "A Sequential model makes numbers of its input, and its first layer takes text",
        "Without an Input it takes all data for numbers of its own type.",
        "Let it begin with keras.Input(shape=(1,), dtype=tf.string).",
        "keras.Sequential",
        r"\(type Sequential\)",
    ),
    Refusal(
        "Cast string to",
        "Text cannot be cast to {0}",
        "tf.cast turns numbers into other numbers.",
        "For text with digits tf.strings.to_number(x); for categories keras.layers.StringLookup.",
        "tf.strings.to_number",
        r"Cast string to (\w+) is not supported",
    ),
    Refusal(
        "Can't convert non-rectangular Python sequence to Tensor",
        "The lists are of different lengths, and a tensor has rows of one length",
        "It has one size for each axis.",
        "Pad them, keras.utils.pad_sequences(lists, padding='post'), or keep their lengths: tf.ragged.constant(lists).",
        "tf.constant",
    ),
    Refusal(
        "Number of ways to split should evenly divide",
        "A tensor cannot be cut into equal parts here",
        "{0}",
        "Give the sizes of the parts: tf.split(x, [3, 2]).",
        "tf.split",
        r"(Number of ways to split should evenly divide the split dimension.{0,90}?)(?: \[Op|$)",
    ),
    Refusal(
        "'images' must have either 3 or 4 dimensions",
        "An image has the axes height, width and channels, and this one has others",
        "With several images, the first axis counts them.",
        "A grey image gets its channel: image[..., None].",
        "tf.image.resize",
    ),
    Refusal(
        "Shape mismatch.The variable shape",
        *_VARIABLE,
        reads=r"shape (\(.*?\)), and the assigned value shape (\(.*?\))",
    ),
    Refusal(
        "The shape of the target variable and the shape of the target value in `variable.assign(value)` must match",
        *_VARIABLE,
        reads=r"variable\.shape=(\(.*?\)), Received: value\.shape=(\(.*?\))",
    ),
    Refusal("due to variable shape", *_VARIABLE, reads=r"variable shape (\(.*?\)) and value shape (\(.*?\))"),
    Refusal(
        "OOM when allocating tensor",
        "The memory of the device is full: a tensor of shape {0} has no room",
        "A batch, the model's weights and what other notebooks hold share it.",
        "Use a smaller batch_size, smaller images or a smaller model; stop the other kernels that use the GPU, and "
        "restart this one.",
        "fit(batch_size)",
        r"tensor with shape ?(\[.*?\])",
    ),
    Refusal("No such file or directory [Op:ReadFile]", *_FILE, reads=r"(?:\}\} )?(\S+); No such file"),
    Refusal("No such file or directory: '", *_FILE, reads=r"No such file or directory: '(.*?)'"),
    Refusal("Could not find directory ", *_FILE, reads=r"Could not find directory (\S+)"),
)
_refused = when_refused("KD132", _REFUSALS)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if in_schedule(failure):
        return  # KO106 knows what it computes with
    facts = failing.facts_of(failure)
    if facts and several_for_one(failure, facts) is not None:
        return  # what a layer gives besides its output is stacked to it (KD116)
    if _resets_a_metric(failure):
        yield problem("KD132", _WITHOUT_RESET, None)
    elif facts and (mask := padding_as_attention_mask(failure, facts, said(failure))) is not None:
        yield problem("KD132", mask, facts)
    elif (shape := _filling_a_weight(failure)) is not None:
        yield problem("KD132", _of_constant(shape), None)
    elif facts and _SIZES.search(said(failure)) and (sizes := misfit(failure, facts)) is not None:
        yield problem("KD132", sizes, facts)
    else:
        yield from _refused(failure, world)


_SIZES = re.compile(
    r"Matrix size-incompatible|Inner dimensions \(|Dimensions must be equal|Incompatible shapes: "
    r"|required broadcastable shapes"
)


def _resets_a_metric(failure: Failure) -> bool:
    """Whether Keras 2's own reset of a metric fails: it sets each variable to the number 0."""
    if "value shape ()" not in failure.message:
        return False
    resets = ("reset_state", "reset_states")
    functions = (frame for frame in failing.python_frames(failure) if frame.f_code.co_name in resets)
    return any(session.is_kind(frame.f_locals.get("self"), "Metric") for frame in functions)


def _filling_a_weight(failure: Failure) -> tuple[int, ...] | None:
    """The shape of the array in ``keras.initializers.Constant(matrix)`` that does not fit its weight; else None."""
    facts = failing.facts_of(failure)
    if facts is None or not re.search(r"Incompatible shapes|tf\.constant with unsupported shape", failure.message):
        return None
    calls = [*failing.calls_of("Constant", facts), *failing.calls_of("constant", facts)]
    arrays = (failing.value_of(call.args[0], failure) for call in calls if call.args)
    for array in arrays:
        shape = array.shape if session.is_exactly(array, "numpy", "ndarray") else ()
        counts = f" {array.size} elements" if shape else "no array"
        if shape and (f"shapes: [{','.join(map(str, shape))}] vs" in failure.message or counts in failure.message):
            return tuple(shape)
    return None


def _of_constant(shape: tuple[int, ...]) -> Finding:
    return Finding(
        title=f"The array of Constant has shape {shape}, and the weight that it is to fill another",
        cause="Constant fills a weight with an array of the weight's own shape.",
        advice=(
            "Make the layer for the array, Embedding(*matrix.shape, …), or the array for the layer: with a row for "
            "each number from 0 to input_dim - 1.",
        ),
        reference="keras.initializers.Constant",
    )


_WITHOUT_RESET = Finding(
    title="The metric holds an array, and Keras 2 resets a metric with the number 0",
    cause="Its reset_state is made for variables that are single numbers.",
    advice=(
        "Add to the class: def reset_state(self): [v.assign(tf.zeros_like(v)) for v in self.variables]. Up to "
        "TensorFlow 2.4 its name is reset_states.",
    ),
    reference="Metric.reset_state",
)


RULE = Rule(
    code="KD132",
    name="sizes and types of tensors",
    lesson=Lesson(
        what="An operation of TensorFlow ends in InvalidArgumentError about shapes, sizes, axes or types.",
        why="Operations take tensors whose sizes fit each other, and numbers of certain types; nothing is converted.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\ntf.matmul(tf.ones((2, 3)), tf.ones((2, 3)))",
        after="import tensorflow as tf\ntf.matmul(tf.ones((2, 3)), tf.ones((2, 3)), transpose_b=True)",
        target="tensorflow==2.21.0",
        related=("KD121", "KD131"),
    ),
    on_failure=on_failure,
    is_general=True,
)

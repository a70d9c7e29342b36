"""Numbers in the settings of a layer that do not go together, or are out of bounds."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.contract.answer import problem
from ...diagnosis.contract.refusals import Refusal, said_plainly, when_refused
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .batches_of_a_stateful_model import keeps_its_own
from .layers_added_again import added_again

_RATE = (
    "The rate of Dropout is {0}, and has to be from 0 to 1",
    "It is the part of the inputs that is set to zero, not a percentage and not what is kept.",
    "For 20 percent write Dropout(0.2).",
    "keras.layers.Dropout",
)
_GROUPS = (
    "filters={1} is not divisible by groups={0}",
    "Each group makes the same number of filters.",
    "Take a number of filters that is a multiple of groups.",
    "keras.layers.Conv2D",
)
_BOTH_SHAPES = (
    "Input is given both shape and batch_shape",
    "batch_shape is shape with the number of samples in front.",
    "Leave one out: Input(batch_shape=(2, 4)) for batches of 2, Input(shape=(4,)) for batches of any size.",
    "keras.Input",
)
_MATRIX = (
    "This initializer makes matrices, and the weight is none",
    "orthogonal and identity are about rows and columns; a bias has one axis, the kernel of a convolution three or "
    "four.",
    "Take 'zeros' for a bias; for kernels 'glorot_uniform' or 'he_normal'.",
    "keras.initializers",
)
_UNIQUE = "All layers added to a Sequential model should have unique names"
_OF_STATES = "the batch size of the input sequences must be the same as the batch size of the initial state"
_REFUSALS = (
    *(
        Refusal(
            sign,
            "{0} cannot be a name here: it has a blank, or another sign that TensorFlow refuses",
            "Names of layers and weights become names of operations: letters, digits, and _ . - /.",
            "Write an underscore for the blank: name='my_layer'.",
            "keras.layers.Layer(name)",
            r"'(.{1,60}?)' is not a valid",
        )
        for sign in ("is not a valid scope name", "is not a valid root scope name")
    ),
    Refusal(
        "All cells must have a `state_size` attribute",
        "{0} is among the cells of an RNN, and is none",
        "A cell computes one step, and hands its states on to the next: LSTMCell, GRUCell, SimpleRNNCell, or a class "
        "with state_size.",
        "Put {0} behind the RNN, and leave the cells in the list: RNN([LSTMCell(4), LSTMCell(3)]).",
        "keras.layers.RNN",
        r"without a `state_size`: <?(?:keras\.[\w.]*\.)?(\w+)",
    ),
    Refusal(
        "All cells must have a `state_size` attribute",
        "Something among the cells of an RNN is no cell",
        "A cell computes one step, and hands its states on to the next: LSTMCell, GRUCell, SimpleRNNCell, or a class "
        "with state_size.",
        "Leave the cells in the list, and put other layers behind the RNN: RNN([LSTMCell(4), LSTMCell(3)]).",
        "keras.layers.RNN",
    ),
    Refusal("Expected a float value between 0 and 1", *_RATE, reads=r"rate=(.{1,30})$"),
    Refusal(
        "`rate` must be a scalar tensor or a float in the range", *_RATE, reads=r"Received: rate=(.{1,30}?)(?: |$)"
    ),
    Refusal(
        "to a shape. Negative dimensions are not allowed",
        "A weight would have the shape {0}: a size is negative",
        "The settings of the layer and its input give the sizes of its weights.",
        "Look at the numbers the layer is made with: units, filters, input_dim.",
        "keras.layers",
        r"Cannot convert '(\(.*?\))'",
    ),
    Refusal("expected a value between 0 and 1", *_RATE, reads=r"Invalid value (.{1,30}?) received for `rate`"),
    Refusal(
        "The number of input channels must be evenly divisible by the number of groups",
        "The input's channels cannot be divided into groups={0}",
        "Each group sees the same number of channels; Keras says: {1}",
        "Take a number of groups that divides the channels of the input.",
        "keras.layers.Conv2D",
        r"groups=(\d+),? (but the input has .{1,100})",
    ),
    Refusal(
        "must be evenly divisible by the number of groups", *_GROUPS, reads=r"groups=(\d+),? (?:and )?filters=(\d+)"
    ),
    Refusal(
        "`strides > 1` not supported in conjunction with `dilation_rate > 1`",
        "strides and dilation_rate are both above 1",
        "The convolution either leaves pixels out between its steps, or within its window.",
        "Set one of them to 1; a pooling layer behind a dilated convolution makes it smaller, too.",
        "keras.layers.Conv2D",
    ),
    Refusal(
        "cannot be more than the number of channels",
        "GroupNormalization makes more groups, {0}, than there are channels, {1}",
        "It divides the channels of its input into groups; 32 if not told.",
        "Give groups= a number that divides the channels: GroupNormalization(groups={1}) at most.",
        "keras.layers.GroupNormalization",
        r"Number of groups \((\d+)\).*?channels \((\d+)\)",
    ),
    Refusal(
        "must be a multiple of the number of channels",
        "GroupNormalization cannot divide {1} channels into {0} groups",
        "Each group has the same number of channels; there are 32 groups if not told.",
        "Give groups= a number that divides {1}.",
        "keras.layers.GroupNormalization",
        r"Number of groups \((\d+)\).*?channels \((\d+)\)",
    ),
    Refusal(
        "is out of bounds for input shape",
        "The layer normalizes axis {0}, and its input has no such axis: {1}",
        "Axis 0 is that of the samples, -1 the last one.",
        "Leave axis out for the last axis, or give one that the input has.",
        "keras.layers.BatchNormalization",
        r"Axis (-?\d+) is out of bounds for input shape (\(.*?\))",
    ),
    Refusal(
        "for Permute Layer",
        "Permute counts the axes from 1, and takes each of them once: {0}",
        "Axis 0, that of the samples, stays where it is and is left out.",
        "For (height, width, channels) to (channels, height, width) write Permute((3, 1, 2)).",
        "keras.layers.Permute",
        r"(?:dims=|Layer: )(\(.*?\))",
    ),
    Refusal("Only provide the `shape` OR `batch_input_shape`", *_BOTH_SHAPES),
    Refusal("cannot pass both `shape` and `batch_shape`", *_BOTH_SHAPES),
    Refusal(
        "Expected an integer value for `n`",
        "RepeatVector takes a number of repetitions",
        "Keras says: {0}",
        "Give it a whole number, RepeatVector(n): n is how often the vector stands in the sequence.",
        "keras.layers.RepeatVector",
        r"(Expected an integer value.{1,60})",
    ),
    Refusal(
        "Incompatible input shapes: axis values",
        "Dot gets tensors whose sizes differ at the axes it multiplies along: {0} and {1}",
        "It multiplies and sums along axes=: their sizes have to be the same.",
        "Choose the axes of equal size, Dot(axes=(2, 1)), or bring both to one size by a Dense layer.",
        "keras.layers.Dot",
        r"axis values (\d+) .*?!= (\d+)",
    ),
    Refusal(
        "must be smaller than the input length",
        "Cropping takes away more than there is: {0}",
        "Something has to be left of each axis.",
        "Crop less, or let the layers before leave more.",
        "keras.layers.Cropping1D",
        r"(cropping=.*)",
    ),
    Refusal(
        "should be smaller than the corresponding spatial dimension",
        "Cropping takes away more than there is: {0}",
        "Something has to be left of each axis.",
        "Crop less, or let the layers before leave more.",
        "keras.layers.Cropping2D",
        r"(cropping=.*)",
    ),
    Refusal(
        _OF_STATES,
        "The initial state has another number of samples than the sequences",
        "Each sample has a state of its own.",
        "Make the state for as many samples as are given: keras.ops.zeros((batch, units)).",
        "keras.layers.LSTM",
    ),
    Refusal(
        "Please use a different `name`",
        "Two parts of the model have one name",
        "Keras says: {0}",
        "Give one of them another name=, or leave name= out.",
        "keras.layers.Layer",
        r"(.{1,120})",
    ),
    Refusal(
        _UNIQUE,
        "Two layers of the Sequential model are called {0}",
        "Each layer of a model has a name of its own. One layer added twice would share its weights, which takes a "
        "functional model.",
        "Make a new layer for each model.add, or give one of them another name=.",
        "Sequential.add",
        r"Name ['\"](.*?)['\"]",
    ),
    Refusal(
        "Layers added to a Sequential model can only have a single positional argument",
        "A Sequential model gives a layer one tensor, and {0} takes several",
        "It goes from one layer to the next; what branches, or takes two inputs, needs a functional model.",
        "Build keras.Model(inputs, outputs): y = {0}(…)(a, b).",
        "Sequential.add",
        r"Layer (\w+) has multiple",
    ),
    Refusal(
        "has already been configured to use input shape",
        "The Sequential model has its input already",
        "Keras says: {0}",
        "Declare the input once: keras.Input(shape=(…)) as the first layer, and no input_shape= in a later one.",
        "Sequential",
        r"(already been configured to use input shape \(.*?\))",
    ),
    Refusal(
        "Could not interpret regularizer identifier",
        "A regularizer is given as the number {0}",
        "A number does not say which norm it is for.",
        "Write keras.regularizers.l2({0}), or l1({0}).",
        "keras.regularizers.L2",
        r"identifier: ([\d.e-]+)$",
    ),
    Refusal(
        "Kernel shape must have the same length as input",
        "The convolution gets tensors with another number of axes than it is made for: {1}",
        "Conv2D takes (samples, height, width, channels); in TimeDistributed the axis of the steps comes before "
        "height.",
        "Declare all axes: keras.Input(shape=(steps, height, width, channels)) for TimeDistributed(Conv2D(…)), "
        "(height, width, channels) without it.",
        "keras.layers.TimeDistributed",
        r"kernel of shape (\(.*?\)) and input of shape (\(.*?\))",
    ),
    Refusal(
        "The `num_bins` for `Hashing` cannot be `None`",
        "num_bins of Hashing is {0}, and has to be above 0",
        "It is the number of different numbers that come out.",
        "Give a positive whole number, larger than the number of categories.",
        "keras.layers.Hashing",
        r"num_bins=(\S+?)\.?$",
    ),
    Refusal(
        "Was asked to retrieve layer at index",
        "The model has {1} layers, and none at index {0}",
        "Indices count from 0, in the order of model.layers. A Sequential model does not count its Input.",
        "print([layer.name for layer in model.layers]) shows them; a name stays right when layers are added: "
        "model.get_layer('name').",
        "keras.Model.get_layer",
        r"at index (-?\d+) but model only has (\d+)",
    ),
    Refusal(
        "Provide either a layer name or layer index",
        "get_layer is not told which layer",
        "It finds one layer, by its name or its place.",
        "Write model.get_layer('name') or model.get_layer(index=0); all of them are model.layers.",
        "keras.Model.get_layer",
    ),
    Refusal("tensor to initialize must be at least two-dimensional", *_MATRIX),
    Refusal("can only be used for 2D matrices", *_MATRIX),
    Refusal(
        "layer mask must be a list",
        "Attention takes a list of masks, one for query and one for value",
        "Each says which steps of its own tensor count.",
        "Write mask=[query_mask, value_mask], with None for the one that there is not.",
        "keras.layers.Attention",
    ),
    Refusal(
        "All dimensions of `value` and `key`, except the last one, must be equal",
        "value has shape {0}, and key {1}: they have to have as many steps",
        "Each key stands for one value. The order is layer(query, value, key).",
        "Give both of the same sequence; without key= the value is the key, too.",
        "keras.layers.MultiHeadAttention",
        r"value_shape=(\(.*?\)) and key_shape=(\(.*?\))",
    ),
    Refusal(
        "cannot be built because it has no layers",
        "The Sequential model has no layers",
        "add puts them into it; a cell that makes the model anew empties it.",
        "Run the cells that add layers after the one that makes the model.",
        "Sequential",
    ),
)
_told = when_refused("KD130", _REFUSALS)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    again = added_again(failure) if _UNIQUE in said_plainly(failure) else None
    if again is not None:
        yield problem("KD130", again, None)
    elif _OF_STATES not in failure.message or not keeps_its_own(failure):  # else no state was given (KD116)
        yield from _told(failure, world)


RULE = Rule(
    code="KD130",
    name="settings of layers",
    lesson=Lesson(
        what="A layer ends in a ValueError about its rate, groups, strides, axis or dims; a Sequential model about "
        "layers of one name.",
        why="Some settings bound one another or the input: groups divide channels, a rate is a part of 1, axes are "
        "those that the input has.",
        since="keras 2.0",
        before="import keras\nkeras.layers.Dropout(20)",
        after="import keras\nkeras.layers.Dropout(0.2)",
        target="tensorflow==2.21.0",
        related=("KD102", "KD108"),
    ),
    on_failure=on_failure,
)

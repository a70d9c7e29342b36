"""Arguments of Keras 1 and early Keras 2 that have other names today."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.argument import Argument
from ...diagnosis.model.problem import Problem, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.arguments import fixes_from
from ...diagnosis.repair.keras1 import ORDERS
from ...diagnosis.resolve.arguments import finder
from ...diagnosis.resolve.world import World
from .ka309_refused_values import with_taken_values

_LAYERS = r"(layers|engine|legacy)\b"
_TENSORFLOW = r"tensorflow\."
_FOLDERS = r"(.*\.)?image_dataset_from_directory$"
"""What was told to flow_from_directory of an ImageDataGenerator."""

_SQUARE = ("nb_row", "nb_col")
_CUBE = ("kernel_dim1", "kernel_dim2", "kernel_dim3")
_KERNEL = "Give the kernel as one tuple: Conv{}."

ARGUMENTS = (
    Argument("lr", ("learning_rate",), of=r"optimizers\b"),
    Argument("nb_epoch", ("epochs",)),
    Argument("nb_words", ("num_words",)),
    Argument("std", ("stddev",), of=r"(initializers|initializations|layers|backend)\b"),
    Argument("scale", ("gain",), of=r"initializers\.(Orthogonal|Identity|orthogonal|identity)"),
    Argument("scale", ("stddev",), of=r"initializers\.(RandomNormal|TruncatedNormal|normal)"),
    Argument("nb_filter", ("filters",), of=_LAYERS),
    Argument("filter_length", ("kernel_size",), of=_LAYERS),
    Argument("border_mode", ("padding",)),
    Argument("subsample", ("strides",), of=_LAYERS),
    Argument("subsample_length", ("strides",), of=_LAYERS),
    Argument("stride", ("strides",), of=_LAYERS),
    Argument("pool_length", ("pool_size",), of=_LAYERS),
    Argument("length", ("size",), of=r"layers\..*UpSampling1D"),
    Argument("atrous_rate", ("dilation_rate",), of=_LAYERS),
    Argument("init", ("kernel_initializer", "embeddings_initializer", "alpha_initializer"), of=_LAYERS),
    Argument("inner_init", ("recurrent_initializer",), of=_LAYERS),
    Argument("gamma_init", ("gamma_initializer",), of=_LAYERS),
    Argument("beta_init", ("beta_initializer",), of=_LAYERS),
    Argument("inner_activation", ("recurrent_activation",), of=_LAYERS),
    Argument("dropout_W", ("dropout",), of=_LAYERS),
    Argument("dropout_U", ("recurrent_dropout",), of=_LAYERS),
    Argument("W_regularizer", ("kernel_regularizer", "embeddings_regularizer"), of=_LAYERS),
    Argument("U_regularizer", ("recurrent_regularizer",), of=_LAYERS),
    Argument("b_regularizer", ("bias_regularizer",), of=_LAYERS),
    Argument("W_constraint", ("kernel_constraint", "embeddings_constraint"), of=_LAYERS),
    Argument("U_constraint", ("recurrent_constraint",), of=_LAYERS),
    Argument("b_constraint", ("bias_constraint",), of=_LAYERS),
    Argument("bias", ("use_bias",), of=_LAYERS),
    Argument("output_dim", ("units",), of=r"layers\.(?!Embedding)"),
    Argument("p", ("rate",), of=r"layers\..*Dropout"),
    Argument("sigma", ("stddev",), of=r"layers\.GaussianNoise"),
    Argument("input", ("inputs",), of=r"(models\.|engine\.|)(Model|training\.Model)$"),
    Argument("output", ("outputs",), of=r"(models\.|engine\.|)(Model|training\.Model)$"),
    Argument("batch_input_shape", ("batch_shape",), of=r"(layers\.|models\.|engine\.|)(\w+\.)*Input(Layer)?$"),
    Argument("max_q_size", ("max_queue_size",), dropped=True),
    Argument("nb_worker", ("workers",), dropped=True),
    Argument("pickle_safe", ("use_multiprocessing",), dropped=True),
    Argument(
        "dim_ordering",
        ("data_format",),
        values=tuple(ORDERS.items()),
        advice="Write data_format='channels_last' for dim_ordering='tf', and 'channels_first' for 'th'.",
    ),
    *(
        Argument(old, ("kernel_size",), joined=_SQUARE, advice=_KERNEL.format("2D(filters, (rows, columns))"))
        for old in _SQUARE
    ),
    *(
        Argument(old, ("kernel_size",), joined=_CUBE, advice=_KERNEL.format("3D(filters, (depth, rows, columns))"))
        for old in _CUBE
    ),
    Argument("target_size", ("image_size",), of=_FOLDERS),
    Argument(
        "class_mode",
        ("label_mode",),
        of=_FOLDERS,
        values=(("sparse", "int"), ("binary", "binary"), ("categorical", "categorical")),
        advice="Write label_mode='int' for class_mode='sparse'; 'binary' and 'categorical' are called the same.",
    ),
    Argument("grayscale", advice="Write color_mode='grayscale' for grayscale=True.", of=r"(.*\.)?load_img$"),
    Argument("build_fn", ("model",)),
    Argument("reduction_indices", ("axis",), of=_TENSORFLOW),
    Argument("keep_dims", ("keepdims",)),
    Argument("dimension", ("axis",), of=_TENSORFLOW),
    Argument("dim", ("axis",), of=_TENSORFLOW),
    Argument("squeeze_dims", ("axis",), of=_TENSORFLOW),
    Argument("concat_dim", ("axis",), of=_TENSORFLOW),
    Argument("split_dim", ("axis",), of=_TENSORFLOW),
    Argument("num_split", ("num_or_size_splits",), of=_TENSORFLOW),
    Argument("keep_prob", advice="Write rate=1 - keep_prob: rate is the part that is dropped.", of=_TENSORFLOW),
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterator[Way]:
    for way in fixes_from(ARGUMENTS)(problem, facts, world):
        yield with_taken_values(way, facts, world)


RULE = Rule(
    code="KA101",
    name="renamed argument",
    lesson=Lesson(
        what="`Adam(lr=0.001)`, `fit(nb_epoch=10)` or `Conv2D(border_mode='same')` ends in a TypeError or "
        "ValueError about an argument that is not recognized.",
        why="Keras 2, and the optimizers of TensorFlow 2.11, renamed arguments. For some releases the old names "
        "still worked with a warning; today they are errors.",
        since="keras 3.0",
        before="from keras.optimizers import Adam\nAdam(lr=0.001)",
        after="from keras.optimizers import Adam\nAdam(learning_rate=0.001)",
        target="tensorflow==2.16.2",
        related=("KA102", "KA103"),
    ),
    arguments=ARGUMENTS,
    on_cell=finder("KA101", ARGUMENTS),
    fixes=_fixes,
)

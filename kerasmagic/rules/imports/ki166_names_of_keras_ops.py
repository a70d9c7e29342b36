"""Functions of keras.ops under the names that TensorFlow, NumPy or PyTorch give them."""

from __future__ import annotations

from ...diagnosis.model.move import Move
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

_SAME_ARGUMENTS = {
    "reduce_mean": "mean",
    "reduce_sum": "sum",
    "reduce_max": "max",
    "reduce_min": "min",
    "reduce_prod": "prod",
    "reduce_any": "any",
    "reduce_all": "all",
    "reduce_variance": "var",
    "reduce_std": "std",
    "reduce_logsumexp": "logsumexp",
    "concat": "concatenate",
    "cat": "concatenate",
    "pow": "power",
    "mul": "multiply",
    "sub": "subtract",
    "div": "divide",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "neg": "negative",
    "range": "arange",
    "clip_by_value": "clip",
    "fill": "full",
    "constant": "convert_to_tensor",
    "tensor": "convert_to_tensor",
    "as_tensor": "convert_to_tensor",
    "permute_dimensions": "transpose",
    "permute": "transpose",
    "unsqueeze": "expand_dims",
    "reverse": "flip",
    "map_fn": "map",
    "rank": "ndim",
    "tensor_scatter_nd_update": "scatter_update",
}
_ELSEWHERE = {
    "random": "keras.random",
    "random_normal": "keras.random.normal",
    "random_uniform": "keras.random.uniform",
    "dropout": "keras.random.dropout",
    "shuffle": "keras.random.shuffle",
    "resize": "keras.ops.image.resize",
    "Variable": "keras.Variable",
    "variable": "keras.Variable",
}
_ADVICE = {
    "gather": "Use keras.ops.take(x, indices, axis=0): its axis has to be told.",
    "gather_nd": "Index the tensor, or flatten it and use keras.ops.take(x, indices, axis=0).",
    "int_shape": "Read x.shape, or keras.ops.shape(x) where a size is None.",
    "batch_dot": "Use keras.ops.einsum, or keras.ops.matmul for tensors of three axes.",
    "l2_normalize": "Use keras.ops.normalize(x, axis=-1): its axis is -1 if not told.",
    "gradients": "keras.ops has no gradients: use those of the backend, as tf.GradientTape.",
    "assign": "A variable has a method for it: variable.assign(value).",
    "boolean_mask": "Index with the mask outside of a model; in one multiply by it, or use keras.ops.where.",
}

MOVES = (
    *(Move(f"keras.ops.{name}", (f"keras.ops.{new}",)) for name, new in _SAME_ARGUMENTS.items()),
    *(Move(f"keras.ops.{name}", (new,)) for name, new in _ELSEWHERE.items()),
    *(Move(f"keras.ops.{name}", advice=advice) for name, advice in _ADVICE.items()),
)

RULE = Rule(
    code="KI166",
    name="function of keras.ops by another library's name",
    lesson=Lesson(
        what="`keras.ops.reduce_mean`, `keras.ops.concat`, `keras.ops.gather`: keras.ops has these functions under "
        "other names.",
        why="keras.ops takes its names from NumPy: mean, concatenate, take. Code that is moved from TensorFlow, "
        "keras.backend or PyTorch still has theirs.",
        before="import numpy as np\nfrom keras import ops\nops.reduce_mean(np.ones((2, 3)), axis=1)",
        after="import numpy as np\nfrom keras import ops\nops.mean(np.ones((2, 3)), axis=1)",
        target="tensorflow==2.20.0",
        since="Keras 3.0",
        related=("KI112", "KA304"),
    ),
    moves=MOVES,
    on_cell=finder("KI166"),
    fixes=fixes,
)

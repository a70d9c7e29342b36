"""What Keras no longer has and a program can hold itself: its definition, written where its import stood."""

from __future__ import annotations

import ast
import re
from typing import Mapping, NamedTuple

from ...source.bindings import concerns_us
from ...source.edits import Edit
from ...source.imports import ensure_import, import_without
from ...source.nodes import first_line
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..resolve.moved import lookup
from ..resolve.world import World

_KERAS = re.compile(r"\bkeras(?:\.\w+)+")


class Definition(NamedTuple):
    """A function or class of an earlier release, in today's words."""

    text: str
    """Its code, with ``{name}`` for its name."""
    needs: str = ""
    """What it is made of, as imports, one a line: "from keras import ops"."""
    above: tuple[str, ...] = ()
    """The names of definitions that it uses."""


_SLICE = Definition(
    """def {name}(arrays, start=None, stop=None):
    rows = start if hasattr(start, "__len__") else slice(start, stop)
    return [each[rows] for each in arrays] if isinstance(arrays, list) else arrays[rows]"""
)
_PRECISION = Definition(
    """def {name}(y_true, y_pred):
    y_true = ops.cast(y_true, y_pred.dtype)
    found = ops.sum(ops.round(ops.clip(y_true * y_pred, 0, 1)))
    return found / (ops.sum(ops.round(ops.clip(y_pred, 0, 1))) + 1e-7)""",
    "from keras import ops",
)
_RECALL = Definition(
    """def {name}(y_true, y_pred):
    y_true = ops.cast(y_true, y_pred.dtype)
    found = ops.sum(ops.round(ops.clip(y_true * y_pred, 0, 1)))
    return found / (ops.sum(ops.round(ops.clip(y_true, 0, 1))) + 1e-7)""",
    "from keras import ops",
)
_FBETA = Definition(
    """def {name}(y_true, y_pred, beta=1):
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    return (1 + beta**2) * (p * r) / (beta**2 * p + r + 1e-7)""",
    above=("precision", "recall"),
)
_FMEASURE = Definition(
    """def {name}(y_true, y_pred):
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    return 2 * (p * r) / (p + r + 1e-7)""",
    above=("precision", "recall"),
)
_MATTHEWS = Definition(
    """def {name}(y_true, y_pred):
    y_true = ops.cast(y_true, y_pred.dtype)
    said, is_so = ops.round(ops.clip(y_pred, 0, 1)), ops.round(ops.clip(y_true, 0, 1))
    tp, tn = ops.sum(is_so * said), ops.sum((1 - is_so) * (1 - said))
    fp, fn = ops.sum((1 - is_so) * said), ops.sum(is_so * (1 - said))
    return (tp * tn - fp * fn) / (ops.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) + 1e-7)""",
    "from keras import ops",
)
_CLASSES = Definition(
    """def {name}(y_pred):
    several = y_pred.ndim > 1 and y_pred.shape[1] > 1
    return y_pred.argmax(axis=1) if several else (y_pred > 0.5).astype(int).reshape(-1)"""
)
_HARD_SIGMOID = Definition(
    """@keras.saving.register_keras_serializable()
def {name}(x):
    return keras.activations.relu(0.2 * x + 0.5, max_value=1.0)""",
    "import keras",
)
_BATCH_SIZE = Definition(
    """def {name}(batches):
    first = next(batches)[0]
    first = list(first.values()) if isinstance(first, dict) else first
    return len(first[0] if isinstance(first, (list, tuple)) else first)"""
)
_EVERY = Definition(
    """def {name}(epochs, checkpoint):
    save, ended = checkpoint.on_epoch_end, []

    def on_epoch_end(epoch, logs=None):
        ended.append(epoch)
        if len(ended) % epochs == 0:
            save(epoch, logs)

    checkpoint.on_epoch_end = on_epoch_end
    return checkpoint"""
)
_ACCURACY = Definition(
    """def {name}(p, y):
    return np.mean([a == b for a, b in zip(p, y)])""",
    "import numpy as np",
)
_HIGHWAY = Definition(
    """@keras.saving.register_keras_serializable()
class {name}(keras.layers.Layer):
    def __init__(self, init="glorot_uniform", activation=None, bias=True, **kwargs):
        super().__init__(**kwargs)
        self.init, self.activation, self.bias = init, activation, bias

    def build(self, input_shape):
        size, given = input_shape[-1], {"use_bias": self.bias, "kernel_initializer": self.init}
        self.transform = keras.layers.Dense(size, self.activation, **given)
        self.carry = keras.layers.Dense(size, "sigmoid", bias_initializer="ones", **given)
        self.transform.build(input_shape)
        self.carry.build(input_shape)
        self.built = True

    def call(self, inputs):
        share = self.carry(inputs)
        return share * self.transform(inputs) + (1 - share) * inputs

    def get_config(self):
        own = {"init": self.init, "activation": self.activation, "bias": self.bias}
        return {**super().get_config(), **own}""",
    "import keras",
)
_MAXOUT = Definition(
    """@keras.saving.register_keras_serializable()
class {name}(keras.layers.Layer):
    def __init__(self, output_dim, nb_feature=4, init="glorot_uniform", bias=True, **kwargs):
        super().__init__(**kwargs)
        self.output_dim, self.nb_feature, self.init, self.bias = output_dim, nb_feature, init, bias
        self.dense = keras.layers.Dense(output_dim * nb_feature, use_bias=bias, kernel_initializer=init)
        self.split = keras.layers.Reshape((nb_feature, output_dim))
        self.largest = keras.layers.GlobalMaxPooling1D()

    def call(self, inputs):
        return self.largest(self.split(self.dense(inputs)))

    def get_config(self):
        own = {"output_dim": self.output_dim, "nb_feature": self.nb_feature, "init": self.init, "bias": self.bias}
        return {**super().get_config(), **own}""",
    "import keras",
)
_CATEGORIES = Definition("def {name}(p):\n    return p.argmax(axis=1)")

_IMREAD = Definition(
    """def {name}(name, flatten=False, mode=None):
    image = Image.open(name)
    plain = {"P": "RGBA" if "transparency" in image.info else "RGB", "1": "L"}.get(image.mode)
    kind = "F" if flatten else mode or plain
    return np.array(image.convert(kind) if kind else image)""",
    "import numpy as np\nfrom PIL import Image",
)
_AS_BYTES = Definition(
    """def {name}(arr):
    arr = np.asarray(arr)
    if arr.dtype == np.uint8:
        return arr
    low, high = arr.min(), arr.max()
    return (np.clip((arr - low) * (255.0 / (high - low or 1)), 0, 255) + 0.5).astype(np.uint8)""",
    "import numpy as np",
)
_IMSAVE = Definition(
    """def {name}(name, arr, format=None):
    Image.fromarray(as_bytes(arr)).save(name, format)""",
    "from PIL import Image",
    above=("as_bytes",),
)
_IMRESIZE = Definition(
    """def {name}(arr, size, interp="bilinear", mode=None):
    image = Image.fromarray(as_bytes(arr))
    image = image.convert(mode) if mode else image
    if isinstance(size, (int, float)):
        part = size / 100 if isinstance(size, int) else size
        size = [int(each * part) for each in (image.height, image.width)]
    ways = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "cubic": 3}
    return np.array(image.resize((size[1], size[0]), ways[interp]))""",
    "import numpy as np\nfrom PIL import Image",
    above=("as_bytes",),
)
_ONE_GPU = Definition("def {name}(model, gpus=None, **options):\n    return model")
_SEEDS = Definition(
    """def {name}(seed):
    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)""",
    "import random\nimport numpy as np\nimport tensorflow as tf",
)

DEFINITIONS = {
    "set_random_seed": _SEEDS,
    "imread": _IMREAD,
    "as_bytes": _AS_BYTES,
    "imsave": _IMSAVE,
    "imresize": _IMRESIZE,
    "multi_gpu_model": _ONE_GPU,
    "slice_X": _SLICE,
    "slice_arrays": _SLICE,
    "precision": _PRECISION,
    "recall": _RECALL,
    "fbeta_score": _FBETA,
    "fmeasure": _FMEASURE,
    "matthews_correlation": _MATTHEWS,
    "probas_to_classes": _CLASSES,
    "categorical_probas_to_classes": _CATEGORIES,
    "hard_sigmoid_of_keras_2": _HARD_SIGMOID,
    "batch_size_of": _BATCH_SIZE,
    "every_few_epochs": _EVERY,
    "accuracy": _ACCURACY,
    "Highway": _HIGHWAY,
    "MaxoutDense": _MAXOUT,
}
"""What Keras 1.2 did, read in its code; and what a program needs that did not count for itself."""


def instead_of_import(name: str, reference: Reference, facts: CellFacts) -> list[Edit]:
    """The definition of what an import asks for in vain, behind the import; nothing where a name of it is taken."""
    found = import_without(facts.cell, reference)
    return behind_import({name: reference.bound}, *found, facts) if found is not None else []


def behind_import(names: Mapping[str, str], where: Range, rest: str, facts: CellFacts) -> list[Edit]:
    """Definitions behind an import statement, by what they are bound to, and what is left of the statement."""
    if where.column or facts.cell.lines[where.end_line - 1][where.end_column :].strip():
        return []
    texts = [_text(name, bound, facts) for name, bound in names.items()]
    if not all(texts):
        return []
    several = list(dict.fromkeys(part for text in texts for part in text.split("\n\n\n")))
    text = "\n\n\n".join(several)
    imports: dict[Range, str] = {}
    for edit in dict.fromkeys(edit for name in names for edit in _imports(name, facts, where)):
        imports[edit.range] = imports.get(edit.range, "") + edit.text
    return [
        *(Edit(place, added) for place, added in imports.items()),
        Edit(where, _lines(f"{rest}\n\n\n{text}\n" if rest else text, facts)),
    ]


def can_be_written(name: str, world: World) -> bool:
    """Whether what a definition is made of is there."""
    if name not in DEFINITIONS:
        return False
    used = _KERAS.findall(DEFINITIONS[name].text)
    return all(lookup(each, world) for each in (*map(_imported, _needs(name)), *used) if concerns_us(each))


def above(name: str, where: Range, facts: CellFacts) -> list[Edit] | None:
    """The definition of what a line asks for in vain, above that line's statement; nothing to do where the cell has it
    already, and None where a name of it is taken."""
    if _code(name, name) in facts.text:
        return []
    body = facts.cell.tree.body if facts.cell.tree else []
    statement = next((each for each in body if each.lineno <= where.line <= (each.end_lineno or 0)), None)
    text = _text(name, name, facts) if not _is_taken(name, facts) else ""
    if statement is None or not text:
        return None
    first = first_line(statement)
    return [*_imports(name, facts, where), Edit(Range(first, 0, first, 0), _lines(f"{text}\n\n\n", facts))]


def _needs(name: str) -> list[str]:
    definition = DEFINITIONS[name]
    needs = [definition.needs, *(DEFINITIONS[each].needs for each in definition.above)]
    return list(dict.fromkeys(line for each in needs for line in each.splitlines()))


def _imported(statement: str) -> str:
    """``keras.ops`` of ``from keras import ops``."""
    return ".".join(statement.partition(" as ")[0].split()[1::2])


def _text(name: str, bound: str, facts: CellFacts) -> str:
    """The definition, and those that it uses and the cell does not have yet; "" where their names are taken."""
    definition = DEFINITIONS[name]
    missing = [each for each in definition.above if _code(each, each) not in facts.text]
    needed = [_bound_by(each) for each in _needs(name) if not _has(each, facts)]
    if any(_is_taken(each, facts) for each in (*missing, *needed)):
        return ""
    return "\n\n\n".join([*(_code(each, each) for each in missing), _code(name, bound)])


def _code(name: str, bound: str) -> str:
    return DEFINITIONS[name].text.replace("{name}", bound)


def _imports(name: str, facts: CellFacts, where: Range) -> list[Edit]:
    missing = [each for each in _needs(name) if not _has(each, facts)]
    return [edit for each in missing for edit in ensure_import(facts.cell, each, where)]


def _has(statement: str, facts: CellFacts) -> bool:
    known = facts.after.names.get(_bound_by(statement)) == _imported(statement)
    return known or not ensure_import(facts.cell, statement)


def _bound_by(statement: str) -> str:
    return statement.rpartition(" ")[2]


def _is_taken(name: str, facts: CellFacts) -> bool:
    named = (node for node in facts.cell.placed if isinstance(node, (ast.Name, ast.arg, ast.FunctionDef, ast.ClassDef)))
    return name in facts.after.names or any(
        name in (getattr(node, "id", None), getattr(node, "arg", None), getattr(node, "name", None)) for node in named
    )


def _lines(text: str, facts: CellFacts) -> str:
    return text.replace("\n", "\r\n") if "\r\n" in facts.text else text

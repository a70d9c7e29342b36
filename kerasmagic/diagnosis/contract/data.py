"""What a piece of data is: its form, shape, dtype and range, without changing or copying it."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple, Optional, Tuple

from ..evidence import session

Shape = Tuple[Optional[int], ...]

ARRAY, TABLE, TENSOR, LIST, DICT, DATASET, GENERATOR, FUNCTION, NOTHING, OTHER = (
    "array",
    "table",
    "tensor",
    "list",
    "dict",
    "dataset",
    "generator",
    "function",
    "nothing",
    "other",
)

_MOST_ELEMENTS = 20_000_000
"""The range of a larger array is not computed: a hint must be there at once."""
_MOST_LOOKED_AT = 50


class Data(NamedTuple):
    """One argument that holds data."""

    value: Any
    form: str
    shape: Shape | None = None
    """With the axis of the samples first; None where it is not known."""
    dtype: str = ""
    """"float64", "int64", "object", "str"; empty where it is not known."""
    parts: tuple[Data, ...] = ()
    """The elements of a short list or tuple, the values of a dictionary, or the components of what a dataset gives."""
    names: tuple[str, ...] = ()
    """The keys of a dictionary, in the order of ``parts``."""

    @property
    def is_whole(self) -> bool:
        """Whether it holds whole numbers by its type."""
        return self.dtype.startswith(("int", "uint", "bool"))

    @property
    def is_text(self) -> bool:
        return self.dtype == "str"

    @property
    def is_numeric(self) -> bool:
        return self.dtype.startswith(("int", "uint", "bool", "float", "bfloat", "complex"))

    @property
    def samples(self) -> int | None:
        return self.shape[0] if self.shape else None

    def array(self) -> Any:
        """Its numbers as an array of NumPy; None where they are not at hand."""
        return _array(self.value)

    def range(self) -> tuple[float, float] | None:
        """The least and the greatest number; None where that is not known, or would take long."""
        array = _array(self.value)
        if array is None or not self.is_numeric or self.dtype.startswith("complex"):
            return None
        size = 1
        for length in self.shape or ():
            size *= length or 0
        if not 0 < size <= _MOST_ELEMENTS:
            return None
        numpy = sys.modules["numpy"]
        return float(numpy.min(array)), float(numpy.max(array))

    def distinct(self, most: int) -> list[float] | None:
        """The different numbers, in order; None where there are more than ``most``, or that would take long."""
        array = _array(self.value)
        if array is None or self.range() is None:
            return None
        found = sys.modules["numpy"].unique(array)
        return [float(each) for each in found] if len(found) <= most else None

    def first(self) -> list[Any]:
        """The first elements of an array of objects, for their types only."""
        array = _array(self.value)
        if array is None:
            return list(self.value[:_MOST_LOOKED_AT]) if type(self.value) in (list, tuple) else []
        return list(array.reshape(-1)[:_MOST_LOOKED_AT])

    def columns(self) -> list[str]:
        """The columns of a table that hold no numbers."""
        if not session.is_exactly(self.value, "pandas", "DataFrame"):
            return []
        dtypes = self.value.dtypes
        pairs = zip(list(dtypes.index), [_dtype(each) for each in dtypes.to_numpy()])
        return [str(name) for name, dtype in pairs if not dtype.startswith(("int", "uint", "float", "bool"))]


def describe(value: Any) -> Data:
    """What a value is. Of objects of unknown classes only the class is looked at."""
    if value is None:
        return Data(value, NOTHING)
    if session.is_exactly(value, "numpy", "ndarray"):
        return Data(value, ARRAY, tuple(value.shape), _dtype(value.dtype))
    if session.is_exactly(value, "pandas", "Series", "Index"):
        return Data(value, TABLE, tuple(value.shape), _dtype(value.dtype))
    if session.is_exactly(value, "pandas", "DataFrame"):
        return _table(value)
    if session.is_exactly(value, "tensorflow", "EagerTensor", "ResourceVariable", "SymbolicTensor", "Tensor"):
        return Data(value, TENSOR, dimensions(session.attribute(value, "shape")), _tensor_dtype(value))
    if type(value) in (list, tuple):
        return _list(value)
    if type(value) is dict and 0 < len(value) <= _MOST_LOOKED_AT and all(type(key) is str for key in value):
        return Data(value, DICT, parts=tuple(map(describe, value.values())), names=tuple(value))
    if type(value).__name__ == "generator" and session.root(value) == "builtins":
        return Data(value, GENERATOR)
    if session.root(value) == "builtins" and session.class_name(value) in ("function", "method"):
        return Data(value, FUNCTION)
    if session.root(value) == "tensorflow" and any(
        session.name_of(base) == "DatasetV2" for base in session.bases(value)
    ):
        return _dataset(session.attribute(value, "element_spec"), value)
    return _iterator(value) or Data(value, OTHER)


def _table(value: Any) -> Data:
    dtypes = {_dtype(each) for each in value.dtypes.to_numpy()}
    one = dtypes.pop() if len(dtypes) == 1 else ""
    numeric = all(each.startswith(("int", "uint", "float", "bool")) for each in dtypes)
    return Data(value, TABLE, tuple(value.shape), one or ("float64" if numeric else "object"))


def _list(value: Any) -> Data:
    shape: Shape = (len(value),)
    dtype = ""
    first = value[0] if value else None
    if type(first) in (int, bool, float):
        dtype = {int: "int64", bool: "bool", float: "float64"}[type(first)]
    elif type(first) is str:
        dtype = "str"
    elif session.root(first) == "numpy" and session.class_name(first) != "ndarray":  # list(array) holds its scalars
        dtype = _dtype(session.attribute(first, "dtype"))
    elif type(first) in (list, tuple) and len({len(each) for each in value if type(each) in (list, tuple)}) == 1:
        shape, dtype = (len(value), *(describe(first).shape or ())), describe(first).dtype
    parts = tuple(describe(each) for each in value) if len(value) <= _MOST_LOOKED_AT else (describe(first),)
    return Data(value, LIST, shape, dtype, parts)


def _dataset(spec: Any, value: Any) -> Data:
    """A dataset by the specification of its elements: (x, y) or x."""
    parts = tuple(_specified(each) for each in (spec if type(spec) is tuple else (spec,)))
    return Data(value, DATASET, parts[0].shape if parts else None, parts[0].dtype if parts else "", parts)


def _specified(spec: Any) -> Data:
    if session.root(spec) == "tensorflow" and session.class_name(spec) == "TensorSpec":
        return Data(None, TENSOR, dimensions(session.attribute(spec, "shape")), _tensor_dtype(spec))
    if type(spec) is dict and all(type(key) is str for key in spec):
        return Data(None, DICT, parts=tuple(map(_specified, spec.values())), names=tuple(spec))
    if type(spec) is tuple:
        return Data(None, LIST, parts=tuple(map(_specified, spec)))
    return Data(None, OTHER)


def _iterator(value: Any) -> Data | None:
    """What flow(…) and flow_from_directory(…) of an ImageDataGenerator give."""
    if not any(session.name_of(base) == "Iterator" for base in session.bases(value)) or not session.is_of_keras(value):
        return None
    image, mode, classes = (session.own(value, name) for name in ("image_shape", "class_mode", "num_classes"))
    if type(image) is tuple and type(mode) is str and type(classes) is int:
        labels: Shape = (None, classes) if mode == "categorical" else (None,)
        parts = (Data(None, ARRAY, (None, *image), "float32"), Data(None, ARRAY, labels, "float32"))
        return Data(value, DATASET, parts[0].shape, "float32", parts)
    return Data(value, DATASET)


def dimensions(shape: Any) -> Shape | None:
    """A shape of NumPy's, TensorFlow's or Keras's as a tuple; None where the number of axes is not known."""
    if type(shape) in (tuple, list):
        return tuple(shape) if all(each is None or type(each) is int for each in shape) else None
    dims = session.attribute(shape, "_dims") if shape is not None and session.root(shape) == "tensorflow" else None
    if dims is None or not session.is_plain(dims, tuple, list):  # a list in older releases
        return None
    return tuple(each if type(each) is int else session.attribute(each, "_value") for each in dims)


def lacks_shapes(data: Data) -> bool:
    """Whether a dataset does not tell even the number of axes of a part of its elements."""
    return any(lacks_shapes(part) if part.parts else part.form == TENSOR and part.shape is None for part in data.parts)


def fits(given: Shape, wanted: Shape) -> bool:
    """Whether an input of a shape takes data of another.

    Keras adds a last axis of one where it lacks, and takes one away that is too much.
    """
    if len(given) == len(wanted) - 1 and wanted[-1] == 1:
        given = (*given, 1)
    elif len(given) == len(wanted) + 1 and given[-1] == 1:
        given = given[:-1]
    return len(given) == len(wanted) and all(None in pair or pair[0] == pair[1] for pair in zip(given[1:], wanted[1:]))


def _array(value: Any) -> Any:
    if session.is_exactly(value, "numpy", "ndarray"):
        return value
    if session.is_exactly(value, "pandas", "Series", "DataFrame", "Index"):
        return value.to_numpy()
    if session.is_exactly(value, "tensorflow", "EagerTensor"):
        return value.numpy()
    return None


def _dtype(dtype: Any) -> str:
    kind = getattr(dtype, "kind", "")
    return {"U": "str", "S": "str", "T": "str", "O": "object", "M": "datetime", "m": "timedelta"}.get(
        kind, str(getattr(dtype, "name", dtype)).lower()
    )


def _tensor_dtype(value: Any) -> str:
    name = getattr(session.attribute(value, "dtype"), "name", "")
    return {"string": "str"}.get(name, str(name))


def shown(shape: Shape | None) -> str:
    """(None, 28, 28) as a person writes it."""
    return "unknown" if shape is None else f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"

"""KD121: tensors of two types."""

from __future__ import annotations

import linecache
from types import ModuleType

import pytest
from refusals import refused, rules, told

SAYS = "cannot compute Mul as input #1(zero-based) was expected to be a int32 tensor but is a float tensor [Op:Mul]"
IN_A_GRAPH = "Input 'y' of 'Mul' Op has type float32 that does not match type int32 of argument 'x'."


def tensor(kind):
    """A tensor of TensorFlow that is multiplied with none of another type."""
    dtype = type("DType", (), {"__module__": "tensorflow.python", "name": kind})()
    members = {"__module__": "tensorflow.python", "dtype": dtype, "__mul__": refused(TypeError(SAYS))}
    return type("EagerTensor", (), members)()


@pytest.mark.parametrize("cell", ["1 + 'a'", "raise TypeError('float32 and int32')", "[1] * 2.0"])
def test_other_types_are_not_told(cell):
    assert rules(cell) == []


@pytest.mark.parametrize(
    "kinds, works, verified",
    [
        (("int32", "float32"), "tf.cast(a, b.dtype) * b", True),
        (("float32", "int64"), "a * tf.cast(b, a.dtype)", True),
        (("float64", "float32"), "tf.cast(a, b.dtype) * b", None),
    ],
)
def test_whole_numbers_become_the_others(kinds, works, verified):
    a, b = map(tensor, kinds)
    (problem,) = told("a * b", a=a, b=b, tf=ModuleType("tensorflow"))
    assert problem.rule == "KD121"
    assert (problem.fixes[0].source, problem.fixes[0].verified) == (works, verified)
    assert f"{kinds[0]} and {kinds[1]}" in problem.title


def test_in_a_graph_it_is_for_a_person_to_say():
    (problem,) = told("f(1)", f=refused(TypeError(IN_A_GRAPH)))
    assert (problem.rule, problem.fixes[0].kind) == ("KD121", "manual")
    assert "int32 and float32" in problem.title


METRIC = "def f1(y_true, y_pred):{}return part(y_true)"


@pytest.mark.parametrize(
    ("body", "works"),
    [
        ("\n    ", "\n    y_true = tf.cast(y_true, y_pred.dtype)\n    "),
        (" ", " y_true = tf.cast(y_true, y_pred.dtype); "),
        ('\n    """F1"""\n    ', '\n    """F1"""\n    y_true = tf.cast(y_true, y_pred.dtype)\n    '),
    ],
)
def test_labels_of_a_metric_are_converted_where_it_begins(body, works):
    names = {"part": refused(TypeError(IN_A_GRAPH)), "y": tensor("int64"), "p": tensor("float32")}
    (problem,) = told(f"{METRIC.format(body)}\nf1(y, p)", **names)
    assert problem.rule == "KD121"
    assert problem.fixes[0].applicability == "verified"
    assert problem.fixes[0].source == f"import tensorflow as tf\n{METRIC.format(works)}\nf1(y, p)"


@pytest.mark.parametrize("kinds", [("float32", "float32"), ("int64", "int64"), ("float64", "float32")])
def test_other_types_of_labels_are_for_a_person(kinds):
    y, p = map(tensor, kinds)
    (problem,) = told(f"{METRIC.format(' ')}\nf1(y, p)", part=refused(TypeError(IN_A_GRAPH)), y=y, p=p)
    assert problem.fixes[0].kind == "manual"


def test_labels_that_are_computed_with_the_predictions_are_converted_for_all_lines():
    cell = "def f1(y_true, y_pred):\n    a = y_true * y_pred\n    return a + y_true * y_pred\nf1(y, p)"
    (problem,) = told(cell, y=tensor("int64"), p=tensor("float32"))
    works = cell.replace("    a =", "    y_true = tf.cast(y_true, y_pred.dtype)\n    a =")
    assert problem.fixes[0].source == f"import tensorflow as tf\n{works}"


def test_tensorflow_is_imported_where_the_program_has_no_name_for_it():
    (problem,) = told("a * b", a=tensor("int32"), b=tensor("float32"))
    assert problem.fixes[0].source == "import tensorflow as tf\ntf.cast(a, b.dtype) * b"


@pytest.mark.parametrize(
    "cell, lines",
    [
        ("p = multiply(X, w)", ["X"]),
        ("for step in range(3):\n    multiply(X, w)\n    step = Y", ["X", "Y"]),
        ("p = multiply(X, w)\nloss = p - Y + short", ["X", "Y"]),
        ("X = X * 2\nmultiply(1, w)", []),
        ("p = multiply(small, w)", []),
    ],
)
def test_arrays_of_numpy_become_float32(monkeypatch, cell, lines):
    monkeypatch.setitem(linecache.cache, "<ipython-input-1>", (len(cell), None, cell.splitlines(True), ""))
    numpy = pytest.importorskip("numpy")
    says = ValueError("was expected to be a double tensor but is a float tensor")
    arrays = {"X": numpy.ones((4, 2)), "Y": numpy.ones((4, 1)), "short": numpy.ones(3), "small": numpy.ones(4, "f4")}
    problem = told(cell, multiply=refused(says), w=1, **arrays)[0]
    new = "".join(f"{name} = {name}.astype('float32')\n" for name in lines)
    assert problem.fixes[0].source == (f"{new}{cell}" if lines else None)

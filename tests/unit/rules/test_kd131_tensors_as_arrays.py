"""KD131: tensors used like arrays."""

from __future__ import annotations

import types

import pytest
from checked import failed
from refusals import refused, rules, told

KERAS_3 = "tensorflow==2.21.0"
EAGER = "tensorflow.python.framework.ops.EagerTensor"


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("x[0] = 1", TypeError("'tuple' object does not support item assignment")),
        ("x[0] = 1", TypeError("'torch.FloatTensor' object is not callable")),
        ("x.foo()", AttributeError("EagerTensor object has no attribute 'foo'")),
        ("x.numpy()", AttributeError("'numpy.ndarray' object has no attribute 'numpy'")),
        ("if x: pass", ValueError("The truth value of an array with more than one element is ambiguous. Use a.any()")),
    ],
)
def test_other_errors_are_not_told(cell, says):
    assert failed(KERAS_3, cell, says, {}) == []


@pytest.mark.parametrize(
    ("says", "advice"),
    [
        (f"'{EAGER}' object does not support item assignment", "tf.tensor_scatter_nd_update"),
        ("'KerasTensor' object does not support item assignment", "of keras.ops or of tf"),
        ("'ResourceVariable' object does not support item assignment", "variable[0].assign(1.0)"),
    ],
)
def test_a_part_of_a_tensor_cannot_be_set(says, advice):
    (problem,) = failed(KERAS_3, "x[0] = 1", TypeError(says), {})
    assert (problem.rule, problem.severity) == ("KD131", "error")
    assert advice in problem.fixes[0].title


@pytest.mark.parametrize("kind", ["EagerTensor", f"'{EAGER}'"])
def test_a_method_of_numpys_arrays(kind):
    says = f"{kind} object has no attribute 'reshape'"
    (problem,) = failed(KERAS_3, "y = x.reshape(3, 2)", AttributeError(says), {})
    edit, advice = problem.fixes
    assert (edit.source, edit.applicability) == ("y = x.numpy().reshape(3, 2)", "check the result")
    assert advice.title == "Write tf.reshape(x, shape)."


def test_an_array_needs_no_numpy():
    says = AttributeError("'numpy.ndarray' object has no attribute 'numpy'")
    session = {"tf": types.ModuleType("tensorflow")}
    (problem,) = failed(KERAS_3, "y = m.predict(x).numpy()[0]", says, session)
    assert problem.title == "m.predict(x) is a NumPy array already, and no tensor"
    assert problem.fixes[0].source == "y = m.predict(x)[0]"


@pytest.mark.parametrize(
    ("says", "advice"),
    [
        ("Using a symbolic `tf.Tensor` as a Python `bool` is not allowed.", "tf.where"),
        ("using a `tf.Tensor` as a Python `bool` is not allowed in Graph execution.", "tf.cond"),
        ("Iterating over a symbolic `tf.Tensor` is not allowed", "tf.map_fn"),
    ],
)
def test_a_tensor_without_values_decides_and_counts_nothing(says, advice):
    (problem,) = told("f(1)", f=refused(TypeError(says)))
    assert problem.rule == "KD131" and advice in problem.fixes[0].title


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=TypeError("Iterating over a symbolic `tf.Tensor` is not allowed")) == []


@pytest.mark.parametrize("kind", ["SymbolicTensor", "tensorflow.python.framework.ops.EagerTensor", "Tensor"])
def test_texts_of_a_tensor(kind):
    says = AttributeError(f"'{kind}' object has no attribute 'lower'")
    (problem,) = failed(KERAS_3, "def plain(text):\n    return text.lower()", says)
    assert (problem.rule, problem.fixes[0].verified) == ("KD131", True)
    assert "return tf.strings.lower(text)" in problem.fixes[0].source
    assert failed(KERAS_3, "x.lower()", AttributeError("'int' object has no attribute 'lower'")) == []


SYMBOL = "'SymbolicTensor' object has no attribute 'flatten'"


def tensor(kind="SymbolicTensor", of="tensorflow.python.framework.ops"):
    return type(kind, (), {"__module__": of, "__getattr__": lambda self, name: refused(AttributeError(SYMBOL))()})()


def trained(says=SYMBOL):
    """A function of Keras that calls a loss of the user's with two tensors."""
    inside = {"__name__": "keras.src.trainers.trainer", "one": tensor()}
    exec(
        compile("def fit(loss):\n    loss(one, one)", "/x/site-packages/keras/src/trainers/trainer.py", "exec"), inside
    )
    return inside["fit"]


def test_methods_of_arrays_in_a_loss_become_functions():
    source = "def loss(t, p):\n    t = t.flatten()\n    return (t * p.flatten()).sum()\nfit(loss)"
    names = {"fit": trained(), "tf": types.ModuleType("tensorflow")}
    problem = told(source, **names)[0]
    assert (problem.rule, problem.title) == ("KD131", "A tensor has no flatten, which NumPy's arrays have")
    ops = "tf.keras.ops"
    wanted = f"def loss(t, p):\n    t = {ops}.ravel(t)\n    return {ops}.sum(t * {ops}.ravel(p))\nfit(loss)"
    assert problem.fixes[0].source == wanted


def test_a_method_that_no_function_stands_for_is_left():
    problem = told("def loss(t, p):\n    return t.flatten('F') + p\nfit(loss)", fit=trained())[0]
    assert [fix.kind for fix in problem.fixes] == ["manual"]
    assert problem.fixes[0].title == "Write keras.ops.ravel(x) for x.flatten(…)."


def test_variables_for_arrays():
    says = TypeError("__array__() takes 1 positional argument but 2 were given")
    variable = type("BaseResourceVariable", (), {"__module__": "tensorflow.python.ops"})
    names = {"put": refused(says), "v": variable(), "held": [variable()], "x": 3}
    assert told("put([v, x])", **names)[0].fixes[0].source == "put([v.numpy(), x])"
    assert told("put(held)", **names)[0].fixes[0].source == "put([each.numpy() for each in held])"
    assert rules("put([v, make(3)])", make=lambda x: x, **names) == []
    assert rules("put(x)", **names) == []

"""KD108: whole numbers."""

from __future__ import annotations

import linecache

import numpy as np
import pytest
from refusals import keras, model, refused, rules, told

FLOAT = TypeError("'float' object cannot be interpreted as an integer")


def test_what_python_says_to_the_user_is_not_told():
    assert rules("range(1.5)") == []


def test_a_fraction_that_is_none_of_the_counts_is_not_told():
    assert rules("model.fit(x, y, epochs=3)", model=model(FLOAT), x=1, y=2) == []


@pytest.mark.parametrize(
    "cell, corrected",
    [
        ("model.fit(x, y, epochs=1e1)", "model.fit(x, y, epochs=10)"),
        ("model.fit(x, y, batch_size=n / 4)", "model.fit(x, y, batch_size=int(n / 4))"),
    ],
)
def test_a_count_becomes_a_whole_number(cell, corrected):
    (problem,) = told(cell, model=model(FLOAT), x=np.ones(8), y=np.ones(8), n=8)
    assert problem.rule == "KD108"
    assert "has to be a whole number" in problem.title
    assert problem.fixes[0].source == corrected


def test_units_that_are_numbers_of_numpy():
    message = "Received an invalid value for `units`, expected a positive integer. Received: units=3"
    (problem,) = told("Dense(n)", Dense=refused(ValueError(message)), n=np.int64(3))
    assert problem.title == "units is a NumPy number, and has to be a positive int"
    assert problem.fixes[0].source == "Dense(int(n))"


def test_the_number_in_parentheses_becomes_a_tuple():
    (problem,) = told("Input(shape=(4))", Input=refused(ValueError("Cannot convert '4' to a shape.")))
    assert problem.fixes[0].source == "Input(shape=(4,))"


STEPS = "class Sequence:\n    pass\ndef steps(data):\n    return len(data)\n"


def test_the_length_of_a_sequence_of_ones_own_is_rounded_up(monkeypatch):
    path = "/x/site-packages/keras/src/trainers/data.py"
    monkeypatch.setitem(linecache.cache, path, (len(STEPS), None, STEPS.splitlines(True), path))
    inside = keras()
    exec(compile(STEPS, path, "exec"), inside)
    mine = type("Images", (inside["Sequence"],), {"__module__": "__main__", "__len__": lambda self: 8 / 4})
    (problem,) = told("steps(images)", steps=inside["steps"], images=mine())
    assert problem.title == "Images.__len__ gives a number with a fraction, and len takes a whole one"
    assert "math.ceil" in problem.fixes[0].title


UNITS = ValueError("Received an invalid value for `units`, expected a positive integer. Received: units=6")


def test_a_layer_in_a_layer_is_no_number():
    (problem,) = told("Wrapper(make(n))", Wrapper=refused(UNITS), make=int, n=np.int64(6))
    assert problem.fixes[0].source is None


@pytest.mark.parametrize("call", ["np.prod(shape[1:])", "max(shape)"])
def test_units_that_a_function_computes(call):
    (problem,) = told(f"Dense({call})", Dense=refused(UNITS), np=np, shape=(1, 2, 3))
    assert problem.fixes[0].source == f"Dense(int({call}))"


def test_all_counts_are_mended_at_once():
    cell = "model.fit(x, y, epochs=n / 4, validation_steps=n / 5)"
    (problem,) = told(cell, model=model(FLOAT), x=np.ones(8), y=np.ones(8), n=8)
    assert "epochs=int(n / 4)" in problem.fixes[0].source


def test_the_number_of_units_comes_before_the_activation():
    message = "Received an invalid value for `units`, expected a positive integer. Received: units=relu"
    (problem,) = told("Dense('relu', 10)", Dense=refused(ValueError(message)))
    assert problem.fixes[0].source == "Dense(10, 'relu')"


def test_numbers_in_quotes():
    says = "'<=' not supported between instances of 'int' and 'str'"
    made = {"__module__": "keras.src.layers.dropout", "__init__": lambda self, rate: refused(TypeError(says))()}
    (problem,) = told("Dropout('0.5')", Dropout=type("Dropout", (), made))
    assert problem.fixes[0].source == "Dropout(0.5)"
    assert rules("Dropout('half')", Dropout=type("Dropout", (), made)) == []


@pytest.mark.parametrize(
    ("written", "works"),
    [("return self.n / 4", "return self.n // 4"), ("return np.ceil(self.n / 4)", "return int(np.ceil(self.n / 4))")],
)
def test_the_length_of_a_sequence(written, works):
    base = type("Sequence", (), {"__module__": "keras.src.utils.sequence"})
    cell = f"class Batches(Sequence):\n    n = 8\n    def __len__(self):\n        {written}\nasked(Batches())"
    inside = {"__name__": "keras.src.trainers.data_adapters.py_dataset_adapter"}
    exec(compile("def asked(data):\n    return len(data)", "/x/site-packages/keras/src/adapter.py", "exec"), inside)
    linecache.cache["/x/site-packages/keras/src/adapter.py"] = (
        50,
        None,
        ["def asked(data):\n", "    return len(data)\n"],
        "x",
    )
    (problem,) = told(cell, Sequence=base, asked=inside["asked"], np=np)
    assert works in problem.fixes[0].source


def test_a_shape_within_a_shape():
    says = ValueError("Cannot convert '((16, 10), 8)' to a shape. Found invalid dimension '(16, 10)' of type tuple")
    (problem,) = told("f(shape=(given, 8))", f=refused(says), given=(16, 10))
    assert (problem.rule, problem.fixes[0].source) == ("KD108", "f(shape=(given[-1], 8))")
    assert "10" in problem.fixes[0].differs

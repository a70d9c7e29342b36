"""KA370: name of another object. What it tells of real objects is in the cells of the kernel ring."""

from __future__ import annotations

import pytest
from checked import KERAS_3, failed

LAYERS = ("from tensorflow.keras import layers", "layers = base.layers")
NO_DROPOUT = AttributeError("'list' object has no attribute 'Dropout'")


def told(cell, exception, *before, **names):
    """What is said of a cell that failed after some others."""
    typed = ["", *before, cell]
    return failed(KERAS_3, cell, exception, {"In": typed, **names})


def refused(identifier):
    return ValueError(f"Could not interpret loss identifier: {identifier}")


def test_a_module_is_imported_again_where_its_name_went_to_a_list():
    (problem,) = told("x = layers.Dropout(0.2)", NO_DROPOUT, *LAYERS, layers=[1])
    assert (problem.rule, problem.title) == (
        "KA370",
        "layers is a list now, and .Dropout belongs to tensorflow.keras.layers",
    )
    assert problem.cause.startswith("In [2], line 1 gave it the name: layers = base.layers.")
    assert problem.fixes[0].source == "from tensorflow.keras import layers\nx = layers.Dropout(0.2)"


def test_of_several_names_in_an_import_only_the_lost_one_is_imported_again():
    before = "from tensorflow.keras import models, layers as L", "for L in range(3): pass"
    (problem,) = told("L.Dense(1)", AttributeError("'int' object has no attribute 'Dense'"), *before, L=2)
    assert problem.fixes[0].source == "from tensorflow.keras import layers as L\nL.Dense(1)"


@pytest.mark.parametrize(
    ("before", "thing", "exception"),
    [
        (("layers = base.layers",), [1], NO_DROPOUT),
        (("from mine import layers", "layers = []"), [], NO_DROPOUT),
        (LAYERS, [1], AttributeError("'list' object has no attribute 'shapes'")),
        (LAYERS[::-1], [1], NO_DROPOUT),
    ],
    ids=["never a module", "a module of the user's", "nothing of Keras", "the module came last"],
)
def test_nothing_is_said_where_no_line_shows_that_the_name_was_what_is_asked(before, thing, exception):
    assert told("layers.Dropout(0.2)", exception, *before, layers=thing) == []


def test_a_loss_that_evaluate_has_overwritten_is_written_out():
    before = "loss = 'mse'", "loss, acc = model.evaluate(x, y)"
    (problem,) = told("m.compile('adam', loss=loss)\nm.fit(x, y)", refused(1.25), *before, loss=1.25)
    assert problem.cause.endswith("loss, acc = model.evaluate(x, y). Before that, loss was 'mse'.")
    assert problem.fixes[0].source == "m.compile('adam', loss='mse')\nm.fit(x, y)"


def test_the_cell_that_compiled_is_corrected_where_fit_refuses():
    before = "loss = 'mse'", "loss = model.evaluate(x, y)", "m.compile('adam', loss=loss)"
    (problem,) = told("m.fit(x, y)", refused(1.25), *before, loss=1.25)
    assert (problem.fixes[0].source, problem.fixes[0].cell) == ("m.compile('adam', loss='mse')", 3)


def test_a_cell_that_ran_twice_has_overwritten_its_own_name():
    again = "m.compile('adam', loss=loss)\nm.fit(x, y)\nloss = m.evaluate(x, y)"
    (problem,) = told(again, refused(1.25), "loss = 'mse'", again, loss=1.25)
    assert problem.cause.startswith("In [2], line 3 gave it the name")


def test_a_function_that_is_called_is_told_only_where_keras_has_to_do_with_it():
    cell, exception = "print(f(3))", TypeError("'float' object is not callable")
    (problem,) = told(cell, exception, "def f(x):\n    return x", "f = model.evaluate(x, y)", f=0.5)
    assert (problem.rule, problem.title) == ("KA370", "f is a number now, and is called like a function")
    assert told(cell, exception, "def f(x):\n    return x", "f = 0.5", f=0.5) == []

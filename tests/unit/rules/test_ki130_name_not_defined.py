"""KI130: name that was never imported."""

from __future__ import annotations

import pytest
from checked import failed


@pytest.mark.parametrize("cell", ["plt.plot(History.history['acc'])", "Dense['units']", "print(Adam.anything)"])
def test_a_variable_of_the_users_that_has_the_name_of_a_class_is_not_imported(cell):
    name = next(word for word in ("History", "Dense", "Adam") if word in cell)
    assert failed("tensorflow==2.16.2,keras==3.15.1", cell, NameError(f"name '{name}' is not defined")) == []


def test_a_name_that_was_never_imported_is_imported_with_its_companions():
    cell = "m = Sequential([Dense(1)])"
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", cell, NameError("name 'Sequential' is not defined"))
    assert problem.fixes[0].replacement == "from keras.models import Sequential\nfrom keras.layers import Dense"
    assert problem.fixes[0].source is not None and problem.fixes[0].source.endswith(cell)


SHOWN = [
    pytest.param("m = concatenate([Dense(3)(x), Dense(4)(x)])", "concatenate", "keras.layers", id="merges tensors"),
    pytest.param("d = layer(3, kernel_regularizer=l2(0.01))", "l2", "keras.regularizers", id="for a regularizer"),
    pytest.param(
        "d = layer(3, kernel_initializer=glorot_uniform(1))", "glorot_uniform", "keras.initializers", id="call"
    ),
    pytest.param(
        "try:\n    from keras.layers.merge import add\nexcept ImportError:\n    pass\nm = add([a, b])",
        "add",
        "keras.layers",
        id="an import that failed",
    ),
]


@pytest.mark.parametrize("cell, name, module", SHOWN)
def test_a_function_whose_use_shows_what_it_is_gets_its_import(cell, name, module):
    (problem, *_) = failed("tensorflow==2.16.2,keras==3.15.1", cell, NameError(f"name '{name}' is not defined"))
    assert problem.rule == "KI130"
    assert f"from {module} import {name}" in problem.fixes[0].source


def test_a_failed_import_of_an_earlier_cell_shows_it_too():
    session = {"In": ["", "from keras.layers.merge import add, dot"]}
    exception = NameError("name 'dot' is not defined")
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", "m = dot([a, b], 1)", exception, session)
    assert problem.fixes[0].replacement == "from keras.layers import dot"


@pytest.mark.parametrize("cell", ["m = concatenate([a, b])", "print(add(1, 2))", "x = l2(3)", "f(loss=loss)"])
def test_words_that_may_be_the_users_own_are_not_imported(cell):
    for name in ("concatenate", "add", "l2", "loss"):
        assert failed("tensorflow==2.16.2,keras==3.15.1", cell, NameError(f"name '{name}' is not defined")) == []

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

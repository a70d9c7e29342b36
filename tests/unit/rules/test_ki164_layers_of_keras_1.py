"""KI164: layer of Keras 1 that is gone."""

from __future__ import annotations

import pytest
from checked import edited, failed, problems, told

TARGET = "tensorflow==2.16.2"


@pytest.mark.parametrize(
    "cell",
    [
        "class Highway: pass\nHighway(activation='relu')",
        "from keras.layers import Dense\nDense(3)",
    ],
)
def test_layers_that_are_there(cell):
    assert told(TARGET, cell) == []


@pytest.mark.parametrize(
    ("cell", "grade", "begins", "ends"),
    [
        (
            "from keras.layers import Highway\nlayer = Highway(activation='relu', input_dim=4)",
            "verified",
            "import keras\n@keras.saving.register_keras_serializable()\nclass Highway(keras.layers.Layer):",
            "\nlayer = Highway(activation='relu', input_dim=4)",
        ),
        (
            "from keras.layers import Dense, MaxoutDense\nlayer = MaxoutDense(6, nb_feature=3)",
            "check the result",
            "import keras\nfrom keras.layers import Dense\n\n\n@keras.saving",
            "\nlayer = MaxoutDense(6, nb_feature=3)",
        ),
    ],
)
def test_the_layer_is_written_into_the_program(cell, grade, begins, ends):
    found, works = edited(TARGET, cell, "KI164")
    assert (found, works[: len(begins)], works[-len(ends) :]) == (grade, begins, ends)
    assert told(TARGET, works) == []


@pytest.mark.parametrize(
    "line",
    [
        "Highway(W_regularizer='l2')",
        "Highway('glorot_uniform', 'relu', w)",
        "Highway(**how)",
        "keras = Highway()",
    ],
)
def test_what_the_written_layer_does_not_do_is_for_a_person(line):
    problem = next(
        each for each in problems(TARGET, f"from keras.layers import Highway\n{line}") if each.rule == "KI164"
    )
    assert [fix.kind for fix in problem.fixes] == ["manual"]


def test_an_import_that_fails_with_its_module_is_mended_for_all_of_its_names():
    cell = "from keras.layers.core import Dense, MaxoutDense\nlayer = MaxoutDense(6)"
    exception = ModuleNotFoundError("No module named 'keras.layers.core'", name="keras.layers.core")
    (problem,) = failed(TARGET, cell, exception)
    (fix,) = [each for each in problem.fixes if each.kind == "edit"]
    assert (problem.rule, fix.applicability) == ("KI164", "check the result")
    assert "from keras.layers import Dense\n" in fix.source and "keras.layers.core" not in fix.source

"""KI166: function of keras.ops by another library's name."""

from __future__ import annotations

import pytest
from checked import edited, problems, told

TARGET = "tensorflow==2.20.0"


@pytest.mark.parametrize(
    "call", ["ops.mean(x)", "ops.concatenate([x, x], axis=0)", "tf.reduce_mean(x)", "ops.take(x, i)"]
)
def test_names_that_are_there(call):
    assert told(TARGET, f"import tensorflow as tf\nfrom keras import ops\n{call}") == []


@pytest.mark.parametrize(
    ("call", "works"),
    [
        ("ops.reduce_mean(x, axis=1)", "ops.mean(x, axis=1)"),
        ("ops.concat([x, x], axis=0)", "ops.concatenate([x, x], axis=0)"),
        ("ops.clip_by_value(x, 0, 1)", "ops.clip(x, 0, 1)"),
        ("ops.pow(x, 2)", "ops.power(x, 2)"),
    ],
)
def test_the_name_is_that_of_keras(call, works):
    grade, cell = edited(TARGET, f"from keras import ops\n{call}", "KI166")
    assert (grade, cell) == ("verified", f"from keras import ops\n{works}")


@pytest.mark.parametrize("name", ["gather", "int_shape", "l2_normalize"])
def test_what_takes_other_arguments_is_for_a_person(name):
    (problem,) = problems(TARGET, f"import keras\nkeras.ops.{name}(x)")
    assert (problem.rule, [fix.kind for fix in problem.fixes]) == ("KI166", ["manual"])
    assert "keras.ops" in problem.fixes[0].title or ".shape" in problem.fixes[0].title

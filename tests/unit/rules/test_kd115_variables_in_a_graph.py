"""KD115: variables made in a graph."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

NOW = "tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable is"
BEFORE = "tf.function-decorated function tried to create variables on non-first call."


def test_other_errors_and_the_users_own_are_not_told():
    def own():
        raise ValueError(NOW)

    assert rules("own()", own=own) == []
    assert rules("step()", step=refused(ValueError("tf.function failed"))) == []


@pytest.mark.parametrize("message", [NOW, BEFORE, f"in user code:\n\n    step(x)\n\n    ValueError: {NOW}\n"])
def test_what_keeps_its_values_is_made_before(message):
    (problem,) = told("step()", step=refused(ValueError(message)))
    assert problem.title == "A function under @tf.function makes variables"
    assert "before the function" in problem.fixes[0].title


STATE = "You cannot add new elements of state (variables or sub-layers) to a layer that is already built. All state"


def test_a_layer_makes_its_variables_in_build():
    (problem,) = told("layer(1)", layer=refused(ValueError(f"Exception encountered when calling L.call().\n\n{STATE}")))
    assert problem.title == "A layer or model makes a variable, or another layer, in its call"
    assert "def build(" in problem.fixes[0].title

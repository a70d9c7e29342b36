"""KD115: variables made in a graph."""

from __future__ import annotations

import pytest
from refusals import keras, refused, rules, told

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


WRAPPED = f"Exception encountered when calling Net.call().\n\n{NOW}\n\nArguments received by Net.call():\n"
NET = """
class Net(Model):
    def call(self, x, training=None):
{body}
        return x
Net(says)(1)
"""


def mended(*lines):
    """The class with what its call makes made before; None where no edit does it."""
    says = ValueError(WRAPPED)
    held = {name: type(name, (keras()["Layer"],), {"__module__": "keras.src"}) for name in ("Dense", "Drop")}
    held["Model"] = type("Model", (keras(says)["Layer"],), {"__module__": "keras.src", "__call__": keras(says)["call"]})
    body = "\n".join(f"        {line}" for line in lines)
    (problem,) = told(NET.format(body=body), says=says, **held)
    assert problem.rule == "KD115"
    source = problem.fixes[0].source
    return source and source[source.index("Net(Model):") + 12 : source.index("Net(says)")].rstrip()


def test_layers_of_a_call_are_made_at_the_start():
    assert (
        mended("x = Dense(2)(x)", "x = Drop()(Dense(2)(x))")
        == """
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = Dense(2)
        self.drop = Drop()
        self.dense_2 = Dense(2)

    def call(self, x, training=None):
        x = self.dense(x)
        x = self.drop(self.dense_2(x))
        return x""".strip("\n")
    )


def test_weights_of_a_call_are_made_in_build():
    assert (
        mended("w = self.add_weight(name='k', shape=(x.shape[-1], 2))", "x = x * w")
        == """
    def build(self, input_shape):
        self.k = self.add_weight(name='k', shape=(input_shape[-1], 2))

    def call(self, x, training=None):
        w = self.k
        x = x * w
        return x""".strip("\n")
    )


def test_a_loop_gets_a_layer_for_each_turn():
    source = mended("for i in range(self.n):", "    x = Dense(2 * i)(x)")
    assert "self.dense = [Dense(2 * i) for i in range(self.n)]" in source and "self.dense[i](x)" in source


@pytest.mark.parametrize(
    "lines",
    [
        ("n = x.shape[1]", "x = Dense(n)(x)"),
        ("for n in self.sizes:", "    x = Dense(n)(x)"),
        ("for i in range(len(x)):", "    x = Dense(2)(x)"),
        ("x = [Dense(2)(each) for each in x]",),
    ],
)
def test_what_only_the_call_knows_is_for_the_person_to_place(lines):
    assert mended(*lines) is None

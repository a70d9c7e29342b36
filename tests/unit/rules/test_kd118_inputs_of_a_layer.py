"""KD118: inputs of a layer."""

from __future__ import annotations

import pytest
from refusals import keras, refused, rules, told

MANY = TypeError("too many positional arguments")
KEYWORD = TypeError("got an unexpected keyword argument 'trainning'")
MERGED = ValueError("A `Concatenate` layer should be called on a list of at least 1 input. Received: input_shape=(2,)")
FORMAT = ValueError("The `data_format` argument must be one of {'channels_first', 'channels_last'}.")
SOURCE = """
class KerasTensor:
    __module__ = "keras.src.backend.common.keras_tensor"

class Add(Layer):
    __module__ = "keras.src.layers.merging.add"
    def __init__(self, *settings, **others):
        self.says = says
        if settings:
            raise says.with_traceback(None)
    def __call__(self, *given, **others):
        raise says.with_traceback(None)
    def call(self, inputs, training=None):
        pass

def concatenate(inputs, axis=-1):
    raise says.with_traceback(None)
"""


def names(says):
    inside = keras(says)
    exec(compile(SOURCE, "/x/site-packages/keras/src/layers/merging/add.py", "exec"), inside)
    tensor = inside["KerasTensor"]
    return {"Add": inside["Add"], "concatenate": inside["concatenate"], "a": tensor(), "b": tensor(), "n": 3}


@pytest.mark.parametrize(
    "cell, says",
    [
        ("Add()([a, b], n)", MANY),
        ("Add()(*[a, b])", MANY),
        ("Add()(a)", MANY),
        ("Add()(a, b)", TypeError("something else")),
        ("Add()(a, training=True)", KEYWORD),
        ("Add(n)", FORMAT),
    ],
)
def test_what_is_no_such_call_is_not_told(cell, says):
    assert "KD118" not in rules(cell, **names(says))


@pytest.mark.parametrize("cell", ["(lambda x: x)(1, 2)", "print(a, sep=1)"])
def test_other_functions_are_not_told(cell):
    assert "KD118" not in rules(cell, **names(MANY))


@pytest.mark.parametrize(
    "cell, says, works",
    [
        ("Add()(a, b)", MANY, "Add()([a, b])"),
        ("Add()(a, b, training=True)", MANY, "Add()([a, b], training=True)"),
        ("concatenate(a, b)", MERGED, "concatenate([a, b])"),
        ("Add()(a, trainning=True)", KEYWORD, "Add()(a, training=True)"),
        ("Add(a)", FORMAT, "Add()(a)"),
        ("Add(a, name='sum')", FORMAT, "Add(name='sum')(a)"),
    ],
)
def test_the_call_as_the_layer_takes_it(cell, says, works):
    (problem,) = told(cell, **names(says))
    assert problem.rule == "KD118"
    assert [(fix.source, fix.verified) for fix in problem.fixes[:1]] == [(works, True)]


def test_a_single_tensor_for_a_layer_that_joins_several():
    says = ValueError(
        "A `Concatenate` layer should be called on a list of at least 1 input. Received: input_shape=(4,)"
    )
    (problem,) = told("concatenate(a)", concatenate=refused(says), a=1)
    assert problem.rule == "KD118"
    assert "[a, b]" in problem.fixes[0].title

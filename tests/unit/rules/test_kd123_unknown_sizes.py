"""KD123: size that is not known."""

from __future__ import annotations

from types import FunctionType

import numpy as np
import pytest
from refusals import refused, rules, told

WEIGHT = (
    "Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: shape=(None, 4) for "
    "variable path='l/w'"
)
LAMBDA = "We could not automatically infer the shape of the Lambda's output. Please specify the `output_shape`"
REFUSED = [
    (ValueError(WEIGHT), "input_shape[-1]"),
    (ValueError("The last dimension of the inputs to a Dense layer should be defined. Found None."), "keras.Input"),
    (ValueError("Unrolling requires a fixed number of timesteps."), "unroll=True"),
    (NotImplementedError(LAMBDA), "output_shape=(…,)"),
]


class Tensor:
    __module__ = "keras.src.backend.common.keras_tensor"

    def __init__(self, *shape):
        self.shape = shape


SILENT = [
    "n = x.shape[0] * None",
    "n = size[0] * 2",
    "n = open.shape[2] * None",
    "n = x.shape[1] + 'a'",
]


@pytest.mark.parametrize("cell", SILENT)
def test_other_calculations_are_not_told(cell):
    assert rules(cell, x=Tensor(3, 4), open=Tensor(None, None, 4), size=[None]) == []


@pytest.mark.parametrize("says", [ValueError("A shape is missing"), NotImplementedError("Not yet")])
def test_other_errors_are_not_told(says):
    assert "KD123" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=REFUSED[0][0]) == []


@pytest.mark.parametrize("says, advice", REFUSED)
def test_it_is_told_what_to_declare(says, advice):
    (problem,) = told("f(1)", f=refused(says))
    assert problem.rule == "KD123"
    assert advice in problem.fixes[0].title


def test_a_size_that_only_the_data_has_is_named():
    (problem,) = told("n = x.shape[1] * 2", x=Tensor(None, None, 4))
    assert problem.rule == "KD123"
    assert problem.title.startswith("x.shape[1] is None")


def test_what_fails_in_a_lambda_is_shown():
    hidden = NotImplementedError(LAMBDA)
    hidden.__context__ = AttributeError("'int' object has no attribute 'value'")
    (problem,) = told("f(1)", f=refused(hidden))
    assert problem.rule == "KD123"


@pytest.mark.parametrize(
    "cell, title, advice",
    [
        ("b, h, w, c = x.shape\nn = h * w", "b, h and w are None: x has", "Give h and w as numbers in keras.Input"),
        ("b, h, *_ = ops.shape(x)\nn = b * h", "b and h are None: x has", "and write -1 for b in reshape."),
        ("h = K.int_shape(x)[1]\nn = h // 2", "h is None: x has", "Give h as a number in keras.Input"),
        ("b = x.shape[0]\nrange(b)", "b is None: x has", "Give b as a number"),
    ],
)
def test_sizes_are_named_as_the_cell_names_them(cell, title, advice):
    shape = type("", (), {"shape": staticmethod(lambda x: x.shape), "int_shape": staticmethod(lambda x: x.shape)})
    (problem,) = told(cell, x=Tensor(None, None, None, 4), ops=shape, K=shape)
    assert problem.rule == "KD123" and problem.title.startswith(title)
    assert advice in problem.fixes[0].title


@pytest.mark.parametrize("cell", ["n = None\nn * 2", "n = sizes[0]\nn * 2", "h, w = list.shape\nh * w"])
def test_what_is_none_for_another_reason_is_not_told(cell):
    assert rules(cell, sizes=[None], list=type("", (), {"shape": (None, None)})) == []


def test_a_model_of_keras_applications_gets_the_size_of_the_images():
    says = ValueError("The last dimension of the inputs to a Dense layer should be defined. Found None.")
    cell = "base = VGG16(weights=None, include_top=False)\nx = Dense(Flatten(base))"
    names = {"VGG16": lambda **given: 0, "Flatten": lambda x: x, "Dense": refused(says)}
    assert "any size" not in told(cell, **names)[0].title  # a function of the user's by that name
    names["VGG16"] = FunctionType(names["VGG16"].__code__, {"__name__": "keras.src.applications.vgg16"})
    problem = told(cell, **names, images=np.ones((2, 32, 48, 3)))[0]
    assert problem.title == "VGG16 is made for images of any size, and Flatten and Dense need one size"
    assert "include_top=False, input_shape=(32, 48, 3))" in problem.fixes[0].source
    assert "GlobalAveragePooling2D()" in told(cell, **names)[0].fixes[0].title

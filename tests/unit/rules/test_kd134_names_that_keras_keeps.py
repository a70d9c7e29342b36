"""KD134: names that Keras keeps. What it tells of real layers and models is in the cells of the kernel ring."""

from __future__ import annotations

import pytest
from refusals import keras, rules, told

SETTER = """
class Layer:
    __module__ = "keras.src.layers.layer"
    def __setattr__(self, name, value):
        if name in ("layers", "metrics", "dtype", "outputs"):
            raise says.with_traceback(None)
        vars(self)[name] = value
class Model(Layer):
    __module__ = "keras.src.models.model"
"""
RESERVED = AttributeError("`Model.layers` attribute is reserved and should not be used. Please use another name.")


def layer(says, name="Layer"):
    """A class of Keras whose objects refuse some names in these words."""
    inside = {"__name__": "keras.src.layers.layer", "says": says}
    exec(compile(SETTER, "/x/site-packages/keras/src/layers/layer.py", "exec"), inside)
    return inside[name]


def mine(line):
    return f"class Mine(Layer):\n    def __init__(self, given):\n        self.first = 1\n        {line}\nMine(2)"


def test_other_errors_and_other_classes_are_not_told():
    assert rules(mine("self.layers = given"), Layer=layer(AttributeError("It is not known"))) == []
    assert rules(mine("self.layers = given"), Layer=layer(ValueError(str(RESERVED)))) == []
    assert rules("raise says", says=RESERVED, keras=keras) == []


@pytest.mark.parametrize(
    "says",
    [
        RESERVED,
        AttributeError("property 'layers' of 'Mine' object has no setter"),
        AttributeError("can't set attribute 'layers'"),
        AttributeError("can't set attribute"),
        AttributeError(
            'Can\'t set the attribute "layers", likely because it conflicts with an existing read-only @property of '
            "the object. Please choose a different name."
        ),
    ],
)
def test_the_class_gets_a_name_of_its_own(says):
    cell = mine("self.layers = given") + "\nx.layers"
    cell = cell.replace("\nMine(2)", "\n    def call(self):\n        return self.layers + x.layers\nMine(2)")
    (problem,) = told(cell, Layer=layer(says), x=1)
    assert problem.rule == "KD134"
    assert "self.layers_ = given" in problem.fixes[0].source
    assert "return self.layers_ + x.layers\n" in problem.fixes[0].source
    assert problem.fixes[0].verified


def test_what_the_base_class_takes_is_given_to_it():
    says = AttributeError("property 'dtype' of 'Mine' object has no setter")
    (problem,) = told(mine("self.dtype = given"), Layer=layer(says))
    assert problem.fixes[0].title.startswith("Give it to the base class: super().__init__(dtype=dtype)")


def test_the_outputs_of_a_model_of_keras_are_not_replaced():
    says = AttributeError("property 'outputs' of 'Functional' object has no setter")
    (problem,) = told("m.outputs = [1]", m=layer(says, "Model")())
    assert "keras.Model(model.inputs, model.layers[-2].output)" in problem.fixes[0].title

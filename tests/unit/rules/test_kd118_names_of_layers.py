"""KD118: name of a layer."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told


class Net:
    def __init__(self, message):
        self.get_layer = refused(ValueError(message))


@pytest.mark.parametrize("message", ["No such layer", "Existing layers are: ['a']", "There is no layer a."])
def test_other_errors_are_not_these(message):
    assert rules("model.get_layer('a')", model=Net(message)) == []


@pytest.mark.parametrize(
    "asked, names, new",
    [
        ("anwser", "'dense', 'answer'", "get_layer('answer')"),
        ("conv2d_3", "'input', 'conv2d_17', 'flatten'", "layers[1]"),
    ],
)
def test_the_layer_that_was_meant_is_to_be_looked_at(asked, names, new):
    message = f"No such layer: {asked}. Existing layers are: [{names}]."
    (problem,) = told(f"model.get_layer('{asked}')", model=Net(message))
    assert problem.fixes[0].source == f"model.{new}"
    assert problem.fixes[0].applicability == "check the result"


def test_between_several_a_person_chooses():
    message = "No such layer: conv2d_3. Existing layers are: ['conv2d_6', 'conv2d_7']."
    (problem,) = told("model.get_layer('conv2d_3')", model=Net(message))
    assert problem.fixes[0].kind == "manual"
    assert "conv2d_6, conv2d_7" in problem.fixes[0].title

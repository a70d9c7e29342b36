"""KM108: Lambda layers stored as byte code."""

from __future__ import annotations

import os

import pytest
from loading import answer, hdf5, layer
from models import KERAS_3, part, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES

TOLD = [
    pytest.param(
        saved("h5", "2.15.0", part("__lambda__", role="lambda")), KERAS_3, False, ["KM108"], id="lambda in Keras 3"
    ),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


def test_the_weights_are_loaded_by_the_names_of_the_cell(tmp_path):
    stored = layer("Lambda", function=["4w==", None, None], function_type="lambda")
    path = hdf5(tmp_path / "m.h5", stored, version="2.4.0")
    says = ValueError("Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda.")
    problem = answer("face = load_model(os.path.join(D, 'm.h5'))", says, "KM108", D=str(tmp_path), os=os)
    assert path and "face.load_weights(os.path.join(D, 'm.h5'))" in problem.fixes[0].title
    assert problem.fixes[0].commands == ()

"""KM123: own functions in HDF5 files."""

from __future__ import annotations

import pytest
from models import KERAS_2, KERAS_3, TF_KERAS, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES
from kerasmagic.saved.model import Component

OWN = Component("double", "", "double", (), "function")


@pytest.mark.parametrize("loader", [KERAS_2, TF_KERAS])
def test_keras_2_finds_no_function_in_an_h5_file(loader):
    found = verdict(saved("h5", "2.15.0", OWN, path="m.h5"), loader, RULES)
    assert [problem.rule for problem in found.problems] == ["KM123"] and found.loads is False
    assert "model.load_weights('m.h5')" in found.problems[0].fixes[0].title
    assert "'m.keras'" in found.problems[0].cause


@pytest.mark.parametrize(
    "model, loader", [(saved("h5", "3.13.2", OWN), KERAS_3), (saved("keras", "2.15.0", OWN), KERAS_2)]
)
def test_other_readers_take_it_from_custom_objects(model, loader):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == ["KM107"]


def test_a_stored_loss_is_given_as_custom_object():
    found = verdict(saved("h5", "2.15.0", losses=("my_loss",)), KERAS_2, RULES)
    assert [problem.rule for problem in found.problems] == ["KM107"]

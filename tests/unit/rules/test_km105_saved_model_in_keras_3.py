"""KM105: SavedModel folder in Keras 3."""

from __future__ import annotations

import pytest
from models import KERAS_2, KERAS_3, fix, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES

SILENT = [
    pytest.param(saved("saved_model", "2.15.0"), KERAS_2, True, [], id="folder in Keras 2"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), SILENT)
def test_nothing_is_said(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


TOLD = [
    pytest.param(saved("saved_model", "2.15.0"), KERAS_3, False, ["KM105"], id="folder in Keras 3"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


def test_a_folder_becomes_a_layer_by_its_own_endpoint():
    command = fix(saved("saved_model", "2.15.0", endpoints=("serve",), keras_metadata=True), KERAS_3).commands[0]
    assert command == "layer = keras.layers.TFSMLayer('m', call_endpoint='serve')"


def test_the_state_of_a_legacy_optimizer_rules_the_layer_out():
    model = saved("saved_model", "2.10.0", endpoints=("serve",), keras_metadata=True, slot_variables=True)
    commands = [command for fix in verdict(model, KERAS_3, RULES).problems[0].fixes for command in fix.commands]
    assert not any("TFSMLayer" in command for command in commands)
    assert any("tf_keras" in command for command in commands)

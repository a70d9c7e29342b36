"""KM107: custom objects."""

from __future__ import annotations

import pytest
from models import KERAS_3, part, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES
from kerasmagic.rules.saved.authors import authors_own
from kerasmagic.saved.model import Component

SILENT = [
    pytest.param(saved("h5", "2.4.0", part("TextVectorization")), KERAS_3, True, [], id="layer that was experimental"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), SILENT)
def test_nothing_is_said(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


@pytest.mark.parametrize(("activation", "own"), [("my_act", ["my_act"]), ("relu", []), ("swish", []), ("linear", [])])
def test_an_activation_of_the_authors_own(activation, own):
    layer = Component("Dense", "", "", ("units", "activation"), "layer", activation)
    assert [part.key for part in authors_own(saved("h5", "2.10.0", layer))] == own


def test_hdf5_files_are_asked_of_the_release_that_wrote_them():
    model = saved("h5", "2.15.0", part("Double"), losses=("mse", "my_loss"))
    assert [own.name for own in authors_own(model)] == ["Double", "my_loss"]
    assert authors_own(saved("h5", "", part("Double"))) == ()

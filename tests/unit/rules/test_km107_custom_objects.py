"""KM107: custom objects."""

from __future__ import annotations

import pytest
from models import KERAS_3, part, saved
from refusals import told

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


def test_a_class_that_was_given_and_lacks_what_it_was_made_with():
    def load_model(filepath, custom_objects=None):
        raise TypeError("Attention.__init__() missing 1 required positional argument: 'hidden'")

    load = type(load_model)(
        load_model.__code__.replace(co_filename="/x/site-packages/keras/l.py"),
        {**globals(), "__name__": "keras.src.saving"},
    )
    found = told("load('m.keras', {'Attention': 1})", load=load)
    problem = next(problem for problem in found if problem.rule == "KM107")
    assert problem.title == "The file does not hold hidden, which Attention is made with"
    assert "'hidden': self.hidden" in problem.fixes[0].title

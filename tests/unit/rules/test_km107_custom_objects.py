"""KM107: custom objects."""

from __future__ import annotations

import pytest
from loading import answer, edit, hdf5, layer
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


def of_keras(function):
    """A function as if it stood in a file of Keras."""
    code = function.__code__.replace(co_filename="/x/site-packages/keras/l.py")
    return type(function)(code, {**globals(), "__name__": "keras.src.saving"})


def test_a_class_that_was_given_and_lacks_what_it_was_made_with():
    def load_model(filepath, custom_objects=None):
        raise TypeError("Attention.__init__() missing 1 required positional argument: 'hidden'")

    load = of_keras(load_model)
    found = told("load('m.keras', {'Attention': 1})", load=load)
    problem = next(problem for problem in found if problem.rule == "KM107")
    assert problem.title == "The file does not hold hidden, which Attention is made with"
    assert "'hidden': self.hidden" in problem.fixes[0].title


def my_dice(a, b):
    return a


def focal(gamma=2.0):
    def focal_fixed(a, b):
        return a

    return focal_fixed


UNKNOWN = TypeError("string indices must be integers, not 'str'")


def test_what_the_session_has_is_given(tmp_path):
    path = hdf5(tmp_path / "m.h5", loss="my_dice", metrics=["my_dice", "accuracy"])
    problem = answer("unet = load_model(PATH)", UNKNOWN, "KM107", PATH=path, my_dice=my_dice)
    assert problem.title == "This file needs your my_dice, and load_model was not given it"
    assert edit(problem) == "unet = load_model(PATH, custom_objects={'my_dice': my_dice})"
    assert problem.fixes[0].verified


def test_what_is_given_stays(tmp_path):
    path = hdf5(tmp_path / "m.h5", layer("Scale"), loss="my_dice")
    cell = "m = load_model(PATH, custom_objects={'Scale': Scale})"
    problem = answer(cell, UNKNOWN, "KM107", PATH=path, my_dice=my_dice, Scale=object)
    assert edit(problem) == "m = load_model(PATH, custom_objects={'Scale': Scale, 'my_dice': my_dice})"
    cell = "m = load_model(PATH, custom_objects=OBJECTS)"
    problem = answer(cell, UNKNOWN, "KM107", PATH=path, my_dice=my_dice, OBJECTS={"Scale": object}, Scale=object)
    assert edit(problem) == "m = load_model(PATH, custom_objects={**OBJECTS, 'my_dice': my_dice})"


def test_a_function_that_another_makes(tmp_path):
    path = hdf5(tmp_path / "m.h5", loss="focal_fixed")
    problem = answer("m = load_model(PATH)", UNKNOWN, "KM107", PATH=path, focal=focal)
    assert edit(problem) == "m = load_model(PATH, custom_objects={'focal_fixed': focal()})"
    assert "defaults" in problem.fixes[0].differs


def test_what_the_session_does_not_have_is_said(tmp_path):
    path = hdf5(tmp_path / "m.h5", loss="my_dice")
    problem = answer("m = load_model(PATH)", UNKNOWN, "KM107", PATH=path)
    assert problem.title == "This file needs my_dice of its author, which this session does not have"
    assert edit(problem) is None


def test_own_layers_beside_a_loss_that_keras_3_does_not_read(tmp_path):
    path = hdf5(tmp_path / "m.h5", layer("Scale"), loss="mse", metrics=["my_dice"])
    says = ValueError("Unknown layer: 'Scale'.")
    problem = answer("m = load_model(PATH)", says, "KM107", PATH=path, Scale=object, my_dice=my_dice)
    assert edit(problem) == (
        "m = load_model(PATH, compile=False, custom_objects={'Scale': Scale})\n"
        "m.compile(optimizer='adam', loss='mse', metrics=[my_dice])"
    )


def test_layers_of_keras_2_are_no_objects_of_the_author(tmp_path):
    path = hdf5(tmp_path / "m.h5", layer("TFOpLambda"), version="2.10.0")
    assert answer("m = load_model(PATH)", ValueError("Unknown layer: 'TFOpLambda'."), "KM107", PATH=path) is None


def test_a_functional_model_of_an_own_class_is_made_of_inputs_and_outputs():
    def load_model(filepath, custom_objects=None):
        raise TypeError(
            "Unable to revive model from config. … used as arguments in the  constructor to <class '__main__.Own'>, …"
            "\n\nFunctional.__init__() missing 2 required positional arguments: 'inputs' and 'outputs'"
        )

    load = of_keras(load_model)
    found = told("net = load('m.h5', {'Own': 1})", load=load)
    problem = next(problem for problem in found if problem.rule == "KM107")
    assert problem.title == "The file does not hold the layers of Own"
    assert "def __init__(self, inputs, outputs, name=None, trainable=True, **kwargs)" in problem.cause

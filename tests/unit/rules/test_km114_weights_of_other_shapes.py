"""KM114: weights of other shapes."""

from __future__ import annotations

import types

import pytest
import refusals

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules.saved import km114_weights_of_other_shapes
from kerasmagic.rules.saved.km114_weights_of_other_shapes import RULE
from kerasmagic.saved.hdf5 import layers_with_weights


def told(message, error=ValueError):
    """What the rule says of an exception that comes out of Keras."""
    module = types.ModuleType("keras.src.saving.legacy")
    vars(module)["Raised"] = error
    source = f"def load_weights():\n    raise Raised({message!r})"
    exec(compile(source, "/x/site-packages/keras/src/saving/legacy.py", "exec"), vars(module))
    try:
        vars(module)["load_weights"]()
    except Exception as raised:
        return list(RULE.on_failure(Failure(raised, "model.load_weights('m.h5')", {}), None))
    raise AssertionError


MISMATCH = (
    "Shape mismatch in layer #0 (named dense). Weight expects shape (3, 4). Received saved weight with shape (3, 5)"
)


@pytest.mark.parametrize(
    ("message", "error"), [(MISMATCH, TypeError), ("The shapes (3, 4) and (3, 5) differ", ValueError)]
)
def test_nothing_is_said_of_another_error(message, error):
    assert told(message, error) == []


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (MISMATCH, "dense"),
        ("Model expected 2 layers, found 3 saved layers", "The file has the weights of 3 layers, and the model has 2"),
        ("Layer 'dense' expected 2 variables, but received 0 variables", "The layer dense has 2 variables and gets 0"),
        (
            'You called `set_weights(weights)` on layer "dense" with a weight list of length 1, but the layer was '
            "expecting 2 weights.",
            "dense has 2 arrays of weights, and gets 1",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_numbers(message, said):
    (problem,) = told(message)
    assert (problem.rule, problem.severity) == ("KM114", "error")
    assert said in problem.title and problem.fixes[0].kind == "manual"


@pytest.mark.parametrize(
    ("here", "there", "advice"),
    [
        ("(3, 4)", "(3, 5)", "Give the layer 5 units, as it had when it was saved"),
        ("(4,)", "(5,)", "Give the layer 5 units, as it had when it was saved"),
        ("(3, 4)", "(2, 4)", "Its input has another size: 2 when it was saved, 3 now."),
        ("(3, 4)", "(2, 5)", "Build the model as it was when the file was saved"),
        ("(3, 4)", "(5,)", "Build the model as it was when the file was saved"),
    ],
)
def test_the_numbers_that_differ_tell_what_to_change(here, there, advice):
    (problem,) = told(MISMATCH.replace("(3, 4)", here).replace("(3, 5)", there))
    assert problem.fixes[0].title.startswith(advice)


def test_an_array_given_as_weights_of_a_layer_comes_from_no_file():
    says = "Layer embedding weight shape (40, 8) is not compatible with provided weight shape (50, 8)"
    (problem,) = refusals.told("layer(1)", layer=refusals.refused(ValueError(says)))
    assert "weights= gives an array of shape (50, 8)" in problem.title
    assert "file" not in problem.fixes[0].title


def of_layers(monkeypatch, here, there):
    """What is told where the layers of a model and of its file have these names."""
    monkeypatch.setattr(km114_weights_of_other_shapes, "layers_with_weights", {"m.h5": there}.get)
    says = ValueError("You are trying to load a weight file containing 3 layers into a model with 2 layers.")
    layers = [refusals.layer(_name=name, _trainable_variables=[1, 2]) for name in here]
    model = refusals.model(says, _layers=[*layers, refusals.layer(_name="relu")])
    type(model).load_weights = refusals.refused(says)
    (problem,) = refusals.told("PATH = 'm.h5'\nmodel.load_weights(PATH)", model=model)
    return problem


def test_it_is_told_which_layers_the_file_has_and_nothing_of_names_that_differ(monkeypatch):
    problem = of_layers(monkeypatch, ("conv2d_3", "dense_1"), ("conv2d", "conv2d_1", "dense"))
    assert problem.title == "The file has the weights of 3 layers, and the model has 2"
    assert problem.cause == "Layers by name: the file has 2 conv2d, the model 1."
    assert [fix.title for fix in problem.fixes] == [
        "Make the model with the settings that it had when the file was saved."
    ]


def test_names_that_are_the_same_can_be_loaded_by_name(monkeypatch):
    (fix,) = of_layers(monkeypatch, ("a", "b"), ("a", "b", "c")).fixes
    assert fix.title.endswith(
        "model.load_weights(PATH, by_name=True) loads only the 2 layers of 2 that have the same name."
    )


def test_a_file_that_cannot_be_read_says_nothing_of_its_layers(monkeypatch):
    problem = of_layers(monkeypatch, ("a", "b"), None)
    assert "layer by layer" in problem.cause
    assert "by_name" not in problem.fixes[0].title


def test_the_layers_of_a_file(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = str(tmp_path / "m.h5")
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = "{}"
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [b"dense", b"relu"]
        weights.create_group("dense").attrs["weight_names"] = [b"kernel", b"bias"]
        weights.create_group("relu").attrs["weight_names"] = []
    assert layers_with_weights(path) == ("dense",)
    assert layers_with_weights(str(tmp_path / "none.h5")) is None

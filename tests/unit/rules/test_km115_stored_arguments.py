"""KM115: stored arguments that are refused."""

from __future__ import annotations

import types

import pytest
from loading import answer, edit, hdf5

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules.saved.km115_stored_arguments import RULE

CONFIG = (
    "Error when deserializing class 'Dense' using config={'name': 'd'}.\n\n"
    "Exception encountered: Unrecognized keyword arguments passed to Dense: "
)


def told(message, function="deserialize", argument=None):
    """What the rule says of an exception that comes out of a function of Keras."""
    module = types.ModuleType("keras.src.layers.layer")
    source = f"def {function}(filepath):\n    raise ValueError({message!r})"
    exec(compile(source, "/x/site-packages/keras/src/layers/layer.py", "exec"), vars(module))
    try:
        vars(module)[function](argument)
    except ValueError as error:
        return list(RULE.on_failure(Failure(error, "load(path)", {}), None))
    raise AssertionError


@pytest.mark.parametrize(
    "message",
    [
        "Unrecognized keyword arguments passed to Dense: {'output_dim': 4}",
        "Argument(s) not recognized: {'lr': 0.1}",
        "Error when deserializing class 'Dense' using config={'name': 'd'}.",
    ],
)
def test_nothing_is_said_of_a_call_of_the_users_own_or_of_another_reason(message):
    assert told(message) == []


def test_an_argument_of_keras_1_is_told_with_its_name_of_today():
    (problem,) = told(CONFIG + "{'output_dim': 4, 'W_regularizer': None}")
    assert problem.title.startswith("The configuration of Dense holds output_dim, W_regularizer")
    assert "output_dim is units, W_regularizer is kernel_regularizer" in problem.fixes[0].title


def test_another_one_is_to_be_taken_out():
    (problem,) = told(CONFIG + "{'input_dtype': None}")
    assert problem.fixes[0].title.startswith("Take input_dtype out of the configuration.")


def test_of_an_optimizer_the_model_is_loaded_without_it():
    (problem,) = told("Argument(s) not recognized: {'lr': 0.1}", function="load_model", argument="m.h5")
    assert "The optimizer in m.h5 was saved with lr" in problem.title
    assert problem.fixes[0].commands == ("model = keras.models.load_model('m.h5', compile=False)",)


def test_the_optimizer_of_a_file_is_made_anew_by_a_whole_line(tmp_path):
    path = hdf5(tmp_path / "m.h5", loss="mean_squared_error", metrics=["mae"])
    says = ValueError("Argument(s) not recognized: {'lr': 0.001}")
    problem = answer("net = load_model(PATH)", says, "KM115", PATH=path)
    assert edit(problem) == (
        "net = load_model(PATH, compile=False)\n"
        "net.compile(optimizer='adam', loss='mean_squared_error', metrics=['mae'])"
    )

"""KO102: one optimizer, several models."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import refusals
from checked import KERAS_2, KERAS_3, failed, told
from optimizers import LEGACY, NEW, look, stand_in

from kerasmagic.rules.optimizers import ko102_one_optimizer_many_models

MODELS = "from tensorflow import keras\na = keras.Sequential()\nb = keras.Sequential()\n"


COMPILE = "a.compile(opt, 'mse')\nb.compile(loss='mse', optimizer=opt)"


def test_one_optimizer_in_several_models() -> None:
    new, legacy = stand_in("Adam", "keras.src.optimizers.adam", NEW), stand_in("Adam", "keras.x", LEGACY)
    models = [stand_in("Model", "keras.src.models", optimizer=optimizer) for optimizer in (new, new, legacy, legacy)]
    a, b, c, d = models
    rule = ko102_one_optimizer_many_models
    assert look(rule, new, a, a=a, b=b) == ["error"]
    assert look(rule, new, a, a=a, same=a) == []
    assert look(rule, new, a, a=a, c=c) == []
    assert look(rule, legacy, c, c=c, d=d) == ["info"]


def test_one_optimizer_for_two_models():
    cell = MODELS + "opt = keras.optimizers.SGD()\n" + COMPILE
    assert told(KERAS_3, cell) == told("tensorflow==2.11.1", cell) == [("KO102", "warning")]
    assert told(KERAS_2, cell) == []
    assert told("tensorflow==2.11.1", cell.replace("optimizers.", "optimizers.legacy.")) == []
    assert told(KERAS_3, cell.replace("\nb.", "\na.")) == []
    assert told(KERAS_3, cell.replace("\nb.", "\nopt = keras.optimizers.SGD()\nb.")) == []


def test_one_optimizer_for_two_models_of_two_cells():
    first, second = (MODELS + "opt = keras.optimizers.SGD()\n" + COMPILE).rsplit("\n", 1)
    assert told(KERAS_3, first, second) == [("KO102", "warning")]
    assert told(KERAS_3, first, "opt = keras.optimizers.SGD()\n" + second) == []


MESSAGES = [
    ("m.fit(x)", KeyError("The optimizer cannot recognize variable dense/kernel:0. This usually means")),
    ("m.fit(x)", ValueError("Unknown variable: <Variable path=dense/kernel, shape=(3, 1)>. This")),
]


@pytest.mark.parametrize("cell, exception", MESSAGES)
def test_messages_of_tensorflow_and_keras_are_known(cell, exception):
    problem = failed("tensorflow==2.16.2", cell, exception)[0]
    assert problem.rule == "KO102" and problem.fixes


NET = """class Net:
    def __init__(self):
        optimizer = Adam()
        self.first.compile(loss='mse', optimizer=optimizer)
        self.second.compile({}, 'mse')
    def train(self):
        self.second.fit(x)
Net().train()"""


@pytest.mark.parametrize(
    ("given", "works"),
    [("optimizer", "type(optimizer).from_config(optimizer.get_config())"), ("other", None), ("'adam'", None)],
)
def test_models_of_one_class_that_share_an_optimizer(given, works):
    problem = failed("tensorflow==2.16.2", NET.format(given), MESSAGES[1][1])[0]
    fix = problem.fixes[0]
    assert (problem.rule, fix.source) == ("KO102", NET.format(works) if works else None)
    assert fix.applicability == ("check the result" if works else "advice")


def test_the_optimizer_of_an_hdf5_file_knows_no_variables():
    says = ValueError("Unknown variable: <Variable path=dense/kernel, shape=(3, 1)>. This")
    optimizer = stand_in("Adam", "keras.src.optimizers.adam", NEW, built=True, _trainable_variables=[])
    settings = SimpleNamespace(config={"loss": "mse", "metrics": ["mae"]})
    net = refusals.model(says, "Sequential", optimizer=optimizer, _compile_config=settings)
    (problem,) = refusals.told("net.fit(1, 2)", net=net)
    fresh = "type(net.optimizer).from_config(net.optimizer.get_config())"
    line = f"net.compile(optimizer={fresh}, loss='mse', metrics=['mae'])"
    assert problem.title == "The optimizer of net comes from the .h5 file, and knows no variable of its layers"
    assert problem.fixes[0].source == f"{line}\nnet.fit(1, 2)"

"""KM119: settings that no file can hold."""

from __future__ import annotations

import pytest
from refusals import told

TENSOR = type("EagerTensor", (), {"__module__": "tensorflow.python.framework.ops"})
LAYER = type("Layer", (), {"__module__": "keras.src.engine.base_layer"})
SAYS = "Unable to serialize 2.0 to JSON. Unrecognized type <class 'tensorflow.python.framework.ops.EagerTensor'>."
SAVE = "def save(self, path):\n    raise says.with_traceback(None)\n"


def made(kind, *bases, module="keras.src.layers", **held):
    thing = type(kind, bases or (LAYER,), {"__module__": module})()
    vars(thing).update(held)
    return thing


def net(*layers, says=SAYS):
    inside = {"__name__": "keras.src.engine.training", "says": TypeError(says)}
    exec(compile(SAVE, "/x/site-packages/keras/src/engine/training.py", "exec"), inside)
    base = type("Model", (LAYER,), {"__module__": "keras.src.engine.training", "save": inside["save"]})
    return made("Functional", base, _self_tracked_trackables=list(layers))


def answer(model, cell="net.save('m.h5')", **names):
    found = told(cell, "tensorflow==2.12.1", net=model, **names)
    return next((problem for problem in found if problem.rule == "KM119"), None)


def test_the_layer_and_its_argument_are_named():
    problem = answer(net(made("Dense", _name="d"), made("Rescaling", _name="resc", scale=TENSOR())))
    assert problem.title == "Rescaling holds a tensor as scale, and no file can hold that"
    assert "resc" in problem.cause and "value.numpy().tolist()" in problem.fixes[0].title


def test_what_a_layer_was_given_holds_it():
    constant = made("Constant", object, value=TENSOR())
    problem = answer(net(made("Dense", _name="d", kernel_initializer=constant)))
    assert "in its kernel_initializer, Constant(value=…)" in problem.title


def test_the_cell_that_makes_the_layer_gets_a_list():
    def Rescaling(scale):
        return net(made("Rescaling", _name="r", scale=TENSOR()))

    cell = "net = Rescaling(1 / sqrt(V))\nnet.save('m.h5')"
    problem = answer(None, cell, Rescaling=Rescaling, sqrt=abs, V=2)
    assert problem.fixes[0].source == "net = Rescaling((1 / sqrt(V)).numpy().tolist())\nnet.save('m.h5')"


def test_a_layer_of_the_users_says_it_in_get_config():
    class Own(LAYER):
        def get_config(self):
            return {}

    own = Own()
    own.value = TENSOR()
    problem = answer(net(own))
    assert "'value': self.value.numpy().tolist()" in problem.fixes[0].title


OTHER = "Object of type set is not JSON serializable"


@pytest.mark.parametrize("model", [net(made("Dense", _name="d")), net(made("R", scale=TENSOR()), says=OTHER)])
def test_nothing_is_said_of_what_is_not_found(model):
    assert answer(model) is None

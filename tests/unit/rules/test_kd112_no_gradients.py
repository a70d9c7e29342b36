"""KD112: no gradients."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import compiled, model, refused, rules, told

NONE = "No gradients provided for any variable."


def test_other_errors_and_the_users_own_are_not_told():
    def own():
        raise ValueError(NONE)

    assert rules("own()", own=own) == []
    assert rules("model.fit(1, 2)", model=model(ValueError("No gradient descent"))) == []


@pytest.mark.parametrize("message", [NONE, "No gradients to apply", "Variable <w> has `None` for gradient."])
def test_in_fit_the_loss_is_to_blame(message):
    (problem,) = told("model.fit(1, 2)", model=model(ValueError(message)))
    assert problem.rule == "KD112"
    assert "In a loss of your own" in problem.fixes[0].title


def test_in_a_loop_of_ones_own_the_tape_is():
    (problem,) = told("apply_gradients([])", apply_gradients=refused(ValueError(NONE)))
    assert "GradientTape" in problem.fixes[0].title


def test_gradients_as_in_tensorflow_1():
    says = RuntimeError("tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead.")
    (problem,) = told("gradients(1, 2)", gradients=refused(says))
    assert problem.rule == "KD112"
    assert "tape.gradient" in problem.fixes[0].title


def test_a_tape_that_is_asked_twice():
    says = RuntimeError("A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)")
    (problem,) = told("gradient(1, 2)", gradient=refused(says))
    assert problem.rule == "KD112"
    assert "persistent=True" in problem.fixes[0].title


def test_a_gradient_that_is_none():
    (problem,) = told("g = tape.gradient(1, 2)\ng.numpy()", tape=Tape())
    assert problem.title == "g is None: the tape has recorded no way from the variable to the result"


def test_none_of_another_making_is_not_told():
    assert rules("g = None\ng.numpy()") == []


class Tape:
    def gradient(self, target, sources):
        return None


ROUNDS = "def mine(y, p):\n    return tf.reduce_mean(tf.round(p) - y)\nuse(mine)\nmodel.fit(x, y)"
CHOOSES = "def mine(y, p):\n    return tf.where(tf.less(p, y), p, y)\nuse(mine)\nmodel.fit(x, y)"


@pytest.mark.parametrize("cell, named", [(ROUNDS, True), (CHOOSES, False)])
def test_what_has_no_gradient_in_a_loss_is_named(cell, named):
    made = compiled(ValueError(NONE), (None, 1), activation="sigmoid")

    def use(loss):
        made._compile_loss._user_loss = loss

    (problem,) = told(cell, model=made, use=use, x=np.ones((4, 3)), y=np.array([0, 1, 1, 0]))
    assert problem.rule == "KD112"
    assert ("loss mine to the weights: round has no gradient" in problem.title) == named
    assert ("loss='binary_crossentropy', and give mine as metrics=[mine]" in problem.fixes[0].title) == named


def test_a_loss_that_was_computed_before_minimize():
    says = ValueError("No gradients provided for any variable: ['w:0'].")
    number = type("EagerTensor", (), {"__module__": "tensorflow.python.framework.ops"})()
    variable = type("BaseResourceVariable", (), {"__module__": "tensorflow.python.ops", "__add__": lambda *two: number})
    cell = "cost = w + 1\nloss = lambda: cost\nminimize(loss, [w])"
    (problem,) = told(cell, w=variable(), minimize=refused(says))
    assert problem.title == "cost is computed before minimize calls the function: the tape sees a number only"
    assert problem.fixes[0].source == "cost = w + 1\nloss = lambda: w + 1\nminimize(loss, [w])"
    (problem,) = told("loss = lambda: w\nminimize(loss, [w])", w=variable(), minimize=refused(says))
    assert problem.title.startswith("The loss does not depend on the weights")

"""KA374: tensors of the model in a loss."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3
from refusals import compiled, rules, tensor, told

SAYS = ValueError("A KerasTensor cannot be used as input to a TensorFlow function.")
FACTORY = """def weighted(x, scale):
    def loss(y, p):
        return scale * (y - p) * x
    return loss"""
FIT = "model.fit(1, 2)"


def made(cell, **names):
    """What a cell of another line defines."""
    exec(compile(cell, "<ipython-input-0>", "exec"), names)
    return names


def of_inputs(says=SAYS):
    model = compiled(says, (None, 1))
    names = made(FACTORY)
    model._compile_loss._user_loss = names["weighted"](model._inputs[0], 0.5)
    return {"weighted": names["weighted"], "model": model}


def test_a_loss_without_such_tensors_is_not_told():
    loss = made(FACTORY)["weighted"](1.0, 2.0)
    assert "KA374" not in rules(FIT, model=compiled(SAYS, (None, 1), loss=loss))
    assert "KA374" not in rules(FIT, **of_inputs(ValueError("Something else.")))


def test_a_model_has_its_inputs_where_it_computes_the_loss():
    (problem,) = told(FIT, **of_inputs())
    assert (problem.rule, problem.title) == ("KA374", "loss uses x of the model, and it has no values there")
    assert "return tf.reduce_mean(weighted(x, scale=0.5)(y, y_pred))" in problem.fixes[0].title


@pytest.mark.parametrize(
    ("target", "says"),
    [
        pytest.param(KERAS_3, "self.add_loss(tf.reduce_mean(…)); return y_pred", id="Keras 3"),
        pytest.param(KERAS_2, "model.add_loss(tf.reduce_mean(…)), with hidden, and leave it out", id="Keras 2"),
    ],
)
def test_what_lies_between_is_computed_in_the_model(target, says):
    hidden = tensor((None, 3))
    names = made("def loss(y, p):\n    return (y - p) * hidden", hidden=hidden)
    (problem,) = told(FIT, target, model=compiled(SAYS, (None, 1), loss=names["loss"]), hidden=hidden)
    assert problem.rule == "KA374" and says in problem.fixes[0].title


def test_a_metric_becomes_an_output():
    hidden = tensor((None, 3))
    names = made("def gap(y, p):\n    return p - hidden", hidden=hidden)
    (problem,) = told(FIT, model=compiled(SAYS, (None, 1), loss="mse", metrics=[names["gap"]]), hidden=hidden)
    assert "[outputs, hidden])" in problem.fixes[0].title

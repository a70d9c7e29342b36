"""KA371: model made before static graphs."""

from __future__ import annotations

import pytest
from refusals import keras, model, refused, rules, told

from kerasmagic.rules.failures import ka371_models_made_before_graphs as rule

SAYS = "Calling `Model.fit` in graph mode is not supported when the `Model` instance was constructed with eager mode on"
KERAS_2, OFF = "tensorflow==2.15.1", "import tensorflow as tf\ntf.compat.v1.disable_eager_execution()"


@pytest.fixture(autouse=True)
def graphs(monkeypatch):
    monkeypatch.setattr(rule, "builds_graphs", lambda: True)


class Weight:
    def __init__(self, in_graph):
        self._in_graph_mode = in_graph


def network(in_graph=False):
    layer = keras()["Layer"](None, _trainable_weights=[Weight(in_graph)])
    return model(ValueError(SAYS), _layers=[layer])


def advised(target=KERAS_2, **names):
    (problem,) = told("net.fit([[1.0]], [1.0])", target, net=network(), **names)
    assert problem.rule == "KA371" and problem.title.startswith("net was made before")
    return [fix.title for fix in problem.fixes]


def test_the_model_is_made_again_behind_the_line():
    first, second = advised(In=["", OFF])
    assert first == "Run the cell that makes net again, and put it behind tf.compat.v1.disable_eager_execution()."
    assert second.startswith("Or restart the kernel, and leave tf.compat.v1.disable_eager_execution() out")


def test_keras_3_has_no_static_graphs():
    (only,) = advised("tensorflow==2.21.0", In=["", OFF])
    assert only.startswith("Restart the kernel, and leave tf.compat.v1.disable_eager_execution() out.")


def test_a_model_that_was_made_behind_it_has_another_problem():
    assert "KA371" not in rules("net.fit([[1.0]], [1.0])", KERAS_2, net=network(in_graph=True))


def test_eager_execution_is_on(monkeypatch):
    monkeypatch.setattr(rule, "builds_graphs", lambda: False)
    assert "KA371" not in rules("net.fit([[1.0]], [1.0])", KERAS_2, net=network())


def test_an_attribute_of_keras_own_class_is_no_mistake_in_a_class_of_the_users():
    says = "'Sequential' object has no attribute '_compile_time_distribution_strategy'"
    kind = type(model(None))
    kind.__init__ = lambda self: None
    call = refused(AttributeError(says))
    assert rules("set_weights()", KERAS_2, set_weights=call, Sequential=kind, net=network()) == ["KA371"]

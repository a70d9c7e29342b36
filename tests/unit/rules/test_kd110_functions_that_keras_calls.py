"""KD110: loss, callback, class weights."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import model, rules, told

from kerasmagic.diagnosis.model.problem import CHECK

ARGUMENTS = TypeError("mine() takes 1 positional argument but 2 were given")


def test_a_function_that_keras_does_not_call_is_not_told():
    assert rules("mine(1, 2)", mine=lambda y: y) == []
    assert rules("model.fit(x)", model=model(TypeError("other() takes 1 positional argument but 2 were given"))) == []
    assert rules("model.fit(x)", model=model(AttributeError("'list' object has no attribute 'keys'")), x=1) == []


def test_a_loss_takes_the_labels_and_the_answers():
    source = "def mine(y):\n    return y\nmodel.fit(1, 2)"
    (problem,) = told(source, model=model(ARGUMENTS))
    assert problem.title == "mine takes 1 argument (y), and Keras gives 2"
    assert problem.fixes[0].title == "Write def mine(y_true, y_pred):."


def test_a_function_that_makes_a_loss_is_to_be_called():
    source = "def mine(alpha):\n    def loss(a, b):\n        return alpha\n    return loss\nmodel.fit(1, 2)"
    (problem,) = told(source, model=model(ARGUMENTS))
    assert "loss=mine(…)" in problem.fixes[0].title


def test_text_is_no_callback():
    says = AttributeError("'str' object has no attribute 'set_model'")
    (problem,) = told("model.fit(1, 2, callbacks=['early'])", model=model(says))
    assert problem.title == "'early' is no callback"


def test_a_class_is_no_callback():
    says = TypeError("set_model() missing 1 required positional argument: 'model'")
    stopping = type("EarlyStopping", (), {"__module__": "keras.src.callbacks.early_stopping"})
    (problem,) = told("model.fit(1, 2, callbacks=[c])", model=model(says), c=stopping)
    assert problem.title == "EarlyStopping is a class, and callbacks takes instances"
    assert problem.fixes[0].title == "Write EarlyStopping(…)."


def test_class_weights_are_a_dictionary_of_numbers():
    says = AttributeError("'numpy.ndarray' object has no attribute 'keys'")
    (problem,) = told("model.fit(1, 2, class_weight=w)", model=model(says), w=np.ones(3))
    assert problem.fixes[0].source == "model.fit(1, 2, class_weight=dict(enumerate(w)))"
    assert problem.fixes[0].applicability == CHECK  # the labels are not known
    says = ValueError("Expected `class_weight` to be a dict with keys from 0 to 1")
    (problem,) = told("model.fit(1, 2, class_weight={'a': 1.0, 'b': 2.0})", model=model(says))
    assert "the names of classes for keys: 'a', 'b'" in problem.title


LAMBDA = TypeError("<lambda>() takes 1 positional argument but 2 were given")


def lambda_callback():
    return type("LambdaCallback", (), {"__module__": "keras.src.callbacks.lambda_callback"})()


def test_a_function_of_another_object_is_not_told():
    assert rules("model.fit(1, 2, callbacks=[1])", model=model(LAMBDA)) == []


def test_a_function_of_a_callback_takes_what_keras_gives():
    (problem,) = told("model.fit(1, 2, callbacks=[c])", model=model(LAMBDA), c=lambda_callback())
    assert problem.rule == "KD110"
    assert "lambda epoch, logs" in problem.fixes[0].title


MAKER = "def focal({}):\n    def inner(t, p):\n        return t - p\n    return inner\n"
USED = "model.compile('adam', loss=focal)\nmodel.fit(1, 2)"


def compiling(says):
    made = model(says)
    type(made).compile = lambda self, *given, **named: None
    return made


@pytest.mark.parametrize("shown", ["focal.<locals>.inner", "outer.<locals>.tf__focal.<locals>.inner"])
def test_a_function_that_makes_a_loss_is_called_where_all_has_defaults(shown):
    says = TypeError(f"Expected float32, but got <function {shown} at 0x7f81> of type 'function'.")
    (problem,) = told(MAKER.format("gamma=2.0, alpha=0.5") + USED, model=compiling(says))
    assert problem.title == "focal makes a loss, and is given without a call"
    assert (problem.fixes[0].source or "").endswith(USED.replace("focal", "focal()"))
    (problem,) = told(MAKER.format("gamma, alpha") + USED, model=compiling(says))
    assert "loss=focal(gamma=…, alpha=…)" in problem.fixes[0].title


def test_a_set_of_callbacks_becomes_a_list():
    says = AttributeError("'set' object has no attribute 'set_model'")
    (problem,) = told("mine = {1, 2}\nmodel.fit(1, 2, callbacks=mine)", model=model(says))
    assert problem.fixes[0].source == "mine = [1, 2]\nmodel.fit(1, 2, callbacks=mine)"
    (problem,) = told("model.fit(1, 2, callbacks=mine)", model=model(says), mine={1})
    assert [fix.kind for fix in problem.fixes] == ["manual"]


def test_what_a_method_of_a_callback_gave_is_no_callback():
    says = AttributeError("'NoneType' object has no attribute 'set_model'")
    base = type("Callback", (), {"__module__": "keras.src.callbacks.callback", "on_epoch_end": lambda *given: None})
    cell = "c = Own().on_epoch_end(0)\nmodel.fit(1, 2, callbacks=[c])"
    (problem,) = told(cell, model=model(says), Own=type("Own", (base,), {}))
    assert problem.title == "A callback is the result of Own().on_epoch_end(…), which is None"
    assert problem.fixes[0].source == "c = Own()\nmodel.fit(1, 2, callbacks=[c])"

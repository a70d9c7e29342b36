"""KI112: function of keras.backend that is gone."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3, edited, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI112").lesson
    assert told(lesson.target, lesson.after) == []


def test_the_example_is_told_and_corrected():
    lesson = RULES.get("KI112").lesson
    problem = problems(lesson.target, lesson.before)[0]
    assert (problem.rule, problem.severity) == ("KI112", "error")
    assert problem.fixes


@pytest.mark.parametrize(
    ("line", "advice"),
    [("K.gradients(loss, weights)", "GradientTape"), ("K.placeholder((1, 28, 28))", "Model of inputs")],
)
def test_what_needs_another_way_is_advised_and_not_edited(line, advice):
    (problem,) = problems("tensorflow==2.21.0", "from keras import backend as K\n" + line)
    assert (problem.rule, [fix.kind for fix in problem.fixes]) == ("KI112", ["manual"])
    assert advice in problem.fixes[0].title


FUNCTIONS = "tensorflow==2.16.2"
BACKEND = "import keras\nfrom keras import backend as K\n"


@pytest.mark.parametrize(
    ("call", "works"),
    [
        ("K.function([a], [b, c])", "keras.Model([a], [b, c]).predict_on_batch"),
        (
            "K.function([a, d], [b])",
            "(lambda model: lambda arrays: [model.predict_on_batch(arrays)])(keras.Model([a, d], [b]))",
        ),
    ],
)
def test_it_gives_a_list_as_the_function_did(call, works):
    assert edited(FUNCTIONS, f"{BACKEND}f = {call}", "KI112") == ("verified", f"{BACKEND}f = {works}")


@pytest.mark.parametrize(
    "call",
    [
        "K.function([a, K.learning_phase()], [b])",
        "K.function([a], outputs)",
        "K.function([a], [*outputs])",
        "K.function([a], [b], updates=u)",
        "K.function([a], [K.gradients(b, a)[0]])",
    ],
)
def test_what_a_model_cannot_do_is_only_advised(call):
    assert edited(FUNCTIONS, f"{BACKEND}f = {call}", "KI112") == (None, None)


COMPILED = "import keras\nmodel = keras.Sequential()\nmodel.compile('adam', 'mse')\n"


@pytest.mark.parametrize("line", ["keras.backend.epsilon()", "model.optimizer.learning_rate.assign(0.1)"])
def test_values_that_are_there_are_not_told(line):
    assert problems(KERAS_3, COMPILED + line) == []


def test_keras_2_sets_values():
    assert problems(KERAS_2, COMPILED + "keras.backend.set_value(model.optimizer.learning_rate, 0.1)") == []


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("keras.backend.set_value(model.optimizer.lr, 0.1)", "model.optimizer.learning_rate.assign(0.1)"),
        (
            "keras.backend.set_value(model.optimizer.learning_rate, x + 1)",
            "model.optimizer.learning_rate.assign(x + 1)",
        ),
        ("rate = keras.backend.get_value(model.optimizer.lr)", "rate = model.optimizer.learning_rate.numpy()"),
    ],
)
def test_the_variable_is_asked_itself(line, new):
    found = problems(KERAS_3, COMPILED + line)[0]
    assert found.rule == "KI112"
    assert any((fix.source or "").endswith(new) for fix in found.fixes)


def test_the_learning_phase_alone_needs_no_line():
    cell = "from keras import backend as K\nimport keras\nK.set_learning_phase(0)\nmodel = keras.Sequential()"
    applicability, source = edited(KERAS_3, cell, "KI112")
    assert applicability == "check the result"
    assert source == "from keras import backend as K\nimport keras\nmodel = keras.Sequential()"
    assert edited(KERAS_3, cell.rpartition("\n")[0], "KI112")[1] == "from keras import backend as K\nimport keras\n"


def test_with_the_session_of_a_graph_it_is_not_the_only_one():
    cell = "from keras import backend as K\nK.set_learning_phase(0)\nsession = K.get_session()\nsession.run(1)"
    assert "set_learning_phase" in (edited(KERAS_3, cell, "KI112")[1] or cell)


VALUES = [
    ("from keras import backend as K\nif K._BACKEND == 'theano':\n    x = 1", "if K.backend() == 'theano':\n    x = 1"),
    ("import keras\nx = keras.backend.common._FLOATX", "x = keras.backend.floatx()"),
    (
        "from keras.backend import _BACKEND\nif _BACKEND == 'theano':\n    x = 1",
        "from keras.backend import backend\nif backend() == 'theano':\n    x = 1",
    ),
]


@pytest.mark.parametrize("cell, works", VALUES)
@pytest.mark.parametrize("target", [KERAS_3, "tensorflow==2.15.1"])
def test_a_value_becomes_the_call_that_gives_it(target, cell, works):
    applicability, source = edited(target, cell, "KI112")
    assert applicability == "verified" and source.endswith(works)


def test_gradients_of_a_layer_are_told_in_the_names_of_the_cell():
    cell = (
        "from keras import backend as K\nscore = net.output[:, 3]\nlast = net.get_layer('conv')\n"
        "grads = K.gradients(score, last.output)[0]\nrun = K.function([net.input], [grads, last.output[0]])\n"
        "a, b = run([image])"
    )
    problem = next(each for each in problems("tensorflow==2.21.0", cell) if each.reference.endswith(".gradients"))
    told = problem.fixes[0].title
    assert "import keras; import tensorflow as tf; both = keras.Model(net.input, [last.output, net.output])" in told
    assert "inner, preds = both(image); loss = preds[:, 3]." in told

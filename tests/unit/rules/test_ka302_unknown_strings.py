"""KA302: string that Keras does not know."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from checked import KERAS_2, KERAS_3, edited, failed, problems, told
from refusals import refused
from refusals import told as explained

START = "import os\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\nmodel = keras.Sequential()\n"


@pytest.mark.parametrize(
    "line",
    [
        'layers.Dense(3, activation="swish", kernel_initializer="normal", kernel_regularizer="l2")',
        'model.compile("Adam", "MSE", metrics=["acc", "AUC", "mae", "sparse_categorical_accuracy"])\nmodel.fit(x)',
        'keras.utils.get_custom_objects()["mish2"] = mish2\nlayers.Dense(3, activation="mish2")',
    ],
)
def test_a_string_that_is_known(line):
    assert told(KERAS_2, START + line) == told(KERAS_3, START + line) == []


def test_a_string_that_an_earlier_cell_gave_a_meaning():
    first = START + "@keras.utils.register_keras_serializable()\ndef mine(x):\n    return x"
    assert told(KERAS_3, first, 'layers.Dense(3, activation="mine")') == []


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ('layers.Dense(3, activation="relux")', "relu"),
        ('layers.Dense(3, kernel_initializer="he_norm")', None),
        ('model.compile(optimizer="adma", loss="mse")', None),
        ('model.compile("adam", loss="mean_square_error")\nmodel.fit(x)', "mean_squared_error"),
    ],
)
def test_a_string_that_keras_does_not_know(line, new):
    for target in (KERAS_2, KERAS_3):
        (problem,) = problems(target, START + line)
        assert (problem.rule, problem.severity) == ("KA302", "error")
        if new:
            assert new in problem.fixes[0].replacement
            assert told(target, problem.fixes[0].source) == []


def test_a_loss_is_looked_up_when_training_starts():
    assert told(KERAS_3, START + 'model.compile("adam", loss="mean_square_error")') == [("KA302", "warning")]


def test_a_string_that_another_release_knows():
    line = START + 'model.compile("adam", "mse", metrics=["kullback_leibler_divergence"])\nmodel.evaluate(x)'
    assert told(KERAS_2, line) == []
    assert told(KERAS_3, line) == [("KA302", "error")]


MODEL = "import tensorflow as tf\nmodel = tf.keras.Sequential()\n"


def test_adamw_is_not_adam_misspelled():
    cell = MODEL + "model.compile(optimizer='AdamW')"
    assert told("tensorflow==2.16.2", cell) == []
    assert edited("tensorflow==2.9.3", cell, "KA302") == (None, None)


def test_a_slip_is_one():
    cell = MODEL + "model.compile(optimizer='Adamm')"
    assert edited("tensorflow==2.9.3", cell, "KA302") == ("verified", cell.replace("Adamm", "Adam"))


def test_the_names_that_are_told_are_those_of_objects():
    exception = ValueError("Unknown optimizer: 'Lion'. Please ensure you are using it right")
    (problem,) = failed("tensorflow==2.10.1", MODEL + "model.compile(optimizer='Lion')", exception)
    (fix,) = problem.fixes
    told = fix.title.partition(": ")[2]
    assert "adam, " in told and "Lion is in tensorflow 2.13" in told
    assert not {"backend,", "adam_v2,", "optimizer_v1,", "deserialize,"} & set(told.split())


def test_a_class_that_no_string_stands_for_yet_is_given_itself():
    exception = ValueError("Unknown optimizer: 'AdamW'. Please ensure you are using it right")
    cell = "import tensorflow as tf\nmodel = tf.keras.Sequential()\nmodel.compile(optimizer='AdamW')"
    (problem,) = failed("tensorflow==2.10.1", cell, exception)
    fix = problem.fixes[0]
    assert (fix.source or "").endswith("model.compile(optimizer=tf.keras.optimizers.experimental.AdamW())")
    assert fix.verified


@pytest.mark.parametrize("string, grade", [("sgdm", "check the result"), ("adamm", "verified")])
def test_another_optimizer_is_no_slip(string, grade):
    cell = f"import tensorflow as tf\nmodel = tf.keras.Sequential()\nmodel.compile(optimizer='{string}')"
    (problem,) = failed("tensorflow==2.10.1", cell, ValueError(f"Unknown optimizer: '{string}'. Please ensure"))
    assert problem.fixes[0].applicability == grade


def test_what_another_release_has_in_other_letters_is_no_slip():
    cell = "import tensorflow as tf\nmodel = tf.keras.Sequential()\nmodel.compile(optimizer='adamw')"
    (problem,) = failed("tensorflow==2.10.1", cell, ValueError("Unknown optimizer: 'adamw'. Please ensure"))
    assert problem.fixes[0].kind == "manual"


UNINTERPRETED = "Could not interpret activation function identifier: curve"


def registered_and_refused(monkeypatch, cell, objects):
    """What is told where the session registered objects, and Keras 3 refuses the name of one."""
    registry = ModuleType("keras.src.saving.object_registration")
    registry.GLOBAL_CUSTOM_OBJECTS = objects
    monkeypatch.setitem(sys.modules, registry.__name__, registry)
    refuses = refused(ValueError(UNINTERPRETED))
    return [
        each for each in explained(cell, Dense=refuses, load_model=None, mine=curve_of_mine) if each.rule == "KA302"
    ]


def curve_of_mine(x):
    return x


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("Dense(3, activation='curve')", "Dense(3, activation=mine)"),
        ("names = {'curve': 1}\nDense('curve')\n", "names = {'curve': 1}\nDense(mine)\n"),
        (
            "Dense(3, activation='curve')\nm = load_model('m.keras')",
            "Dense(3, activation=mine)\nm = load_model('m.keras', custom_objects={'mine': mine})",
        ),
    ],
)
def test_a_registered_object_is_given_itself(monkeypatch, cell, works):
    (problem,) = registered_and_refused(monkeypatch, f"mine(1)\n{cell}", {"Custom>curve": curve_of_mine})
    assert (problem.fixes[0].source, problem.fixes[0].verified) == (f"mine(1)\n{works}", True)


def test_one_that_no_variable_has_is_only_told(monkeypatch):
    (problem,) = registered_and_refused(monkeypatch, "Dense(3, activation='curve')", {"curve": object()})
    assert [fix.kind for fix in problem.fixes] == ["manual"]


def test_a_name_that_nobody_registered_is_looked_up_among_those_of_keras(monkeypatch):
    (problem,) = registered_and_refused(monkeypatch, "Dense(3, activation='curve')", {"other": curve_of_mine})
    assert problem.title == "Keras knows no activation called 'curve'"

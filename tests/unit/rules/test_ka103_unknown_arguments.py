"""KA103: argument that is not taken."""

from __future__ import annotations

import pytest
from checked import SETUP, failed, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KA103").lesson
    assert told(lesson.target, lesson.after) == []


FAILED = [
    pytest.param(
        "layers.Dense(10, actvation='relu')",
        ValueError("Unrecognized keyword arguments passed to Dense: {'actvation': 'relu'}"),
        "layers.Dense(10, activation='relu')",
        id="slip in a keyword",
    ),
]


def test_of_the_arguments_in_a_message_the_one_that_is_not_taken_is_told():
    cell = "import keras\ni = keras.Input((4,))\nm = keras.Model(inputs=i, output=keras.layers.Dense(1)(i))"
    says = ValueError("Unrecognized keyword arguments passed to Model: {'inputs': 1, 'output': 2}")
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", cell, says)
    assert problem.title == "Model takes no argument output"


def test_what_belongs_to_compile_is_sent_there():
    cell = "import keras\nm = keras.Sequential()\nm.fit(1, 2, metrics=['mae'])"
    says = TypeError("TensorFlowTrainer.fit() got an unexpected keyword argument 'metrics'")
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", cell, says)
    assert problem.fixes[0].title == "Give metrics= to model.compile(…), before fit."


@pytest.mark.parametrize("line, exception, works", FAILED)
def test_a_failed_call_gets_the_form_that_works(line, exception, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", SETUP + line, exception)
    fix = problem.fixes[0]
    assert problem.rule == "KA103"
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)


REPORTED = [
    pytest.param(
        "keras==1.2.2",
        "from keras.models import Model\nModel(inputs=a, outputs=b)",
        TypeError("__init__() got an unexpected keyword argument 'outputs'"),
        "from keras.models import Model\nModel(input=a, output=b)",
        id="code of Keras 2 in Keras 1",
    ),
    pytest.param(
        "keras==2.2.4",
        "from keras.optimizers import Nadam\nNadam(lr=0.1, schedule_dekay=0.004)",
        TypeError("Unexpected keyword argument passed to optimizer: schedule_dekay"),
        "from keras.optimizers import Nadam\nNadam(lr=0.1, schedule_decay=0.004)",
        id="an optimizer's own message",
    ),
]


@pytest.mark.parametrize("target, cell, exception, works", REPORTED)
def test_the_line_that_works_in_the_release_of_the_report(target, cell, exception, works):
    problem = failed(target, cell, exception)[0]
    fix = problem.fixes[0]
    assert (problem.rule, fix.kind, fix.source) == ("KA103", "edit", works)
    assert fix.verified is not False


@pytest.mark.parametrize(
    "line, works",
    [
        ("keras.layers.MaxPool2D(pool=2)", "keras.layers.MaxPool2D(pool_size=2)"),
        ("keras.layers.Softmax(axi=1)", "keras.layers.Softmax(axis=1)"),
    ],
)
def test_a_word_that_is_cut_short(line, works):
    keyword = line.partition("(")[2].partition("=")[0]
    said = TypeError(f"__init__() got an unexpected keyword argument {keyword!r}")
    problem = failed("tensorflow==2.16.2,keras==3.15.1", f"import keras\n{line}", said)[0]
    assert (problem.rule, problem.fixes[0].source) == ("KA103", f"import keras\n{works}")


WRONG_PARENTHESES = [
    (
        "model.compile(loss='mse', optimizer=keras.optimizers.SGD(0.1, metrics=['mae']))",
        "model.compile(loss='mse', optimizer=keras.optimizers.SGD(0.1), metrics=['mae'])",
    ),
    (
        "m = keras.Sequential()\nm.compile(keras.optimizers.SGD(0.1, loss='mse', metrics=['mae']))",
        "m = keras.Sequential()\nm.compile(keras.optimizers.SGD(0.1), loss='mse', metrics=['mae'])",
    ),
    (
        "def fit(net):\n    net.compile(keras.optimizers.SGD(0.1, metrics=['mae']), 'mse')",
        "def fit(net):\n    net.compile(keras.optimizers.SGD(0.1), 'mse', metrics=['mae'])",
    ),
    ("model.add(layers.Dense(3), activation='relu')", "model.add(layers.Dense(3, activation='relu'))"),
    (
        "layers.Bidirectional(layers.LSTM(3), return_sequences=True, name='both')",
        "layers.Bidirectional(layers.LSTM(3, return_sequences=True), name='both')",
    ),
    (
        "model.fit(x, callbacks=[keras.callbacks.EarlyStopping(patience=2, epochs=3)])",
        "model.fit(x, callbacks=[keras.callbacks.EarlyStopping(patience=2)], epochs=3)",
    ),
    (
        "model.compile(optimizer=keras.optimizers.Adam(lr=0.1, loss='mse'))",
        "model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.1), loss='mse')",
    ),
]


@pytest.mark.parametrize(("line", "works"), WRONG_PARENTHESES)
def test_a_keyword_goes_to_the_call_around_it_or_in_it_that_takes_it(line, works):
    refused = next(name for name in ("metrics", "activation", "return_sequences", "epochs", "lr") if f"{name}=" in line)
    exception = TypeError(f"got an unexpected keyword argument '{refused}'")
    fix = failed("tensorflow==2.21.0", SETUP + line, exception)[0].fixes[0]
    assert (fix.source, fix.verified) == (SETUP + works, True)


@pytest.mark.parametrize(
    "line",
    [
        "model.compile(keras.optimizers.SGD(0.1, metrics=['mae']), metrics=['mse'])",  # it has its own
        "model.compile(keras.optimizers.SGD(0.1, sizes=3))",  # neither takes it
        "layers.Concatenate()([layers.Dense(3), layers.Dense(4)], units=5)",  # which of them is meant is not known
    ],
)
def test_nothing_is_given_to_a_call_that_does_not_lack_it(line):
    refused = next(name for name in ("metrics", "sizes", "units") if f"{name}=" in line)
    says = TypeError(f"got an unexpected keyword argument '{refused}'")
    fixes = [fix for problem in failed("tensorflow==2.21.0", SETUP + line, says) for fix in problem.fixes]
    assert not any(fix.source for fix in fixes)

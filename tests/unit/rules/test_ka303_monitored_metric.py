"""KA303: metric watched under another name."""

from __future__ import annotations

import pytest
from checked import KERAS_3, problems

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES
from kerasmagic.source.bindings import Bindings

START = "from keras import Sequential, callbacks\nmodel = Sequential()\n"
COMPILED = START + "model.compile('sgd', 'mse', metrics=['accuracy'])\n"

SILENT = [
    pytest.param(KERAS_3, COMPILED + "callbacks.EarlyStopping(monitor='val_accuracy')", id="the name that it has"),
    pytest.param(KERAS_3, COMPILED + "callbacks.EarlyStopping(monitor='val_loss')", id="the loss"),
    pytest.param(KERAS_3, COMPILED + "callbacks.EarlyStopping('val_loss', 0, 3)", id="by place"),
    pytest.param(KERAS_3, START + "callbacks.EarlyStopping(monitor='val_acc')", id="nothing is compiled here"),
    pytest.param(
        KERAS_3,
        COMPILED.replace("'accuracy'", "'acc'") + "callbacks.EarlyStopping(monitor='val_acc')",
        id="the short name in both",
    ),
    pytest.param(
        KERAS_3,
        COMPILED + "model.compile('sgd', 'mse', metrics=['acc'])\ncallbacks.EarlyStopping(monitor='val_acc')",
        id="two models",
    ),
    pytest.param("keras==2.2.4", COMPILED + "callbacks.EarlyStopping(monitor='val_acc')", id="an older Keras"),
]


@pytest.mark.parametrize(("target", "cell"), SILENT)
def test_nothing_is_said(target, cell):
    assert "KA303" not in {problem.rule for problem in problems(target, cell)}


FOUND = [
    ("callbacks.EarlyStopping(monitor='val_acc')", "callbacks.EarlyStopping(monitor='val_accuracy')", "error"),
    (
        "callbacks.EarlyStopping('val_acc', mode='max')",
        "callbacks.EarlyStopping('val_accuracy', mode='max')",
        "warning",
    ),
    (
        'callbacks.ModelCheckpoint("{val_acc:.2f}.keras", "val_acc")',
        'callbacks.ModelCheckpoint("{val_accuracy:.2f}.keras", "val_accuracy")',
        "error",
    ),
    ("callbacks.ReduceLROnPlateau(monitor='acc')", "callbacks.ReduceLROnPlateau(monitor='accuracy')", "warning"),
]


@pytest.mark.parametrize(("line", "works", "severity"), FOUND)
def test_the_recorded_name_is_written(line, works, severity):
    (problem,) = problems(KERAS_3, COMPILED + line)
    assert (problem.rule, problem.severity) == ("KA303", severity)
    assert problem.fixes[0].source == COMPILED + works and problem.fixes[0].verified


def test_what_an_earlier_cell_compiled_counts():
    world, bindings = TargetWorld(Target.parse(KERAS_3), RULES), Bindings()
    check_cell(COMPILED, world, bindings)
    (problem,) = check_cell("stop = callbacks.EarlyStopping(monitor='val_acc')", world, bindings)
    assert problem.rule == "KA303"

"""KD129, of the values that evaluate gives."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from refusals import keras, told


def named(*names):
    """Metrics of these names."""
    base = type("Metric", (), {"__module__": "keras.src.metrics"})
    made = [type("Mean", (base,), {})() for _ in names]
    for each, name in zip(made, names):
        each.name = name
    return made


def model(values, lists=(), losses=()):
    """A model of Keras 3 whose evaluate gives these values."""
    kind = type("Functional", (keras()["Model"],), {"__module__": "keras.src.models"})
    made = kind(None, _loss_tracker=1, evaluate=lambda *_, **__: values)
    held = [SimpleNamespace(output_name=output, metrics=named(*names)) for output, names in lists]
    made._compile_metrics = SimpleNamespace(_flat_metrics=held, _flat_weighted_metrics=[])
    made._compile_loss = SimpleNamespace(_metrics=named(*losses))
    return made


SEVERAL = [("main", ["mae"]), ("aux", ["mae"])]


@pytest.mark.parametrize(
    "cell", ["a, b, c = m.evaluate(x)", "r = m.evaluate(x)\na, b, c = r"], ids=["at once", "by a variable"]
)
def test_the_values_of_several_outputs_are_named(cell):
    (problem,) = told(cell, m=model([0.0] * 5, SEVERAL, ["main_loss", "aux_loss"]), x=1)
    assert problem.title == "evaluate gives 5 values here, and the line takes 3"
    assert "loss, main_loss, aux_loss, aux_mae, main_mae = " in problem.fixes[0].title


def test_the_values_of_one_output_are_named():
    (problem,) = told("loss, acc = m.evaluate(x)", m=model([0.0] * 3, [(None, ["mae", "mse"])]), x=1)
    assert "loss, mae, mse = m.evaluate(…)" in problem.fixes[0].title


def test_where_the_names_do_not_fit_the_values_none_are_told():
    (problem,) = told("r = m.evaluate(x)\na, b, c = r", m=model([0.0] * 7, SEVERAL), x=1)
    assert problem.title == "evaluate, or train_on_batch, gives another number of values than the line takes"


def test_other_lists_are_not_told():
    assert told("r = [1., 2.]\na, b, c = r", m=model([0.0] * 5, SEVERAL)) == []

"""KD181: train_step without a dictionary."""

from __future__ import annotations

import linecache

import pytest
from refusals import keras, rules, told

NO_ITEMS = AttributeError("'tensorflow.python.framework.ops.EagerTensor' object has no attribute 'items'")
NOTHING = ValueError("Attr 'Toutput_types' of 'OptionalFromValue' Op passed list of length 0 less than minimum 1.")
CELL = """class Net(Model):
    def train_step(self, data):
        x, y = data
        p = self(x)
        loss = self.compute_loss(x, y, p)
        self.optimizer.minimize(loss, self.trainable_variables)
        {}

model = Net(says)
vars(model).update(held)
model.fit(1, 2)
"""
LOOP = "for metric in self.metrics:\n            "
RESULTS = "\n        return {metric.name: metric.result() for metric in self.metrics}"


def cell(last):
    text = CELL.replace("{}", last)
    _CELLS["<ipython-input-1>"] = text.splitlines(True)
    return text


def names(says=NO_ITEMS, **held):
    return {"Model": keras()["Model"], "says": says, "held": held}


_CELLS = {}


@pytest.fixture(autouse=True)
def _kept(monkeypatch):
    """What IPython keeps of a cell."""
    monkeypatch.setattr(linecache, "getlines", lambda path, *more: list(_CELLS.get(path, ())))


@pytest.mark.parametrize("says, last", [(NO_ITEMS, "return loss"), (NOTHING, "")])
def test_keras_3_shows_its_own_mean_of_the_loss(says, last):
    (problem,) = told(cell(last), **names(says, _loss_tracker=1, _compile_metrics=None))
    assert problem.rule == "KD181" and "returns" in problem.title
    assert LOOP + "metric.update_state(loss)" + RESULTS in problem.fixes[0].source


def test_the_metrics_of_compile_get_the_labels_and_the_answers():
    (problem,) = told(cell("return loss"), **names(_loss_tracker=1, _compile_metrics=2))
    wanted = "if metric.name == 'loss':\n                metric.update_state(loss)\n            else:"
    assert LOOP + wanted + "\n                metric.update_state(y, p)" + RESULTS in problem.fixes[0].source


def test_without_metrics_of_its_own_the_loss_gets_a_name():
    (problem,) = told(cell("return loss, p"), **names())
    assert problem.title == "train_step of Net returns 2 values, and Keras takes a dictionary"
    assert problem.fixes[0].source == cell("return {'loss': loss}")


@pytest.mark.parametrize("last", ["return self.results", "return {'loss': loss}", "return show(loss)"])
def test_what_may_be_a_dictionary_is_not_told(last):
    assert "KD181" not in rules(cell(last), **names())


def test_metrics_that_saw_no_batch():
    says = ValueError("Cannot get result() since the metric has not yet been built.")
    given = names(says, _loss_tracker=1, _compile_metrics=2)
    problem = told(cell("return {'loss': loss}"), **given)[0]
    assert problem.title == "train_step of Net does not update the metrics that compile got"
    assert "KD181" not in rules(cell("return {m.name: m.result() for m in self.metrics}"), **given)

"""What a cell will ask of objects of the session that do not have it."""

from __future__ import annotations

import pytest

from kerasmagic.diagnosis.engine import KernelWorld, check_cell
from kerasmagic.diagnosis.evidence.cell import read
from kerasmagic.diagnosis.evidence.foreseen import missing_attributes, missing_values
from kerasmagic.rules import RULES


class Forest:
    def __init__(self):
        self.classes_ = [0, 1]

    def predict(self, x):
        return x


class Proxy:
    def __getattr__(self, name):
        raise RuntimeError("asked")


class Everything:
    def __getattribute__(self, name):
        raise RuntimeError("asked")


def history(**recorded):
    found = type("History", (), {"__module__": "keras.src.callbacks.history"})()
    found.history = recorded
    return found


SESSION = {"model": Forest(), "proxy": Proxy(), "all": Everything(), "values": [1, 2], "cls": Forest}


def attributes(cell):
    return [node.attr for _, node in missing_attributes(read(cell), SESSION)]


@pytest.mark.parametrize(
    "cell",
    [
        "model.evaluate(x, y)",
        "import numpy as np\nloss, acc = model.evaluate(x, y)",
        "values.evaluate(x)",
        "with open('f') as f:\n    print(model.evaluate(x))",
        "for each in values:\n    print(each)\nmodel.evaluate(x)",
    ],
)
def test_an_attribute_that_is_certainly_asked_for(cell):
    assert attributes(cell) == ["evaluate"]


@pytest.mark.parametrize(
    "cell",
    [
        "model.predict(x), model.classes_, values.append",
        "proxy.evaluate(x), all.evaluate(x), cls.mro()",
        "model = build()\nmodel.evaluate(x)",
        "def model():\n    pass\nmodel.evaluate",
        "from mine import model\nmodel.evaluate(x)",
        "model.evaluate = score\nmodel.evaluate(x)",
        "hasattr(model, 'evaluate') and model.evaluate(x)",
        "if known:\n    model.evaluate(x)",
        "try:\n    model.evaluate(x)\nexcept AttributeError:\n    pass",
        "scored = lambda x: model.evaluate(x)",
        "def scored(x):\n    return model.evaluate(x)",
        "model.evaluate(x",
    ],
)
def test_what_may_be_there_or_never_be_asked_for(cell):
    assert attributes(cell) == []


def told(cell, **names):
    """The title and the corrected cell of what a check tells."""
    found = check_cell(cell, KernelWorld(RULES, names))
    return [(each.rule, each.title, each.fixes[0].source) for each in found if each.rule == "KA301"]


def test_a_value_that_was_recorded_by_another_name():
    ran = history(loss=[0.1], accuracy=[0.5])
    title = "The training history has no 'acc'"
    corrected = "plot(h.history['accuracy'])\nplot(h.history['loss'])"
    assert told("plot(h.history['acc'])\nplot(h.history['loss'])", h=ran) == [("KA301", title, corrected)]


def test_the_history_that_is_asked_counts_and_no_other_one():
    names = {"h": history(loss=[0.1], auc=[0.5]), "h2": history(loss=[0.1], auc_1=[0.5])}
    assert told("plot(h.history['auc'], h2.history['auc_1'])", **names) == []
    assert told("plot(h2.history['auc'])", **names)[0][1] == "h2.history has no 'auc': it has 'auc_1'"


def test_values_of_validation_data_that_fit_did_not_have():
    ((_, title, _),) = told("plot(h.history['val_loss'])", h=history(loss=[0.1]))
    assert title == "The training history has no 'val_loss', because fit had no validation data"


def test_the_object_in_place_of_its_values():
    ((_, title, corrected),) = told("plot(h['loss'])", h=history(loss=[0.1]))
    assert (title[:23], corrected) == ("fit returns an object; ", "plot(h.history['loss'])")


@pytest.mark.parametrize(
    "cell",
    [
        "plot(h.history['loss'])",
        "model.fit(x, y)\nplot(h.history['acc'])",
        "h = model.fit(x, y)\nplot(h.history['acc'])",
        "h.history['acc'] = [0.5]\nplot(h.history['acc'])",
        "plot(h.history[name])",
        "[h.history[k] for k in ('acc', 'loss')]",
        "table['acc'], h.history.get('acc')",
    ],
)
def test_values_that_are_there_or_may_be(cell):
    names = {"h": history(loss=[0.1], accuracy=[0.5]), "table": {"loss": 1}}
    assert [*missing_values(read(cell), names)] == []
    assert told(cell, **names) == []

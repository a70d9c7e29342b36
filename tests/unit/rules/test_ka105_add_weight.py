"""KA105: order of add_weight."""

from __future__ import annotations

import linecache

import pytest
from checked import KERAS_2, KERAS_3, failed, told
from refusals import refused
from refusals import told as raised

from kerasmagic.rules import RULES

LAYER = """\
from tensorflow.keras import layers
class Scale(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight({}, trainable=True)
"""


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.15.1", RULES.get("KA105").lesson.before) == []


def test_add_weight_with_its_name_in_front():
    for target in (KERAS_3, "tensorflow==2.16.2,keras==3.0.5"):
        assert told(target, LAYER.format('"w", shape=(4,)')) == [("KA105", "error")]
        assert told(target, LAYER.format('name="w", shape=(4,)')) == []
    assert told(KERAS_2, LAYER.format('"w", shape=(4,)')) == []


REPORTED = [
    pytest.param(
        "tensorflow==2.17.1,keras==3.5.0",
        "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n"
        "    def build(self, s):\n        self.w = self.add_weight('w', shape=[2])\nL()(x)",
        TypeError("Layer.add_weight() got multiple values for argument 'shape'"),
        "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n"
        "    def build(self, s):\n        self.w = self.add_weight(name='w', shape=[2])\nL()(x)",
        id="add_weight in releases with Python's own message",
    ),
]


@pytest.mark.parametrize("target, cell, exception, works", REPORTED)
def test_the_line_that_works_in_the_release_of_the_report(target, cell, exception, works):
    problem = failed(target, cell, exception)[0]
    fix = problem.fixes[0]
    assert (problem.rule, fix.kind, fix.source) == ("KA105", "edit", works)
    assert fix.verified is not False


def test_the_name_of_a_weight_taken_for_its_shape_is_told_in_the_line_of_add_weight_only(monkeypatch):
    says = ValueError("Cannot convert 'tp' to a shape. Found invalid dimension 't' of type '<class 'str'>'.")
    namespace = {"says": says}
    for line, rules in (("self = Weights(); self.add_weight('tp')", ["KA105"]), ("raise says", [])):
        cell = f"class Weights:\n    def add_weight(self, *given):\n        raise says.with_traceback(None)\n{line}"
        try:
            exec(compile(cell, "<ipython-input-1>", "exec"), namespace)
        except ValueError as error:
            lines = cell.splitlines(keepends=True)
            monkeypatch.setitem(linecache.cache, "<ipython-input-1>", (len(cell), None, lines, "<ipython-input-1>"))
            assert [problem.rule for problem in failed(KERAS_3, line, error, namespace)] == rules


def test_a_weight_of_a_metric_needs_an_initializer():
    says = "Attempt to convert a value (None) with an unsupported type (<class 'NoneType'>) to a Tensor."
    cell = "class Counts(Metric):\n    def __init__(self):\n        self.add_weight(name='w', shape=(2,))\nCounts()"
    metric = {"__module__": "keras.src.metrics.metric", "add_weight": lambda self, **given: refused(ValueError(says))()}
    problem, *_ = raised(cell, Metric=type("Metric", (), metric))
    assert problem.rule == "KA105"
    assert "self.add_weight(name='w', shape=(2,), initializer=\"zeros\")" in problem.fixes[0].source
    layer = {**metric, "__module__": "keras.src.layers.layer"}
    others = raised(cell.replace("Metric", "Layer"), Layer=type("Layer", (), layer))
    assert "KA105" not in [each.rule for each in others]


@pytest.mark.parametrize(("third", "name"), [("True", "trainable"), ("'w'", "name"), ("'float32'", "dtype")])
def test_what_stands_third_behind_a_shape_is_told_by_its_kind(monkeypatch, third, name):
    cell = f"add_weight((3, 4), 'zeros', {third})"
    monkeypatch.setitem(linecache.cache, "<ipython-input-1>", (len(cell), None, [cell], "<ipython-input-1>"))
    (problem,) = raised(cell, add_weight=refused(ValueError("Invalid dtype: True")))
    assert problem.fixes[0].source == f"add_weight(shape=(3, 4), initializer='zeros', {name}={third})"


def test_another_mistake_in_named_arguments_is_not_told():
    says = refused(ValueError("Could not interpret initializer identifier: Random_normal"))
    found = raised("add_weight(shape=(3, 4), initializer='Random_normal')", add_weight=says)
    assert "KA105" not in [problem.rule for problem in found]

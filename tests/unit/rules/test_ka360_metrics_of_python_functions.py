"""KA360: metrics that a function of Python computes."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3, problems
from refusals import model, rules, told

SAYS = ValueError("Cannot take the length of shape with unknown rank.")
METRIC = "import tensorflow as tf\ndef iou(y, p):\n    return {}\nmodel.compile('adam', 'mse', metrics=['acc', {}])"
CALL = "tf.numpy_function(f, [y, p > 0.5], tf.float64)"


def checked(call, name="iou", target=KERAS_3):
    return [each for each in problems(target, METRIC.format(call, name)) if each.rule == "KA360"]


@pytest.mark.parametrize(
    ("call", "name", "target"),
    [
        pytest.param(CALL, "dice", KERAS_3, id="another metric"),
        pytest.param(CALL, "iou", KERAS_2, id="Keras 2"),
        pytest.param("tf.numpy_function(f, [y, p], [tf.float64])", "iou", KERAS_3, id="a list of tensors"),
        pytest.param("np.numpy_function(f, [y, p], tf.float64)", "iou", KERAS_3, id="not of TensorFlow"),
        pytest.param(f"tf.reshape({CALL}, [-1])", "iou", KERAS_3, id="it has a shape"),
        pytest.param("tf.reduce_mean(y - p)", "iou", KERAS_3, id="an operation"),
    ],
)
def test_other_metrics_are_not_told(call, name, target):
    assert checked(call, name, target) == []


@pytest.mark.parametrize("call", [CALL, "tf.compat.v1.py_func(f, [y, p], Tout=tf.float64)"])
def test_its_values_get_a_shape_before_it_is_trained(call):
    (problem,) = checked(call)
    assert problem.title == "The metric iou has values of unknown shape"
    assert problem.fixes[0].source == METRIC.format(f"tf.reshape({call}, [-1])", "iou")
    assert problem.fixes[0].applicability == "verified"


def test_a_name_further_down_is_no_metric():
    cell = METRIC.format(CALL, "acc").replace("metrics=['acc', acc]", "metrics=acc")
    assert [each for each in problems(KERAS_3, cell + "\nresult = iou(a, b)") if each.rule == "KA360"] == []


def test_after_training_failed_too():
    cell = f"import tensorflow as tf\ndef iou(y, p):\n    return {CALL}\nmodel.fit(x)"
    (problem,) = told(cell.replace("import tensorflow as tf\n", ""), model=model(SAYS), x=1, tf=1)
    assert (problem.rule, problem.fixes[0].kind) == ("KA360", "manual")


def test_where_the_metric_stands_in_another_cell_it_is_for_a_person():
    (problem,) = told("model.fit(x)", model=model(SAYS), x=1)
    assert (problem.rule, problem.fixes[0].kind) == ("KA360", "manual")
    assert problem.title == "The metric has values of unknown shape"
    assert "KA360" not in rules("model.fit(x)", target=KERAS_2, model=model(SAYS), x=1)

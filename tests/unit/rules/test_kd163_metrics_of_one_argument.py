"""KD163: metrics of other arguments."""

from __future__ import annotations

import pytest
from refusals import compiled, told

TWICE = TypeError("Reduce.update_state() got multiple values for argument 'sample_weight'")
UNKNOWN = TypeError("Own.update_state() got an unexpected keyword argument 'sample_weight'")


def metric(kind="Sum", package="keras.src.metrics", taken="values, sample_weight=None", name=None):
    """A metric of Keras, or of a class of the user's that is made from Keras's."""
    base = type("Metric", (), {"__module__": "keras.src.metrics.metric"})
    inside = {"__name__": package}
    exec(f"def update_state(self, {taken}):\n    pass", inside)
    made = type(kind, (base,), {"__module__": package, "update_state": inside["update_state"]})()
    made._name = name or kind.lower()
    return made


def of(says, *metrics):
    return told("model.fit(1, 2)", model=compiled(says, (None, 1), metrics=metrics))


@pytest.mark.parametrize(
    "metrics, says",
    [
        ((metric(taken="y_true, y_pred, sample_weight=None"),), TWICE),
        ((metric("Own", "__main__", "y_true, y_pred, **others"),), UNKNOWN),
        (("mae",), TWICE),
        ((metric(),), TypeError("something else")),
    ],
)
def test_other_metrics_and_errors_are_not_told(metrics, says):
    assert "KD163" not in [each.rule for each in of(says, *metrics)]


@pytest.mark.parametrize("kind, name, function", [("Mean", "mean_pred", "reduce_mean"), ("Sum", "sum", "reduce_sum")])
def test_a_function_takes_the_place_of_mean_and_sum(kind, name, function):
    problem = of(TWICE, "mae", metric(kind, name=name))[0]
    assert problem.title.startswith(f"{kind} is a metric of one kind of values")
    called = name if name != kind.lower() else f"{name}_of_answers"
    assert (
        f"def {called}(y_true, y_pred): return tf.{function}(y_pred), and metrics=[{called}]" in problem.fixes[0].title
    )


def test_a_metric_of_the_users_lacks_the_weights():
    problem = of(UNKNOWN, metric("Own", "__main__", "y_true, y_pred"))[0]
    assert problem.title == "update_state of Own takes (y_true, y_pred), and compile gives it more"
    assert "sample_weight=None" in problem.fixes[0].title

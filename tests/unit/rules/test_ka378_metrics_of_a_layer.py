"""KA378: add_metric of a layer."""

from __future__ import annotations

from checked import KERAS_3, failed

SAYS = NotImplementedError(
    "Layer `add_metric()` method is deprecated. Add your metric in `Model.compile(metrics=[...])`."
)
CALL = "    def call(self, x):\n        self.add_metric(total(x), name='total')\n        return x"


def told(cell):
    (problem,) = failed(KERAS_3, cell, SAYS)
    assert problem.rule == "KA378"
    return problem.fixes[0].title


def test_the_layer_keeps_a_metric_of_that_name():
    title = told(f"class Watch(Layer):\n    def __init__(self):\n        super().__init__()\n{CALL}")
    assert "In the __init__ of Watch write self.total_tracker = keras.metrics.Mean(name='total')" in title
    assert "self.total_tracker.update_state(total(x))" in title


def test_a_class_without_init_gets_one():
    assert "def __init__(self, **kwargs)" in told(f"class Watch(Layer):\n{CALL}")


def test_a_metric_of_a_model_needs_a_layer():
    title = told("model.add_metric(kl, name='kl')")
    assert "put kl through it" in title and "Mean(name='kl')" in title

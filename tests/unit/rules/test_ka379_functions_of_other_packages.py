"""KA379: functions of other packages."""

from __future__ import annotations

import pytest
from refusals import compiled, told

STEPS = """in user code:

    File "/x/site-packages/keras/src/engine/training.py", line 1160, in train_function  *
        return step_function(self, iterator)
    File "<ipython-input-1>", line 3, in {0}  *
        return {1}(y_true, y_pred)
    File "/x/site-packages/{2}/_validation.py", line 10, in wrapper  *
        return func(*args)
    File "/x/site-packages/{2}/metrics/_classification.py", line 1153, in {1}  *
        check(y_true)

    NotImplementedError: Cannot convert a symbolic tf.Tensor (Cast:0) to a numpy array.
"""


def f1(y_true, y_pred):
    """A metric of the user's."""


def of(function, package="sklearn", loss=None, caller="f1"):
    says = NotImplementedError(STEPS.format(caller, function, package))
    model = compiled(says, (None, 1), loss=loss, metrics=() if loss else [f1])
    return told("model.fit(1, 2)", model=model)


@pytest.mark.parametrize("package, caller", [("keras", "f1"), ("sklearn", "other")])
def test_functions_of_keras_and_of_others_are_not_told(package, caller):
    assert "KA379" not in [each.rule for each in of("f1_score", package, caller=caller)]


def test_f1_is_computed_with_tensorflow():
    (problem,) = of("f1_score")
    assert problem.title == "f1 calls f1_score of scikit-learn, which takes arrays"
    assert "2 * tf.reduce_sum(t * p)" in problem.fixes[0].title


@pytest.mark.parametrize(
    "function, package, says",
    [
        ("precision_score", "sklearn", "metrics=[tf.keras.metrics.Precision()]"),
        ("accuracy_score", "sklearn", "metrics=['accuracy']"),
        ("spearmanr", "scipy", "run_eagerly=True"),
    ],
)
def test_keras_has_a_metric_of_its_own_or_runs_the_function_with_values(function, package, says):
    assert says in of(function, package)[0].fixes[0].title


def test_a_loss_needs_gradients():
    assert "gradients" in of("mean_squared_error", loss=f1)[0].fixes[0].title

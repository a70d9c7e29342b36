"""KA372: parameter of a build function."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

SAYS = "Invalid parameter neurons for estimator KerasClassifier.\nThis issue can likely be resolved by"
WRAPPER = type("BaseWrapper", (), {"__module__": "scikeras.wrappers"})


def search(make, *grid, wrapper=WRAPPER, how="model"):
    """A search that fails at the first name that its estimator does not know."""

    def set_params(self, **params):
        raise ValueError(SAYS)

    kind = type("KerasClassifier", (wrapper,), {"__module__": wrapper.__module__, "set_params": set_params})
    estimator = kind()
    vars(estimator)[how] = make
    return type("GridSearchCV", (), {"param_grid": None, "fit": fit})(), estimator, list(grid)


def fit(self, estimator, grid):
    vars(self)["param_grid"] = grid
    estimator.set_params(neurons=5)


def make(neurons=12, *, rate=0.0):
    return neurons * rate


CELL = "found[0].fit(*found[1:])"


@pytest.mark.parametrize("how", ["model", "build_fn"])
def test_all_that_the_function_takes_is_named_at_once(how):
    (problem,) = told(CELL, found=search(make, {"neurons": [5], "epochs": [1]}, {"rate": [0.1], "units": [1]}, how=how))
    assert problem.rule == "KA372" and problem.title == "neurons is a parameter of make, not of KerasClassifier"
    assert problem.fixes[0].title == "Write model__neurons, model__rate for neurons, rate where you list what to try."


@pytest.mark.parametrize(
    "found",
    [
        search(lambda units: units, {"neurons": [5]}),
        search(WRAPPER(), {"neurons": [5]}),
        search(make, {"neurons": [5]}, wrapper=type("Other", (), {"__module__": "xgboost"})),
    ],
)
def test_what_no_function_takes_is_not_told(found):
    assert "KA372" not in rules(CELL, found=found)


def test_another_error_is_not_this():
    assert "KA372" not in rules("f()", f=refused(ValueError(SAYS)))

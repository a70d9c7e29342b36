"""KA387: operation that shap.DeepExplainer lacks."""

from __future__ import annotations

import pytest
from checked import failed

ERROR = LookupError("in user code:\n\n    LookupError: gradient registry has no entry for: shap_TensorListStack\n")
CELL = "explainer = {}(model, x[:20])\nvalues = explainer.shap_values(x{})"


def told(cell, error=ERROR):
    return [problem for problem in failed("tensorflow==2.20.0", cell, error) if problem.rule == "KA387"]


def test_nothing_is_said_of_other_gradients():
    assert told(CELL.format("shap.DeepExplainer", ""), LookupError("gradient registry has no entry for: Mine")) == []


def test_the_explainer_that_takes_any_model():
    (problem,) = told(CELL.format("shap.DeepExplainer", ""))
    assert problem.fixes[0].source == CELL.format("shap.GradientExplainer", "")
    assert problem.fixes[0].applicability == "check the result" and "LSTM" in problem.cause


@pytest.mark.parametrize(
    "cell",
    [CELL.format("shap.DeepExplainer", ", check_additivity=False"), "values = explainer.shap_values(x)"],
)
def test_what_is_made_elsewhere_or_otherwise_is_for_a_person(cell):
    (problem,) = told(cell)
    assert [fix.kind for fix in problem.fixes] == ["manual"]


def test_what_a_failed_call_left_in_tensorflow():
    (problem,) = told(CELL.format("shap.GradientExplainer", ""))
    assert [fix.kind for fix in problem.fixes] == ["restart"]

"""KA377: models as YAML."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3, failed

REMOVED = RuntimeError("Method `model.to_yaml()` has been removed due to security risk of arbitrary code execution.")
GONE = AttributeError("'Sequential' object has no attribute 'to_yaml'")
CELL = "from tensorflow.keras.models import model_from_yaml\ntext = model.to_yaml()\nagain = model_from_yaml(text)"


@pytest.mark.parametrize("target, error", [(KERAS_2, REMOVED), (KERAS_3, GONE)])
def test_all_of_the_cell_is_written_with_json(target, error):
    problem = failed(target, CELL, error)[0]
    assert (problem.rule, problem.fixes[0].source) == ("KA377", CELL.replace("yaml", "json"))
    assert problem.fixes[0].applicability == "check the result"


def test_another_error_of_such_a_cell_is_not_told():
    assert failed(KERAS_2, "frame.to_yaml()", RuntimeError("no such frame")) == []

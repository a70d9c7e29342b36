"""KA307: list where an array is wanted."""

from __future__ import annotations

import pytest
from checked import failed

MESSAGES = [
    ("m.fit([1], [1])", ValueError("Unrecognized data type: x=[1] (of type <class 'list'>)")),
]


@pytest.mark.parametrize("cell, exception", MESSAGES)
def test_messages_of_tensorflow_and_keras_are_known(cell, exception):
    problem = failed("tensorflow==2.16.2", cell, exception)[0]
    assert problem.rule == "KA307" and problem.fixes


@pytest.mark.parametrize(
    "given, kind", [("['a', 'b']", "manual"), ("[['a', 1]]", "manual"), ("names", "manual"), ("[[1, -2.5]]", "edit")]
)
def test_only_numbers_become_an_array(given, kind):
    exception = ValueError("Unrecognized data type: x=… (of type <class 'list'>)")
    (problem,) = failed("tensorflow==2.16.2", f"m.predict({given})", exception, {"names": ["a", "b"]})
    assert problem.fixes[0].kind == kind


def test_rows_of_other_lengths_are_filled_up():
    exception = ValueError("Unrecognized data type: x=[[1, 2], [3]] (of type <class 'list'>)")
    (problem,) = failed("tensorflow==2.16.2", "import numpy as np\nm.fit([[1, 2], [3]], [0, 1])", exception)
    fix = problem.fixes[0]
    assert "m.fit(pad_sequences([[1, 2], [3]]), np.array([0, 1]))" in fix.source
    assert "from keras.utils import pad_sequences" in fix.source
    assert fix.applicability == "check the result"

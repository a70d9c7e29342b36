"""KA325: list of arrays for a function."""

from __future__ import annotations

import numpy as np
import pytest
from checked import KERAS_3, failed

KerasFunction = type("GraphExecutionFunction", (), {"__module__": "tf_keras.src.backend"})
Other = type("Function", (), {"__module__": "own"})
LIST = [np.ones((4, 4, 3))]
ERROR = ValueError("convolution input must be 4-dimensional: [95,95,3]")


def told(cell, **variables):
    found = failed(KERAS_3, cell, ERROR, {"np": np, "f": KerasFunction(), "image": LIST, **variables})
    return [problem for problem in found if problem.rule == "KA325"]


@pytest.mark.parametrize(
    "cell, variables",
    [
        ("f([image])", {"image": LIST[0]}),
        ("f([image])", {"image": []}),
        ("f([image])", {"image": [1, 2]}),
        ("f([image])", {"image": [np.ones(2), np.ones(3)]}),
        ("f([image])", {"f": Other()}),
        ("f([image])", {"f": lambda arrays: arrays}),
        ("f(image)", {}),
        ("f([image], 1)", {}),
    ],
)
def test_another_call_or_another_input(cell, variables):
    assert told(cell, **variables) == []


def test_one_array_is_made_of_the_list():
    (problem,) = told("loss, grads = f([image, 0])")
    fix = problem.fixes[0]
    assert (fix.applicability, fix.source) == ("verified", "loss, grads = f([np.array(image), 0])")


def test_numpy_is_imported_where_it_is_not():
    (problem,) = told("f([image])", np=None)
    assert problem.fixes[0].source == "import numpy as np\nf([np.array(image)])"

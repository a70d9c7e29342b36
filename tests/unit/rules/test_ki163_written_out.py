"""KI163: small function that is gone."""

from __future__ import annotations

from unittest.mock import MagicMock

import numpy as np
import pytest
from checked import edited, problems, told

from kerasmagic.diagnosis.repair.written_out import DEFINITIONS

TARGET = "tensorflow==2.16.2"
SLICE = """def slice_X(arrays, start=None, stop=None):
    rows = start if hasattr(start, "__len__") else slice(start, stop)
    return [each[rows] for each in arrays] if isinstance(arrays, list) else arrays[rows]"""


@pytest.mark.parametrize(
    "cell",
    [
        "def slice_X(x): return x\nslice_X(y)",
        "from sklearn.metrics import precision_score as precision\nprecision(y, p)",
        "from keras.metrics import Precision\nPrecision()",
    ],
)
def test_functions_of_the_users_own(cell):
    assert told(TARGET, cell) == []


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("from keras.engine.training import slice_X\na = slice_X(x, 0, 9)", f"{SLICE}\na = slice_X(x, 0, 9)"),
        (
            "from keras.engine.training import slice_X as part\na = part(x, 3)",
            SLICE.replace("slice_X", "part") + "\na = part(x, 3)",
        ),
        (
            "from keras.models import Sequential, slice_X\nimport os\na = slice_X(x, 3)",
            f"from keras.models import Sequential\n\n\n{SLICE}\n\nimport os\na = slice_X(x, 3)",
        ),
        (
            "from keras import utils as np_utils\na = 1\nb = np_utils.slice_X(x)",
            None,
        ),
    ],
)
def test_the_function_stands_where_it_was_imported(cell, works):
    if works is None:
        assert "KI163" not in [rule for rule, _ in told(TARGET, cell)]
    else:
        assert edited(TARGET, cell, "KI163") == ("verified", works)


def test_the_function_of_a_module_stands_above_its_first_use():
    cell = "from keras import metrics\n\na = 1\nb = [metrics.fmeasure]\nc = metrics.fmeasure"
    grade, works = edited(TARGET, cell, "KI163")
    assert grade == "verified"
    assert works.startswith("from keras import ops\nfrom keras import metrics\n\na = 1\ndef precision(y_true, y_pred):")
    assert works.endswith("\n\n\nb = [fmeasure]\nc = fmeasure")


def test_a_metric_by_its_name_is_the_function():
    cell = "from keras import Sequential\nm = Sequential()\nm.compile('sgd', 'mse', metrics=['fmeasure'])"
    grade, works = edited(TARGET, cell, "KA302")
    assert grade == "verified" and works.endswith("m.compile('sgd', 'mse', metrics=[fmeasure])")
    assert told(TARGET, works) == []


@pytest.mark.parametrize(
    "cell",
    [
        "ops = 1\nfrom keras.metrics import recall\nrecall(y, p)",
        "precision = 1\nfrom keras.metrics import fmeasure\nfmeasure(y, p)",
        "if a:\n    from keras.metrics import recall",
    ],
)
def test_names_that_are_taken_are_left_alone(cell):
    (problem,) = [each for each in problems(TARGET, cell) if each.rule == "KI163"]
    assert [fix.kind for fix in problem.fixes] == ["manual"]


class Ops:
    sum, round, clip, sqrt = staticmethod(np.sum), staticmethod(np.round), staticmethod(np.clip), staticmethod(np.sqrt)

    @staticmethod
    def cast(data, dtype):
        return data.astype(dtype)


@pytest.fixture
def functions():
    scope = {"ops": Ops, "keras": MagicMock()}
    for name, definition in DEFINITIONS.items():
        exec(definition.text.replace("{name}", name), scope)
    return scope


def test_what_the_metrics_count(functions):
    true, said = np.array([1, 1, 1, 0, 0]) > 0, np.array([0.9, 0.8, 0.1, 0.7, 0.2])
    assert functions["precision"](true, said) == pytest.approx(2 / 3)
    assert functions["recall"](true, said) == pytest.approx(2 / 3)
    assert functions["fmeasure"](true, said) == pytest.approx(2 / 3)
    assert functions["fbeta_score"](true, np.ones(5), beta=2) == pytest.approx(5 * 0.6 / (4 * 0.6 + 1))
    assert functions["matthews_correlation"](true, said) == pytest.approx((2 * 1 - 1 * 1) / 6)


def test_what_the_helpers_return(functions):
    rows = np.arange(6).reshape(3, 2)
    assert functions["slice_X"](rows, 1).tolist() == [[2, 3], [4, 5]]
    assert [each.tolist() for each in functions["slice_X"]([rows, rows[:, 0]], 0, 1)] == [[[0, 1]], [0]]
    assert functions["slice_X"](rows, [2, 0]).tolist() == [[4, 5], [0, 1]]
    assert functions["probas_to_classes"](np.array([[0.1, 0.9], [0.6, 0.4]])).tolist() == [1, 0]
    assert functions["probas_to_classes"](np.array([[0.1], [0.6]])).tolist() == [0, 1]

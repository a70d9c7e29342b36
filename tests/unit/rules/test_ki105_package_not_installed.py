"""KI105: package that is not installed."""

from __future__ import annotations

import pytest
from checked import edited, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.21.0", RULES.get("KI105").lesson.before) == []


IMPORTS = [
    pytest.param(
        "import keras.layers.core",
        "from tensorflow import keras",
        "tensorflow==2.4.4",
        id="module below the bound name",
    ),
    pytest.param("import keras", "from tensorflow import keras", "tensorflow==2.4.4", id="keras inside TensorFlow"),
    pytest.param(
        "import keras.backend as K",
        "import tensorflow.keras.backend as K",
        "tensorflow==2.4.4",
        id="submodule inside TensorFlow",
    ),
    pytest.param(
        "from keras.layers.core import Dense",
        "from tensorflow.keras.layers import Dense",
        "tensorflow==2.4.4",
        id="flattened, inside TensorFlow",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI105", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]


def test_keras_3_in_the_place_of_tf_keras_is_to_be_checked():
    (problem,) = problems("tensorflow==2.20.0,keras==3.13.2", "import tf_keras")
    grades = [(fix.kind, fix.applicability) for fix in problem.fixes]
    assert ("edit", "check the result") in grades and ("edit", "verified") not in grades
    assert edited("tensorflow==2.15.1", "import tf_keras", "KI105")[0] == "verified"

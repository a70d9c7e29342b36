"""KI102: name that its module does not have."""

from __future__ import annotations

import pytest
from checked import failed, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.12.1", RULES.get("KI102").lesson.before) == []


IMPORTS = [
    pytest.param(
        "from keras.optimizers import adam",
        "from keras.optimizers import Adam as adam",
        "tensorflow==2.16.2,keras==3.15.1",
        id="case of a class",
    ),
    pytest.param(
        "from keras.layers import initializations, Dense",
        "from keras import initializers as initializations\nfrom keras.layers import Dense",
        "tensorflow==2.16.2,keras==3.15.1",
        id="module that another one had imported",
    ),
    pytest.param(
        "from tensorflow.distribute import MirroredStrategy",
        "from tensorflow.compat.v2.distribute import MirroredStrategy",
        "tensorflow==2.16.2,keras==3.15.1",
        id="attribute that a file hides from imports",
    ),
    pytest.param(
        "from keras.layers import D\u0435nse",
        "from keras.layers import Dense as D\u0435nse",
        "tensorflow==2.16.2,keras==3.15.1",
        id="letter that looks alike",
    ),
    pytest.param(
        "from tensorflow.python.keras.layers import LSTM",
        "from tensorflow.keras.layers import LSTM",
        "tensorflow==2.16.2,keras==3.15.1",
        id="private tree",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI102", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]


REPORTED = [
    pytest.param(
        "keras==1.2.2",
        "from keras.utils import to_categorical",
        ImportError("cannot import name 'to_categorical'"),
        "from keras.utils.np_utils import to_categorical",
        id="a function in the submodule where it was once",
    ),
    pytest.param(
        "tensorflow==2.6.5",
        "from keras.utils import to_categorical",
        ImportError("cannot import name 'to_categorical' from 'keras.utils' (/x/keras/utils/__init__.py)"),
        "from keras.utils.np_utils import to_categorical",
        id="the same when Keras had left TensorFlow",
    ),
]


@pytest.mark.parametrize("target, cell, exception, works", REPORTED)
def test_the_line_that_works_in_the_release_of_the_report(target, cell, exception, works):
    problem = failed(target, cell, exception)[0]
    fix = problem.fixes[0]
    assert (problem.rule, fix.kind, fix.source) == ("KI102", "edit", works)
    assert fix.verified is not False

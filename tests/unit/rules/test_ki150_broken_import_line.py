"""KI150: import line that does not parse."""

from __future__ import annotations

import pytest
from checked import failed


def test_other_syntax_errors_are_not_ours():
    assert failed("tensorflow==2.16.2,keras==3.15.1", "import keras\nif x", SyntaxError("invalid syntax")) == []


@pytest.mark.parametrize(
    "cell, works",
    [
        ("from keras.losses import import mse", "from keras.losses import mean_squared_error as mse"),
        ("from keras import backend as K\\r", "from keras import backend as K"),
        ("import import keras", "import keras"),
    ],
    ids=["doubled import, and a name that moved", "escape left behind", "doubled import"],
)
def test_an_import_line_that_does_not_parse(cell, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", cell, SyntaxError("invalid syntax"))
    assert (problem.fixes[0].source, problem.fixes[0].verified) == (works, True)

"""KE136: an install line without % among other lines."""

from __future__ import annotations

import pytest
from checked import KERAS_3, failed


def told(cell, line=1):
    error = SyntaxError("invalid syntax", ("<ipython-input-1>", line, 1, cell.split("\n")[line - 1]))
    return failed(KERAS_3, cell, error)


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("x = (1\npip install keras", 1),
        ("pip = 1\nimport keras if", 2),
        ("# pip install keras\nimport keras if", 2),
        ("pip freeze\nimport keras", 1),
        ("pip install pandas\nimport pandas", 1),
    ],
)
def test_other_syntax_errors_are_not_these(cell, line):
    assert "KE136" not in [problem.rule for problem in told(cell, line)]


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("pip install keras\nimport keras", "%pip install keras\nimport keras"),
        ("pip3 install -q h5py\nimport keras", "%pip install -q h5py\nimport keras"),
        ("python -m pip install h5py\nimport keras", "%pip install h5py\nimport keras"),
        ("pip install h5py\npip install scipy\nimport keras", "%pip install h5py\n%pip install scipy\nimport keras"),
        ("conda install h5py\nimport keras", "%conda install h5py\nimport keras"),
    ],
)
def test_the_sign_is_written(cell, works):
    (problem,) = told(cell)
    assert (problem.rule, problem.fixes[0].source, problem.fixes[0].verified) == ("KE136", works, True)


def test_what_pip_refuses_is_told_instead():
    (problem,) = told("pip install tensorflow==1.15\nimport tensorflow as tf")
    assert problem.rule == "KE131" and "is installed already: delete this line" in problem.fixes[0].title

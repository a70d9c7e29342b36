"""KI131: package written for another Keras."""

from __future__ import annotations

import types

import pytest
from checked import KERAS_2, KERAS_3, failed

MISSING = "module 'keras.utils' has no attribute 'generic_utils'"


def raised_in(module: str, path: str, message: str = MISSING) -> BaseException:
    """The exception as it comes out of a module that is installed there."""
    try:
        exec(compile(f"raise AttributeError({message!r})", path, "exec"), types.ModuleType(module).__dict__)
    except AttributeError as error:
        return error
    raise AssertionError


SILENT = [
    pytest.param("efficientnet.keras", "/home/me/efficientnet/keras.py", MISSING, id="a file of one's own"),
    pytest.param("keras.src.utils", "/x/site-packages/keras/src/utils.py", MISSING, id="Keras itself"),
    pytest.param(
        "efficientnet.keras",
        "/x/site-packages/efficientnet/keras.py",
        "module 'keras.layers' has no attribute 'Dense'",
        id="a name that is there",
    ),
    pytest.param(
        "efficientnet.keras",
        "/x/site-packages/efficientnet/keras.py",
        "module 'numpy' has no attribute 'bool'",
        id="a name of others",
    ),
]


@pytest.mark.parametrize(("module", "path", "message"), SILENT)
def test_nothing_is_said(module, path, message):
    found = failed(KERAS_3, "import efficientnet.keras", raised_in(module, path, message))
    assert "KI131" not in [problem.rule for problem in found]


def test_an_upgrade_is_offered_and_keras_2_where_this_is_keras_3():
    error = raised_in("efficientnet.keras", "/x/site-packages/efficientnet/keras.py")
    (problem,) = failed(KERAS_3, "import efficientnet.keras", error)
    assert problem.rule == "KI131" and "efficientnet uses keras.utils.generic_utils" in problem.title
    assert [fix.commands[0] for fix in problem.fixes] == [
        "%pip install --upgrade efficientnet",
        '%pip install "tf_keras~=2.21.0"',
    ]
    assert "tf_keras" not in str(failed(KERAS_2, "import efficientnet.keras", error))

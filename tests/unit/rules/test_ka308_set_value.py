"""KA308: backend.set_value."""

from __future__ import annotations

import types

import pytest
from checked import failed

CELL = "from tensorflow import keras\nkeras.backend.set_value(opt.learning_rate, 0.01)"
MESSAGE = "'str' object has no attribute 'name'"


def raised_in(module: str) -> BaseException:
    """The exception as it comes out of a module of Keras."""
    code = compile(f"raise AttributeError({MESSAGE!r})", "/x/site-packages/keras/src/legacy/backend.py", "exec")
    try:
        exec(code, types.ModuleType(module).__dict__)
    except AttributeError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("cell", "module"),
    [("word.name", "keras.src.legacy.backend"), (CELL, "keras.src.backend.common"), (CELL, "pandas.core.frame")],
)
def test_nothing_is_said_of_another_function_or_another_module(cell, module):
    assert "KA308" not in [problem.rule for problem in failed("tensorflow==2.16.2", cell, raised_in(module))]


def test_assign_is_proposed():
    (problem,) = failed("tensorflow==2.16.2", CELL, raised_in("keras.src.legacy.backend"))
    assert problem.rule == "KA308"
    assert problem.fixes[0].replacement == "opt.learning_rate.assign(0.01)"
    assert "assign(value)" in problem.fixes[-1].title


def test_a_number_is_no_variable():
    rate = type("Adam", (), {"__module__": "keras.src.optimizers.adam"})()
    rate.learning_rate = 0.01
    (problem,) = failed("tensorflow==2.16.2", CELL, raised_in("keras.src.legacy.backend"), {"opt": rate})
    assert [fix.kind for fix in problem.fixes] == ["manual"]

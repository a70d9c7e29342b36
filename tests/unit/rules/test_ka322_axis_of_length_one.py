"""KA322: axis of length one too many."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules import RULES

CELL = "from keras.layers import Reshape\nmodel(x)"


def told(shape: str, cell: str = CELL, module: str = "keras.src.layers.input_spec"):
    message = f"Input 0 of layer 'f' is incompatible with the layer: expected shape=(None, 100), found shape={shape}"
    inside = {"__name__": module, "message": message}
    exec(compile("def fail(x):\n    raise ValueError(message)", "/site-packages/input_spec.py", "exec"), inside)
    code = compile(cell.replace("from keras.layers import Reshape", "pass"), "<ipython-input-5>", "exec")
    namespace = {"__name__": "__main__", "model": inside["fail"], "x": 1}
    import linecache

    linecache.cache["<ipython-input-5>"] = (len(cell), None, cell.splitlines(keepends=True), "<ipython-input-5>")
    with pytest.raises(ValueError) as raised:
        exec(code, namespace)
    found = diagnose(Failure(raised.value, cell, namespace), TargetWorld(Target.parse("tensorflow==2.16.2"), RULES))
    return [problem for problem in found if problem.rule == "KA322"]


@pytest.mark.parametrize(
    ("shape", "cell"),
    [
        ("(None, 2, 100)", CELL),
        ("(None, 99)", CELL),
        ("(None, 1)", CELL),
        ("(None, 1, 100)", "y = model(x), model(x)"),
    ],
)
def test_another_shape_or_place(shape, cell):
    assert told(shape, cell) == []


def test_an_error_of_the_programs_own():
    assert told("(None, 1, 100)", module="own.code") == []


def test_the_axis_is_taken_away_and_the_difference_said():
    (problem,) = told("(None, 1, 100)")
    fix = problem.fixes[0]
    assert (fix.applicability, fix.source) == (
        "check the result",
        "from keras.layers import Reshape\nmodel(Reshape((100,))(x))",
    )
    assert "one axis less" in fix.differs

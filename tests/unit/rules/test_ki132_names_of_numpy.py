"""KI132: name that numpy removed."""

from __future__ import annotations

import sys
import types

import pytest
from checked import world

from kerasmagic.diagnosis.engine import diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.kernel.distributions import installed


@pytest.fixture
def numpy(monkeypatch):
    """A numpy 2 of a few names; of the release on disk, if there is one, so that it is not stale."""
    found = installed("numpy")
    made = types.ModuleType("numpy")
    vars(made).update(
        __version__=found.version if found else "2.1.0",
        float64=float,
        inf=float("inf"),
        zeros=lambda shape, dtype=None: [0.0],
    )
    monkeypatch.setitem(sys.modules, "numpy", made)
    return made


def told(cell, **namespace):
    """What is said about a cell that fails."""
    namespace["__name__"] = "__main__"
    try:
        exec(compile(cell, "<ipython-input-1>", "exec"), namespace)
    except AttributeError as error:
        found = diagnose(Failure(error, cell, namespace), world("tensorflow==2.21.0"))
        return [problem for problem in found if problem.rule == "KI132"]
    raise AssertionError("the cell did not fail")


@pytest.mark.parametrize("cell", ["np.no_such_name", "np.zeros_likes", "thing.float"])
def test_nothing_is_said_of_what_numpy_never_had_or_others_do_not_have(numpy, cell):
    assert told(cell, np=numpy, thing=types.ModuleType("pandas")) == []


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("x = np.zeros(3, dtype=np.float)", "x = np.zeros(3, dtype=float)"),
        ("x = np.zeros(3, dtype=np.float_)", "x = np.zeros(3, dtype=np.float64)"),
        ("y = -np.Inf, np.Infinity", "y = -np.inf, np.inf"),
    ],
)
def test_the_same_thing_is_written_by_its_name_of_today(numpy, cell, works):
    (problem,) = told(cell, np=numpy)
    assert problem.title.startswith("numpy ") and " has no np." in problem.title
    assert problem.fixes[0].source == works


def test_a_name_that_the_user_has_given_to_something_else_is_not_put_in(numpy):
    (problem,) = told("x = np.zeros(3, dtype=np.float)", np=numpy, float=3)
    assert [fix.kind for fix in problem.fixes] == ["manual"]


def test_what_is_another_call_today_is_advised(numpy):
    (problem,) = told("np.asscalar(x)", np=numpy, x=1)
    assert [fix.title for fix in problem.fixes] == ["Write a.item() for np.asscalar."]

"""KA321: adding to a variable."""

from __future__ import annotations

import linecache

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules import RULES

MESSAGE = "`variable += value` with `tf.Variable`s is not supported. Use `variable.assign_add(value)`"


class Variable:
    def refuse(self, other):
        raise RuntimeError(MESSAGE)

    __iadd__ = __isub__ = __imul__ = refuse


def told(cell: str, message: str = MESSAGE):
    linecache.cache["<ipython-input-6>"] = (len(cell), None, cell.splitlines(keepends=True), "<ipython-input-6>")
    names = {"__name__": "__main__", "loss": Variable(), "w": 2, "f": abs}
    with pytest.raises(RuntimeError) as raised:
        exec(compile(cell, "<ipython-input-6>", "exec"), names)
    error = RuntimeError(message).with_traceback(raised.value.__traceback__)
    found = diagnose(Failure(error, cell, names), TargetWorld(Target.parse("tensorflow==2.16.2"), RULES))
    return [fix.source for problem in found if problem.rule == "KA321" for fix in problem.fixes]


def test_another_error():
    assert told("loss += 1", "another") == []


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("loss += f(1)", "loss = loss + f(1)"),
        ("loss += w * 2", "loss = loss + w * 2"),
        ("loss += w if w else 1", "loss = loss + (w if w else 1)"),
        ("loss += 1\nloss *= w - 1\nw += 1", "loss = loss + 1\nloss = loss * (w - 1)\nw += 1"),
    ],
)
def test_the_sum_is_written_out_for_each_place(cell, works):
    assert told(cell) == [works]


@pytest.mark.parametrize(
    ("cell", "message", "works"),
    [
        ("loss -= f(1)", MESSAGE.replace("+=", "-="), "loss = loss - f(1)"),
        ("loss -= 2 * f(1)", MESSAGE.replace("+=", "-="), "loss = loss - (2 * f(1))"),
        ("loss *= w", "`var *= value` with `tf.Variable`s is not supported. Use `var.assign(", "loss = loss * w"),
    ],
)
def test_so_are_the_others(cell, message, works):
    assert told(cell, message) == [works]

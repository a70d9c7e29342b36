"""KD164: rows of a batch."""

from __future__ import annotations

import linecache

import numpy as np
import pytest
from checked import KERAS_3, failed
from refusals import compiled

SHAPES = "Graph execution error:\nIncompatible shapes: [{}] vs. [{}]\n\t [[{{{{node loss/mul}}}}]]"
LOSS = "def loss(t, p):\n    return ones(({}, 1)) * (t - p)\n"


def told(monkeypatch, loss, says, rows=50, **given):
    """What is said of a fit of so many rows with a loss of the cell."""
    namespace = {"x": np.zeros((rows, 3)), "size": 16, "ones": np.ones, **given}
    cell = f"{loss}model.fit(x, x, batch_size=32)"
    monkeypatch.setitem(linecache.cache, "<ipython-input-1>", (len(cell), None, cell.splitlines(True), ""))
    exec(compile(loss, "<ipython-input-1>", "exec"), namespace)
    namespace["model"] = compiled(ValueError(says), (None, 1), loss=namespace["loss"])
    try:
        exec(compile(cell, "<ipython-input-1>", "exec"), namespace)
    except ValueError as error:
        return [each for each in failed(KERAS_3, cell, error, namespace) if each.rule == "KD164"]
    raise AssertionError


@pytest.mark.parametrize(
    "loss, says, rows",
    [
        (LOSS.format(32), SHAPES.format("7,1", "9,1"), 50),
        (LOSS.format(32), SHAPES.format("32,1", "32,4"), 50),
        (LOSS.format(32), SHAPES.format("32,1", "18,1"), 64),
        (LOSS.format("len(t)"), SHAPES.format("32,1", "18,1"), 50),
        (LOSS.format(1), SHAPES.format("32,1", "18,1"), 50),
        (LOSS.format(32), "Input to reshape is a tensor with 36 values, but the requested shape has 33", 50),
    ],
)
def test_what_may_have_another_reason_is_not_told(monkeypatch, loss, says, rows):
    assert told(monkeypatch, loss, says, rows) == []


@pytest.mark.parametrize(
    "rows, shapes", [("32", ("32,1", "18,1")), ("size", ("32,1", "16,1")), ("size", ("16,1", "18,1"))]
)
def test_the_batch_is_asked_for_its_size(monkeypatch, rows, shapes):
    (problem,) = told(monkeypatch, LOSS.format(rows), SHAPES.format(*shapes))
    assert "and loss computes with" in problem.title
    assert "ones((tf.shape(t)[0], 1))" in problem.fixes[0].source


def test_the_rows_are_told_by_the_number_of_values(monkeypatch):
    says = "Input to reshape is a tensor with 36 values, but the requested shape has 64"
    (problem,) = told(monkeypatch, "def loss(t, p):\n    return t.reshape((32, 2))\n", says)
    assert problem.title == "A batch of 18 came, and loss computes with 32 rows"


@pytest.mark.parametrize(
    "loss, tensor",
    [
        ("def loss(args):\n    mean, scale = args\n    return mean + ones((32, 2)) * scale\n", "mean"),
        ("def loss(args):\n    return args[0] + ones((32, 2)) * args[1]\n", "args[0]"),
        ("loss = lambda t, p: t + ones(shape=(32, 2))\n", "t"),
    ],
)
def test_the_tensor_is_one_that_the_function_takes(monkeypatch, loss, tensor):
    (problem,) = told(monkeypatch, loss, "required broadcastable shapes [Op:AddV2]")
    assert f"(tf.shape({tensor})[0], 2)" in problem.fixes[0].source

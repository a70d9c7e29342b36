"""KD166: function that makes a model."""

from __future__ import annotations

import linecache

import pytest
from refusals import keras, rules, tensor, told

SAYS = ValueError("Cannot convert '(<KerasTensor>,)' to a shape. Found invalid dimension '<KerasTensor>'.")
SIZES = """
class Sequential(Model):
    def __init__(self, *layers):
        pass

def Input(shape=None):
    if type(shape) is not tuple or not all(type(size) is int for size in shape):
        raise says.with_traceback(None)

def Dense(units):
    if type(units) is not int:
        raise says.with_traceback(None)
"""
SIZE = "def base_network(size):\n    q = Sequential(Input(shape=(size,)))\n    return q\n"


def tell(monkeypatch, cell, ask=told):
    monkeypatch.setitem(linecache.cache, "<ipython-input-1>", (len(cell), None, cell.splitlines(True), ""))
    inside = keras(SAYS)
    exec(compile(SIZES, "/x/site-packages/keras/src/models/sequential.py", "exec"), inside)
    names = {name: inside[name] for name in ("Sequential", "Input", "Dense")}
    return ask(cell, a=tensor((None, 25)), b=tensor((None, 25)), **names)


@pytest.mark.parametrize(
    "cell",
    [
        "def block(size):\n    return Input(shape=(size,))\ny = block(a)",
        "def both(x):\n    y = Input(shape=(x,))\n    if y:\n        return Sequential()\n    return y\ny = both(a)",
        "y = Input(shape=(a,))",
        "def head(x):\n    return Sequential(x)\nhead(a)\nDense(a)",
        "def base():\n    return 3\nbase(a)",
    ],
)
def test_other_functions_are_not_told(monkeypatch, cell):
    assert "KD166" not in tell(monkeypatch, cell, rules)


def test_it_is_made_once_for_all_tensors_that_follow(monkeypatch):
    (problem,) = tell(monkeypatch, f"{SIZE}u = base_network(a)\nv = base_network(b)")
    assert problem.title == "base_network makes a model, and is called with the tensor a"
    assert problem.fixes[0].source == f"{SIZE}base = base_network(25)\nu = base(a)\nv = base(b)"
    assert "share its weights" in problem.fixes[0].differs


@pytest.mark.parametrize(
    ("written", "call", "mended"),
    [
        (SIZE, "base_network(a)", "base_network(25)(a)"),
        (SIZE, "base_network(size=a)", "base_network(size=25)(a)"),
        (SIZE.replace("(size,)", "size"), "base_network(a)", "base_network((25,))(a)"),
        ("def base():\n    return Sequential()\n", "base(a)", "base()(a)"),
    ],
)
def test_a_single_call(monkeypatch, written, call, mended):
    (problem,) = tell(monkeypatch, f"{written}u = {call}")
    assert problem.fixes[0].source == f"{written}u = {mended}"


def test_the_size_is_written_as_where_the_tensor_was_made(monkeypatch):
    made = "n = 25\nif not n:\n    x = Input(shape=(n,))\nx = a\n"
    (problem,) = tell(monkeypatch, f"{SIZE}{made}u = base_network(x)")
    assert problem.fixes[0].source.endswith("u = base_network(n)(x)")


def test_a_setting_that_is_no_size_of_the_tensor_is_left_to_the_user(monkeypatch):
    (problem,) = tell(monkeypatch, "def head(units):\n    return Sequential(Dense(units))\nu = head(a)")
    assert [fix.title for fix in problem.fixes] == ["Make the model, and call it: head(…)(a)."]

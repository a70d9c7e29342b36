"""KM122: inputs of a signature."""

from __future__ import annotations

import pytest
from refusals import told

SAYS = TypeError("Binding inputs to tf.function failed due to `too many positional arguments`. Received args: ()")
CALL = "def __call__(self, *given, **named):\n    raise says.with_traceback(None)\n"


def made(kind, module, **held):
    inside = {"__name__": module, "says": SAYS}
    exec(compile(CALL, "/x/site-packages/tensorflow/python/eager/f.py", "exec"), inside)
    thing = type(kind, (), {"__module__": module, "__call__": inside["__call__"]})()
    vars(thing).update(held)
    return thing


def signature(*names):
    return made("ConcreteFunction", "tensorflow.python.eager", structured_input_signature=((), dict.fromkeys(names)))


def layer(*names):
    return made("TFSMLayer", "keras.src.export", call_endpoint_fn=signature(*names), filepath="folder")


def answer(cell, **names):
    found = told(cell, **names)
    return next((problem for problem in found if problem.rule == "KM122"), None)


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("out = net([left, right])", "out = net.call_endpoint_fn(left=left, right=right)"),
        ("out = net(inputs=[left, right])", "out = net.call_endpoint_fn(left=left, right=right)"),
        ("out = net({'right': 1, 'left': 2})", "out = net.call_endpoint_fn(left=2, right=1)"),
        ("out = net([1, 2])", None),
    ],
)
def test_a_layer_around_a_signature(cell, works):
    problem = answer(cell, net=layer("left", "right"), left=1, right=2)
    assert problem.title == "This signature takes its inputs by name only: left, right"
    assert problem.fixes[0].source == works


def test_a_signature_itself_and_a_wrong_name():
    assert answer("f(left, right)", f=signature("left", "right"), left=1, right=2).fixes[0].source == (
        "f(left=left, right=right)"
    )
    problem = answer("f(x=3)", f=signature("only"))
    assert problem.title == "The input of this signature is called only"
    assert problem.fixes[0].source == "f(only=3)"


def test_nothing_is_said_of_other_functions():
    assert answer("f(1, 2)", f=made("Function", "tensorflow.python.eager")) is None

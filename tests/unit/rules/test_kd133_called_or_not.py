"""KD133: attribute or method. What it tells of real objects is in the cells of the kernel ring."""

from __future__ import annotations

import linecache
import sys

import pytest
from refusals import refused, rules, told


def optimizer(variables):
    """An optimizer of Keras whose variables are an attribute, or a method."""
    held = {"variables": variables, "__module__": "keras.src.optimizers.optimizer"}
    return type("Adam", (), held)()


def method(self):
    return []


def with_arguments(self, which):
    return []


@pytest.mark.parametrize(
    ("cell", "thing"),
    [
        ("opt.variables()", type("Mine", (), {"variables": []})()),
        ("opt.variables(1)", optimizer([])),
        ("opt.variables[0]", type("Mine", (), {"variables": method})()),
        ("opt.variables[0]", optimizer(with_arguments)),
    ],
)
def test_other_objects_and_other_errors_are_not_told(cell, thing):
    assert told(cell, opt=thing) == []


@pytest.mark.parametrize(
    ("cell", "variables", "works"),
    [
        ("found = opt.variables()", [], "found = opt.variables"),
        ("for v in opt.variables( ):\n    pass", (), "for v in opt.variables:\n    pass"),
        ("found = opt.variables[0]", method, "found = opt.variables()[0]"),
        ("found = opt.variables + opt.variables", method, "found = opt.variables() + opt.variables()"),
        ("found = opt.variables.size", method, "found = opt.variables().size"),
        ("print(len(opt.variables))", method, "print(len(opt.variables()))"),
        ("for v in opt.variables:\n    pass", method, "for v in opt.variables():\n    pass"),
    ],
)
def test_the_brackets_are_what_they_are_here(cell, variables, works):
    (problem,) = told(cell, opt=optimizer(variables))
    assert (problem.rule, problem.fixes[0].source, problem.fixes[0].verified) == ("KD133", works, True)


def of_keras(needs):
    """A class of Keras whose objects need arguments, or none."""
    made = {"__module__": "keras.src.models.sequential"}
    exec(f"def __init__(self, {needs}): pass\ndef add(self, layer): pass", made)
    return type("Sequential", (), {name: made[name] for name in ("__module__", "__init__", "add")})


def test_a_class_that_was_not_called_is_told():
    (problem,) = told("model = Sequential\nmodel.add(3)", Sequential=of_keras("layers=None"))
    assert problem.title == "model is the class Sequential, and add is asked of an object"
    assert (problem.fixes[0].source, problem.fixes[0].verified) == ("model = Sequential()\nmodel.add(3)", True)
    (problem,) = told("model = Sequential\nmodel.add(3)", Sequential=of_keras("layers"))
    assert [fix.kind for fix in problem.fixes] == ["manual"]
    assert "model = Sequential(…)" in problem.fixes[0].title


def test_a_class_of_the_user_is_not_told():
    assert told("class A:\n    def add(self, x): pass\nA.add(3)") == []


def test_a_list_of_layers_is_not_called():
    layer = type("Layer", (), {"__module__": "keras.src.layers.layer"})
    (problem,) = told("x = blocks(3)", blocks=[layer(), layer()])
    assert problem.title == "blocks is a list of layers, and is called like one"
    assert rules("x = blocks(3)", blocks=[1]) == []


def test_a_loader_that_is_not_called():
    of = type("mnist", (), {"load_data": staticmethod(lambda: None)})
    (problem,) = told("(a, b), c = mnist.load_data", mnist=of)
    assert problem.fixes[0].source == "(a, b), c = mnist.load_data()"


OWN = """class Own(Layer):
    def __init__(self{takes}):
        pass
    def call(self, x):
        return x
model = Own
model(3, training=True)"""


@pytest.mark.parametrize(("takes", "kind"), [("", "edit"), (", units=8", "edit"), (", units", "manual")])
def test_a_class_that_is_called_like_its_object(takes, kind):
    layer = type("Layer", (), {"__module__": "keras.src.layers.layer"})
    problem = next(each for each in told(OWN.format(takes=takes), Layer=layer) if each.rule == "KD133")
    assert problem.title.startswith("model is the class Own itself")
    assert problem.fixes[0].kind == kind
    assert ("units=8" in problem.fixes[0].differs) == (takes == ", units=8")


def test_a_class_under_its_own_name_is_not_told():
    layer = type("Layer", (), {"__module__": "keras.src.layers.layer"})
    cell = "class Own(Layer):\n    def __init__(self):\n        pass\nOwn(3)"
    assert "KD133" not in rules(cell, Layer=layer)


@pytest.mark.parametrize(
    ("method", "works"),
    [
        ("h = self.hidden\n        return self.out", "return self.out(h)"),
        ("return self.out", "return self.out(x)"),
        ("h = x\n        print(h)\n        return self.out", ""),
    ],
)
def test_a_layer_that_is_returned_and_not_called(method, works, monkeypatch):
    """What it is called with is what was computed last, where nothing uses that."""
    base = type("Layer", (), {"__module__": "keras.src.layers.layer", "__call__": lambda self, x: self.call(x)})
    cell = f"class Net(Layer):\n    def call(self, x):\n        {method}\n"
    cell += "net = Net()\nnet.hidden, net.out = 1, Layer()\nmade = net(3)\nloss(made)"
    says = refused(TypeError("Expected float32, but got <Dense name=dense, built=False> of type 'Dense'."))
    lines = (len(cell), None, cell.splitlines(True), "<ipython-input-1>")
    monkeypatch.setitem(linecache.cache, "<ipython-input-1>", lines)
    (problem,) = told(cell, Layer=base, loss=says)
    assert problem.title.endswith("Net.call returns self.out, and does not call it")
    assert works in (problem.fixes[0].source or "")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python's own words")
def test_a_block_of_a_class_or_method():
    tape = type("GradientTape", (), {"__module__": "tensorflow.python.eager.backprop"})
    (problem,) = told("with Tape as tape:\n    pass", Tape=tape)
    assert problem.fixes[0].source == "with Tape() as tape:\n    pass"
    assert rules("with Mine as mine:\n    pass", Mine=type("Mine", (), {})) == []

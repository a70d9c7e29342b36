"""KM120: weights without names."""

from __future__ import annotations

from refusals import told
from test_km119_settings_that_no_file_holds import LAYER, made, net

SAYS = "Unable to synchronously create dataset (name already exists)"


class Variable:
    def __init__(self, name):
        self.name = name


Variable.__module__ = "tensorflow.python.ops"


def weighted(kind, **weights):
    return made(kind, _name=kind.lower(), _trainable_weights=[*weights.values()], **weights)


def answer(model, cell="net.save('m.h5')", **names):
    found = told(cell, "tensorflow==2.12.1", net=model, **names)
    return next((problem for problem in found if problem.rule == "KM120"), None)


def test_the_weights_are_named_by_their_attributes():
    layer = weighted("Attention", W=Variable("a/Variable:0"), u=Variable("a/Variable:0"), b=Variable("a/b:0"))
    problem = answer(net(weighted("Dense", kernel=Variable("d/kernel:0")), layer, says=SAYS))
    assert problem.title == "The weights of Attention have no names of their own"
    assert "name='W' for self.W and name='u' for self.u" in problem.fixes[0].title


CLASS = """class Line(LAYER):
    def build(self, shape):
        self.a = self.add_weight(shape=(1,))
        self.c = self.add_weight(
            shape=(1,),
        )
        self.d = self.add_weight(shape=(1,), name='d')
net.save('m.h5')"""


def test_the_class_in_the_cell_gets_the_names():
    layer = weighted("Line", a=Variable("l/Variable:0"), c=Variable("l/Variable:0"), d=Variable("l/d:0"))
    text = answer(net(layer, says=SAYS), CLASS, LAYER=LAYER).fixes[0].source
    assert "self.a = self.add_weight(shape=(1,), name='a')" in text
    assert "shape=(1,), name='c',\n" in text and text.count("name=") == 3


def test_two_layers_of_one_name():
    inner = weighted("Dense", kernel=Variable("same/kernel:0")), weighted("Conv", kernel=Variable("same/kernel:0"))
    problem = answer(net(made("Block", _name="block", first=inner[0], second=inner[1]), says=SAYS))
    assert problem.title.startswith("Two layers have a weight of the same name, same/kernel:0: Dense (dense)")


def test_nothing_is_said_where_the_names_differ():
    layer = weighted("Line", a=Variable("l/a:0"), b=Variable("l/b:0"))
    assert answer(net(layer, says=SAYS)) is None
    assert answer(net(layer, says="'NoneType' object has no attribute 'replace'")) is None

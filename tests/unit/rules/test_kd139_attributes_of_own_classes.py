"""KD139: attributes of layers and models of one's own."""

from __future__ import annotations

from refusals import rules, told

_LAYER = type("Layer", (), {"__module__": "keras.src.layers.layer"})
CELL = """class Net(Layer):
    def __init__(self):
        self.encoder = 1
    def call(self, x):
        return self.{}
Net().call(3)"""


def test_the_near_name_that_the_object_has():
    (problem,) = told(CELL.format("encode"), Layer=_LAYER, __name__="__main__")
    assert (problem.rule, problem.title) == ("KD139", "Net has no encode")
    assert "return self.encoder" in problem.fixes[0].source


def test_what_nothing_has_set():
    (problem,) = told(CELL.format("kernel"), Layer=_LAYER, __name__="__main__")
    assert problem.fixes[0].kind == "manual"
    assert "self.kernel = …" in problem.fixes[0].title


def test_a_class_of_keras_itself_and_one_of_nobody_are_not_told():
    assert "KD139" not in rules("layer.encode", layer=_LAYER())
    assert rules(CELL.format("encode"), Layer=object, __name__="__main__") == []

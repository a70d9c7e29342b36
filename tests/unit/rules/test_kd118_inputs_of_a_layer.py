"""KD118: inputs of a layer."""

from __future__ import annotations

import pytest
from refusals import keras, refused, rules, told

MANY = TypeError("too many positional arguments")
KEYWORD = TypeError("got an unexpected keyword argument 'trainning'")
MERGED = ValueError("A `Concatenate` layer should be called on a list of at least 1 input. Received: input_shape=(2,)")
FORMAT = ValueError("The `data_format` argument must be one of {'channels_first', 'channels_last'}.")
SOURCE = """
class KerasTensor:
    __module__ = "keras.src.backend.common.keras_tensor"

class Add(Layer):
    __module__ = "keras.src.layers.merging.add"
    def __init__(self, *settings, **others):
        self.says = says
        if settings:
            raise says.with_traceback(None)
    def __call__(self, *given, **others):
        raise says.with_traceback(None)
    def call(self, inputs, training=None):
        pass

def concatenate(inputs, axis=-1):
    raise says.with_traceback(None)
"""


def names(says):
    inside = keras(says)
    exec(compile(SOURCE, "/x/site-packages/keras/src/layers/merging/add.py", "exec"), inside)
    tensor = inside["KerasTensor"]
    return {"Add": inside["Add"], "concatenate": inside["concatenate"], "a": tensor(), "b": tensor(), "n": 3}


@pytest.mark.parametrize(
    "cell, says",
    [
        ("Add()([a, b], n)", MANY),
        ("Add()(*[a, b])", MANY),
        ("Add()(a)", MANY),
        ("Add()(a, b)", TypeError("something else")),
        ("Add()(a, training=True)", KEYWORD),
        ("Add(n)", FORMAT),
    ],
)
def test_what_is_no_such_call_is_not_told(cell, says):
    assert "KD118" not in rules(cell, **names(says))


@pytest.mark.parametrize("cell", ["(lambda x: x)(1, 2)", "print(a, sep=1)"])
def test_other_functions_are_not_told(cell):
    assert "KD118" not in rules(cell, **names(MANY))


@pytest.mark.parametrize(
    "cell, says, works",
    [
        ("Add()(a, b)", MANY, "Add()([a, b])"),
        ("Add()(a, b, training=True)", MANY, "Add()([a, b], training=True)"),
        ("concatenate(a, b)", MERGED, "concatenate([a, b])"),
        ("Add()(a, trainning=True)", KEYWORD, "Add()(a, training=True)"),
        ("Add(a)", FORMAT, "Add()(a)"),
        ("Add(a, name='sum')", FORMAT, "Add(name='sum')(a)"),
    ],
)
def test_the_call_as_the_layer_takes_it(cell, says, works):
    (problem,) = told(cell, **names(says))
    assert problem.rule == "KD118"
    assert [(fix.source, fix.verified) for fix in problem.fixes[:1]] == [(works, True)]


def test_a_single_tensor_for_a_layer_that_joins_several():
    says = ValueError(
        "A `Concatenate` layer should be called on a list of at least 1 input. Received: input_shape=(4,)"
    )
    (problem,) = told("concatenate(a)", concatenate=refused(says), a=1)
    assert problem.rule == "KD118"
    assert "[a, b]" in problem.fixes[0].title


BY_PLACE = ValueError(
    "Only input tensors may be passed as positional arguments. The following argument value should be passed as a "
    "keyword argument: True (of type <class 'bool'>)"
)
NET = """
class Scale(Add):
    def call(self, x, factor, training=None):
        return self.inner(x, training)
class Net(Add):
    def __init__(self):
        self.inner, self.blocks = Scale(), [Scale(), Scale()]
        for each in (self.inner, *self.blocks):
            each.inner = Add()
    def __call__(self, x, training):
        return self.call(x, training)
    def call(self, x, training):
        x = self.inner(x, 2, training)
        for block in self.blocks:
            x = block(x, self.blocks[training](x, 3))
        return print(x, training)
Net()(a, True)
"""


def test_what_is_no_tensor_is_given_by_name_in_all_calls():
    (problem,) = told(NET, **names(BY_PLACE))
    assert problem.title.endswith("by its place, and takes it by name")
    lines = problem.fixes[0].source.splitlines()
    assert "        return self.inner(x, training=training)" in lines
    assert "        x = self.inner(x, factor=2, training=training)" in lines
    assert "            x = block(x, self.blocks[training](x, factor=3))" in lines
    assert "        return print(x, training)" in lines
    assert lines[-1] == "Net()(a, training=True)"


def test_data_that_is_no_tensor_is_another_matter():
    assert rules("Add()((28, 28))", **names(BY_PLACE)) == ["KD107"]


TEXT = AttributeError("'EagerTensor' object has no attribute 'lower'")
FLATTEN = """
class EagerTensor:
    __module__ = "tensorflow.python.framework.ops"

class Flatten(Layer):
    __module__ = "keras.src.layers.reshaping.flatten"
    def __init__(self, data_format=None):
        raise says.with_traceback(None)
"""
OVERLAP = (
    "def overlap(a, b):\n    first = Flatten(a)\n    second = Flatten(b)\n    return first * second\noverlap(t, u)"
)


def with_values(says):
    inside = keras(says)
    exec(compile(FLATTEN, "/x/site-packages/keras/src/layers/reshaping/flatten.py", "exec"), inside)
    tensor = inside["EagerTensor"]
    return {"Flatten": inside["Flatten"], "t": tensor(), "u": tensor(), "n": 3}


@pytest.mark.parametrize("says", [TEXT, FORMAT])
def test_a_tensor_with_values_is_told_where_the_layer_refuses_it(says):
    (problem,) = told(OVERLAP, **with_values(says))
    assert (problem.rule, problem.fixes[0].verified) == ("KD118", True)
    assert problem.fixes[0].source == OVERLAP.replace("Flatten(", "Flatten()(")
    assert "KD118" not in rules("Flatten(n)", **with_values(says))


def test_unpacked_settings_leave_the_edit_to_a_person():
    (problem,) = told("Flatten(t, **{})", **with_values(TEXT))
    assert [fix.kind for fix in problem.fixes] == ["manual"]
    assert "Write Flatten(…)(t):" in problem.fixes[0].title


def test_a_setting_that_is_lacking_is_left_to_a_person():
    given = with_values(TEXT)
    exec(FLATTEN.replace("Flatten", "Dropout").replace("=None", ""), given["Flatten"].__init__.__globals__)
    (problem,) = told("Dropout(t)", Dropout=given["Flatten"].__init__.__globals__["Dropout"], t=given["t"])
    assert "Write Dropout(…)(t):" in problem.fixes[0].title


def test_a_list_for_a_layer_that_takes_one_tensor():
    says = ValueError('Layer "dense" expects 1 input(s), but it received 2 input tensors.')
    (problem,) = told("Add()([a, b])", **names(says))
    assert problem.title == "Add takes one tensor, and is given 2 in a list"
    assert "Concatenate()([a, b])" in problem.fixes[0].title
    assert "KD118" not in rules("Add()([a, b, a])", **names(says))


COPIED = ValueError("A merge layer should be called on a list of inputs. Received: inputs=Tensor (not a list)")


@pytest.mark.parametrize(
    "taken, output",
    [("", "base.output"), ("[:-1]", "base.layers[-2].output"), ("[0:5]", "base.layers[4].output")],
)
def test_layers_of_a_network_with_branches_become_one_model(taken, output):
    network = type("Functional", (keras()["Model"],), {"__module__": "keras.src.models"})
    layers = [type(each, (keras()["Layer"],), {"__module__": "keras.src.layers"})(None) for each in ("Dense", "Add")]
    base = network(None, _layers=layers, layers=layers)
    cell = f"for layer in base.layers{taken}:\n    model.add(layer)\n"
    model = type("New", (), {"add": refused(COPIED)})()
    (problem,) = told(cell, base=base, model=model)
    assert problem.fixes[0].source == f"from keras.models import Model\nmodel.add(Model(base.input, {output}))\n"
    assert "base has branches" in problem.title

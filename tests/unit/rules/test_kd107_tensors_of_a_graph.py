"""KD107: tensors that make no model."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from refusals import refused, rules, told


@pytest.mark.parametrize("message", ["Shapes differ", "The name is used", "Input size", "Graph"])
def test_other_errors_are_not_these(message):
    assert rules("Model(a, b)", Model=refused(ValueError(message)), a=1, b=2) == []


@pytest.mark.parametrize(
    "message, says, advice",
    [
        (
            "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. Received: "
            "input_shape=[(None, 4, 5), (None, 3, 5)]",
            "[(None, 4, 5), (None, 3, 5)]",
            "axis=1",
        ),
        ("Inputs have incompatible shapes. Received shapes (4,) and (3,)", "(4,) and (3,)", "one shape"),
        ('The name "d" is used 2 times in the model. All operation names should be unique.', "'d'", "name='d_2'"),
        (
            "All `inputs` values must be KerasTensors. Received: inputs=x including invalid value x of type "
            "<class 'numpy.ndarray'>",
            "ndarray",
            "keras.Input(shape=x.shape[1:])",
        ),
        (
            "Found unexpected instance while processing output tensors for keras functional model. Got: NoneType",
            "NoneType",
            "lacks its return",
        ),
        ("Graph disconnected: cannot obtain value for tensor x", "not given", "all inputs"),
        (
            "When setting `include_top=True` and loading `imagenet` weights, `input_shape` should be (224, 224, 3).",
            "(224, 224, 3)",
            "include_top=False",
        ),
        ("Input size must be at least 32x32; Received: input_shape=(28, 28, 3)", "32x32", "Enlarge"),
        ("If using `weights='imagenet'` with `include_top=True`, `classes` should be 1000.", "1000", "include_top"),
    ],
)
def test_what_makes_no_model_is_told(message, says, advice):
    (problem,) = told("Model(a, b)", Model=refused(ValueError(message)), a=1, b=2)
    assert problem.rule == "KD107"
    assert says in problem.title
    assert advice in problem.fixes[0].title


class Graph:
    """Layers and tensors as Keras keeps them: a tensor knows the layer and the call that made it."""

    def __init__(self):
        self.tensor = type("KerasTensor", (), {"__module__": "keras.src.backend.common.keras_tensor"})

    def made(self, shape, *given, name="", layer=None):
        """The tensor that a new layer, or this one, makes of others."""
        layer = layer or type("Layer", (), {"__module__": "keras.src.layers.layer"})()
        tensor = self.tensor()
        node = type("Node", (), {"__module__": "keras.src.ops.node"})()
        node.input_tensors, node.output_tensors = list(given), [tensor]
        layer.name = name
        layer._inbound_nodes = [*getattr(layer, "_inbound_nodes", []), node]
        tensor.shape, tensor._keras_history = shape, (layer, len(layer._inbound_nodes) - 1, 0)
        return tensor

    def model(self, name, inputs, outputs, *layers):
        base = type("Layer", (), {"__module__": "keras.src.layers.layer"})
        model = type("Model", (base,), {"__module__": "keras.src.models.model", "get_layer": named})()
        model.name, model._inputs, model._outputs, model.layers = name, inputs, outputs, list(layers)
        return model


def named(model, name):
    return next(layer for layer in model.layers if layer.name == name)


def two_models():
    """A model that calls another one, base, as a layer, and base."""
    graph = Graph()
    inside = graph.made((None, 8))
    conv = graph.made((None, 8), inside, name="conv")
    base = graph.model("base", [inside], [graph.made((None, 4), conv)], conv._keras_history[0])
    start = graph.made((None, 8))
    scaled = graph.made((None, 8), start, name="scale")
    given = graph.made((None, 4), scaled, name="base", layer=base)
    end = graph.made((None, 2), given)
    conv._keras_history[0].output = conv
    base.output = base._outputs[0]
    outer = graph.model("outer", [start], [end], scaled._keras_history[0], base, end._keras_history[0])
    outer.input, outer.output, outer.inputs = start, end, [start]
    return outer


LOST = [KeyError("123456"), ValueError("Output with path `` is not connected to `inputs`")]


@pytest.mark.parametrize("says", [*LOST, ValueError("Graph disconnected: cannot obtain value for tensor x")])
def test_a_layer_of_an_inner_model_is_called_through_it(says):
    outer = "m.get_layer('base').get_layer('conv').output"
    (problem,) = told(f"Model(m.input, {outer})", Model=refused(says), m=two_models())
    inner = f"Model(m.get_layer('base').inputs, {outer})(m.layers[0].output)"
    assert problem.fixes[0].source == f"Model(m.input, {inner})"


def test_the_layers_behind_the_inner_model_follow():
    cell = "base = m.layers[1]\ncam = Model([m.inputs], [base.get_layer('conv').output, m.output])"
    (problem,) = told(cell, Model=refused(LOST[1]), m=two_models())
    assert problem.fixes[0].source.splitlines()[1:] == [
        "features, x = Model(base.inputs, [base.get_layer('conv').output, base.output])(m.layers[0].output)",
        "for layer in m.layers[2:]:",
        "    x = layer(x)",
        "cam = Model([m.inputs], [features, x])",
    ]


@pytest.mark.parametrize(
    "called", [{"arguments": SimpleNamespace(kwargs={"training": False})}, {"call_kwargs": {"training": False}}]
)
def test_the_inner_model_is_called_with_training_as_the_outer_one_does(called):
    outer = two_models()
    vars(outer.layers[1]._inbound_nodes[-1]).update(called)
    (problem,) = told("Model(m.input, m.get_layer('base').get_layer('conv').output)", Model=refused(LOST[1]), m=outer)
    assert "(m.layers[0].output, training=False)" in problem.fixes[0].source


@pytest.mark.parametrize("says", LOST)
def test_an_input_that_is_not_given_is_named(says):
    graph = Graph()
    a, b = graph.made((None, 4)), graph.made((None, 4))
    (problem,) = told("Model(a, y)\nb", Model=refused(says), a=a, b=b, y=graph.made((None, 4), a, b))
    assert problem.title == "An output depends on b, which the model is not given"
    assert "Model([a, b], …)" in problem.fixes[0].title


def of_an_input(graph, shape):
    layer = type("InputLayer", (), {"__module__": "keras.src.layers.core.input_layer"})()
    return graph.made(shape, layer=layer)


@pytest.mark.parametrize("says", [TypeError("__init__() takes 1 positional argument but 4 were given")])
def test_inputs_that_are_given_one_by_one_become_a_list(says):
    graph = Graph()
    a, b = of_an_input(graph, (None, 4)), of_an_input(graph, (None, 4))
    found = told("m = Model(a, b, y)", Model=refused(says), a=a, b=b, y=graph.made((None, 4), a, b))
    assert [each.fixes[0].source for each in found if each.rule == "KD107"] == ["m = Model([a, b], y)"]


def test_data_for_a_tensor_becomes_the_tensor_that_the_outputs_come_from():
    graph, says = Graph(), ValueError("All `inputs` values must be KerasTensors. Received: inputs=[[0. 0. 0. 0.]]")
    a = of_an_input(graph, (None, 4))
    (problem,) = told("m = Model(x, y)", Model=refused(says), x=np.zeros((6, 4)), a=a, y=graph.made((None, 2), a))
    assert problem.fixes[0].source == "m = Model(a, y)"


@pytest.mark.parametrize(
    "shapes, title, advice",
    [
        (((None, 5, 8), (None, 3)), "a, which has steps, (None, 5, 8), and b", "GlobalAveragePooling1D()(a)"),
        (((None, 6, 6, 8), (None, 3)), "a, which is made of images", "GlobalAveragePooling2D()(a), or Flatten()"),
    ],
)
def test_tensors_of_another_number_of_axes_are_named(shapes, title, advice):
    graph = Graph()
    a, b = (graph.made(shape) for shape in shapes)
    layer = type("Concatenate", (type("Layer", (), {"__module__": "keras.src"}),), {"__module__": "keras.src"})
    layer.__call__ = refused_call(JOINED)
    (problem,) = told("join([a, b])", join=layer(), a=a, b=b)
    assert title in problem.title and advice in problem.fixes[0].title


JOINED = ValueError("A `Concatenate` layer requires inputs with matching shapes. Received: input_shape=[(1,), (2,)]")


@pytest.mark.parametrize(
    "sizes, title, advice",
    [
        ([100, 50, 25, 12, 24], "(24, 24) and (25, 25), since 100 is no multiple of 8", "(96, 96) or (104, 104)"),
        ([60, 30, 15, 7, 14], "since 60 is no multiple of 8", "ZeroPadding2D(((0, 1), (0, 1)))(a)"),
        ([64, 62, 58], "(58, 58) and (62, 62)", "Cropping2D(((2, 2), (2, 2)))(b)"),
        ([16, 8], "(8, 8) and (16, 16)", "MaxPooling2D(2)(b)"),
    ],
)
def test_branches_come_to_one_size(sizes, title, advice):
    graph = Graph()
    path = [graph.made((None, sizes[0], sizes[0], 3))]
    for size in sizes[1:]:
        path.append(graph.made((None, size, size, 3), path[-1]))
    larger = path[2] if len(sizes) == 5 else path[-2]
    layer = type("Concatenate", (type("Layer", (), {"__module__": "keras.src"}),), {"__module__": "keras.src"})
    layer.__call__ = refused_call(JOINED)
    (problem,) = told("join([a, b])", join=layer(), a=path[-1], b=larger)
    assert title in problem.title and advice in problem.fixes[0].title


def refused_call(says):
    """A method of Keras that raises this, with its arguments in its frame."""
    inside = {"__name__": "keras.src.layers.layer", "says": says}
    exec(
        compile(
            "def __call__(self, inputs):\n    raise says.with_traceback(None)",
            "/x/site-packages/keras/src/layer.py",
            "exec",
        ),
        inside,
    )
    return inside["__call__"]

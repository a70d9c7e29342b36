"""KD102: layers that follow each other."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from environments import module
from refusals import refused, rules, told

RANK = (
    "Input 0 of layer 'lstm_1' is incompatible with the layer: expected ndim=3, found ndim=2. "
    "Full shape received: (None, 8)"
)
NEGATIVE = "Computed output size would be negative. Received `inputs shape=(None, 4, 4, 1)`, `kernel_size=(7, 7)`."
RESHAPE = "The total size of the tensor must be unchanged. Received: input_shape=(10,), target_shape=(3, 4)"


@pytest.mark.parametrize("message", ["expected ndim=3", "Computed something else", "total size"])
def test_other_errors_of_keras_are_not_these(message):
    assert rules("LSTM(4)(x)", LSTM=lambda units: refused(ValueError(message)), x=1) == []


def test_the_users_own_errors_are_not_told():
    def own(units):
        raise ValueError(RANK)

    assert rules("own(4)", own=own) == []


@pytest.mark.parametrize(
    "message, says",
    [
        (RANK, "lstm_1"),
        (NEGATIVE, "larger than what it gets"),
        (RESHAPE, "10"),
    ],
)
def test_what_does_not_follow_is_told_with_the_shapes(message, says):
    (problem,) = told("LSTM(4)(x)", LSTM=lambda units: refused(ValueError(message)), x=1)
    assert problem.rule == "KD102"
    assert says in problem.title + problem.cause
    assert problem.fixes


def test_the_recurrent_layer_before_gives_all_steps():
    cell = "model.add(LSTM(8))\nmodel.add(LSTM(4))"

    class Growing:
        layers = 0

        def add(self, layer):
            self.layers += 1
            if self.layers == 2:
                refused(ValueError(RANK))()

    (problem,) = told(cell, model=Growing(), LSTM=lambda units: units)
    assert any("return_sequences=True" in (fix.source or fix.title) for fix in problem.fixes)


def test_of_nested_calls_the_inner_layer_comes_first():
    cell = "y = LSTM(8)(LSTM(4)(1))"
    seen = []

    def layer(units):
        def call(given):
            seen.append(given)
            return units if len(seen) == 1 else refused(ValueError(RANK))()

        return call

    (problem,) = told(cell, LSTM=layer)
    assert problem.fixes[0].source == "y = LSTM(8)(LSTM(4, return_sequences=True)(1))"


def test_the_number_of_samples_is_left_out_of_the_shape():
    says = "Input 0 of layer lstm is incompatible with the layer: expected ndim=3, found ndim=4. Full shape received: "
    cell = "y = LSTM(8, input_shape=(100, 5, 1))"
    (problem,) = told(cell, LSTM=refused(ValueError(says + "(None, 100, 5, 1)")))
    assert problem.fixes[0].source == "y = LSTM(8, input_shape=(5, 1))"
    assert "100 is taken for the number of samples" in problem.fixes[0].differs


def test_a_model_of_an_earlier_cell_keeps_the_layer_that_failed():
    of = {"__module__": "keras.src.models.sequential", "add": refused(ValueError(RANK))}
    model = type("Sequential", (), of)()
    (problem,) = told("model.add(3)", model=model)
    assert "Run the cell that makes model first: model keeps the layer that failed." in problem.fixes[-1].title
    of_keras_2 = type("Sequential", (), {**of, "__module__": "keras.src.engine.sequential"})()
    (problem,) = told("model.add(3)", model=of_keras_2)
    assert all("keeps the layer" not in fix.title for fix in problem.fixes)
    (problem,) = told("model = same\nmodel.add(3)", same=model)
    assert all("keeps the layer" not in fix.title for fix in problem.fixes)


def test_a_model_behind_a_model_of_another_size():
    says = (
        "Input 0 with name 'x' of layer 'functional_1' is incompatible with the layer: expected shape=(None, 5), found "
    )
    (problem,) = told("f(1)", f=refused(ValueError(says + "shape=(None, 4)")))
    assert problem.title == "The layer functional_1 is made for (None, 5), and gets (None, 4)"


class Image:
    __module__ = "keras.src.backend.common.keras_tensor"
    shape = (None, 28, 28, 1)


def error_handler(*args):
    refused(ValueError(NEGATIVE))()


def conv(data_format):
    base = type("Layer", (), {"__module__": "keras.src.layers.layer"})
    layer = type("Conv2D", (base,), {"__module__": "keras.src.layers", "__call__": error_handler})()
    vars(layer)["data_format"] = data_format
    return layer


@pytest.fixture
def keras_json(kernel, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "keras", module("keras", __version__="3.15.1"))
    path = tmp_path / "keras.json"
    path.write_text('{"image_data_format": "channels_first"}')
    return path


def test_channels_first_of_keras_json_is_told(keras_json):
    (problem,) = [each for each in told("layer(x)", layer=conv("channels_first"), x=Image()) if each.rule == "KD102"]
    assert problem.title == "keras.json sets channels_first: Conv2D reads (28, 28, 1) as (channels, height, width)"
    assert problem.cause.startswith("So 28 is the number of channels, and 28 x 1 the size.")
    setting, file = problem.fixes
    assert setting.commands == ('import keras; keras.config.set_image_data_format("channels_last")',)
    assert str(keras_json) in file.title and "restart the kernel" in file.title


def test_keras_2_sets_it_in_another_place(keras_json, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", module("keras", __version__="2.15.0"))
    (problem,) = [each for each in told("layer(x)", layer=conv("channels_first"), x=Image()) if each.rule == "KD102"]
    line = 'import tensorflow as tf; tf.keras.backend.set_image_data_format("channels_last")'
    assert problem.fixes[0].commands == (line,)


@pytest.mark.parametrize(
    ("cell", "data_format", "json"),
    [
        ("layer(x)  # data_format='channels_first'", "channels_first", '{"image_data_format": "channels_first"}'),
        ("layer(x)", "channels_last", '{"image_data_format": "channels_first"}'),
        ("layer(x)", "channels_first", '{"image_data_format": "channels_last"}'),
        ("layer(x)", "channels_first", "{}"),
    ],
)
def test_the_file_is_not_blamed_for_what_others_say(keras_json, cell, data_format, json):
    keras_json.write_text(json)
    found = told(cell, layer=conv(data_format), x=Image())
    assert not any("keras.json" in problem.title for problem in found)


@pytest.mark.parametrize(
    ("shape", "advice"),
    [
        ("(None, 4, 2, 2, 256)", "each of the 256 channels, Reshape((4, 1024)) all numbers."),
        ("(None, None, 2, 2, 256)", "Reshape((-1, 1024))"),
        ("(None, 14, 14, 4)", "Put Reshape((14, 56)) before it"),
        ("(None, 14, None, 4)", "Put Reshape((14, features)) before it"),
    ],
)
def test_images_become_the_vectors_of_steps(shape, advice):
    axes = shape.count(",") + 1
    says = f"Input 0 of layer lstm is incompatible with the layer: expected ndim=3, found ndim={axes}. Full shape "
    (problem,) = told("lstm(1)", lstm=refused(ValueError(f"{says}received: {shape}")))
    assert advice in problem.fixes[0].title


def test_a_shape_that_counts_the_samples_loses_its_first_axis():
    says = ValueError("Kernel shape must have the same length as input, but received kernel of shape (3, 3, 1, 8)")
    given = {"add": refused(says), "pictures": np.zeros((6, 8, 8, 1)), "Conv2D": dict}
    (problem,) = told("add(Conv2D(filters=8, input_shape=pictures.shape))", **given)
    assert problem.fixes[0].source == "add(Conv2D(filters=8, input_shape=pictures.shape[1:]))"


def test_the_shape_of_an_array_is_no_declaration():
    says = ValueError("Kernel shape must have the same length as input, but received kernel of shape (3, 3, 1, 8)")
    given = {"add": refused(says), "pictures": np.zeros((6, 8, 8, 1)), "np": np}
    assert rules("add(np.zeros(shape=pictures.shape))", **given) != ["KD102"]

"""KA317: layer name that is not there."""

from __future__ import annotations

import pytest
from checked import KERAS_3, failed
from refusals import layer, model
from refusals import told as run


def told(name: str, names: str, cell: str):
    error = ValueError(f"No such layer: {name}. Existing layers are: [{names}].")
    return [problem for problem in failed(KERAS_3, cell, error) if problem.rule == "KA317"]


def first_fix(name: str, names: str, cell: str):
    (problem,) = told(name, names, cell)
    fix = problem.fixes[0]
    return fix.applicability, fix.source


@pytest.mark.parametrize(
    "message", ["No such layer", "Was asked to retrieve layer at index 9 but model only has 2 layers.", "x"]
)
def test_another_error(message):
    assert failed(KERAS_3, "model.get_layer('a')", ValueError(message)) == []


def test_nothing_is_changed_where_no_layer_is_near():
    (problem,) = told("encoder", "'input_layer', 'dense'", "model.get_layer('encoder')")
    assert [fix.kind for fix in problem.fixes] == ["manual"]
    assert "input_layer, dense" in problem.fixes[0].title


@pytest.mark.parametrize(
    "names",
    [
        "'block5_pool', 'fc2', 'predictions'",
        "'conv4_block6_out', 'conv4_block7_out', 'predictions'",
        "'conv4_block6_out', 'post_bn', 'predictions'",
    ],
)
def test_another_network_than_resnet50_has_its_own_layers(names):
    assert [fix.kind for fix in told("fc1000", names, "model.get_layer('fc1000')")[0].fixes] == ["manual"]


@pytest.mark.parametrize(
    "name, today",
    [
        ("fc1000", "predictions"),
        ("res5c_branch2c", "conv5_block3_3_conv"),
        ("bn2a_branch1", "conv2_block1_0_bn"),
        ("res4f_branch2a", "conv4_block6_1_conv"),
    ],
)
def test_a_layer_of_resnet50_has_the_same_weights_under_its_new_name(name, today):
    assert first_fix(name, f"'conv4_block6_out', '{today}'", f"w = model.get_layer('{name}').get_weights()") == (
        "verified",
        f"w = model.get_layer('{today}').get_weights()",
    )


@pytest.mark.parametrize(
    "number, today",
    [
        (1, "conv1_relu"),
        (2, "conv2_block1_1_relu"),
        (4, "conv2_block1_out"),
        (49, "conv5_block3_out"),
        (40, "conv4_block6_out"),
    ],
)
def test_activations_were_counted_in_the_session(number, today):
    name = f"activation_{number}"
    assert first_fix(name, f"'conv4_block6_out', '{today}'", f"model.get_layer('{name}')") == (
        "check the result",
        f"model.get_layer('{today}')",
    )


def test_layers_that_were_counted_from_one_move_together():
    cell = "a = m.get_layer('dense_1')\nb = m.get_layer(\"dense_2\")\nnew = Dense(3, name='dense_2')\nprint('lstm_1')"
    fixed = "a = m.get_layer('dense')\nb = m.get_layer(\"dense_1\")\nnew = Dense(3, name='dense_2')\nprint('lstm_1')"
    assert first_fix("dense_2", "'dense', 'dense_1', 'lstm'", cell) == ("check the result", fixed)


def test_the_input_has_another_name_in_keras_3():
    assert first_fix("input_1", "'input_layer', 'dense'", "m.get_layer('input_1').output") == (
        "check the result",
        "m.get_layer('input_layer').output",
    )


def test_a_slip_of_the_finger():
    assert first_fix("score", "'scores', 'dense'", "m.get_layer('score')") == (
        "check the result",
        "m.get_layer('scores')",
    )


def test_the_only_layer_of_a_kind_is_taken_by_its_place():
    assert first_fix("conv2d_97", "'input_layer', 'conv2d_17', 'flatten'", "f = m.get_layer('conv2d_97').output") == (
        "check the result",
        "f = m.layers[-2].output",
    )


def test_between_several_of_a_kind_a_person_chooses():
    (problem,) = told("conv2d_3", "'conv2d_16', 'conv2d_27'", "model.get_layer('conv2d_3')")
    assert problem.fixes[0].kind == "manual" and "conv2d_16, conv2d_27" in problem.fixes[0].title


def named(kind, name, **held):
    return layer(kind, _name=name, **held)


NO_LAYER = ValueError("No such layer: conv. Existing layers are: ['base', 'flat', 'dense'].")


def nested(kind="Sequential", before=()):
    """A model of Keras whose first layer is a model that has a layer conv."""
    base = model(NO_LAYER, "Functional", _name="base", _layers=[named("InputLayer", "i"), named("Conv2D", "conv")])
    return model(NO_LAYER, kind, _layers=[*before, base, named("Flatten", "flat"), named("Dense", "dense")])


def test_a_layer_of_a_model_inside_of_the_model():
    (problem,) = run("w = m.get_layer('conv').get_weights()", m=nested())
    assert problem.title == "conv is a layer of base, a model that is one layer of this model"
    assert problem.fixes[0].source == "w = m.layers[0].get_layer('conv').get_weights()"


def test_what_is_computed_from_it_begins_at_the_input_of_the_inner_model():
    cell = "def f(net):\n    return Model([net.inputs], [net.get_layer('conv').output, net.output])\ng = f(m)"
    (problem,) = run(cell, m=nested(), Model=None)
    assert problem.fixes[0].source.splitlines()[1:-1] == [
        "    base = net.layers[0]",
        "    x = base.output",
        "    for layer in net.layers[1:]:",
        "        x = layer(x)",
        "    return Model([base.inputs], [base.get_layer('conv').output, x])",
    ]


def test_where_layers_come_before_a_person_builds_it():
    cell = "g = Model(m.inputs, m.get_layer('conv').output)"
    (problem,) = run(cell, m=nested(before=(named("Rescaling", "scale"),)), Model=None)
    assert [fix.kind for fix in problem.fixes] == ["manual"] and "base = m.layers[1]" in problem.fixes[0].title

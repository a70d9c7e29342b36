"""KD150: weights and masks of a loss."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import network, titles
from refusals import compiled, layer, rules, tensor, told

from kerasmagic.rules.contracts.kd150_weights_and_masks_of_a_loss import check

SQUEEZE = ValueError(
    "Can not squeeze dim[1], expected a dimension of 1, got 4 for '{{node mean_squared_error/weighted_loss/Squeeze}} = "
    "Squeeze[T=DT_FLOAT, squeeze_dims=[-1]](IteratorGetNext:2)' with input shapes: [?,4]."
)
OF_A_LAYER = ValueError(str(SQUEEZE).replace("mean_squared_error/weighted_loss", "sequential/mine"))
MULTIPLIED = ValueError(
    "Dimensions must be equal, but are 16 and 20 for '{{node compile_loss/mse/mul_1}} = Mul[T=DT_FLOAT](compile_loss/"
    "mse/Mean, compile_loss/mse/mul)' with input shapes: [16], [16,20]."
)
X, Y, W = np.ones((6, 3)), np.ones((6, 4)), np.ones((6, 4))


@pytest.mark.parametrize(
    "made, weights",
    [((None, 4), (6,)), ((None, 4), (6, 1)), ((None, 9, 5), (6, 9)), ((None, 9, 5), (6, 9, 1)), ((None, 9, 5), (6,))],
)
def test_weights_that_fit_are_not_told(made, weights):
    assert titles(check, network(outputs=(made,), loss="huber"), x=X, y=Y, sample_weight=np.ones(weights)) == []


@pytest.mark.parametrize(
    "made, weights, one",
    [
        ((None, 4), (6, 4), "sample: (6,)"),
        ((None, 9, 5), (6, 9, 5), "step: (6, 9)"),
        ((None, 9, 5), (6, 8), "step: (6, 9)"),
        ((None, 8, 8, 1), (6, 8, 8, 3), "pixel: (6, 8, 8)"),
        ((None, 8, 8, 1), (6,), "pixel: (6, 8, 8)"),
    ],
)
def test_weights_of_another_shape_are_told(made, weights, one):
    (title,) = titles(check, network(outputs=(made,), loss="huber"), x=X, y=Y, sample_weight=np.ones(weights))
    assert title.endswith(f"and the loss gives one number for each {one}")


def test_an_operation_of_a_layer_is_none_of_a_loss():
    cell = "model.fit(x, y, sample_weight=w)"
    assert "KD150" not in rules(cell, model=compiled(OF_A_LAYER, (None, 4), loss="mse"), x=X, y=Y, w=W)


def test_a_weight_for_each_number_needs_a_last_axis_of_one():
    cell = "model.fit(x, y, sample_weight=w)"
    (problem,) = told(cell, model=compiled(SQUEEZE, (None, 4), loss="mse"), x=X, y=Y, w=W)
    assert problem.rule == "KD150"
    assert "Reshape((4, 1)), and give y[..., None]" in problem.fixes[0].title


def masked(says, made):
    """A model whose layer Pool takes (None, 20, 8), with a mask, and gives this, with the same mask."""
    steps = tensor((None, 20, 8), mask=(None, 20))
    end = layer("Pool")
    type(end).__module__ = "__main__"
    model = compiled(says, made, loss="mse")
    model._outputs = [tensor(made, end, [steps], (None, 20))]
    return model


def test_the_layer_that_passes_a_mask_on_is_told():
    (problem,) = told("model.fit(x, y)", model=masked(MULTIPLIED, (None, 8)), x=X, y=np.ones((6, 8)))
    assert problem.title == (
        "The layer Pool takes (None, 20, 8) and gives (None, 8), and passes the mask (None, 20) on"
    )
    assert "compute_mask" in problem.fixes[0].title


def test_a_mask_that_fits_is_not_told():
    assert "KD150" not in rules("model.fit(x, y)", model=masked(MULTIPLIED, (None, 20, 5)), x=X, y=np.ones((6, 20, 5)))


def of_outputs(cell, says=None, **held):
    made = compiled(says or KeyError(0), (None, 4), (None, 1), loss="mse")
    vars(made).update(held)
    return told(f"v, u = Y, X\nd = {{'out0': Y, 'out1': X}}\n{cell}", m=made, X=X, Y=Y, W=W)


BY_NAME = "{'out1': u, 'out0': v}"
OTHER_FORM = ValueError(
    "You should provide one `sample_weight` array per output in `y`. The two structures did not match"
)


@pytest.mark.parametrize(
    ("given", "mended"),
    [
        (f"{BY_NAME}, sample_weight={BY_NAME}", "[v, u], sample_weight=[v, u]"),
        (f"[v, u], sample_weight={BY_NAME}", "[v, u], sample_weight=[v, u]"),
        ("d, sample_weight=[v, u]", "[d['out0'], d['out1']], sample_weight=[v, u]"),
    ],
)
def test_weights_by_name_become_lists_where_the_outputs_are_one(given, mended):
    for says in (KeyError(0), OTHER_FORM):
        problem = of_outputs(f"m.fit(X, {given})", says)[0]
        assert problem.title.startswith("The model has a list of outputs")
        assert f"m.fit(X, {mended})" in problem.fixes[0].source


def test_an_output_without_weights_is_left_to_the_user():
    (fix,) = of_outputs(f"m.fit(X, {BY_NAME}, sample_weight={{'out1': u}})")[0].fixes
    assert fix.title.endswith("sample_weight=[that of out0, that of out1]; ones for an output without weights.")


@pytest.mark.parametrize(
    ("cell", "held", "says"),
    [
        ("m.fit(X, [v, u], sample_weight=[v, u])", {}, KeyError(0)),
        (f"m.fit(X, {BY_NAME}, sample_weight={BY_NAME})", {"_outputs_struct": {"out0": 1, "out1": 2}}, KeyError(0)),
        (f"m.fit(X, {BY_NAME}, sample_weight={BY_NAME})", {}, KeyError("a")),
    ],
)
def test_weights_in_the_form_of_the_outputs_are_not_told(cell, held, says):
    assert "KD150" not in [problem.rule for problem in of_outputs(cell, says, **held)]

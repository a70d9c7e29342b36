"""KD102: layers that follow each other."""

from __future__ import annotations

import pytest
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

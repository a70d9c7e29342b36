"""KD116: states of a layer."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import keras, layer, model, refused, rules, tensor, told


class Kind:
    """Stands for a layer's class: its object gives so many tensors."""

    def __init__(self, count):
        self.count = count

    def __call__(self, *arguments, **others):
        return lambda x: list(range(self.count))


NAMES = {"LSTM": Kind(3), "GRU": Kind(2), "Bidirectional": Kind(5), "Dense": Kind(2), "x": 1, "flag": True}


@pytest.mark.parametrize(
    "line",
    ["a, b, c = Dense(2)(x)", "a, b, c = [1, 2]", "a, b = LSTM(2, return_state=flag)(x)", "a, b, c = x, 2"],
)
def test_other_things_that_are_unpacked_are_not_told(line):
    try:
        assert rules(line, **NAMES) == []
    except AssertionError as runs:
        assert str(runs) == "the cell runs"


@pytest.mark.parametrize(
    "line, names",
    [
        ("a, b, c = GRU(2, return_state=True)(x)", "outputs, state_h"),
        ("a, b = LSTM(2, return_state=True)(x)", "outputs, state_h, state_c"),
        (
            "a, b, c = Bidirectional(LSTM(2, return_state=True))(x)",
            "outputs, forward_h, forward_c, backward_h, backward_c",
        ),
    ],
)
def test_the_tensors_are_named_in_their_order(line, names):
    (problem,) = told(line, **NAMES)
    assert problem.rule == "KD116"
    assert f"gives {names.count(',') + 1} tensors" in problem.title
    assert problem.fixes[0].title == f"Write {names} = …."


def test_a_layer_that_gives_no_states_is_told_so():
    (problem,) = told("a, b = LSTM(2)(x)", **NAMES)
    assert problem.fixes[0].title == "Make the layer with return_state=True."


@pytest.mark.parametrize(
    "says, count",
    [
        ("When using `stateful=True` in a RNN, the batch size must be static. Found dynamic batch size", 1),
        ("If a RNN is stateful, it needs to know its batch size.", 1),
        ("The batch size is odd", 0),
    ],
)
def test_a_stateful_layer_needs_the_size_of_a_batch(says, count):
    found = [problem for problem in told("f()", f=refused(ValueError(says))) if problem.rule == "KD116"]
    assert ["batch_shape=" in problem.fixes[0].title for problem in found] == [True] * count


@pytest.mark.parametrize(
    "says",
    [
        IndexError("list index out of range"),
        ValueError("An `initial_state` was passed that is not compatible with `cell.state_size`. Received"),
    ],
)
def test_a_layer_of_two_directions_gets_the_states_of_both(says):
    both = model(says, "Bidirectional", of="Layer")

    type(both).__call__ = lambda self, x, initial_state=None: refused(says)()
    (problem,) = told("both(1, initial_state=[2, 3])", both=both)
    assert problem.rule == "KD116"
    assert "[forward_h, forward_c, backward_h, backward_c]" in problem.fixes[0].title
    assert "KD116" not in rules("both(1)", both=both)


STATES = ValueError(
    "An `initial_state` was passed that is not compatible with `cell.state_size`. Received `state_spec`="
)


def recurrent(kind, units, says=None):
    layer = type(kind, (keras(says)["Layer"],), {"__module__": "keras.src.layers.rnn", "__call__": keras(says)["call"]})
    return layer(says, units=units)


def gives(layer, *shapes):
    """The tensors that a layer gives."""
    tensor = type("KerasTensor", (), {"__module__": "keras.src.backend.common.keras_tensor"})
    found = [tensor() for _ in shapes]
    for place, (each, shape) in enumerate(zip(found, shapes)):
        each.shape, each._keras_history = shape, (layer, 0, place)
    return found


@pytest.mark.parametrize(
    "before, units, line, works",
    [
        ("GRU", 8, "GRU(x, initial_state=[out, h])", "GRU(x, initial_state=[h])"),
        ("GRU", 8, "states = [out, h]\nGRU(x, initial_state=states)", "states = [h]"),
        ("LSTM", 8, "LSTM(x, initial_state=h)", "LSTM(x, initial_state=[h, c])"),
        ("LSTM", 8, "LSTM(x, initial_state=[out, h, c])", "LSTM(x, initial_state=[h, c])"),
        ("LSTM", 8, "GRU(x, initial_state=[h, c])", "GRU(x, initial_state=[h])"),
        ("LSTM", 4, "LSTM(x, initial_state=[h, c])", "LSTM(4) here, or 8 units before"),
        (
            "Dense",
            8,
            "GRU(x, initial_state=out)",
            "outputs, state = GRU(8, return_sequences=True, return_state=True)(x)",
        ),
        ("Bidirectional", 8, "GRU(x, initial_state=[h, c])", "initial_state=[Concatenate()([h, c])], for GRU(16)"),
    ],
)
def test_the_states_that_the_layer_before_gave(before, units, line, works):
    source = recurrent(before, units)
    out, h, c = gives(source, (None, 5, units), (None, units), (None, units))
    held = {"out": out, "h": h, "c": c, **{kind: recurrent(kind, 8, STATES) for kind in ("GRU", "LSTM")}}
    (problem,) = told(line, x=1, **held)
    assert problem.rule == "KD116"
    assert works in (problem.fixes[0].source or problem.fixes[0].title)


def test_states_that_fit_are_not_the_reason():
    _, h, c = gives(recurrent("LSTM", 8), (None, 5, 8), (None, 8), (None, 8))
    assert "KD116" not in rules("LSTM(1, initial_state=[h, c])", h=h, c=c, LSTM=recurrent("LSTM", 8, STATES))


STATE = ValueError(
    "If an RNN is stateful, the batch size of the input sequences must be the same as the batch size of the initial "
    "state.\n- Expected batch size: 8\n- Received batch size: 1\ninitial_state=None"
)


def stateful(kind="Sequential"):
    return model(STATE, kind, _inputs=[tensor((8, 5, 3))], _layers=[layer("LSTM", stateful=True)])


@pytest.mark.parametrize(
    "line, samples, advice",
    [
        ("model.fit(x, y)", 24, "Give fit batch_size=8."),
        ("model.fit(x, y, batch_size=8)", 20, "fit(x[:16], y[:16], batch_size=8)"),
        ("model.fit(x, y)", 3, "give it 8 samples"),
    ],
)
def test_batches_of_another_size_than_a_stateful_model_keeps(line, samples, advice):
    (problem,) = told(line, model=stateful(), x=np.zeros((samples, 5, 3)), y=np.zeros(samples))
    assert problem.rule == "KD116" and advice in " ".join(fix.title for fix in problem.fixes)


def test_a_stateful_layer_that_is_called_with_another_number_of_samples():
    (problem,) = told("f(1)", f=refused(STATE))
    assert problem.title == "The layer keeps the states of 8 samples, and gets 1"


def test_a_model_without_states_is_not_told_of_them():
    plain = model(STATE, _inputs=[tensor((8, 5, 3))], _layers=[layer("LSTM", stateful=False)])
    assert "KD116" not in rules("model.fit(x)", model=plain, x=np.zeros((3, 5, 3)))


def test_the_states_of_both_directions_are_joined():
    both = recurrent("Bidirectional", 8)
    both.forward_layer = recurrent("LSTM", 4)
    (out,) = gives(both, (None, 6, 8))
    (problem,) = told("LSTM(1, initial_state=[out])", out=out, LSTM=recurrent("LSTM", 8, STATES))
    assert "outputs, fh, fc, bh, bc = Bidirectional(LSTM(4, return_sequences=True" in problem.fixes[0].title
    assert "initial_state=[Concatenate()([fh, bh]), Concatenate()([fc, bc])]" in problem.fixes[0].title
    both.forward_layer = recurrent("LSTM", 3)
    (problem,) = told("LSTM(1, initial_state=[out])", out=out, LSTM=recurrent("LSTM", 8, STATES))
    assert "Bidirectional" not in problem.fixes[0].title


ONE = ValueError('Layer "dense" expects 1 input(s), but it received 3 input tensors.')


def of_one(cell, says=ONE, ask=told):
    """What is told where a layer of Keras gets the tensors of another one: LSTM gives three, and Dense takes one."""
    inside = keras(says)
    source = (
        "class LSTM(Layer):\n    def __init__(self, units=1, return_state=False):\n        self.return_state = "
        "return_state\n    def __call__(self, x):\n        return [x, x, x] if self.return_state else x\n"
        "class Dense(LSTM):\n    def __call__(self, x):\n        if type(x) is list:\n"
        "            raise says.with_traceback(None)\n        return x\n"
    )
    exec(compile(source, "/x/site-packages/keras/src/layers/core.py", "exec"), inside)
    return ask(cell, LSTM=inside["LSTM"], Dense=inside["Dense"], x=tensor((None, 5, 3)))


@pytest.mark.parametrize(
    ("cell", "mended"),
    [
        (
            "h = LSTM(8, return_state=True)(x)\ny = Dense(2)(h)",
            "h, _, _ = LSTM(8, return_state=True)(x)\ny = Dense(2)(h)",
        ),
        (
            "rnn = LSTM(8, True)\nh = rnn(x)\nd = Dense()\ny = d(h)",
            "rnn = LSTM(8, True)\nh, _, _ = rnn(x)\nd = Dense()\ny = d(h)",
        ),
        ("y = Dense(2)(LSTM(8, return_state=True)(x))", "y = Dense(2)(LSTM(8, return_state=True)(x)[0])"),
        (
            "h = LSTM(8, return_state=True)(x)\ny = Dense(2)(h)\ns = h[1:]",
            "h = LSTM(8, return_state=True)(x)\ny = Dense(2)(h[0])\ns = h[1:]",
        ),
    ],
)
def test_the_output_is_taken_where_a_layer_takes_one_tensor(cell, mended):
    (problem,) = of_one(cell)
    assert problem.title == "LSTM with return_state=True gives 3 tensors, and they are used as one"
    assert problem.fixes[0].source == mended


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("h = [x, x, x]\ny = Dense(2)(h)", ONE),
        ("h = LSTM(8, return_state=True)(x)\ny = Dense(2)(h)", ValueError("something else")),
        ("h = LSTM(8)(x)\ny = Dense(2)([h, h])", ONE),
    ],
)
def test_lists_of_other_tensors_are_not_told(cell, says):
    assert "KD116" not in of_one(cell, says, rules)


def test_a_sequential_model_hands_on_one_tensor():
    says = ValueError("All layers in a Sequential model should have a single output tensor.")
    names = {"m": model(says), "LSTM": Kind(3)}
    type(names["m"]).add = refused(says)
    (problem,) = told("m.add(LSTM(8, return_state=True))", **{**names, "LSTM": lambda *a, **b: 1})
    assert problem.fixes[0].source == "m.add(LSTM(8))"

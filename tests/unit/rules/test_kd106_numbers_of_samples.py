"""KD106: as many labels as samples, as many arrays as inputs."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import network, titles
from refusals import compiled, predicting, tensor, told

from kerasmagic.rules.contracts.kd106_numbers_of_samples import check

X, Y, TWO = np.zeros((6, 4)), np.zeros(6), ((None, 3), (None, 2))


@pytest.mark.parametrize(
    "given",
    [
        {"x": X, "y": Y},
        {"x": X, "y": Y, "sample_weight": Y},
        {"x": X, "y": Y, "validation_data": (X, Y)},
        {"x": object(), "y": Y},
        {"x": {"a": X}, "y": Y},
        {},
    ],
)
def test_what_fits_is_not_told(given):
    assert titles(check, network(loss="mean_squared_error"), **given) == []


def test_a_list_for_several_inputs_is_not_told():
    assert titles(check, network(TWO), x=[np.zeros((6, 3)), np.zeros((6, 2))], y=Y) == []


@pytest.mark.parametrize(
    "given, says",
    [
        ({"x": X, "y": np.zeros(5)}, "x has 6 samples, and y has 5"),
        ({"x": X, "y": Y, "sample_weight": np.zeros(4)}, "sample_weight has 4"),
        ({"x": [np.zeros(4)] * 6, "y": Y}, "a list of 6 arrays"),
        ({"x": X, "y": [1, 2, 3, 4, 5, 6]}, "y is a list"),
        ({"x": (X, Y)}, "a tuple of 2"),
        ({"x": X}, "no labels"),
        ({"x": X, "y": Y, "validation_data": X}, "validation_data is one array"),
    ],
)
def test_what_does_not_fit_is_told(given, says):
    found = titles(check, network(loss="mean_squared_error"), **given)
    assert found
    assert says in found[0]


def test_one_array_for_two_inputs():
    assert titles(check, network(TWO), x=np.zeros((6, 3)), y=Y) == ["The model has 2 inputs, and gets 1"]


@pytest.mark.parametrize("rows, labels", [((6, 5), 6), ((6, 6), 7)])
def test_several_inputs_of_different_lengths_are_told(rows, labels):
    x = [np.zeros((rows[0], 3)), np.zeros((rows[1], 2))]
    (title,) = titles(check, network(TWO), x=x, y=np.zeros(labels))[:1]
    assert title.endswith(f"input 1 has {rows[0]}, input 2 has {rows[1]}, y has {labels}")


def test_several_inputs_without_labels_are_told():
    (title,) = titles(check, network(TWO), "evaluate", x=[np.zeros((5, 3)), np.zeros((6, 2))])[:1]
    assert title.endswith("input 1 has 5, input 2 has 6")


def test_inputs_and_labels_in_dictionaries_are_named_by_their_keys():
    given = {"x": {"age": np.zeros(6), "job": np.zeros(5)}, "y": {"wage": np.zeros(6)}}
    assert titles(check, network(TWO), **given) == [
        "The arrays have different numbers of samples: age has 6, job has 5, wage has 6"
    ]
    assert titles(check, network(TWO), x={"age": np.zeros(6), "job": np.zeros(6)}, y=np.zeros(6)) == []


AMBIGUOUS = ValueError("Data cardinality is ambiguous: x sizes: 50, 80 y sizes: 50, 80")
SPLIT = ValueError("`validation_split` is only supported for Tensors or NumPy arrays, found following types: int")


def test_two_pairs_of_lengths_are_cut_or_two_models():
    given = {"a": np.zeros(50), "b": np.zeros(80), "c": np.zeros(50), "d": np.zeros(80)}
    (problem,) = told("model.fit([a, b], [c, d])", model=compiled(AMBIGUOUS, (None, 1), (None, 1), inputs=2), **given)
    assert problem.rule == "KD106" and "b[:50], d[:50]" in problem.fixes[0].title


def test_a_number_among_the_inputs_is_left_out():
    given = {"a": np.zeros(5), "b": np.zeros(5), "y": np.zeros(5), "n": 6}
    (problem,) = told("model.fit([a, b, n], y)", model=compiled(SPLIT, (None, 1), inputs=2), **given)
    assert problem.title == "The list of inputs holds n (6) beside the arrays"
    assert problem.fixes[0].source == "model.fit([a, b], y)"


@pytest.mark.parametrize("share, told_of", [(0.2, 0), (0.0, 0), (20, 1), (1.0, 1), (-0.2, 1), (None, 0)])
def test_validation_split_is_a_share(share, told_of):
    assert len(titles(check, network(loss="mean_squared_error"), x=X, y=Y, validation_split=share)) == told_of


@pytest.mark.parametrize(
    "data, says",
    [
        ((X, np.zeros(5)), "validation_data: x has 6 samples, and y has 5"),
        ((X, Y, Y, Y), "validation_data has 4 parts"),
    ],
)
def test_the_arrays_of_validation_data_are_told_of(data, says):
    (title,) = titles(check, network(loss="mean_squared_error"), x=X, y=Y, validation_data=data)
    assert title.startswith(says)


def test_two_inputs_in_one_array_become_a_list():
    given = {"a": np.ones((5, 3)), "b": np.ones((5, 3)), "y": np.ones(5), "np": np}
    cell = "model.fit(np.array([a, b]), y)"
    (problem,) = told(cell, model=compiled(AMBIGUOUS, (None, 1), inputs=2), **given)
    assert problem.title == "np.array([a, b]) is one array of (2, 5, 3), and the model has 2 inputs"
    assert (problem.fixes[0].source, problem.fixes[0].verified) == ("model.fit([a, b], y)", True)


@pytest.mark.parametrize(
    "before, corrected",
    [
        ("nn.fit(prepare(train), y)", "nn.predict(prepare(test))"),
        ("nn.evaluate(x=prepare(train))", "nn.predict(prepare(test))"),
        ("other.fit(prepare(train), y)", None),
        ("nn.fit(prepare(train, 2), y)", None),
        ("nn.fit([train, train], y)", None),
    ],
)
def test_the_data_is_prepared_as_it_was_for_fit(before, corrected):
    says = ValueError("Layer expects 2 input(s), but it received 1 input tensors")
    nn = predicting(says, _inputs=[tensor((None, 1)), tensor((None, 2))])
    cells, array = ["", before, "nn.predict(test)"], np.zeros((5, 3))
    problem = told(cells[-1], nn=nn, test=array, train=array, In=cells)[0]
    assert problem.title == "The model has 2 inputs, and gets 1"
    assert problem.fixes[0].source == corrected


OTHER = np.zeros((6, 7))
SAYS = ValueError('Layer "functional" expects 1 input(s), but it received 2 input tensors.')


@pytest.mark.parametrize(
    "cell, works",
    [
        ("model.fit([x, y], epochs=2)", "model.fit(x, y, epochs=2)"),
        ("model.fit((x, y))", "model.fit(x, y)"),
    ],
)
def test_labels_in_the_list_become_an_argument(cell, works):
    (problem,) = told(cell, model=compiled(SAYS, (None, 1)), x=np.zeros((6, 3)), y=Y)
    assert (problem.rule, problem.fixes[0].source) == ("KD106", works)


def test_labels_behind_several_inputs_are_taken_out():
    cell, works = "model.fit([a, b, y])", "model.fit([a, b], y)"
    given = {"a": np.zeros((6, 3)), "b": np.zeros((6, 3)), "y": Y}
    (problem,) = told(cell, model=compiled(SAYS, (None, 1), inputs=2), **given)
    assert problem.fixes[0].source == works


def test_a_pair_by_its_name_is_taken_apart_by_hand():
    (problem,) = told("model.fit(pair)", model=compiled(SAYS, (None, 1)), pair=(np.zeros((6, 3)), Y))
    assert problem.fixes[0].title == "Write fit(pair[0], pair[1])."


@pytest.mark.parametrize(
    "inputs, given",
    [
        (((None, 4),), {"x": [X, X], "y": Y}),
        (((None, 4),), {"x": [X, np.zeros((5, 7))]}),
        (TWO, {"x": [np.zeros((6, 3)), np.zeros((6, 2))], "y": Y}),
    ],
)
def test_labels_are_seen_in_the_list_only_where_the_shapes_say_so(inputs, given):
    assert not any("labels are among" in title for title in titles(check, network(inputs, loss="mse"), **given))


def test_the_one_array_that_the_input_takes_is_given():
    (problem,) = told("model.fit([a, b], y)", model=compiled(SAYS, (None, 1)), a=np.zeros((6, 3)), b=OTHER, y=Y)
    assert problem.title == "The model has one input, and gets 2 arrays"
    assert problem.fixes[0].title.startswith("Give a alone, or make the model with an Input for each")


def test_inputs_one_by_one_become_a_list():
    says = TypeError("Model.fit() got multiple values for argument 'batch_size'")
    given = {"a": np.zeros((6, 3)), "b": np.zeros((6, 3)), "y": Y}
    model = compiled(says, (None, 1), inputs=2)
    found = [each for each in told("model.fit(a, b, y)", model=model, **given) if each.rule == "KD106"]
    assert [each.fixes[0].source for each in found] == ["model.fit([a, b], y)"]


def test_validation_data_for_one_of_two_inputs_is_told():
    given = {"x": [np.zeros((6, 3)), np.zeros((6, 2))], "y": Y, "validation_data": (np.zeros((6, 3)), Y)}
    assert titles(check, network(TWO), **given) == ["validation_data: The model has 2 inputs, and gets 1"]

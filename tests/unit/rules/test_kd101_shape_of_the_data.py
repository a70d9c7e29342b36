"""KD101: the shape of the data."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import call, network, titles

from kerasmagic.diagnosis.contract.network import Layer
from kerasmagic.rules.contracts.kd101_shape_of_the_data import check


@pytest.mark.parametrize(
    "inputs, shape",
    [
        ((None, 4), (20, 4)),
        ((None, None), (20, 9)),
        ((None, 28, 28, 1), (20, 28, 28)),
        ((None, 4), (20, 4, 1)),
        ((None, 10, None), (20, 10, 3)),
        ((32, 4), (20, 4)),
    ],
)
def test_what_keras_takes_is_not_told(inputs, shape):
    assert titles(check, network((inputs,)), x=np.zeros(shape)) == []


def test_nothing_is_told_of_several_inputs_or_unknown_data():
    assert titles(check, network(((None, 4), (None, 5))), x=np.zeros((3, 9))) == []
    assert titles(check, network(), x=object()) == []
    assert titles(check, network(), x=None) == []
    assert titles(check, network()) == []


@pytest.mark.parametrize(
    "inputs, shape, says",
    [
        ((None, 4), (20, 5), "5 features, where the model is made for 4"),
        ((None, 4), (4,), "this is one sample"),
        ((None, 28, 28, 1), (28, 28, 1), "this is one sample"),
        ((None, 28, 28, 3), (20, 28, 28, 1), "1 channels"),
        ((None, 3, 28, 32), (20, 28, 32, 3), "in another order"),
        ((None, 10, 3), (20, 10), "2 axes"),
    ],
)
def test_what_it_refuses_is_told_with_the_shapes(inputs, shape, says):
    found = list(check(call(network((inputs,)), x=np.zeros(shape))))
    assert len(found) == 1
    assert str(shape) in found[0].title
    assert says in found[0].cause


def test_validation_data_is_looked_at():
    data = (np.zeros((3, 5)), np.zeros(3))
    assert titles(check, network(), x=np.zeros((3, 4)), validation_data=data) == [
        "The inputs of validation_data have shape (3, 5), and the model takes (None, 4)"
    ]


def test_a_model_without_an_input_says_how_many_axes_it_takes():
    recurrent = network((), (), layers=(Layer("LSTM", "lstm", rank=3),))
    assert titles(check, recurrent, x=np.zeros((20, 5, 2))) == []
    assert titles(check, recurrent, x=np.zeros((20, 5))) == [
        "x has shape (20, 5), and the layer lstm (LSTM) takes 3 axes"
    ]


def test_before_the_run_a_sequential_model_is_not_said_to_be_stricter_than_it_is():
    pooled = network(((None, 28, 28, 1),), layers=("Conv2D", "GlobalAveragePooling2D", "Dense"), kind="Sequential")
    found = list(check(call(pooled, failed=False, x=np.zeros((2, 32, 32, 1)))))
    assert [each.certain for each in found] == [False]


@pytest.mark.parametrize(("labels", "is_one"), [(32, False), (1, True)])
def test_as_many_labels_as_rows_are_no_single_sample(labels, is_one):
    (finding,) = check(call(network(((None, None, 8),)), x=np.zeros((32, 8)), y=np.zeros(labels)))
    assert finding.cause.endswith("this is one sample, without it.") == is_one


def test_inputs_and_labels_in_each_others_place():
    (finding,) = check(call(network(((None, 3),)), x=np.zeros(4), y=np.zeros((4, 3))))
    assert finding.advice == ("y has the shape of the inputs: write fit(y, x), the inputs first.",)

"""KD104: class or word number out of range."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import call, network, titles

from kerasmagic.diagnosis.contract.network import Layer
from kerasmagic.rules.contracts.kd104_numbers_out_of_range import check

SPARSE = "sparse_categorical_crossentropy"


@pytest.mark.parametrize("labels", [[0, 1, 2], [0, 0], [2.0, 1.0], [[0], [2]]])
def test_class_numbers_that_have_a_unit_are_not_told(labels):
    assert titles(check, network(loss=SPARSE), y=np.array(labels)) == []


def test_other_losses_take_other_numbers():
    assert titles(check, network(loss="mean_squared_error"), y=np.array([7, 8])) == []
    assert titles(check, network(loss=SPARSE), y=np.array(["a", "b"])) == []


@pytest.mark.parametrize(
    "labels, says", [([1, 2, 3], "from 1 to 3"), ([0, 9], "from 0 to 9"), ([-1, 1], "from -1 to 1")]
)
def test_class_numbers_without_a_unit_are_told(labels, says):
    found = titles(check, network(loss=SPARSE), y=np.array(labels))
    assert len(found) == 1
    assert says in found[0]


def test_words_without_a_row():
    made = network(layers=(Layer("Embedding", "words", table=10), "Dense"))
    assert titles(check, made, x=np.array([[0, 9]])) == []
    assert titles(check, made, x=np.array([[0, 10]])) == [
        "x holds numbers from 0 to 10, and words (Embedding) has rows for 0 to 9"
    ]


def test_masks_whose_values_are_the_classes_are_numbered():
    masks = np.array([[[0, 128], [255, 0]]] * 2)
    made = network(outputs=((None, 2, 2, 3),), loss=SPARSE)
    (finding,) = check(call(made, y=masks))
    assert "numpy.searchsorted([0, 128, 255], y)" in finding.advice[0]
    assert not any("ignore_class" in each for each in finding.advice)


def test_a_mask_with_a_value_too_many_ignores_it():
    made = network(outputs=((None, 2, 2, 3),), loss=SPARSE)
    (finding,) = check(call(made, y=np.array([[[0, 1], [2, 255]]])))
    assert "ignore_class=255" in finding.advice[0]


def test_the_labels_of_validation_data_are_counted_alike():
    held = (np.zeros((2, 4)), np.array([1, 3]))
    (found,) = check(call(network(loss=SPARSE), y=np.array([1, 2, 3]), validation_data=held))
    assert "3 units" in found.title
    assert found.advice[0].startswith("Count the classes from 0: give y - 1 and ")

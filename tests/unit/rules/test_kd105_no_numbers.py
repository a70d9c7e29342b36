"""KD105: data without numbers."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import call, network, titles

from kerasmagic.rules.contracts.kd105_no_numbers import check, text_as_an_array


@pytest.mark.parametrize("x", [np.zeros((2, 4)), np.zeros((2, 4), "uint8"), np.zeros((2, 4), bool), [[1, 2], [3, 4]]])
def test_numbers_are_not_told(x):
    assert titles(check, network(), x=x, y=np.array([1, 2])) == []


def test_text_is_taken_by_layers_for_text():
    assert titles(check, network(layers=("TextVectorization", "Dense")), x=np.array(["a b", "c"])) == []


class Hostile:
    def __getattr__(self, name):
        raise AssertionError(name)

    def __repr__(self):
        raise AssertionError

    __eq__ = __len__ = __iter__ = __array__ = __repr__


def test_objects_of_the_users_are_not_asked():
    assert titles(check, network(), x=Hostile(), y=Hostile()) == []


@pytest.mark.parametrize(
    "x, says",
    [
        (np.array(["a", "b"]), "text"),
        (np.array([[1, "a"]], dtype=object), "text"),
        (np.array([[1, 2], [3]], dtype=object), "different lengths"),
        (np.array([[1, 2]], dtype=object), "numbers stored as objects"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "dates"),
        (None, "None"),
    ],
)
def test_what_holds_no_numbers_is_told(x, says):
    found = titles(check, network(), x=x)
    assert len(found) == 1
    assert says in found[0]


@pytest.mark.parametrize(
    "x, layers",
    [
        (np.zeros((2, 4)), ("TextVectorization",)),
        (np.array(["a", "b"]), ("Dense",)),
        (None, ("TextVectorization",)),
    ],
)
def test_only_text_for_layers_that_take_it_becomes_a_tensor(x, layers):
    assert titles(text_as_an_array, network(layers=layers), x=x) == []


@pytest.mark.parametrize("x, kind", [(np.array(["a b", "c"]), "a NumPy array"), (["a b", "c"], "a list")])
def test_text_for_such_a_layer_is_given_as_a_tensor(x, kind):
    found = titles(text_as_an_array, network(layers=("TextVectorization", "Dense")), x=x)
    assert found == [f"x holds text as {kind}, and Keras 3 takes text only as a tensor"]


def test_a_list_of_rows_of_other_lengths():
    (finding,) = check(call(network(), x=[[1, 2], [3]], y=[0, 1]))
    assert "lists or arrays of different lengths" in finding.title
    assert [each.title for each in check(call(network(), x=[[1, 2], [3, 4]], y=[0, 1]))] == []


def test_text_labels_are_told_with_those_of_validation_data():
    held = (np.zeros((2, 4)), np.array(["fir", "elm"]))
    made = network(loss="sparse_categorical_crossentropy", outputs=((None, 3),))
    (found,) = [*check(call(made, x=np.zeros((3, 4)), y=np.array(["oak", "elm", "fir"]), validation_data=held))][:1]
    assert "hold text" in found.title
    assert "'elm', 'fir', 'oak'" in found.cause
    assert "unique(y, return_inverse=True)[1] for y" in found.advice[0]


def test_numbers_as_text_are_no_names():
    made = network(loss="mean_squared_error", outputs=((None, 1),))
    found = next(check(call(made, x=np.zeros((2, 4)), y=np.array(["1", "20"]))))
    assert found.cause == "They are numbers as text: '1', '20'."

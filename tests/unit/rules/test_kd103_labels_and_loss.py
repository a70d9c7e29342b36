"""KD103: labels, loss and last layer."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import network, titles

from kerasmagic.rules.contracts.kd103_labels_and_loss import check

SPARSE, ONE_HOT, BINARY = "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy"


@pytest.mark.parametrize(
    "loss, made, given",
    [
        (SPARSE, (None, 3), (20,)),
        (SPARSE, (None, 3), (20, 1)),
        (SPARSE, (None, 6, 3), (20, 6)),
        (ONE_HOT, (None, 3), (20, 3)),
        (ONE_HOT, (None, 6, 3), (20, 6, 3)),
        (BINARY, (None, 1), (20,)),
        (BINARY, (None, 1), (20, 1)),
        (BINARY, (None, 5), (20, 5)),
        ("mean_squared_error", (None, 1), (20,)),
        ("mean_squared_error", (None, 1), (20, 3)),
        ("mean_squared_error", (None, None), (20, 3)),
        ("", (None, 3), (20,)),
        ("ctc", (None, 3), (20,)),
    ],
)
def test_what_fits_is_not_told(loss, made, given):
    assert titles(check, network(outputs=(made,), loss=loss), x=np.zeros((20, 4)), y=np.zeros(given)) == []


@pytest.mark.parametrize(
    "loss, made, given, says",
    [
        (ONE_HOT, (None, 3), (20,), "takes no class numbers"),
        (ONE_HOT, (None, 3), (20, 1), "takes no class numbers"),
        (BINARY, (None, 3), (20,), "takes no class numbers"),
        (SPARSE, (None, 3), (20, 3), "takes class numbers"),
        (ONE_HOT, (None, 5), (20, 3), "3 columns, and the last layer gives 5"),
        (BINARY, (None, 1), (20, 2), "2 columns, and the last layer gives 1"),
        ("mean_squared_error", (None, 2), (20, 3), "3 columns, and the last layer gives 2"),
        (ONE_HOT, (None, 6, 6, 3), (20, 3), "The model gives (None, 6, 6, 3)"),
    ],
)
def test_what_does_not_fit_is_told(loss, made, given, says):
    found = titles(check, network(outputs=(made,), loss=loss), x=np.zeros((20, 4)), y=np.zeros(given))
    assert len(found) == 1
    assert says in found[0]


def test_predict_has_no_labels():
    assert titles(check, network(loss=ONE_HOT), "predict", x=np.zeros((20, 4)), y=np.zeros(20)) == []

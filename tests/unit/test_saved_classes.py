"""The layers that releases of Keras have, as files name them."""

from __future__ import annotations

import pytest
from models import KERAS_2, KERAS_3, part, saved

from kerasmagic.saved.classes import has_layer, only_in_keras_2


@pytest.mark.parametrize(
    ("release", "name", "there"),
    [
        ((2, 4), "TFOpLambda", True),
        ((2, 10), "SlicingOpLambda", True),
        ((2, 15), "TFOpLambda", True),
        ((2, 3), "Functional", True),
        ((3, 13), "Functional", True),
        ((3, 13), "TFOpLambda", False),
        ((3, 13), "LocallyConnected1D", False),
        ((2, 10), "Double", False),
        ((2, 10), "AdamW", False),
    ],
)
def test_a_release_has_a_layer(release, name, there):
    assert has_layer(release, name) is there


def test_what_only_keras_2_has():
    model = saved("h5", "2.10.0", part("TFOpLambda"), part("Double"))
    assert only_in_keras_2(model, KERAS_3) == ("TFOpLambda",)
    assert only_in_keras_2(saved("h5", "", part("ThresholdedReLU")), KERAS_3) == ("ThresholdedReLU",)
    assert only_in_keras_2(model, KERAS_2) == ()
    assert only_in_keras_2(saved("h5", "3.1.0", part("TFOpLambda")), KERAS_3) == ()

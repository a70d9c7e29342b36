"""Which name is meant by one that is nearly it."""

from __future__ import annotations

import pytest

from kerasmagic.diagnosis.resolve.spelling import near_names

NAMES = ("F1Score", "FBetaScore", "Mean", "MeanIoU", "get_weights", "set_weights", "predict", "predict_step", "reshape")


@pytest.mark.parametrize(
    "written, meant",
    [("F1", ["F1Score"]), ("prediction", ["predict"]), ("predictions", ["predict"]), ("get_wieghts", ["get_weights"])],
)
def test_the_name_that_is_meant(written, meant):
    assert near_names(written, NAMES) == meant


@pytest.mark.parametrize("written", ["F", "get_shape", "set_shape", "pred"])
def test_what_is_no_slip(written):
    assert near_names(written, NAMES) == []

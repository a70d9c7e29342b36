"""Which name is meant by one that is nearly it."""

from __future__ import annotations

import pytest

from kerasmagic.diagnosis.resolve.spelling import doubt, is_slip, near_names, whole_name

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


@pytest.mark.parametrize(
    "written, meant",
    [
        ("Dropuot", "Dropout"),
        ("EfficentNetB0", "EfficientNetB0"),
        ("Flattten", "Flatten"),
        ("Callbacks", "Callback"),
        ("pad_sequence", "pad_sequences"),
        ("MultiheadAttention", "MultiHeadAttention"),
        ("LayerNormalisation", "LayerNormalization"),
        ("LearningRateSchedular", "LearningRateScheduler"),
        ("BatchNorm", "BatchNormalization"),
        ("SDG", "SGD"),
    ],
)
def test_a_slip_of_the_finger(written, meant):
    assert is_slip(written, meant)


@pytest.mark.parametrize(
    "written, other",
    [
        ("ResNeXt101", "ResNet101"),
        ("ResNest50", "ResNet50"),
        ("EfficientNetL2", "EfficientNetB2"),
        ("SGDW", "SGD"),
        ("RAdam", "Adam"),
        ("Adan", "Adam"),
        ("silu", "selu"),
        ("F1", "F1Score"),
    ],
)
def test_what_may_be_another_thing(written, other):
    assert not is_slip(written, other)
    assert doubt(written, other) == f"{other} may be another thing than {written}: use it only if it is what you meant."


@pytest.mark.parametrize(
    "names, whole",
    [
        (("update_state", "updates"), "update_state"),
        (("update_state", "update_states"), "update_state"),
        (("update_state", "update_all"), None),
        (("updates",), None),
    ],
)
def test_the_first_word_of_one_name(names, whole):
    assert whole_name("update", names) == whole

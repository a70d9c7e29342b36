"""What ``%keras_explain NAME`` tells of a name, old, new or misspelled."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from kerasmagic.catalog.history import elsewhere, full_name, history
from kerasmagic.diagnosis.repair.successor import successor
from kerasmagic.display.history import history_result
from kerasmagic.display.markup import ACCENT
from kerasmagic.rules import RULES


def told(name: str) -> str:
    return history_result(name, successor(name, RULES)).text


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "keras.layers.LocallyConnected1D",
            [
                "keras.layers.LocallyConnected1D: in keras 1.0.8 to 2.15.0.",
                "Still in Keras 2, as the package tf_keras: tf_keras.layers.LocallyConnected1D",
                "  since keras 2.6.0: + implementation=1; - W_regularizer, b_regularizer, bias, border_mode, init, "
                "input_dtype, nb_filter",
            ],
        ),
        (
            "keras.preprocessing.image.ImageDataGenerator",
            [
                "Write today: tensorflow.keras.preprocessing.image.ImageDataGenerator, "
                "tf_keras.preprocessing.image.ImageDataGenerator"
            ],
        ),
        ("keras.utils.np_utils", ["Write today: keras.utils, tensorflow.keras.utils, tf_keras.utils"]),
        ("Model.fit_generator", ["keras.Model.fit_generator: in keras 2.0.9 to 2.15.0.", "Call fit."]),
        ("K.image_dim_ordering", ["keras.backend.image_dim_ordering: in keras 1.0.8 to 2.2.4."]),
        (
            "tf.Session",
            [
                "tensorflow.Session: in tensorflow 1.4.1 to 1.15.5.",
                "Only in tf.compat.v1 today: tensorflow.compat.v1.Session",
            ],
        ),
        ("tf.log", ["Write today: tensorflow.math.log, tensorflow.compat.v1.log, tensorflow.compat.v1.math.log"]),
        (
            "keras.layers.Densee",
            [
                "No recorded release has keras.layers.Densee.",
                "Did you mean: keras.layers.Dense, tensorflow.keras.layers.Dense, tf_keras.layers.Dense",
            ],
        ),
        (
            "keras.Model.predict_classes",
            [
                "No recorded release has keras.Model.predict_classes.",
                "Names that end like this, now or in older releases: keras.Sequential.predict_classes, "
                "keras.models.Sequential.predict_classes, "
                "keras.engine.sequential.Sequential.predict_classes",
                "keras.Model: in keras since 2.0.9.",
            ],
        ),
        ("nonsense", ["No recorded release has nonsense."]),
        ("to_categoricall", ["Did you mean: keras.utils.to_categorical, keras.random.categorical"]),
        (
            "Dense.init",
            [
                "init= of keras.layers.Dense: accepted in keras 1.0.8 to 2.3.1.",
                "Write today: kernel_initializer=",
            ],
        ),
    ],
)
def test_what_is_told(name: str, lines: list[str]) -> None:
    answer = told(name).splitlines()
    assert [line for line in lines if line not in answer] == []


def test_a_name_of_today_is_told_without_advice() -> None:
    answer = told("keras.layers.Dense")
    assert answer.startswith("keras.layers.Dense: in keras since 1.0.8.\nOther names: keras.layers.core.Dense, ")
    assert not re.search("Write today|vgg16|layer_utils", answer)


def test_an_argument_has_a_history_too() -> None:
    found = history(full_name("Adam.decay"))
    assert found.name == "keras.optimizers.Adam.decay" and not found.spans
    runs = [(span.first, span.last, how) for span, how in found.arguments]
    # The new optimizers of Keras 2.13 to 2.15 refuse it; those of Keras 3 take it and do nothing.
    assert runs[0] == ("1.1.0", "2.12.0", "taken")
    assert runs[-1][2] == "ignored" and found.arguments[-1][0].current
    assert "2.13.1" not in " ".join(first for first, _, _ in runs)
    answer = told("Adam.decay").splitlines()
    assert answer[0] == (
        "decay= of keras.optimizers.Adam: accepted in keras 1.1.0 to 2.12.0; accepted but ignored in keras since 3.0.0."
    )
    assert answer[1].startswith("Write today: ") and "InverseTimeDecay" in answer[1]
    assert re.fullmatch(r"keras 1\.0\.8 \.#+\.\.\.o+ 3\.\S+", answer[2]), (
        "what is ignored does not look like what works"
    )


def test_two_legacy_optimizers_are_two() -> None:
    aliases = history("tensorflow.keras.optimizers.legacy.Adam").aliases
    assert "keras.optimizers.legacy.Adam" in aliases
    assert not any(alias.endswith("SGD") for alias in aliases)


def test_signatures_are_in_the_order_of_releases() -> None:
    signatures = history("keras.preprocessing.image.ImageDataGenerator").signatures
    firsts = ["1.0.8", "1.2.0", "2.0.0", "2.0.5", "2.1.5", "2.2.3", "2.3.0", "2.4.3", "2.9.0"]
    assert [span.first for span, _ in signatures] == firsts
    # Between 2.3.1 and 2.6.0, keras 2.4.3 takes (*args, **kwargs): that tells nothing, and parts nothing.
    assert len(history("keras.layers.Dense").signatures) == 6


def test_it_is_said_which_releases_were_read_and_not_measured() -> None:
    lines = told("keras.layers.core.TimeDistributedDense").splitlines()
    assert lines[0] == "keras.layers.core.TimeDistributedDense: in keras 1.0.8 to 1.2.2."
    assert "Read from its source, not measured: keras 1.0.8, keras 1.1.2." in lines
    assert "not measured" not in told("keras.layers.SpectralNormalization")


def test_of_what_was_read_it_is_unknown_what_kwargs_take() -> None:
    assert [span.first for span, _ in history("keras.layers.Dense.batch_input_shape").arguments] == ["1.2.2"]


def test_what_an_old_release_says_of_a_name_of_today_is_not_told() -> None:
    assert "Theano" not in told("keras.layers.LSTM") and "Deprecated" not in told("keras.callbacks.ReduceLROnPlateau")


def test_something_by_that_name_elsewhere() -> None:
    assert elsewhere("keras.layers.ImageDataGenerator")[0] == "keras.preprocessing.image.ImageDataGenerator"
    assert elsewhere("keras.layers.kerasmagic_no_such_name") == []


def test_the_picture_has_one_block_a_release_and_no_script() -> None:
    html = history_result("keras.layers.LocallyConnected1D", successor("keras.layers.LocallyConnected1D", RULES)).html
    picture = unquote(re.search('src="data:image/svg[^,]*,([^"]*)"', html)[1])
    assert picture.count("<rect") > 50
    assert picture.count(f'fill="{ACCENT}"') == 43
    assert "<svg" not in html and "<script" not in html and " id=" not in html
    assert 'alt="keras.layers.LocallyConnected1D: in keras 1.0.8 to 2.15.0."' in html

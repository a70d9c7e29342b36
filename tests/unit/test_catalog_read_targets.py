"""Releases that were read from their source, as targets: what is there, what is not, what is not known."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.difference import difference
from kerasmagic.catalog.target import Found, Missing, Target

KINDS = {Found: "there", Missing: "missing", type(None): "unknown"}


@pytest.mark.parametrize(
    ("module", "name", "first", "then"),
    [
        ("keras.layers.core", "TimeDistributedDense", "there", "missing"),
        ("keras.layers", "Add", "missing", "there"),
        ("keras.layers", "Dense", "there", "there"),
        ("keras.backend", "image_dim_ordering", "there", "there"),  # it comes by `from .common import`
        ("keras.backend", "conv2d_transpose", "missing", "there"),  # it comes by `from .tensorflow_backend import *`
        ("keras.callbacks", "requests", "unknown", "unknown"),
        ("keras.backend.theano_backend", "conv2d", "unknown", "unknown"),
        ("keras.no_such_module", "x", "missing", "missing"),
    ],
)
def test_what_two_releases_have(module: str, name: str, first: str, then: str) -> None:
    answers = [Target.parse(release).import_from(module, name) for release in ("keras==1.2.1", "keras==2.0.0")]
    assert [KINDS[type(answer)] for answer in answers] == [first, then]


def test_a_target_says_that_it_was_read() -> None:
    assert Target.parse("keras==2.0.0").notes == ("What keras 2.0.0 has was read from its source, not measured.",)
    assert Target.parse("keras==2.3.1").notes == ()


def test_what_goes_through_kwargs_is_not_refused() -> None:
    target = Target.parse("keras==1.1.2")
    assert target.accepts("keras.layers.Dense", 1, ["input_shape", "bias", "init"]) == ()
    assert target.accepts("keras.callbacks.EarlyStopping", 0, ["patience", "restore_best_weights"]) == (
        "restore_best_weights",
    )


def test_two_releases_are_compared() -> None:
    found = difference("keras==1.2.1", "keras==2.0.0")
    assert "keras.losses" in found.came and "keras.layers.core.TimeDistributedDense" not in found.came
    assert "keras.layers.TimeDistributedDense" in found.gone and "keras.backend.defaultdict" not in found.came
    assert len([note for note in found.notes if "read from its source" in note]) == 2

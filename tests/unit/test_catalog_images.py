"""Colab's past images as targets."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.images import image, images, like
from kerasmagic.catalog.store import CatalogError
from kerasmagic.catalog.target import Target


@pytest.mark.parametrize(
    ("name", "tensorflow", "keras"),
    [
        ("colab", "2.20.0", "3.13.2"),
        ("colab@2024-03", "2.15.0", "2.15.0"),
        ("colab@2024-03-10", "2.15.0", "2.15.0"),
        ("colab@2023-09", "2.13.0", "2.13.1"),
        ("colab@2023-09-05", "2.12.0", "2.12.0"),
        ("colab@2022", "2.9.2", "2.9.0"),
        ("colab@2024-08", "2.17.0", "3.4.1"),
        ("colab@2025.07", "2.18.0", "3.8.0"),
        ("Colab@2026.01", "2.19.0", "3.10.0"),
    ],
)
def test_an_image_is_a_target(name: str, tensorflow: str, keras: str) -> None:
    asked = Target.parse(name).asked
    assert (asked["tensorflow"], asked["keras"]) == (tensorflow, keras)


def test_the_name_of_the_target_says_which_image() -> None:
    assert Target.parse("colab@2024-03").name.startswith("Colab of March 2024 (tensorflow 2.15")
    assert Target.parse("colab@2025.07").name.startswith("Colab's runtime 2025.07 (tensorflow 2.18")
    assert Target.parse("colab").name.startswith("Colab (tensorflow 2.20.0")
    assert Target.parse("colab@2024-09,legacy").legacy


@pytest.mark.parametrize("name", ["colab@2021", "colab@2019-05", "colab@yesterday", "colab@2024.01"])
def test_an_image_that_nobody_recorded(name: str) -> None:
    with pytest.raises(CatalogError, match=r"is no image: write a month from 2022-09 on .*2025\.07"):
        Target.parse(name)


def test_which_image_a_kernel_looks_like() -> None:
    pins = {"tensorflow": "2.20.0", "keras": "3.13.2", "tf_keras": "2.20.1"}
    found = like("3.13.15", pins)
    assert found is not None and found.words == "Colab of August 2026"
    assert like("3.12.1", pins) is None and like("3.13.15", {**pins, "keras": "3.15.1"}) is None
    assert like("3.13.15", {}) is None
    colabs_own_build = {"tensorflow": "2.8.2+zzzcolab20220929150707", "keras": "2.8.0"}
    found = like("3.7.14", colabs_own_build)
    assert found is not None and found.words == "Colab of October 2022"


def test_every_image_names_its_releases() -> None:
    assert len(images()) >= 29
    assert all(each.releases["tensorflow"] and each.releases["keras"] for each in images())
    assert image("colab", "") == [each for each in images() if each.is_dated][-1]

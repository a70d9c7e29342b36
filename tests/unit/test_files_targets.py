"""What a file is checked against where no release is named: what is installed here, or the newest release."""

from __future__ import annotations

import pytest
from environments import put

from kerasmagic.files import targets


@pytest.fixture
def here(kernel):
    """An environment that is made up, of which nothing is remembered."""
    remembered = (targets.target, targets.is_installed)
    for each in remembered:
        each.cache_clear()
    yield kernel
    for each in remembered:
        each.cache_clear()


def test_the_newest_release_stands_in_where_nothing_is_installed(here):
    newest = targets.all_targets()[-1]
    assert targets.target(targets.INSTALLED).name == targets.newest().name
    assert targets.notes(targets.INSTALLED)[0].startswith(
        "No TensorFlow or Keras is installed here, so this is for tensorflow 2."
    )
    assert not any("installed here" in note for note in targets.notes(newest))


@pytest.mark.parametrize(
    ("distributions", "name"),
    [
        ([("tensorflow", "2.15.1"), ("keras", "2.15.0")], "tensorflow 2.15.1, keras 2.15.0"),
        ([("keras", "3.15.1")], "keras 3.15.1"),
    ],
)
def test_what_is_installed_is_taken_and_nothing_has_to_be_said(here, distributions, name):
    for distribution in distributions:
        put(here, *distribution)
    assert targets.target(targets.INSTALLED).name == name
    assert not any("installed here" in note for note in targets.notes(targets.INSTALLED))


def test_a_release_that_is_named_is_taken_whatever_is_installed(here):
    put(here, "tensorflow", "2.15.1")
    assert targets.target("tensorflow==2.10.1").name == "tensorflow 2.10.1, keras 2.10.0"
    assert targets.world("tensorflow==2.10.1").version("tensorflow") == "2.10.1"

"""KM117: classes of an architecture."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

SAYS = TypeError("Sequential could not be deserialized properly. Exception encountered: Could not locate class 'Same'.")


class Same:
    pass


@pytest.mark.parametrize(
    "cell, names",
    [
        ("read('a')", {"Same": Same}),
        ("model_from_json('a')", {}),
        ("model_from_json('a')", {"Same": 3}),
    ],
)
def test_other_errors_are_not_told(cell, names):
    assert "KM117" not in rules(cell, read=refused(SAYS), model_from_json=refused(SAYS), **names)


@pytest.mark.parametrize(
    "says",
    [
        SAYS,
        ValueError("Unknown layer: Same. Please ensure this object is passed to the `custom_objects` argument."),
        TypeError("Cannot deserialize object of type `Same`. If `Same` is a custom class, please register it"),
    ],
)
def test_a_class_of_the_session_is_to_be_given(says):
    (problem,) = told("model_from_json('a')", model_from_json=refused(says), Same=Same)
    assert problem.rule == "KM117"
    assert "custom_objects={'Same': Same}" in problem.fixes[0].title

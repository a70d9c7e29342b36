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
    (problem,) = told("model_from_json(text)", model_from_json=refused(says), Same=Same, text="a")
    assert problem.rule == "KM117"
    assert problem.fixes[0].source == "model_from_json(text, custom_objects={'Same': Same})"
    assert problem.fixes[0].applicability == "verified"


def top_3(y, p):
    return 3


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        (
            "model_from_json(text, custom_objects={'x': x})",
            "model_from_json(text, custom_objects={'x': x, 'top_3': top_3})",
        ),
        ("model_from_json(json_string=text)", "model_from_json(json_string=text, custom_objects={'top_3': top_3})"),
        ("model_from_json(text, custom_objects=known)", None),
    ],
)
def test_a_function_of_the_session_too(cell, works):
    says = TypeError("Could not locate function 'top_3'. Make sure custom classes and functions are decorated")
    (problem,) = told(cell, model_from_json=refused(says), top_3=top_3, x=1, known={}, text="a")
    assert problem.fixes[0].source == works

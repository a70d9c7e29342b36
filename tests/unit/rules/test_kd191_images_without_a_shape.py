"""KD191: decode_image tells no shape."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

SAYS = ValueError("'images' contains no shape.")


def image(given):
    return f"def load(data):\n    image = tf.io.decode_image({given})\n    return resize(image)\n\nmap(1)"


@pytest.mark.parametrize("given", ["data", "data, channels=3", "data, 3"])
def test_a_gif_gives_its_first_picture(given):
    (problem,) = told(image(given), map=refused(SAYS))
    assert problem.rule == "KD191"
    assert problem.fixes[0].source == image(f"{given}, expand_animations=False")


def test_a_python_function_is_told_by_hand():
    cell = "def load(path):\n    return tf.py_function(read, [path], tf.float32)\n\nmap(1)"
    (problem,) = told(cell, map=refused(SAYS))
    assert problem.fixes[0].source is None
    assert "set_shape" in problem.fixes[0].title


def test_other_errors_are_not_told():
    assert "KD191" not in rules(image("data"), map=refused(ValueError("'images' must have 3 dimensions.")))

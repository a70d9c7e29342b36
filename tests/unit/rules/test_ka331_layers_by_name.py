"""KA331: layers by name."""

from __future__ import annotations

from checked import failed

KERAS_3 = "tensorflow==2.21.0"
SAYS = TypeError("list indices must be integers or slices, not str")


def model(module):
    return type("Sequential", (), {"__module__": module})()


def test_lists_of_others_are_not_told():
    assert failed(KERAS_3, "rows['out']", SAYS, {"rows": []}) == []
    assert failed(KERAS_3, "m.layers['out']", SAYS, {"m": model("torch.nn")}) == []


def test_a_name_is_for_get_layer():
    cell = "w = m.layers['out'].get_weights()"
    (problem,) = failed(KERAS_3, cell, SAYS, {"m": model("keras.src.models.sequential")})
    assert problem.rule == "KA331"
    assert problem.fixes[0].source == "w = m.get_layer('out').get_weights()"
    assert problem.fixes[0].verified

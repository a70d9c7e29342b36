"""KD165: models for an axis."""

from __future__ import annotations

import pytest
from refusals import layer, model, rules, tensor, told

SAYS = TypeError("unsupported operand type(s) for %: 'list' and 'int'")


def branch(*shape):
    return model(None, "Functional", _inputs=[tensor((None, *shape))], _outputs=[])


def merging(*settings):
    return layer("Concatenate")


@pytest.mark.parametrize("cell", ["c = Concatenate(a)\nraise_it()", "c = Concatenate([1, 2])\nraise_it()"])
def test_other_settings_are_not_told(cell):
    def raise_it():
        raise SAYS

    assert "KD165" not in rules(cell, Concatenate=merging, a=branch(4), raise_it=raise_it)


@pytest.mark.parametrize("given", ["[a, b]", "a, b", "(a, b)"])
def test_the_models_are_called_with_inputs_of_their_own(given):
    cell = f"c = Concatenate({given})\nfinal.fit(1, 2)"
    problem = told(cell, Concatenate=merging, a=branch(4), b=branch(6, 2), final=model(SAYS))[0]
    assert problem.rule == "KD165" and problem.title.startswith("Concatenate is given models")
    assert "a_in, b_in = keras.Input((4,)), keras.Input((6, 2))" in problem.fixes[0].title
    assert "x = Concatenate()([a(a_in), b(b_in)])" in problem.fixes[0].title


@pytest.mark.parametrize(
    "given, corrected",
    [
        ("Concatenate([x, y])", "Concatenate()([x, y])"),
        ("Concatenate([x, y], axis=1)", "Concatenate(axis=1)([x, y])"),
        ("Concatenate([x, Dense(3)(y)])", "Concatenate()([x, Dense(3)(y)])"),
        ("Concatenate([x, 1])", None),
    ],
)
def test_the_layer_is_called_with_tensors(given, corrected):
    names = {
        "Concatenate": lambda *given, **settings: layer("Concatenate"),
        "x": tensor((None, 3)),
        "y": tensor((None, 3)),
    }
    names["Dense"] = lambda units: lambda x: x
    found = told(f"c = {given}\nfinal.fit(c, 1)", final=model(SAYS), **names)
    sources = [problem.fixes[0].source for problem in found if problem.rule == "KD165"]
    assert sources == ([f"c = {corrected}\nfinal.fit(c, 1)"] if corrected else [])

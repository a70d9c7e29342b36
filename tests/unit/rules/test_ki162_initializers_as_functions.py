"""KI162: initializer called as a function."""

from __future__ import annotations

import pytest
from checked import edited, told

TARGET = "tensorflow==2.16.2"


def test_initializers_of_today():
    assert told(TARGET, "from keras.initializers import RandomNormal\nRandomNormal(stddev=0.1)((2, 3))") == []


@pytest.mark.parametrize(
    ("call", "name", "works"),
    [
        ("normal(shape, scale=0.01)", "RandomNormal", "RandomNormal(stddev=0.01)(shape)"),
        ("normal((2, 3))", "RandomNormal", "RandomNormal()((2, 3))"),
        ("uniform(shape, 0.1)", "RandomUniform", "RandomUniform(minval=-0.1, maxval=0.1)(shape)"),
        ("orthogonal(shape)", "Orthogonal", "Orthogonal(gain=1.1)(shape)"),
        ("glorot_uniform(shape, name='w')", "GlorotUniform", "GlorotUniform()(shape)"),
        ("zero(shape)", "Zeros", "Zeros()(shape)"),
    ],
)
def test_the_settings_make_an_object_that_takes_the_shape(call, name, works):
    cell = f"from keras.initializations import {call.partition('(')[0]}\nw = {call}"
    assert edited(TARGET, cell, "KI162") == ("verified", f"from keras.initializers import {name}\nw = {works}")


def test_a_function_that_passes_the_shape_on_takes_what_keras_gives_today():
    cell = """from keras import initializations
def small(shape, name=None):
    return initializations.normal(shape, scale=0.1, name=name)"""
    works = """from keras import initializers as initializations
def small(shape, dtype=None):
    return initializations.RandomNormal(stddev=0.1)(shape)"""
    assert edited(TARGET, cell, "KI162") == ("verified", works)


def test_a_lambda_around_it_is_not_needed():
    cell = """from keras.initializations import normal
Dense(3, init=lambda shape, name: normal(shape, scale=0.1, name=name))"""
    works = "from keras.initializers import RandomNormal\nDense(3, init=RandomNormal(stddev=0.1))"
    assert edited(TARGET, cell, "KI162") == ("verified", works)


def test_functions_and_their_module_are_each_mended_where_they_are_imported():
    cell = """from keras.initializations import normal
from keras import initializations
one = normal((2, 3))
two = initializations.uniform((2, 3))"""
    works = cell.replace("keras.initializations import normal", "keras.initializers import RandomNormal")
    works = works.replace("= normal(", "= RandomNormal()(")
    assert edited(TARGET, cell, "KI162") == ("verified", works)


def test_one_that_is_only_given_on_is_imported_under_its_name():
    cell = "from keras.initializations import normal\nDense(3, init=normal)"
    works = "from keras.initializers import RandomNormal as normal\nDense(3, init=normal)"
    assert edited(TARGET, cell, "KI162") == ("verified", works)


@pytest.mark.parametrize("call", ["normal(*given)", "normal(shape, **given)", "lecun_uniform(shape, scale=2)"])
def test_what_is_not_certain_is_only_advised(call):
    cell = f"from keras.initializations import {call.partition('(')[0]}\nw = {call}"
    assert edited(TARGET, cell, "KI162") == (None, None)


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        (
            "from keras import activations, initializations\nw = initializations.get('uniform')",
            "from keras import activations, initializers as initializations\nw = initializations.get('uniform')",
        ),
        (
            "from keras import initializations\nw = initializations.get(init)\nv = initializations.zero((2, 3))",
            "from keras import initializers as initializations\nw = initializations.get(init)\n"
            "v = initializations.Zeros()((2, 3))",
        ),
        ("import keras\nw = keras.initializations.get(init)", "import keras\nw = keras.initializers.get(init)"),
    ],
)
def test_get_is_a_function_today_too(cell, works):
    assert edited(TARGET, cell, "KI162") == ("verified", works)

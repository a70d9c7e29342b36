"""KI160: merge layer of Keras 1."""

from __future__ import annotations

import pytest
from checked import edited, problems, told

TARGET = "tensorflow==2.16.2"


@pytest.mark.parametrize(
    "cell",
    [
        "from keras.layers import Concatenate, add\nadd([a, b])",
        "import pandas\npandas.merge(a, b)",
        "def merge(a): pass",
    ],
)
def test_what_is_no_merge_layer(cell):
    assert told(TARGET, cell) == []


@pytest.mark.parametrize(
    ("call", "names", "works"),
    [
        ("merge([a, b])", "add", "add([a, b])"),
        ("merge([a, b], 'mul', name='m')", "multiply", "multiply([a, b], name='m')"),
        ("merge([a, b], mode='ave')", "average", "average([a, b])"),
        ("merge([a, b], mode='max')", "maximum", "maximum([a, b])"),
        ("merge([a, b], mode='concat')", "concatenate", "concatenate([a, b])"),
        ("merge([a, b], mode='concat', concat_axis=1)", "concatenate", "concatenate([a, b], axis=1)"),
        ("merge([a, b], mode='dot', dot_axes=(2, 1))", "dot", "dot([a, b], axes=(2, 1))"),
        (
            "merge([a, b], mode=lambda x: x[0] - x[1], output_shape=lambda s: s[0])",
            "Lambda",
            "Lambda(lambda x: x[0] - x[1], output_shape=lambda s: s[0])([a, b])",
        ),
    ],
)
def test_each_mode_is_a_function(call, names, works):
    cell = f"from keras.layers import Dense, merge\nc = {call}"
    assert edited(TARGET, cell, "KI160") == ("verified", f"from keras.layers import Dense, {names}\nc = {works}")


@pytest.mark.parametrize(
    ("mode", "means"),
    [
        ("difference = lambda x: x[0] - x[1]", True),
        ("def difference(x):\n    return x[0] - x[1]", True),
        ("difference = 'sum'", False),
        ("difference = other", False),
        ("difference = lambda x: x[0]\ndifference = 'sum'", False),
        ("def make(difference):\n    return difference", False),
    ],
)
def test_a_mode_that_is_the_name_of_a_function(mode, means):
    start = f"from keras.layers import Dense, {{}}\n{mode}\n"
    works = start.format("Lambda") + "c = Lambda(difference, output_shape=(3,))([a, b])"
    cell = start.format("merge") + "c = merge([a, b], mode=difference, output_shape=(3,))"
    assert edited(TARGET, cell, "KI160") == (("verified", works) if means else (None, None))


def test_a_cosine_has_another_shape():
    cell = "from keras.layers import Dense, merge\nc = merge([a, b], mode='cos', dot_axes=1)"
    works = "from keras.layers import Dense, dot\nc = dot([a, b], axes=1, normalize=True)"
    assert edited(TARGET, cell, "KI160") == ("check the result", works)


def test_all_calls_of_a_cell_change_together_with_the_import():
    cell = "from keras.engine import merge\nc = merge([a, b], mode='sum')\nd = merge([a, c], mode='concat')"
    works = "from keras.layers import add, concatenate\nc = add([a, b])\nd = concatenate([a, c])"
    assert edited(TARGET, cell, "KI160") == ("verified", works)


def test_a_sequential_model_over_two_others_is_functional():
    cell = """from keras.layers import Dense, Merge
from keras.models import Sequential
model = Sequential()
model.add(Merge([left, right], mode='concat', concat_axis=1))
for units in (8, 4):
    model.add(Dense(units))
model.add(Dense(1))
model.compile('adam', 'mse')"""
    works = """from keras.models import Model
from keras.layers import Dense, concatenate
from keras.models import Sequential
merged = concatenate(left.outputs + right.outputs, axis=1)
for units in (8, 4):
    merged = Dense(units)(merged)
merged = Dense(1)(merged)
model = Model(left.inputs + right.inputs, merged)
model.compile('adam', 'mse')"""
    assert edited(TARGET, cell, "KI160") == ("check the result", works)


@pytest.mark.parametrize(
    "cell",
    [
        "from keras.layers import merge\nc = merge([a, b], mode=mode)",
        "from keras.layers import merge\nadd = add_tensors = 1\nc = merge([a, b], mode='sum')",
        "from keras.layers import merge\nc = merge([a, b], mode='sum')\nuse(merge)",
        "from keras.layers import merge\nc = merge([a, b], mode='sum', output_mask=m)",
        "from keras.layers import Merge\nfrom keras.models import Sequential\nmodel = Sequential()\n"
        "model.add(Merge([a, b], mode='sum'))\nmodel.summary()\nmodel.add(last)",
    ],
)
def test_what_is_not_certain_is_only_advised(cell):
    (problem,) = [each for each in problems(TARGET, cell) if each.rule == "KI160"]
    assert [fix.kind for fix in problem.fixes] == ["manual"] and "concatenate([a, b])" in problem.fixes[0].title


def test_a_model_that_is_merged_twice_is_fed_once_and_knows_its_shape():
    cell = """from keras.models import Sequential
from keras.layers import Dense, Embedding, Merge
words = Sequential()
words.add(Embedding(9, 4, input_length=5))
other = Sequential()
other.add(Embedding(9, 4, input_length=5))
both = Sequential()
both.add(Merge([words, other], mode="sum"))
all = Sequential()
all.add(Merge([both, words], mode="concat"))
all.add(Dense(1))
"""
    works = """from keras.models import Sequential
from keras.models import Model
from keras.layers import Dense, Embedding, add, concatenate
words = Sequential()
words.add(Embedding(9, 4, input_shape=(5,)))
other = Sequential()
other.add(Embedding(9, 4, input_shape=(5,)))
merged = add(words.outputs + other.outputs)
both = Model(words.inputs + other.inputs, merged)
merged = concatenate(both.outputs + words.outputs)
merged = Dense(1)(merged)
all = Model(list(dict.fromkeys(both.inputs + words.inputs)), merged)
"""
    assert edited("tensorflow==2.16.2", cell, "KI160") == ("check the result", works)


def test_a_name_that_the_program_has_already_stays_its_own():
    cell = "from keras.layers import Dense, merge\nadd = 1\nc = merge([a, b], mode='sum')"
    works = "from keras.layers import Dense, add as add_tensors\nadd = 1\nc = add_tensors([a, b])"
    assert edited(TARGET, cell, "KI160") == ("verified", works)
    later = "from keras.layers import merge\nc = merge([a, b], mode='sum')"
    (problem,) = [each for each in problems(TARGET, "def add(x): return x", later) if each.rule == "KI160"]
    assert problem.fixes[0].source.endswith("import add as add_tensors\nc = add_tensors([a, b])")

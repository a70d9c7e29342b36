"""KD141: skipgrams without a seed."""

from __future__ import annotations

import pytest
from refusals import rules, told

SAYS = "'float' object cannot be interpreted as an integer"


def skipgrams(drawing="random", module="keras.src.legacy.preprocessing.sequence"):
    """A function of Keras that calls one of another module, which refuses what it got."""
    other = {"__name__": drawing}
    exec(compile(f"def randint(*given):\n    raise TypeError({SAYS!r})", "/lib/random.py", "exec"), other)
    inside = {"__name__": module, "randint": other["randint"]}
    code = "def skipgrams(sequence, vocabulary_size, window_size=4, seed=None):\n    randint(0, 10e6)"
    exec(compile(code, "/x/site-packages/keras/src/legacy/preprocessing/sequence.py", "exec"), inside)
    return inside["skipgrams"]


@pytest.mark.parametrize(
    ("cell", "function"),
    [
        ("skipgrams([1], 2)", skipgrams(drawing="numpy.random")),
        ("skipgrams([1], 2)", skipgrams(module="gensim.models")),
        ("1.0 // 'a'", skipgrams()),
    ],
)
def test_what_is_refused_elsewhere_is_not_this(cell, function):
    assert "KD141" not in rules(cell, skipgrams=function)


@pytest.mark.parametrize(
    ("call", "works"),
    [
        ("skipgrams([1], 2)", "skipgrams([1], 2, seed=random.randint(0, 10**7))"),
        (
            "skipgrams([1],\n    vocabulary_size=2,\n)",
            "skipgrams([1],\n    vocabulary_size=2, seed=random.randint(0, 10**7),\n)",
        ),
    ],
)
def test_the_seed_is_drawn_as_keras_drew_it(call, works):
    (problem,) = told(call, skipgrams=skipgrams())
    assert (problem.rule, problem.fixes[0].applicability) == ("KD141", "verified")
    assert problem.fixes[0].source == f"import random\n{works}"


def test_a_name_that_is_taken_is_left_alone():
    (problem,) = told("from numpy import random\nskipgrams([1], 2)", skipgrams=skipgrams())
    assert [fix.kind for fix in problem.fixes] == ["manual"]

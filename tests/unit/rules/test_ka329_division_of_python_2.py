"""KA329: division of Python 2."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import refused, rules, told

START = "import numpy as np\n"


@pytest.fixture(autouse=True)
def keras_is_imported(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "keras", type(np)("keras"))


@pytest.mark.parametrize(
    "cell",
    [
        "import numpy as np\nnp.zeros(4)[4 / 2]",
        "import keras\n[1, 2][1.5]",
        "import keras\n[1, 2][3.0 / 2]",
        "import keras\nsize = 3.0\nrange(size / 2)",
        "import keras\nn = 4 / 2\nn = n + 1\nrange(n)",
        "import keras\n[1, 2][7]",
        "import keras\nrange('4')",
    ],
)
def test_what_is_no_division_of_whole_numbers_or_not_about_keras(cell):
    assert rules(cell) == []


@pytest.mark.parametrize(
    ("line", "works"),
    [
        ("np.zeros(5)[(5 - 1) / 2]", "np.zeros(5)[(5 - 1) // 2]"),
        ("range(9 / 3)", "range(9 // 3)"),
        ("np.zeros((4 / 2, 3))", "np.zeros((4 // 2, 3))"),
        ("[1, 2, 3][:len('ab') / 2]", "[1, 2, 3][:len('ab') // 2]"),
        ("n = 10 - 10 / 5\n[1, 2][n:]", "n = 10 - 10 // 5\n[1, 2][n:]"),
        (
            "def part(x, n):\n    return x[:n]\nn = 4 / 2\npart([1], n)",
            "def part(x, n):\n    return x[:n]\nn = 4 // 2\npart([1], n)",
        ),
        ("def f(k):\n    return [1, 2][(k - 1) / 2]\nf(3)", "def f(k):\n    return [1, 2][(k - 1) // 2]\nf(3)"),
    ],
)
def test_the_division_gives_a_whole_number(line, works):
    (problem,) = told(f"import keras\n{START}{line}")
    assert problem.rule == "KA329"
    assert (problem.fixes[0].applicability, problem.fixes[0].source) == ("verified", f"import keras\n{START}{works}")


@pytest.mark.parametrize(
    ("line", "works", "grade"),
    [
        ("np.zeros((5, 5))[4 / 2, 4 / 2]", "np.zeros((5, 5))[4 // 2, 4 // 2]", "verified"),
        ("np.zeros((4 / 2, 4 / 2))", "np.zeros((4 // 2, 4 // 2))", "check the result"),
    ],
)
def test_several_divisions_are_to_be_checked_where_one_may_be_meant_as_it_is(line, works, grade):
    (problem,) = told(f"import keras\n{START}{line}")
    assert (problem.fixes[0].applicability, problem.fixes[0].source) == (grade, f"import keras\n{START}{works}")


SIZE = "Cannot convert '(None, 16.0, 8)' to a shape. Found invalid dimension '16.0' of type '<class 'float'>'. "


@pytest.mark.parametrize(
    ("line", "works", "grade"),
    [
        ("reshape(target_shape=(32 / 2, 8))", "reshape(target_shape=(32 // 2, 8))", "verified"),
        (
            "w = 32\nsizes = (w / (2 * 1), 8)\nreshape(sizes)",
            "w = 32\nsizes = (w // (2 * 1), 8)\nreshape(sizes)",
            "verified",
        ),
        ("s = (32 / 2, (9 / 3) * 4)\nreshape(s)", "s = (32 // 2, (9 // 3) * 4)\nreshape(s)", "check the result"),
    ],
)
def test_a_size_in_a_shape_is_a_whole_number(line, works, grade):
    (problem,) = told(line, reshape=refused(ValueError(SIZE)))
    assert problem.rule == "KA329"
    assert (problem.fixes[0].applicability, problem.fixes[0].source) == (grade, works)


@pytest.mark.parametrize("line", ["reshape((16.0, 8))", "reshape((16.0 / 2, 8))", "s = [3.0 / 2, 8]\nreshape(s)"])
def test_a_size_that_was_a_float_in_python_2_too_is_not_this(line):
    assert "KA329" not in rules(line, reshape=refused(ValueError(SIZE)))

"""KI165: name of a neighbour package."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
from refusals import rules, told

from kerasmagic.diagnosis.repair.written_out import DEFINITIONS
from kerasmagic.rules.failures import ki165_names_of_other_packages


@pytest.fixture(autouse=True)
def packages(monkeypatch):
    for name in ("sklearn", "scipy", "scipy.misc", "sklearn.externals"):
        module = ModuleType(name)
        module.__path__ = []
        monkeypatch.setitem(sys.modules, name, module)
    sys.modules["scipy.misc"].face = 1


@pytest.mark.parametrize(
    "cell",
    [
        "from sklearn.cross_validation import KFold",
        "from scipy.misc import imfilter",
        "from sklearn.nothing import train_test_split",
        "import keras_is_not_here\nfrom scipy.misc import imread",
        "[].as_matrix()",
    ],
)
def test_what_is_not_known_is_not_told(cell):
    assert "KI165" not in rules(cell)


@pytest.mark.parametrize(
    ("cell", "grade", "works"),
    [
        (
            "from sklearn.cross_validation import train_test_split",
            "verified",
            "from sklearn.model_selection import train_test_split",
        ),
        (
            "from sklearn.grid_search import GridSearchCV as Search",
            "check the result",
            "from sklearn.model_selection import GridSearchCV as Search",
        ),
        ("from sklearn.externals import joblib", "verified", "import joblib"),
        (
            "from scipy.misc import face, comb as choose",
            "verified",
            "from scipy.misc import face\nfrom scipy.special import comb as choose",
        ),
    ],
)
def test_what_moved_is_imported_from_there(cell, grade, works):
    (problem,) = told(cell)
    assert (problem.rule, problem.fixes[0].applicability, problem.fixes[0].source) == ("KI165", grade, works)


def test_as_matrix_is_values():
    frame = type("DataFrame", (), {"values": 1})()
    (problem,) = told("x = frame.as_matrix()[:, 1]", frame=frame)
    assert (problem.fixes[0].applicability, problem.fixes[0].source) == ("verified", "x = frame.values[:, 1]")


def test_images_are_read_written_and_resized_with_pillow(monkeypatch):
    monkeypatch.setattr(ki165_names_of_other_packages, "find_spec", lambda name: name)
    (problem,) = told("from scipy.misc import face, imread, imresize, imsave as save\nx = 1")
    assert (problem.rule, problem.fixes[0].applicability) == ("KI165", "check the result")
    lines = problem.fixes[0].source.splitlines()
    assert lines[:3] == ["import numpy as np", "from PIL import Image", "from scipy.misc import face"]
    assert [line for line in lines if line.startswith("def ")] == [
        "def imread(name, flatten=False, mode=None):",
        "def as_bytes(arr):",
        'def imresize(arr, size, interp="bilinear", mode=None):',
        "def save(name, arr, format=None):",
    ]


def test_without_pillow_it_is_advice(monkeypatch):
    monkeypatch.setattr(ki165_names_of_other_packages, "find_spec", lambda name: None)
    (problem,) = told("from scipy.misc import imread")
    assert [fix.kind for fix in problem.fixes] == ["manual"]


@pytest.mark.parametrize(
    ("numbers", "bytes_"),
    [
        (np.array([[-1.0, 0.0], [0.5, 1.0]]), [[0, 128], [191, 255]]),
        (np.zeros((2, 2)), [[0, 0], [0, 0]]),
        (np.array([[7, 9]], dtype=np.uint8), [[7, 9]]),
    ],
)
def test_numbers_become_bytes_as_scipy_made_them(numbers, bytes_):
    program = {"np": np}
    exec(DEFINITIONS["as_bytes"].text.replace("{name}", "as_bytes"), program)
    assert program["as_bytes"](numbers).tolist() == bytes_

"""KI101: module that is not in this release."""

from __future__ import annotations

import pytest
from checked import edited, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI101").lesson
    assert told(lesson.target, lesson.after) == []


IMPORTS = [
    pytest.param(
        "from keras.model import Sequential",
        "from keras.models import Sequential",
        "tensorflow==2.16.2,keras==3.15.1",
        id="slip in a module",
    ),
    pytest.param(
        "from keras.preprocessing.text import Tokenizer",
        "from tensorflow.keras.preprocessing.text import Tokenizer",
        "tensorflow==2.16.2,keras==3.15.1",
        id="only under tf.keras",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI101", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]


@pytest.mark.parametrize(
    "target, cell, new",
    [
        pytest.param(
            "tensorflow==2.10.1",
            "from tensorflow.keras.topology import Layer, InputSpec",
            "from tensorflow.keras.layers import Layer, InputSpec",
            id="a module of another package",
        ),
        pytest.param(
            "tensorflow==2.4.4",
            "from tensorflow.keras.processing.image import ImageDataGenerator",
            "from tensorflow.keras.preprocessing.image import ImageDataGenerator",
            id="half a word",
        ),
    ],
)
def test_what_is_imported_from_a_module_that_never_was_is_found_by_its_name(target, cell, new):
    assert edited(target, cell, "KI101") == ("verified", new)


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("import tensorflow.keras.Model", "from tensorflow.keras import Model"),
        ("import keras.layers.Dense as D\nD(2)", "from keras.layers import Dense as D\nD(2)"),
        ("import keras.layers.Dense\nx = keras.layers.Dense(2)", "import keras.layers\nx = keras.layers.Dense(2)"),
        ("import keras.models.Sequentiel", "from keras.models import Sequential"),
    ],
)
@pytest.mark.parametrize("target", ["tensorflow==2.10.1", "tensorflow==2.21.0"])
def test_a_class_that_is_imported_like_a_module(target, cell, works):
    assert edited(target, cell, "KI101") == ("verified", works)


def test_a_class_beside_modules_is_for_a_person():
    (problem,) = problems("tensorflow==2.21.0", "import keras.layers.Dense, os")
    assert problem.cause.startswith("keras.layers.Dense is no module")
    assert problem.fixes[0].title == "Import it by itself: from keras.layers import Dense."


def test_a_module_that_is_written_alike_is_to_be_checked():
    (problem,) = problems("tensorflow==2.20.0", "from keras.applications.resnest import preprocess_input")
    assert problem.fixes[0].applicability == "check the result"
    assert problem.fixes[0].differs.startswith("resnet may be another thing than resnest")

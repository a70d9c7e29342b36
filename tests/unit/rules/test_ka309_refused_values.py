"""Values that Keras 2 took and Keras 3 refuses."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES

SETUP = "import keras\nfrom keras import Input, layers\nmodel = keras.Sequential()\n"

SILENT = [
    pytest.param("Input(shape=(512,))", "colab", id="a tuple"),
    pytest.param("Input(shape=size)", "colab", id="a variable"),
    pytest.param("model.compile('adam', 'mse', metrics=['accuracy'])", "colab", id="a list"),
    pytest.param("layers.RandomRotation(0.2)", "colab", id="a part of a turn"),
    pytest.param("layers.Dense(1, name='a b')", "colab", id="a blank in a name"),
    pytest.param("keras.models.load_model('model.h5')", "colab", id="a file that it reads"),
    pytest.param("keras.models.load_model('folder')", "colab", id="a folder may be one of Keras 3"),
    pytest.param("Input(shape=512)", "tensorflow==2.15", id="Keras 2 took it"),
    pytest.param("Input(shape=512)", "tensorflow==2.16,keras==3.0.5", id="not tried there"),
]

EDITS = [
    pytest.param("Input(shape=512)", "Input(shape=(512,))", True, id="shape"),
    pytest.param("Input(512)", "Input((512,))", True, id="shape without its name"),
    pytest.param("layers.Dense(1, input_shape=5)", "layers.Dense(1, input_shape=(5,))", True, id="input_shape"),
    pytest.param(
        "model.compile('adam', metrics='accuracy')", "model.compile('adam', metrics=['accuracy'])", True, id="metric"
    ),
    pytest.param("layers.Dense(1, name='a/b')", "layers.Dense(1, name='a_b')", None, id="slash in a name"),
    pytest.param("layers.RandomRotation(40)", "layers.RandomRotation(40 / 360)", None, id="degrees"),
]


@pytest.mark.parametrize("line, target", SILENT)
def test_nothing_is_said_of_what_is_taken(line: str, target: str) -> None:
    found = check_cell(SETUP + line, TargetWorld(Target.parse(target), RULES))
    assert [problem for problem in found if problem.rule == "KA309"] == []


@pytest.mark.parametrize("line, new, verified", EDITS)
def test_a_refused_value_is_told_with_one_that_is_taken(line: str, new: str, verified: bool | None) -> None:
    (problem,) = check_cell(SETUP + line, TargetWorld(Target.parse("colab"), RULES))
    assert (problem.rule, problem.severity) == ("KA309", "error")
    assert (problem.fixes[0].source, problem.fixes[0].verified) == (SETUP + new, verified)


def test_checkpoints_of_tensorflow_are_not_loaded() -> None:
    (problem,) = check_cell(SETUP + "model.load_weights('w.ckpt')", TargetWorld(Target.parse("colab"), RULES))
    assert problem.rule == "KA309" and "TF_USE_LEGACY_KERAS=1" in problem.fixes[0].title

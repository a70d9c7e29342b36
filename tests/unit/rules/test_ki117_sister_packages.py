"""KI117: package around Keras."""

from __future__ import annotations

import pytest
from checked import edited, failed, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI117").lesson
    assert told(lesson.target, lesson.after) == []


IMPORTS = [
    pytest.param(
        "from keras_applications import imagenet_utils",
        "from tensorflow.keras.applications import imagenet_utils",
        "tensorflow==2.15.1,keras==2.15.0",
        id="sister package",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI117", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]


@pytest.mark.parametrize(("module", "install"), [("tf_slim", "tf-slim"), ("keras_tuner", "keras-tuner")])
def test_a_package_of_its_own_is_installed(module, install):
    says = ModuleNotFoundError(f"No module named '{module}'", name=module)
    (problem,) = failed("tensorflow==2.16.2", f"import {module}", says)
    assert problem.fixes[0].commands == (f'%pip install "{install}"',)


BY_HAND = [
    pytest.param("from keras_contrib.layers import CRF", "tensorflow==2.16.2,keras==3.15.1", id="keras_contrib"),
    pytest.param(
        "import tensorflow_addons as tfa", "tensorflow==2.16.2,keras==3.15.1", id="addons where they cannot work"
    ),
]


@pytest.mark.parametrize("cell, target", BY_HAND)
def test_what_has_no_equivalent_is_said_to_have_none(cell, target):
    problem = problems(target, cell)[0]
    assert (problem.rule, problem.fixes[0].kind) == ("KI117", "manual")
    assert not any(fix.verified for fix in problem.fixes)


@pytest.mark.parametrize(
    "cell",
    ["from tensorflow.keras.layers import InstanceNormalization", "import keras\nkeras.layers.InstanceNormalization()"],
)
def test_a_layer_that_only_other_packages_have(cell):
    (problem,) = problems("tensorflow==2.20.0", cell)
    assert problem.rule == "KI117"
    assert "GroupNormalization(groups=-1)" in problem.fixes[0].title


def test_what_only_addons_has_is_no_slip():
    """SGDW is not SGD."""
    cell = "from keras.optimizers import SGDW, Adam"
    (here,) = problems("tensorflow==2.15.1", cell)
    (ended,) = problems("tensorflow==2.20.0", cell)
    assert here.fixes[0].commands == ('%pip install "tensorflow-addons==0.23.0"',)
    assert "tfa.optimizers.SGDW" in here.fixes[0].evidence
    assert [fix.kind for fix in ended.fixes] == ["manual"] and "ended with TensorFlow 2.15" in ended.fixes[0].title


def test_what_addons_had_before_keras_is_installed_where_no_edit_helps():
    line = "from tensorflow import keras\nopt = keras.optimizers.{}AdamW(0.1)"
    (problem,) = problems("tensorflow==2.4.4", line.format("experimental."))
    assert problem.title.startswith("tensorflow.keras.optimizers has no experimental.AdamW")
    assert problem.fixes[0].commands == ('%pip install "tensorflow-addons==0.13.0"',)
    applicability, source = edited("tensorflow==2.10.1", line.format(""), "KI103")
    assert (applicability, source) == ("verified", line.format("experimental."))


@pytest.mark.parametrize(
    "cell",
    [
        "from keras import applications\nm = applications.ResNeXt101()",
        "from keras.applications.resnext import ResNeXt50, preprocess_input",
        "from tensorflow.keras.applications import ResNeXt50",
    ],
)
@pytest.mark.parametrize("target", ["tensorflow==2.15.1", "tensorflow==2.20.0"])
def test_another_architecture_is_no_misspelling(target, cell):
    for problem in problems(target, cell):
        assert problem.follows or [fix.kind for fix in problem.fixes] == ["manual"]


def test_of_a_package_that_has_no_release_here_its_successor_is_told():
    name = "tensorflow_decision_forests"
    error = ModuleNotFoundError(f"No module named '{name}'", name=name)
    (problem,) = failed("tensorflow==2.20.0", f"import {name} as tfdf", error)
    assert "%pip install ydf" in problem.fixes[0].title


def test_keras_has_no_crf_layer():
    (problem,) = problems("tensorflow==2.20.0", "from keras_contrib.layers import CRF")
    assert problem.fixes[0].title.startswith("Keras has no CRF layer")

"""KI117: package around Keras."""

from __future__ import annotations

import pytest
from checked import failed, problems, told

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

"""The branch that releases of Keras take on Apple silicon, read from code that is made up."""

from __future__ import annotations

import sys
import types

import pytest

from kerasmagic.optimizers.routes import apple_silicon_condition

IS_ARM_MAC = "def is_arm_mac():\n    return platform.system() == 'Darwin' and platform.processor() == 'arm'\n"
BRANCH = "def {}(name, **more):\n    if more.pop('use_legacy_optimizer', False) or is_arm_mac():\n        return 1\n"


@pytest.fixture
def optimizers(monkeypatch):
    made = types.ModuleType("made_up_optimizers")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


@pytest.mark.parametrize(
    "source",
    [
        "",
        "def get(name):\n    return name\n",
        IS_ARM_MAC + "def get(name):\n    return is_arm_mac()\n",
        "def get(name, **more):\n    return more.pop('use_legacy_optimizer')\n",
    ],
)
def test_nothing_is_said_of_code_without_that_branch(optimizers, source):
    exec(source, vars(optimizers))
    assert apple_silicon_condition(optimizers) == ""


@pytest.mark.parametrize("function", ["get", "deserialize"])
def test_the_condition_is_told_in_its_own_words(optimizers, function):
    exec(IS_ARM_MAC + BRANCH.format(function), vars(optimizers))
    assert apple_silicon_condition(optimizers) == "is_arm_mac() in made_up_optimizers is true, that is: Darwin and arm"

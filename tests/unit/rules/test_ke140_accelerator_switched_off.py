"""KE140: a session of a notebook service without an accelerator."""

from __future__ import annotations

import sys

import pytest
from environments import module
from machines import MadeUp, context, working

from kerasmagic.diagnosis.environment import environment_problems
from kerasmagic.kernel.gpu import Machine
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.rules import RULES

COLAB = {"google.colab": module("google.colab")}
KAGGLE = {"ipykernel.kernelapp": module("ipykernel.kernelapp")}


def told(made, modules, **environment):
    machine = Machine(str(made.root), "linux", "x86_64")
    snapshot = take_snapshot([str(made.site)], modules, {"HOME": "/nowhere", **environment}, machine)
    found = environment_problems(snapshot, RULES)
    return [problem for problem in found if problem.rule.startswith("KE14")]


def test_silent_with_a_card_a_tpu_or_somewhere_else(tmp_path):
    assert told(working(tmp_path / "one"), {**COLAB, **context("CPU GPU")}) == []
    assert told(MadeUp(tmp_path / "two").tensorflow(), COLAB, TPU_NAME="local") == []
    assert told(MadeUp(tmp_path / "three").tensorflow(), {}) == []
    assert told(MadeUp(tmp_path / "four"), COLAB) == []
    assert "google.colab" not in sys.modules


@pytest.mark.parametrize(
    "modules, environment, menu",
    [
        (COLAB, {}, "Runtime > Change runtime type"),
        (KAGGLE, {"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}, "Settings > Accelerator"),
    ],
)
def test_the_menu_is_named(tmp_path, modules, environment, menu):
    (problem,) = told(MadeUp(tmp_path).tensorflow(), modules, **environment)
    assert (problem.rule, problem.severity) == ("KE140", "info")
    assert menu in problem.fixes[0].title

"""KE167: %tensorboard in a kernel where TensorBoard cannot start."""

from __future__ import annotations

import pytest
from environments import commands, put

from kerasmagic.diagnosis.engine import check_cell
from kerasmagic.diagnosis.installs import explain_commands
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES


def tensorboard(kernel):
    put(kernel, "tensorboard", "2.19.0", "setuptools>=41.0.0")
    put(kernel, "setuptools", "82.0.1", package=False)
    (kernel / "tensorboard" / "default.py").write_text("import pkg_resources\n")


@pytest.mark.parametrize("cell", ["%tensorboard --logdir logs", "x = 1\n!tensorboard --logdir logs"])
def test_told_before_and_after(kernel, cell):
    tensorboard(kernel)
    world = KernelWorld(RULES, {})
    (after,) = explain_commands(cell, world)
    assert commands(after) == ['%pip install "setuptools>=41.0.0,<82"']
    assert [problem.rule for problem in check_cell(cell, world)] == ["KE167"]


@pytest.mark.parametrize("cell", ["%load_ext tensorboard", "import tensorboard", "!echo tensorboard", "1"])
def test_silent_of_what_does_not_start_it(kernel, cell):
    tensorboard(kernel)
    assert explain_commands(cell, KernelWorld(RULES, {})) == []
    (kernel / "pkg_resources").mkdir()
    assert explain_commands("%tensorboard --logdir logs", KernelWorld(RULES, {})) == []

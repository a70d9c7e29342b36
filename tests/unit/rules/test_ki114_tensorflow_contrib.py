"""KI114: tf.contrib."""

from __future__ import annotations

import pytest
from checked import failed, problems, told

from kerasmagic.diagnosis.engine import KernelWorld, check_cell
from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI114").lesson
    assert told(lesson.target, lesson.after) == []


IMPORTS = [
    pytest.param(
        "from tensorflow.contrib import lite",
        "from tensorflow import lite",
        "tensorflow==2.15.1,keras==2.15.0",
        id="contrib that lives on",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI114", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]


BY_HAND = [
    pytest.param(
        "from tensorflow.contrib.rnn import LayerRNNCell", "tensorflow==2.16.2,keras==3.15.1", id="contrib that ended"
    ),
]


@pytest.mark.parametrize("cell, target", BY_HAND)
def test_what_has_no_equivalent_is_said_to_have_none(cell, target):
    problem = problems(target, cell)[0]
    assert (problem.rule, problem.fixes[0].kind) == ("KI114", "manual")
    assert not any(fix.verified for fix in problem.fixes)


IMPORT = """import tensorflow.contrib.slim as slim
net = slim.conv2d(x, 16, [3, 3])"""
AFTER = [
    (IMPORT, "Then write `import tf_slim as slim`."),
    ("from tensorflow.contrib import slim", "Then write `import tf_slim as slim`."),
    ("from tensorflow.contrib import layers\nlayers.fully_connected(x, 2)", "Then write `from tf_slim import layers`."),
    ("from tensorflow.contrib.framework import arg_scope", "Then write `from tf_slim import arg_scope`."),
    ("import tensorflow as tf\nnet = tf.contrib.slim", "Then `import tf_slim`, and write tf_slim for tf.contrib.slim."),
]


@pytest.mark.parametrize(("cell", "then"), AFTER)
def test_of_a_package_of_its_own_the_line_to_write_after_the_install_is_told(cell, then):
    said = ModuleNotFoundError("No module named 'tensorflow.contrib'", name="tensorflow.contrib")
    if "tf.contrib" in cell:
        said = AttributeError("module 'tensorflow' has no attribute 'contrib'")
    fix = failed("tensorflow==2.20.0", cell, said)[0].fixes[0]
    assert fix.commands == ('%pip install "tf-slim"',)
    assert fix.evidence.endswith(then)


@pytest.fixture
def slim(kernel, monkeypatch):
    """A kernel in which TensorFlow is recorded, and TF-Slim is installed."""
    for name, text in (
        ("__init__", "from tf_slim.layers import *\nfrom tf_slim.ops import arg_scope as lib\narg_scope = lib.it"),
        ("layers/__init__", "from tf_slim.layers.layers import *"),
        ("layers/layers", "def conv2d(): ...\n_hidden = 1"),
        ("ops/__init__", ""),
        ("ops/arg_scope", "def arg_scope(): ..."),
    ):
        path = kernel / "tf_slim" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (kernel / "tf_slim-1.1.0.dist-info").mkdir()
    (kernel / "tf_slim-1.1.0.dist-info" / "METADATA").write_text("Name: tf-slim\nVersion: 1.1.0\n")
    monkeypatch.setattr("kerasmagic.diagnosis.resolve.kernel._is_importable", lambda root: True)
    world = KernelWorld(RULES)
    world._versions.update({"tensorflow": "2.20.0", "keras": "3.13.2", "tf_keras": None})
    return world


MENDED = [
    (IMPORT, IMPORT.replace("tensorflow.contrib.slim", "tf_slim")),
    ("from tensorflow.contrib.layers import conv2d", "from tf_slim.layers import conv2d"),
    ("from tensorflow.contrib.framework import arg_scope", "from tf_slim import arg_scope"),
]


@pytest.mark.parametrize(("cell", "works"), MENDED)
def test_once_the_package_is_installed_the_import_is_an_edit(slim, cell, works):
    fix = check_cell(cell, slim)[0].fixes[0]
    assert (fix.source, fix.applicability) == (works, "verified")
    assert "tf-slim 1.1.0, which is installed" in fix.evidence


def test_what_the_package_does_not_have_is_no_edit_and_no_second_install(slim):
    fixes = check_cell("from tensorflow.contrib.layers import _hidden", slim)[0].fixes
    assert [fix.kind for fix in fixes] == ["manual"] * len(fixes)

"""KI140: legacy optimizer in Keras 3."""

from __future__ import annotations

import pytest
from checked import BOTH, KERAS_3, SETUP, failed, told

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES

LEGACY = [
    "import tensorflow as tf\nopt = tf.keras.optimizers.legacy.Adam()",
    "from tensorflow.keras.optimizers.legacy import Adam\nopt = Adam(1e-3)",
    "from tensorflow.keras.optimizers import legacy\nlegacy.SGD(0.1)",
]


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.15.1", RULES.get("KI140").lesson.before) == []


@pytest.mark.parametrize("cell", LEGACY)
def test_a_legacy_optimizer_that_is_called(cell):
    assert told(KERAS_3, cell) == [("KI140", "error")]
    assert told(BOTH + ",legacy", cell) == told("tensorflow==2.15.1", cell) == []
    fixes = [problem.fixes[0] for problem in check_cell(cell, TargetWorld(Target.parse(KERAS_3), RULES))]
    assert [fix.verified for fix in fixes] == [True]
    assert told(KERAS_3, fixes[0].source) == []


def test_a_legacy_optimizer_that_is_only_named():
    assert told(KERAS_3, "import tensorflow as tf\nAdam = tf.keras.optimizers.legacy.Adam") == [("KI140", "warning")]


FAILED = [
    pytest.param(
        "keras.optimizers.legacy.Adam(0.1)",
        ImportError("`keras.optimizers.legacy` is not supported in Keras 3. When using"),
        "keras.optimizers.Adam(0.1)",
        id="legacy optimizer that is called",
    ),
]


@pytest.mark.parametrize("line, exception, works", FAILED)
def test_a_failed_call_gets_the_form_that_works(line, exception, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", SETUP + line, exception)
    fix = problem.fixes[0]
    assert problem.rule == "KI140"
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)

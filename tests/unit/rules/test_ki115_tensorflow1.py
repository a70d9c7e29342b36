"""KI115: name of TensorFlow 1."""

from __future__ import annotations

import pytest
from checked import SETUP, failed, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI115").lesson
    assert told(lesson.target, lesson.after) == []


FAILED = [
    pytest.param(
        "tf.log(x)", AttributeError("module 'tensorflow' has no attribute 'log'"), "tf.math.log(x)", id="tf.log"
    ),
]


@pytest.mark.parametrize("line, exception, works", FAILED)
def test_a_failed_call_gets_the_form_that_works(line, exception, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", SETUP + line, exception)
    fix = problem.fixes[0]
    assert problem.rule == "KI115"
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)


def test_what_needs_a_graph_is_not_called_verified():
    fix = failed(
        "tensorflow==2.16.2,keras==3.15.1",
        SETUP + "tf.placeholder(tf.float32)",
        AttributeError("module 'tensorflow' has no attribute 'placeholder'"),
    )[0].fixes[0]
    works = "tf.compat.v1.disable_v2_behavior()\ntf.compat.v1.placeholder(tf.float32)"
    assert fix.source == SETUP + works and fix.verified is None


@pytest.mark.parametrize(("release", "verified"), [("tensorflow==2.15.1", True), ("tensorflow==2.16.2", None)])
def test_an_optimizer_of_tensorflow_1_is_certain_only_where_keras_takes_it(release, verified):
    code = "import tensorflow as tf\nopt = tf.train.AdamOptimizer(0.1)\n"
    [problem] = problems(release, code)
    assert [fix.verified for fix in problem.fixes if "AdamOptimizer" in fix.replacement] == [verified]


REPORTED = [
    pytest.param(
        "tensorflow==1.15.5",
        "import tensorflow as tf\ntf.optimizers.Adam(0.1)",
        AttributeError("module 'tensorflow' has no attribute 'optimizers'"),
        "import tensorflow as tf\ntf.keras.optimizers.Adam(0.1)",
        id="code of TensorFlow 2 in TensorFlow 1",
    ),
]


@pytest.mark.parametrize("target, cell, exception, works", REPORTED)
def test_the_line_that_works_in_the_release_of_the_report(target, cell, exception, works):
    problem = failed(target, cell, exception)[0]
    fix = problem.fixes[0]
    assert (problem.rule, fix.kind, fix.source) == ("KI115", "edit", works)
    assert fix.verified is not False

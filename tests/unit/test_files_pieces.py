"""Long code gets the problems and the edits that short code gets, at a cost that grows with its length only."""

from __future__ import annotations

from time import perf_counter

import pytest

from kerasmagic.diagnosis.engine import judge, read
from kerasmagic.display.matrix import matrix_result
from kerasmagic.files.check import file_report
from kerasmagic.files.pieces import WHOLE, judge_passage
from kerasmagic.files.releases import span
from kerasmagic.files.targets import world

TARGET = "tensorflow==2.16.2"
CODE = """\
import tensorflow as tf
from keras.layers.core import (
    Dense,
    Dropout,
)
if True:
    from keras.layers.core import Flatten
x = 1; tf.gfile
def build():
    return tf.keras.layers.Dense(units=1), tf.gfile
"""


def test_long_code_gets_what_short_code_gets():
    long = CODE + "\n" * WHOLE
    found, expected = judge_passage(read(long), world(TARGET)), judge(read(long), world(TARGET))
    assert [(problem.rule, problem.range, problem.title) for problem in found] == [
        (problem.rule, problem.range, problem.title) for problem in expected
    ]
    edits = [[fix.source for fix in problem.fixes if fix.kind == "edit"][:1] for problem in found]
    assert edits == [[fix.source for fix in problem.fixes if fix.kind == "edit"][:1] for problem in expected]
    assert all(edits)


def test_fixes_are_not_sought_where_there_are_too_many_problems():
    facts = read("from keras.layers.core import Dense\n" * 200)
    assert not any(problem.fixes for problem in judge_passage(facts, world(TARGET), 199))
    assert all(problem.fixes for problem in judge_passage(facts, world(TARGET), 200))


@pytest.mark.slow
def test_time_grows_with_the_number_of_problems_not_with_its_square():
    def seconds(lines):
        start = perf_counter()
        judge_passage(read("from keras.layers.core import Dense\n" * lines), world(TARGET))
        return perf_counter() - start

    seconds(100)
    assert seconds(800) < 24 * seconds(100)


@pytest.mark.parametrize(
    ("positions", "words"),
    [([0, 1, 2], "2.9 to 2.11"), ([1], "2.10"), ([0, 2], "2.9, 2.11")],
)
def test_spans_of_releases(positions, words):
    assert span(positions, ("2.9", "2.10", "2.11")) == words


def test_a_matrix_is_one_result_for_a_notebook(tmp_path):
    script = tmp_path / "<b>.py"
    script.write_text("from keras.utils import np_utils\n")
    result = matrix_result(file_report(str(script), ("tensorflow==2.11.1", "tensorflow==2.16.2")))
    assert result.kind == "check" and len(result.to_dict()["targets"]) == 2
    assert "runs on TensorFlow 2.11" in result.text and "line 1 (TensorFlow ≥ 2.16): " in result.text
    assert "<b>.py" not in result.html and "<script" not in result.html and " id=" not in result.html


def test_a_script_of_some_pages_is_looked_at_as_a_whole() -> None:
    layer = "model.add(LSTM(4, batch_input_shape=(8, 5, 1), stateful=True))\n"
    script = "from keras import Sequential\nfrom keras.layers import LSTM\nmodel = Sequential()\n" + layer + "\n" * 60
    first, second = judge_passage(read(script + layer), world(TARGET))
    assert "Input in front" in first.fixes[0].title and "Leave the shape" in second.fixes[0].title

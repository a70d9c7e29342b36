"""Calls whose arguments find no place."""

from __future__ import annotations

import pytest
from checked import edited, problems

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules import RULES

WORLD = TargetWorld(Target.parse("colab"), RULES)
SETUP = (
    "import tensorflow as tf\nimport keras\nfrom keras.callbacks import TensorBoard\nfrom keras.layers import Dense\n"
    "model = keras.Sequential()\n"
)

SILENT = [
    pytest.param("Dense(64)", id="fits"),
    pytest.param("Dense(*sizes)", id="more may arrive"),
    pytest.param("Dense(**options)", id="what lacks may arrive"),
    pytest.param("train = model.fit", id="a method that is not called"),
    pytest.param("keras.Model.fit(model, x, y)", id="the instance is given, too"),
    pytest.param("tf.Variable(1, True, None)", id="what a wrapper shows is no signature"),
    pytest.param("TensorBoard('./logs', 0, True)", id="fewer than may be"),
]

TOLD = [
    pytest.param(
        "TensorBoard('./logs', 0, 32, write_graph=True)",
        "TensorBoard is given write_graph twice in keras 3.13.2, by place and by name",
        "TensorBoard('./logs', 0, write_graph=True)",
        id="twice, and translated",
    ),
    pytest.param(
        "TensorBoard('./logs', 0, 32, True, False, True, 0, None, None, None, 'epoch')",
        "TensorBoard takes 9 arguments without a name in keras 3.13.2, and 11 are given",
        "TensorBoard('./logs', 0, write_graph=True, write_images=True, embeddings_freq=0, embeddings_metadata=None, "
        "update_freq='epoch')",
        id="too many, and translated",
    ),
    pytest.param(
        "tf.raw_ops.Add(1, 2)",
        "Add takes 0 arguments without a name in tensorflow 2.20.0, and 2 are given",
        None,
        id="raw operations take names only",
    ),
    pytest.param("tf.gather([1])", "gather needs indices in tensorflow 2.20.0", None, id="one lacks"),
    pytest.param(
        "tf.gather([1], [0], 0, 1, axis=0)",
        "gather is given axis twice in tensorflow 2.20.0, by place and by name",
        None,
        id="twice in TensorFlow",
    ),
]


@pytest.mark.parametrize("line", SILENT)
def test_nothing_is_said_of_a_call_that_may_fit(line: str) -> None:
    assert [problem for problem in check_cell(SETUP + line, WORLD) if problem.rule == "KA106"] == []


@pytest.mark.parametrize("line, title, new", TOLD)
def test_a_call_that_does_not_fit_is_told_and_translated_where_a_release_took_it(
    line: str, title: str, new: str | None
) -> None:
    (problem,) = check_cell(SETUP + line, WORLD)
    assert (problem.rule, problem.severity, problem.title) == ("KA106", "error", title)
    verified = [fix.source for fix in problem.fixes if fix.verified]
    assert verified == ([SETUP + new] if new else [])


def test_the_exception_leads_to_the_call_on_its_line() -> None:
    line = "TensorBoard('./logs', 0, 32, write_graph=True)"
    error = TypeError("TensorBoard.__init__() got multiple values for argument 'write_graph'")
    (problem,) = diagnose(Failure(error, SETUP + line, {}), WORLD)
    assert problem.rule == "KA106"
    assert problem.fixes[0].source == SETUP + "TensorBoard('./logs', 0, write_graph=True)"


def test_what_was_the_default_is_given_where_it_must_be() -> None:
    world = TargetWorld(Target.parse("tensorflow==2.16.2,keras==3.0.5"), RULES)
    (problem,) = check_cell("from keras.layers import AveragePooling2D\nAveragePooling2D()", world)
    assert problem.fixes[0].replacement == "AveragePooling2D(pool_size=(2, 2))"


def test_a_loss_is_given_and_not_called():
    cell = "import keras\nmodel = keras.Sequential()\nmodel.compile('adam', loss=keras.losses.mean_squared_error())"
    grade, works = edited("tensorflow==2.20.0", cell, "KA106")
    assert (grade, works[-30:]) == ("verified", "keras.losses.mean_squared_error)"[-30:])


def test_what_is_lacking_is_written_out():
    (problem,) = problems("tensorflow==2.20.0", "import tensorflow as tf\ntf.one_hot([1])")
    assert problem.fixes[0].title == "Write one_hot(…, depth=…)."


@pytest.mark.parametrize("variables", ["net.trainable_variables", "model.trainable_weights", "[w, b]"])
def test_gradients_and_their_variables_become_pairs(variables):
    setup = "import keras\noptimizer = keras.optimizers.Adam()\n"
    cell = f"{setup}optimizer.apply_gradients(grads, {variables})"
    (problem,) = check_cell(cell, WORLD)
    assert problem.fixes[0].source == f"{setup}optimizer.apply_gradients(zip(grads, {variables}))"
    assert problem.fixes[0].verified

"""KI115: name of TensorFlow 1."""

from __future__ import annotations

import pytest
from checked import KERAS_3, SETUP, edited, failed, problems, told

from kerasmagic.rules import RULES
from kerasmagic.rules.imports import summaries_of_tensorflow1


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
    first, *rest = SETUP.splitlines(keepends=True)
    works = [first, "tf.compat.v1.disable_v2_behavior()\n", *rest, "tf.compat.v1.placeholder(tf.float32)"]
    assert fix.source == "".join(works) and fix.verified is None


AT_ONCE = [
    "tf.train.get_global_step()",
    "tf.global_variables()",
    "tf.train.AdamOptimizer(0.1)",
    "loss = lambda: w * w\ntf.train.AdamOptimizer(0.1).minimize(loss)",
    "def loss():\n    return w * w\ntf.train.AdamOptimizer(0.1).minimize(loss)",
]
IN_A_GRAPH = [
    "saver = tf.train.Saver()",
    "a = tf.metrics.accuracy(y, z)[1]",
    "tf.train.batch([x], 4)",
    "with tf.Session() as session:\n    pass",
    "loss = w * w\nstep = tf.train.GradientDescentOptimizer(0.1).minimize(loss)",
    "step = tf.train.AdamOptimizer(0.1).minimize(tf.square(w))",
]


@pytest.mark.parametrize("line", AT_ONCE)
def test_what_tensorflow_2_does_at_once_gets_no_graph(line):
    fixes = [
        fix for problem in problems("tensorflow==2.15.1", f"import tensorflow as tf\n{line}") for fix in problem.fixes
    ]
    assert fixes and not any("disable_v2_behavior" in (fix.source or "") for fix in fixes)


@pytest.mark.parametrize("line", IN_A_GRAPH)
@pytest.mark.parametrize("target", ["tensorflow==2.10.1", "tensorflow==2.21.0"])
def test_what_only_a_graph_can_do_is_to_be_checked_and_switches_it_on(target, line):
    [problem] = problems(target, f"import tensorflow as tf\n{line}")
    in_graphs = [fix for fix in problem.fixes if "compat.v1" in (fix.source or "")]
    assert [fix.verified for fix in in_graphs] == [None]
    assert (in_graphs[0].source or "").startswith("import tensorflow as tf\ntf.compat.v1.disable_v2_behavior()\n")
    assert "restarted kernel" in in_graphs[0].differs


def test_a_cell_that_has_the_switch_gets_it_once():
    code = "import tensorflow as tf\ntf.compat.v1.disable_eager_execution()\nsaver = tf.train.Saver()"
    [problem] = problems("tensorflow==2.15.1", code)
    assert "disable_v2" not in (problem.fixes[0].source or "")


def test_another_line_of_the_cell_that_needs_a_graph_is_not_passed_over():
    cell = "import tensorflow as tf\nx = tf.matrix_inverse(y)\nsaver = tf.train.Saver()"
    error = AttributeError("module 'tensorflow' has no attribute 'matrix_inverse'")
    fix = failed("tensorflow==2.21.0", cell, error)[0].fixes[0]
    assert (fix.verified, "static graph" in fix.differs) == (None, True)


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


@pytest.mark.parametrize(("target", "verified"), [("tensorflow==2.15.1", True), ("tensorflow==2.20.0", None)])
def test_what_takes_an_optimizer_of_tensorflow_1_refuses_that_of_keras_3(target, verified):
    code = "import tensorflow as tf\ntf.train.experimental.enable_mixed_precision_graph_rewrite(best)"
    [problem] = problems(target, code)
    assert [fix.verified for fix in problem.fixes if "compat.v1" in fix.replacement] == [verified]


def test_a_converter_gets_the_loaded_model():
    cell = "import tensorflow as tf\nc = tf.lite.TFLiteConverter.from_keras_model_file('m.h5')"
    applicability, source = edited(KERAS_3, cell, "KI115")
    assert source.endswith("c = tf.lite.TFLiteConverter.from_keras_model(tf.keras.models.load_model('m.h5'))")
    assert applicability == "check the result"


SUMMARIES = [
    pytest.param(
        "writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag='a', simple_value=x)]), step)",
        "with writer.as_default():\n    tf.summary.scalar('a', x, step=step)",
        id="made in place",
    ),
    pytest.param(
        "for i in range(2):\n    s = tf.Summary()\n    s.value.add(tag='a', simple_value=x)\n"
        "    s.value.add(tag=name, simple_value=2 * x)\n    writer.add_summary(s, global_step=i)  # both",
        "for i in range(2):\n    with writer.as_default():\n        tf.summary.scalar('a', x, step=i)\n"
        "        tf.summary.scalar(name, 2 * x, step=i)  # both",
        id="filled below",
    ),
]


@pytest.mark.parametrize("cell, works", SUMMARIES)
def test_a_summary_becomes_scalars(cell, works):
    first = "import tensorflow as tf\nwriter = tf.summary.FileWriter('logs')\n"
    new = "import tensorflow as tf\nwriter = tf.summary.create_file_writer('logs')\n"
    for target in ("tensorflow==2.4.4", "tensorflow==2.20.0"):
        assert edited(target, first + cell, "KI115") == ("verified", new + works)


def test_tensorboard_is_to_be_installed_where_tensorflow_does_not_bring_it(monkeypatch):
    cell = "import tensorflow as tf\nw = tf.summary.FileWriter('a')\n"
    cell += "w.add_summary(tf.Summary(value=[tf.Summary.Value(tag='a', simple_value=1.0)]), 0)"
    grades = {}
    for found in (None, object()):
        monkeypatch.setattr(summaries_of_tensorflow1, "find_spec", lambda name, found=found: found)
        grades[found is not None] = edited("tensorflow==2.21.0", cell, "KI115")[0]
    assert grades == {False: "check the result", True: "verified"}


@pytest.mark.parametrize(
    "cell",
    [
        "writer.add_summary(session.run(merged), step)",
        "s = tf.Summary()\nfor tag in tags:\n    s.value.add(tag=tag, simple_value=x)\nwriter.add_summary(s, 1)",
        "s = tf.Summary(value=[tf.Summary.Value(tag='a', image=x)])\nwriter.add_summary(s, 1)",
        "s = tf.Summary()\ns.value.add(tag='a', simple_value=x)\nwriter.add_summary(s, 1)\nprint(s)",
    ],
)
def test_a_summary_of_another_form_is_for_a_person(cell):
    grade, text = edited(KERAS_3, f"import tensorflow as tf\nwriter = tf.summary.FileWriter('logs')\n{cell}", "KI115")
    assert grade == "check the result" and ".add_summary(" in text


METRIC = (
    "import tensorflow as tf\nfrom keras import backend as K\ndef score(y_true, y_pred):\n"
    "    value, update = tf.metrics.{}\n    K.get_session().run(tf.local_variables_initializer())\n"
    "    with tf.control_dependencies([update]):\n        value = tf.identity(value)\n    return {}\n"
)


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        ("auc(y_true, y_pred)", "AUC(name='score')"),
        ("mean_iou(y_true, y_pred, 2)", "BinaryIoU(target_class_ids=[0, 1], threshold=0.5, name='score')"),
        ("recall(y_true, y_pred)", "Recall(name='score')"),
    ],
)
def test_a_function_around_a_metric_of_a_session_becomes_the_metric(asked, made):
    works = f"import tensorflow as tf\nfrom keras import backend as K\nscore = tf.keras.metrics.{made}\n"
    for target in ("tensorflow==2.15.1", KERAS_3):
        assert edited(target, METRIC.format(asked, "value"), "KI115") == ("check the result", works)


@pytest.mark.parametrize(
    ("asked", "gives"),
    [
        ("auc(y_true, y_pred)", "1 - value"),
        ("mean_iou(y_true, y_pred, 5)", "value"),
        ("auc(y_true, f(y_pred))", "value"),
    ],
)
def test_a_function_that_computes_more_stays_one(asked, gives):
    assert "def score(" in edited(KERAS_3, METRIC.format(asked, gives), "KI115")[1]

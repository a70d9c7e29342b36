"""Optimizer routes in the real TensorFlow of this environment, against what plain script code finds there."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from typing import Any

import pytest

np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")

from kerasmagic.display.optimizer import optimizer_result  # noqa: E402
from kerasmagic.display.widgets import check_panel, optimizer_panel  # noqa: E402
from kerasmagic.optimizers import examine  # noqa: E402
from kerasmagic.optimizers.compare import class_for, class_named, compare  # noqa: E402
from kerasmagic.rules import RULES  # noqa: E402

keras = tf.keras


def path(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def plainly(action: Any) -> str:
    """The class that a plain line of code ends with, or the error's name."""
    try:
        return path(action())
    except Exception as error:
        return type(error).__name__


def compiled(optimizer: Any) -> Any:
    model = keras.Sequential()
    model.compile(optimizer=optimizer, loss="mse")
    return model.optimizer


def config() -> Any:
    return {"class_name": "adam", "config": {"learning_rate": 0.001}}


PLAIN = {
    "tf.keras.optimizers.Adam()": lambda: keras.optimizers.Adam(),
    "tf.keras.optimizers.legacy.Adam()": lambda: keras.optimizers.legacy.Adam(),
    "tf.keras.optimizers.experimental.Adam()": lambda: keras.optimizers.experimental.Adam(),
    'tf.keras.optimizers.get("adam")': lambda: keras.optimizers.get("adam"),
    'tf.keras.optimizers.get({"class_name": "adam", "config": {"learning_rate": 0.001}})': lambda: keras.optimizers.get(
        config()
    ),
    'tf.keras.optimizers.deserialize({"class_name": "adam", "config": {"learning_rate": 0.001}})': lambda: (
        keras.optimizers.deserialize(config())
    ),
    "tf.keras.optimizers.get(tf.keras.optimizers.Adam())": lambda: keras.optimizers.get(keras.optimizers.Adam()),
    'tf.keras.Sequential().compile("adam")': lambda: compiled("adam"),
    "tf.keras.Sequential().compile(tf.keras.optimizers.Adam())": lambda: compiled(keras.optimizers.Adam()),
    "tf.compat.v1.train.AdamOptimizer()": lambda: tf.compat.v1.train.AdamOptimizer(),
}


def test_routes_equal_what_a_plain_script_finds() -> None:
    (routes,) = examine("adam").optimizers
    measured = {r.code: r.result or r.error.partition(":")[0] for r in routes.routes if not r.condition}
    for code, action in PLAIN.items():
        if code in measured:
            assert measured[code] == plainly(action), code
        else:  # a route is left out only where the name is not there
            assert plainly(action) == "AttributeError", code


def test_the_record_of_this_release_equals_this_kernel() -> None:
    examination = examine("adam")
    assert examination.release is not None
    recorded = {route.code: route for route in examination.release.routes("Adam").routes if not route.condition}
    for route in examination.optimizers[0].routes:
        if route.namespace in ("tf.keras", "tf.compat.v1.train") and route.code in recorded and not route.condition:
            assert route.result == recorded[route.code].result


def test_all_ways_to_ask() -> None:
    optimizer = keras.optimizers.SGD(0.5)
    model = keras.Sequential()
    model.compile(optimizer=optimizer, loss="mse")
    names = {"model": model, "opt": optimizer, "SGD": keras.optimizers.SGD}
    for question in ("sgd", "SGD", "opt", "model", "model.optimizer", model, optimizer, keras.optimizers.SGD):
        examination = examine(question, names)
        assert [routes.name for routes in examination.optimizers] == ["SGD"]
    live = examine("model", names, rules=RULES.of_optimizers()).live
    assert live is not None
    assert live.learning_rate == pytest.approx(0.5)
    assert path(optimizer) == live.optimizer.name
    assert live.iterations == 0
    assert len(examine().optimizers) > 7
    assert "SGD" in optimizer_result(examine()).text


def test_a_live_model_and_what_is_wrong_with_it() -> None:
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)
    optimizer = keras.optimizers.Adam(schedule)

    def model() -> Any:
        made = keras.Sequential(
            [keras.layers.Dense(1, kernel_regularizer=keras.regularizers.l2(0.1), input_shape=(2,))]
        )
        made.compile(optimizer=optimizer, loss="mse")
        return made

    first, second = model(), model()
    first.fit(np.zeros((4, 2)), np.zeros((4, 1)), batch_size=2, verbose=0)
    live = examine("first", {"first": first, "second": second}, rules=RULES.of_optimizers()).live
    assert live is not None
    assert live.iterations == 2
    assert live.learning_rate == pytest.approx(0.1 * 0.5 ** (2 / 10), rel=1e-3)
    assert live.schedule is not None and live.schedule.name == "ExponentialDecay"
    assert [problem.rule for problem in live.problems] == ["KO102"]
    assert len(live.slots) >= 4
    assert examine("first", {"first": first}, rules=RULES.of_optimizers()).live.problems == ()  # type: ignore[union-attr]


def test_comparison() -> None:
    adam = type(keras.optimizers.Adam())
    same = compare(adam, adam)
    assert same.equal and all(race.difference == 0 for race in same.races)
    sgd = compare(adam, type(keras.optimizers.SGD()))
    assert not sgd.equal and "differ from step 1" in sgd.why
    train = compare(adam, tf.compat.v1.train.AdamOptimizer)
    assert len(train.races) == 2 and train.why
    verdicts = {argument.name: argument for argument in train.arguments}
    assert verdicts["learning_rate"].first == "accepted"
    assert verdicts["lr"].second.startswith("raises TypeError")
    assert class_named(f"{adam.__module__}.{adam.__qualname__}") is adam


def _state() -> Any:
    return (
        random.getstate(),
        str(np.random.get_state()),
        tuple(sorted(vars(sys.modules[__name__]))),
        id(tf.compat.v1.get_default_graph()),
        len(tf.compat.v1.get_default_graph().get_operations()),
        keras.backend.floatx(),
    )


def test_nothing_of_the_session_changes() -> None:
    def numbers() -> Any:
        tf.random.set_seed(1)
        first = tf.random.uniform(()).numpy()
        examine("adam")
        compare(type(keras.optimizers.Adam()), type(keras.optimizers.SGD()))
        return first, tf.random.uniform(()).numpy()

    def without() -> Any:
        tf.random.set_seed(1)
        return tf.random.uniform(()).numpy(), tf.random.uniform(()).numpy()

    assert numbers() == without()
    before = _state()
    number = int(keras.Sequential().name.rpartition("_")[2] or 0)
    optimizer_panel(examine())
    assert _state() == before
    assert int(keras.Sequential().name.rpartition("_")[2]) == number + 1


GRAPH_MODE = """
import tensorflow as tf
tf.compat.v1.disable_v2_behavior()
from kerasmagic.optimizers import examine
from kerasmagic.optimizers.compare import compare
from kerasmagic.display.optimizer import optimizer_result
tf.keras.optimizers
graph = tf.compat.v1.get_default_graph()
operations = len(graph.get_operations())
(routes,) = examine("adam").optimizers
assert any(route.code == "tf.compat.v1.train.AdamOptimizer()" and route.result for route in routes.routes), routes
said = compare(tf.compat.v1.train.AdamOptimizer, tf.compat.v1.train.AdamOptimizer).why
assert said.startswith("Eager execution is off"), said
assert optimizer_result(examine()).text
assert tf.compat.v1.get_default_graph() is graph and len(graph.get_operations()) == operations
assert not tf.executing_eagerly()
print("graph mode: as it was")
"""


def run(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_tensorflow_1_graph_mode() -> None:
    assert "graph mode: as it was" in run(GRAPH_MODE)


def test_without_tensorflow_in_the_process() -> None:
    out = run(
        """
        import sys
        from kerasmagic.optimizers import examine
        from kerasmagic.display.optimizer import optimizer_result
        examination = examine("adam")
        print(examination.measured, "tensorflow" in sys.modules, optimizer_result(examination).text)
        """
    )
    assert out.startswith("False False")
    assert "import tensorflow as tf" in out


def test_panels() -> None:
    examine("adam")  # the first time starts TensorFlow's runtime, and says so
    panel = optimizer_panel(examine("adam"))
    bundle = panel.mime_bundle()
    assert bundle["text/html"] == optimizer_result(examine("adam")).html
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.widget.model_id
    _, choice, tabs, _ = panel.widget.children
    choice.value = "SGD"
    spaces, groups = tabs.children[1].children
    assert "SGD" in groups.value
    spaces.value = ("tf.keras",)
    assert "compat.v1.train" not in groups.value
    controls, shown = tabs.children[2].children
    controls.children[2].click()
    assert "steps" in shown.value and "failed" not in shown.value
    choice.value = "all optimizers"
    assert groups.value.count("<tr") > 5, "not only the one that was asked for"


def test_plain_names_can_be_compared() -> None:
    known = examine(None).optimizers
    assert class_for("sgd", known).__name__ == "SGD"
    assert class_for("Adam", known) is type(keras.optimizers.get("adam"))


def test_the_check_panel_runs_nothing_without_a_click() -> None:
    ran = []
    panel = check_panel("a = 1\n", [("this kernel", [])], "a = 2\n", ran.append)
    assert ran == []
    panel.widget.children[2].click()
    assert ran == ["a = 2\n"]

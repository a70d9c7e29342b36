"""Attributes, arguments and methods that are not taken in a release, and the edits that mend them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kerasmagic
from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.model.problem import Problem
from kerasmagic.rules import RULES

WORLD = TargetWorld(Target.parse("tensorflow==2.16.2,keras==3.15.1"), RULES)
SETUP = "import tensorflow as tf\nimport keras\nfrom keras import layers\nmodel = keras.Sequential()\n"


def told(line: str, exception: BaseException, namespace: dict[str, Any] | None = None) -> Problem:
    (problem,) = diagnose(Failure(exception, SETUP + line, namespace or {}), WORLD)
    return problem


EDITS = [
    pytest.param(
        "tf.log(x)", AttributeError("module 'tensorflow' has no attribute 'log'"), "tf.math.log(x)", id="tf.log"
    ),
    pytest.param(
        "keras.layers.Batchnormalization()",
        AttributeError("module 'keras.layers' has no attribute 'Batchnormalization'"),
        "keras.layers.BatchNormalization()",
        id="case of an attribute",
    ),
    pytest.param(
        "keras.optimizers.Adam(lr=0.1, clipnorm=1.)",
        ValueError("Argument(s) not recognized: {'lr': 0.1}"),
        "keras.optimizers.Adam(learning_rate=0.1, clipnorm=1.)",
        id="lr",
    ),
    pytest.param(
        "layers.Conv2D(8, 3, border_mode='same')",
        ValueError("Unrecognized keyword arguments passed to Conv2D: {'border_mode': 'same'}"),
        "layers.Conv2D(8, 3, padding='same')",
        id="border_mode",
    ),
    pytest.param(
        "layers.Dense(output_dim=3, init='uniform')",
        TypeError("Dense.__init__() missing 1 required positional argument: 'units'"),
        "layers.Dense(units=3, kernel_initializer='uniform')",
        id="several old names in one call",
    ),
    pytest.param(
        "layers.Dense(10, actvation='relu')",
        ValueError("Unrecognized keyword arguments passed to Dense: {'actvation': 'relu'}"),
        "layers.Dense(10, activation='relu')",
        id="slip in a keyword",
    ),
    pytest.param(
        "model.fit(x, y, epochs=1, workers=8)",
        TypeError("TensorFlowTrainer.fit() got an unexpected keyword argument 'workers'"),
        "model.fit(x, y, epochs=1)",
        id="argument that is left out",
    ),
    pytest.param(
        "model.fit_generator(g, 10, nb_epoch=3)",
        AttributeError("'Sequential' object has no attribute 'fit_generator'"),
        "model.fit(g, steps_per_epoch=10, epochs=3)",
        id="fit_generator",
    ),
    pytest.param(
        "keras.optimizers.legacy.Adam(0.1)",
        ImportError("`keras.optimizers.legacy` is not supported in Keras 3. When using"),
        "keras.optimizers.Adam(0.1)",
        id="legacy optimizer that is called",
    ),
]


@pytest.mark.parametrize("line, exception, works", EDITS)
def test_a_call_gets_the_form_that_works(line: str, exception: BaseException, works: str) -> None:
    fix = told(line, exception).fixes[0]
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)


def test_a_threshold_is_not_guessed() -> None:
    fix = told(
        "model.predict_classes(x)", AttributeError("'Sequential' object has no attribute 'predict_classes'")
    ).fixes[0]
    assert fix.source == SETUP + "model.predict(x).argmax(axis=-1)" and fix.verified is None


def test_what_needs_a_graph_is_not_called_verified() -> None:
    fix = told(
        "tf.placeholder(tf.float32)", AttributeError("module 'tensorflow' has no attribute 'placeholder'")
    ).fixes[0]
    works = "tf.compat.v1.disable_v2_behavior()\ntf.compat.v1.placeholder(tf.float32)"
    assert fix.source == SETUP + works and fix.verified is None


def test_a_name_that_was_never_imported_is_imported_with_its_companions() -> None:
    cell = "m = Sequential([Dense(1)])"
    (problem,) = diagnose(Failure(NameError("name 'Sequential' is not defined"), cell, {}), WORLD)
    assert problem.fixes[0].replacement == "from keras.models import Sequential\nfrom keras.layers import Dense"
    assert problem.fixes[0].source is not None and problem.fixes[0].source.endswith(cell)


def test_the_key_of_a_history() -> None:
    (problem,) = diagnose(Failure(KeyError("acc"), "plot(h.history['acc'], h.history['loss'])", {}), WORLD)
    assert problem.fixes[0].source == "plot(h.history['accuracy'], h.history['loss'])"


def test_an_attribute_of_an_object_that_nobody_knows_is_not_ours() -> None:
    error = AttributeError("'Sequential' object has no attribute 'my_own'")
    assert diagnose(Failure(error, SETUP + "model.my_own", {}), WORLD) == []


@pytest.mark.parametrize(
    "target, cell, ignored",
    [
        ("tensorflow==2.16.2", "Adam(learning_rate=0.1, decay=1e-4)", ["decay"]),
        ("tensorflow==2.15.1", "Adam(lr=0.1)", ["lr"]),
        ("tensorflow==2.10.1", "Adam(lr=0.1, decay=1e-4)", []),
        ("tensorflow==2.16.2", "Adam(learning_rate=0.1)", []),
    ],
)
def test_an_argument_that_changes_nothing_is_a_warning(target: str, cell: str, ignored: list[str]) -> None:
    text = "from tensorflow.keras.optimizers import Adam\n" + cell
    problems = check_cell(text, TargetWorld(Target.parse(target), RULES))
    assert [problem.reference.rpartition("(")[2][:-1] for problem in problems if problem.rule == "KA104"] == ignored
    assert all(problem.severity == "warning" and problem.fixes for problem in problems)


def test_codes_are_unique_and_every_rule_has_a_lesson() -> None:
    codes = [rule.code for rule in RULES.all()]
    assert len(codes) == len(set(codes))
    assert all(rule.lesson.what and rule.lesson.why and rule.name for rule in RULES.all())
    known = set(codes)
    ours = [rule for rule in RULES.all() if rule.code[:2] in ("KI", "KA")]
    assert {other for rule in ours for other in rule.lesson.related} <= known


LESSONS = [rule for rule in RULES.all() if rule.code[:2] in ("KI", "KA") and rule.lesson.target and rule.lesson.before]


@pytest.mark.parametrize("rule", LESSONS, ids=lambda rule: rule.code)
def test_a_lesson_shows_what_it_says(rule: Any) -> None:
    from kerasmagic.diagnosis.engine import check_cell

    world = TargetWorld(Target.parse(rule.lesson.target), RULES)
    if rule.on_cell:
        found = check_cell(rule.lesson.before, world)
        assert [problem for problem in found if problem.severity == "error" or problem.rule == rule.code]
    after = check_cell(rule.lesson.after, world)
    assert not [problem for problem in after if problem.severity == "error" or problem.rule == rule.code]


def test_no_rule_that_reads_cells_is_left_out():
    assert {entry.on_cell for entry in RULES.all() if entry.on_cell} == {entry.on_cell for entry in RULES.of_cells()}


def test_attributes_of_instances_outside_of_keras_are_no_errors_unless_a_release_had_them() -> None:
    """tf.Variable makes objects of another class, Checkpoint and Module take any attribute."""
    cell = (
        "import tensorflow as tf\nv = tf.Variable(1.0)\nv.numpy()\nsaved = tf.train.Checkpoint(step=v)\n"
        "saved.step.assign_add(1)\ndata = tf.data.Dataset(v)\ndata.make_one_shot_iterator()\n"
    )
    problems = check_cell(cell, WORLD)
    assert [problem.reference for problem in problems] == ["tensorflow.data.Dataset.make_one_shot_iterator"]


def test_the_rules_about_what_is_installed_import_no_reader_of_code():
    program = (
        "import sys; from kerasmagic.rules import RULES; RULES.of_environments();"
        "print(sorted(set(sys.modules) & {f'kerasmagic.{n}' for n in ('source.references', 'catalog.target',"
        "'diagnosis.resolve.world', 'diagnosis.evidence.failure', 'diagnosis.evidence.cell')}))"
    )
    root = str(Path(kerasmagic.__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize(("release", "verified"), [("tensorflow==2.15.1", True), ("tensorflow==2.16.2", None)])
def test_an_optimizer_of_tensorflow_1_is_certain_only_where_keras_takes_it(release, verified):
    code = "import tensorflow as tf\nopt = tf.train.AdamOptimizer(0.1)\n"
    [problem] = check_cell(code, TargetWorld(Target.parse(release), RULES))
    assert [fix.verified for fix in problem.fixes if "AdamOptimizer" in fix.replacement] == [verified]


def test_what_a_package_hides_from_dir_is_there() -> None:
    world = TargetWorld(Target.parse("tensorflow==2.16.2,keras==3.5.0"), RULES)
    assert not check_cell("import keras\nkeras.src.saving", world)


def test_a_loaded_module_that_is_no_attribute_was_taken_away() -> None:
    cell = "import tensorflow as tf\ntf.python.client.device_lib.list_local_devices()\ntf.keras.layers.noise.Nothing"
    (problem, _) = check_cell(cell, TargetWorld(Target.parse("tensorflow==2.12.1"), RULES))
    assert problem.severity == "error" and problem.fixes[0].verified
    assert "from tensorflow.python.client.device_lib import list_local_devices" in (problem.fixes[0].source or "")


def test_a_model_of_inputs_and_outputs_has_them() -> None:
    cell = "import keras\nm = keras.Model(1, 2)\nm.inputs, m.outputs, m.output_names\nm.predict_classes"
    assert [problem.reference for problem in check_cell(cell, WORLD)] == ["keras.Model.predict_classes"]


@pytest.mark.parametrize("cell", ["plt.plot(History.history['acc'])", "Dense['units']", "print(Adam.anything)"])
def test_a_variable_of_the_users_that_has_the_name_of_a_class_is_not_imported(cell):
    name = next(word for word in ("History", "Dense", "Adam") if word in cell)
    assert diagnose(Failure(NameError(f"name '{name}' is not defined"), cell, {}), WORLD) == []

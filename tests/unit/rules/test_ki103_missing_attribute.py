"""KI103: attribute that is not in this release."""

from __future__ import annotations

import pytest
from checked import SETUP, edited, failed, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI103").lesson
    assert told(lesson.target, lesson.after) == []


FAILED = [
    pytest.param(
        "keras.layers.Batchnormalization()",
        AttributeError("module 'keras.layers' has no attribute 'Batchnormalization'"),
        "keras.layers.BatchNormalization()",
        id="case of an attribute",
    ),
]


@pytest.mark.parametrize("line, exception, works", FAILED)
def test_a_failed_call_gets_the_form_that_works(line, exception, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", SETUP + line, exception)
    fix = problem.fixes[0]
    assert problem.rule == "KI103"
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)


@pytest.mark.parametrize("target", ["tensorflow==2.15.1", "tensorflow==2.20.0"])
@pytest.mark.parametrize(
    ("call", "told_to"),
    [
        ("keras.models.load_weights('w.h5')", "load_weights is a method of keras.Model. Call it on an object: model."),
        ("keras.models.fit(1)", "fit is a method of keras.Model. Call it on an object: model.fit(…)."),
    ],
)
def test_a_method_is_no_function_to_call_on_the_class(target, call, told_to):
    (problem,) = problems(target, "import keras\n" + call)
    (fix,) = problem.fixes
    assert (fix.kind, fix.source) == ("manual", None)
    assert fix.title.startswith(told_to)


def test_a_name_in_the_wrong_module_is_found_in_its_own():
    cell = "import tensorflow as tf\nm = tf.keras.load_model('m.h5')"
    new = cell.replace("keras.load", "keras.models.load")
    assert edited("tensorflow==2.15.1", cell, "KI103") == ("verified", new)


def test_old_code_that_loads_models_of_keras_2_is_to_be_checked_beside_keras_3():
    cell = "import tensorflow as tf\nc = tf.lite.TFLiteConverter.from_keras_model_file('m.h5')"
    (problem,) = problems("tensorflow==2.16.2,keras==3.15.1", cell)
    assert (problem.rule, {fix.applicability for fix in problem.fixes if fix.source}) == ("KI115", {"check the result"})
    assert any("fails beside Keras 3" in fix.differs for fix in problem.fixes)
    assert edited("tensorflow==2.15.1", cell, "KI115")[0] == "verified"


def test_a_name_that_several_objects_have_is_not_guessed():
    assert edited("tensorflow==2.21.0", "import keras\nkeras.add([1])", "KI103") == (None, None)


def test_the_switch_to_static_graphs_comes_after_an_import_on_the_same_line():
    cell = "import tensorflow as tf; x = tf.placeholder(tf.float32, [None, 10])"
    source = problems("tensorflow==2.15.1", cell)[0].fixes[0].source
    assert source == (
        "import tensorflow as tf; tf.compat.v1.disable_v2_behavior(); "
        "x = tf.compat.v1.placeholder(tf.float32, [None, 10])"
    )


def test_the_switch_is_the_first_line_where_an_earlier_cell_has_the_import():
    (problem, *_) = problems("tensorflow==2.15.1", "import tensorflow as tf", "a = 1\nx = tf.placeholder(tf.float32)")
    works = "tf.compat.v1.disable_v2_behavior()\na = 1\nx = tf.compat.v1.placeholder(tf.float32)"
    assert problem.fixes[0].source == works


@pytest.mark.parametrize("name", ["SGDM", "Adan"])
def test_what_is_written_alike_and_may_be_another_thing_is_to_be_checked(name):
    (problem,) = problems("tensorflow==2.20.0", f"import keras\nopt = keras.optimizers.{name}()")
    fix = problem.fixes[0]
    assert fix.applicability == "check the result" and f"may be another thing than {name}" in fix.differs


@pytest.mark.parametrize("name, meant", [("EfficentNetB0", "EfficientNetB0"), ("XCeption", "Xception")])
def test_a_slip_is_corrected(name, meant):
    cell = "from keras import applications\nm = applications.{}()"
    assert edited("tensorflow==2.20.0", cell.format(name), "KI103") == ("verified", cell.format(meant))


def test_names_to_choose_from_are_told():
    (problem,) = problems("tensorflow==2.20.0", "import keras\nm = keras.applications.InceptionV4()")
    assert problem.fixes[0].title.startswith("Choose another name: keras.applications has InceptionResNetV2, Inception")
    (problem,) = problems("tensorflow==2.20.0", "import keras\nm = keras.layers.PositionalEncoding()")
    assert problem.fixes[0].title.startswith("Look where PositionalEncoding comes from")


def test_a_misspelled_name_of_tensorflow_1_is_what_it_is_today():
    cell = "import tensorflow as tf\ntf.{}(1)"
    works = cell.format("compat.v1.set_random_seed")
    assert edited("tensorflow==2.20.0", cell.format("set_randomseed"), "KI103") == ("verified", works)


@pytest.mark.parametrize("string", ["f'log {tf.{}log(2.)}'", 'f"""{tf.{}log(2.):.3f} {1}"""'])
def test_a_name_in_an_f_string_is_corrected_in_its_field(string):
    cell = f"import tensorflow as tf\nprint({string})"
    works = cell.replace("tf.{}log", "tf.math.log")
    assert edited("tensorflow==2.15.1", cell.replace("tf.{}log", "tf.log"), "KI115") == ("verified", works)


def test_what_an_f_string_only_writes_stays():
    cell = "import tensorflow as tf\nprint(f'tf.log: {tf.log(2.)}')"
    source = edited("tensorflow==2.15.1", cell, "KI115")[1]
    assert source in (None, cell.replace("{tf.log", "{tf.math.log"))


@pytest.mark.parametrize("target", ["tensorflow==2.4.4", "tensorflow==2.15.1", "tensorflow==2.20.0"])
@pytest.mark.parametrize(
    ("call", "works"),
    [
        ("K.math_ops.reduce_sum(x, axis=-1)", "tf.reduce_sum(x, axis=-1)"),
        ("K.tensorflow_backend.array_ops.reshape(x, (2, 1))", "tf.reshape(x, (2, 1))"),
        ("K.tensor_array_ops.TensorArray('float32', size=1)", "tf.TensorArray('float32', size=1)"),
        ("K.dtypes_module.float32", "tf.float32"),
    ],
)
def test_a_module_of_tensorflow_that_the_backend_let_through(target, call, works):
    before = "import tensorflow as tf\nfrom tensorflow.keras import backend as K\n"
    (problem,) = problems(target, before + call)
    assert (problem.fixes[0].source, problem.fixes[0].verified) == (before + works, True)


def test_the_second_version_of_a_function_is_to_be_checked():
    cell = "import tensorflow as tf\nfrom tensorflow.keras import backend as K\nK.control_flow_ops.cond(p, f, g)"
    grade, new = edited("tensorflow==2.15.1", cell, "KI103")
    assert (grade, new) == ("check the result", cell.replace("K.control_flow_ops", "tf"))

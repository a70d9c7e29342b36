"""Imports that fail in a release: the line that works there, bound to the same names; and what must stay untouched."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.model.problem import Problem
from kerasmagic.rules import RULES

KERAS_3, KERAS_2, BUNDLED = "tensorflow==2.16.2,keras==3.15.1", "tensorflow==2.15.1,keras==2.15.0", "tensorflow==2.4.4"
_WORLDS: dict[str, TargetWorld] = {}


def world(target: str) -> TargetWorld:
    if target not in _WORLDS:
        _WORLDS[target] = TargetWorld(Target.parse(target), RULES)
    return _WORLDS[target]


def check(cell: str, target: str = KERAS_3) -> list[Problem]:
    return check_cell(cell, world(target))


# (what was typed, what works, where)


def test_names_that_cannot_be_mended_are_named_and_nothing_is_called_verified() -> None:
    problem = check("from keras.layers.core import Dense, MaxoutDense")[0]
    assert "MaxoutDense" in problem.fixes[0].title
    assert not any(fix.verified for fix in problem.fixes)


def test_legacy_keras_without_its_package_is_named() -> None:
    problem = check("from tensorflow.keras.layers import Dense", "tensorflow==2.21.0,legacy")[0]
    assert "tf_keras" in problem.title
    assert ('%pip install "tf_keras~=2.21.0"',) in [fix.commands for fix in problem.fixes]


def test_advice_about_one_name_of_a_line_says_what_the_other_is() -> None:
    fix = check("from keras.layers import CuDNNLSTM, LocallyConnected1D")[0].fixes[0]
    assert fix.title.startswith("CuDNNLSTM is keras.layers.LSTM here. LocallyConnected1D: ")


def test_the_same_advice_is_given_once() -> None:
    titles = [fix.title for fix in check("from keras.wrappers.scikit_learn import KerasClassifier")[0].fixes]
    assert len(titles) == len(set(titles))


def test_names_that_are_equally_near_are_not_guessed_at() -> None:
    fixes = check("from keras.applications.efficientnet import EfficientNetB", KERAS_3)[0].fixes
    assert [fix.kind for fix in fixes] == ["manual"]


def test_a_backend_that_lost_many_functions_is_imported_from_where_they_are() -> None:
    cell = "import keras.backend as K\nloss = K.sum(K.square(x))"
    (problem,) = failure(cell, AttributeError("module 'keras.backend' has no attribute 'square'"))
    assert problem.fixes[0].source == "import tensorflow.keras.backend as K\nloss = K.sum(K.square(x))"


def test_addons_are_installed_where_they_can_work() -> None:
    fix = check("import tensorflow_addons as tfa", "tensorflow==2.10.1")[0].fixes[0]
    assert (fix.kind, fix.commands) == ("install", ('%pip install "tensorflow-addons==0.20.0"',))


UNTOUCHED = [
    pytest.param("import keras\nfrom keras.layers import Dense", KERAS_3, id="right in Keras 3"),
    pytest.param("import numpy.nothing\nfrom pandas import nothing", KERAS_3, id="packages of others"),
    pytest.param("import tensorflow as tf\nx = 1\nx.foo", KERAS_3, id="objects of others"),
    pytest.param("def f(tf):\n    return tf.log(1)", KERAS_3, id="a parameter of the same name"),
    pytest.param("from mykeras import layers", KERAS_3, id="a user's own module"),
    pytest.param(
        "import keras\nkeras.datasets.mnist.load_data()", "tensorflow==2.12.1", id="a submodule that something imports"
    ),
    pytest.param("%%bash\nfrom keras.layers.core import Dense", KERAS_3, id="not Python"),
    pytest.param("this does not parse (", KERAS_3, id="broken code"),
]


@pytest.mark.parametrize("cell, target", UNTOUCHED)
def test_nothing_is_said_about(cell: str, target: str) -> None:
    assert check(cell, target) == []


def test_a_guarded_import_is_information() -> None:
    cell = "try:\n    from keras.layers.core import Dense\nexcept ImportError:\n    from keras.layers import Dense"
    assert [problem.severity for problem in check(cell)] == ["info"]


def test_one_problem_for_each_wrong_reference_and_its_range() -> None:
    found = check("import keras\nfrom keras.layers.core import Dense\nkeras.layers.Merge")
    assert [(problem.rule, problem.range.line, problem.range.column) for problem in found if problem.range] == [
        ("KI110", 2, 30),
        ("KI160", 3, 13),
    ]


def failure(cell: str, exception: BaseException) -> list[Problem]:
    return diagnose(Failure(exception, cell, {}), world(KERAS_3))


def test_a_failed_cell_is_corrected_as_a_whole() -> None:
    cell = (
        "from keras.layers.core import Dense\nfrom keras.utils import np_utils\ny = np_utils.to_categorical([0, 1])\n"
    )
    (problem,) = failure(cell, ModuleNotFoundError("No module named 'keras.layers.core'"))
    fix = problem.fixes[0]
    assert fix.source == (
        "from keras.layers import Dense\nfrom keras import utils as np_utils\ny = np_utils.to_categorical([0, 1])\n"
    )
    assert fix.verified and "1 other line" in fix.title


def test_the_failing_line_is_told_when_others_are_wrong_too() -> None:
    cell = "from keras.layers import Merge\nfrom keras.layers.core import Dense"
    (problem,) = failure(cell, ModuleNotFoundError("No module named 'keras.layers.core'"))
    assert problem.reference == "keras.layers.core.Dense"
    assert problem.fixes[0].verified is None, "the cell still fails at Merge"


@pytest.mark.parametrize(
    "cell, exception",
    [
        ("1 / 0", ZeroDivisionError("division by zero")),
        ("import nothing", ModuleNotFoundError("No module named 'nothing'")),
        ("from numpy import nothing", ImportError("cannot import name 'nothing' from 'numpy'")),
        ("x.foo", AttributeError("'list' object has no attribute 'foo'")),
        ("thing", NameError("name 'thing' is not defined")),
        ("d['x']", KeyError("x")),
        ("f(lr=1)", TypeError("f() got an unexpected keyword argument 'lr'")),
        ("int('x')", ValueError("invalid literal for int() with base 10: 'x'")),
    ],
    ids=["zero", "module", "name", "attribute", "variable", "key", "keyword", "value"],
)
def test_silent_about_errors_of_other_kinds(cell: str, exception: BaseException) -> None:
    assert failure(cell, exception) == []


def test_a_name_of_later_releases_is_told_to_be_one() -> None:
    fix = check("from keras import ops", "tensorflow==2.12.1")[0].fixes[0]
    assert fix.kind == "manual" and "keras 3." in fix.title


def test_what_only_tf_keras_still_has_is_an_install_of_it() -> None:
    (problem,) = check("from tensorflow.keras.experimental import LinearModel")
    assert problem.fixes[0].commands == ('%pip install "tf_keras~=2.16.0"',)


def test_an_edit_stands_beside_no_advice_that_there_is_none() -> None:
    (problem,) = check("from tensorflow.contrib.distribute import MirroredStrategy")
    assert [fix.kind for fix in problem.fixes] == ["edit"]


def test_the_cause_names_all_places_that_a_module_went_to() -> None:
    (problem,) = check("from keras.engine.saving import load_model")
    assert problem.cause.endswith("Its contents are now in keras.layers and keras.models.")
    assert problem.fixes[0].replacement == "from keras.models import load_model"


def test_addons_are_installed_where_they_still_fit() -> None:
    line = "from tensorflow.contrib.crf import viterbi_decode"
    (kept,), (ended,) = check(line, KERAS_2), check(line)
    assert (kept.fixes[0].kind, ended.fixes[0].kind) == ("install", "manual")


def test_what_a_package_that_is_not_loaded_puts_on_its_path_is_unknown(tmp_path, monkeypatch) -> None:
    """tensorflow.compat.v1 adds Keras to its path when it is imported."""
    import importlib
    import sys

    from kerasmagic.diagnosis.resolve import live

    for package in ("outer_package", "outer_package/inner"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("outer_package")
    assert live.import_module("outer_package.inner.added") is None
    assert live.import_from("outer_package.inner", "added") is None
    importlib.import_module("outer_package.inner")
    missing = live.import_module("outer_package.inner.added")
    for name in ("outer_package", "outer_package.inner"):
        monkeypatch.delitem(sys.modules, name)
    assert missing is not None and missing.name == "outer_package.inner.added"


@pytest.mark.parametrize(
    "use, grade",
    [
        ("model.add(Dense(2))\n", "check the result"),
        ("", "has a blank"),
        ("model.add(Highway())\n", "has a blank"),
        ("print(f'{Highway}')\n", "has a blank"),
    ],
)
def test_a_name_that_is_gone_is_left_out_where_nothing_uses_it(use, grade):
    cell = "from keras.layers.core import Dense, Dropout, Highway\n" + use
    fixes = check_cell(cell, TargetWorld(Target.parse("colab"), RULES))[0].fixes
    (fix,) = (fix for fix in fixes if fix.kind == "edit")
    assert fix.applicability == grade
    assert (fix.source == f"from keras.layers import Dense, Dropout\n{use}") == (grade == "check the result")


def test_advice_is_followed_by_the_import_that_fails_next() -> None:
    cell = "from keras.layers.recurrent import Recurrent\nfrom keras.engine import InputSpec"
    name = "keras.layers.recurrent"
    exception = ModuleNotFoundError(f"No module named '{name}'", name=name)
    (problem,) = diagnose(Failure(exception, cell, {}), world(KERAS_3))
    assert problem.fixes[0].kind == "manual"
    assert problem.fixes[0].evidence == "Line 2 fails next: write `from keras.layers import InputSpec`."

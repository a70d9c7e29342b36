"""Why a name is missing, told from the record; and uses of what a failing import should have bound."""

from __future__ import annotations

import pytest

from kerasmagic.catalog import reader
from kerasmagic.catalog.store import CatalogError
from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import KernelWorld, TargetWorld, check_cell
from kerasmagic.diagnosis.model.problem import Problem
from kerasmagic.diagnosis.resolve import kernel as worlds
from kerasmagic.rules import RULES

KERAS_3, KERAS_2, BUNDLED = "tensorflow==2.16.2,keras==3.15.1", "tensorflow==2.15.1,keras==2.15.0", "tensorflow==2.4.4"


def check(cell: str, target: str) -> list[Problem]:
    return check_cell(cell, TargetWorld(Target.parse(target), RULES))


CAUSES = [
    (
        "from keras.layers.core import Dense",
        KERAS_3,
        "was a module in keras up to 2.12.0. Its contents are now in",
    ),
    ("from keras.layers import CuDNNLSTM", KERAS_3, "was in keras 2.0.9 to 2.3.1 and keras 2.6.0 to 2.12.0."),
    ("from keras import ops", KERAS_2, "keras.ops is newer than this: it first appears in keras 3."),
    ("from keras.layers import Dnse", KERAS_3, "No recorded release of keras has keras.layers.Dnse"),
    ("import keras", BUNDLED, "TensorFlow 2.4.4 does not install the package keras"),
]


@pytest.mark.parametrize(("cell", "target", "cause"), CAUSES)
def test_cause_is_what_the_record_shows(cell: str, target: str, cause: str) -> None:
    (problem,) = check(cell, target)
    assert cause in problem.cause


def test_every_use_of_a_failed_import_is_told_without_fixes() -> None:
    first, *others = check("import keras\nkeras.layers.Dense(1)\nkeras.layers.Dense(2)", BUNDLED)
    assert first.fixes and not first.follows
    assert [problem.range.line for problem in others if problem.range] == [2, 3]
    for problem in others:
        assert (problem.severity, problem.rule, problem.follows) == ("error", first.rule, "keras")
        assert problem.fixes == () and "see line 1" in problem.cause


def test_use_of_an_expected_failure_is_no_error() -> None:
    problems = check("try:\n    import keras\nexcept ImportError:\n    pass\nkeras.layers.Dense(1)", BUNDLED)
    assert "error" not in [problem.severity for problem in problems]


def test_failed_import_binds_nothing_for_other_lines() -> None:
    cell = "import keras\nfrom keras.random import uniform\nkeras.random.uniform((2,))"
    assert [(problem.reference, problem.follows) for problem in check(cell, KERAS_2)] == [
        ("keras.random.uniform", ""),
        ("keras.random.uniform", ""),
    ]


def test_kernel_without_a_catalog_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise CatalogError("the catalog is damaged")

    monkeypatch.setattr(worlds, "_version", {"tensorflow": "2.21.0", "keras": "3.15.1"}.get)
    monkeypatch.setattr(worlds, "_is_importable", lambda root: True)
    monkeypatch.setattr(reader, "releases", broken)
    monkeypatch.setattr(reader, "module", broken)
    monkeypatch.setattr(reader, "member", broken)
    worlds._target.cache_clear()
    try:
        world = KernelWorld(RULES, {})
        assert world.target is None
        assert check_cell("import tensorflow as tf\ntf.keras.layers.Dense(3)", world) == []
    finally:
        worlds._target.cache_clear()


def test_contents_of_a_module_are_told_name_by_name() -> None:
    """Recurrent is not in keras.layers, and nothing of layer_utils that this cell asks for is in keras.utils."""
    first, *_ = check("from keras.layers.recurrent import Recurrent, LSTM", KERAS_3)
    assert first.cause.endswith("Its contents are now in keras.layers; Recurrent is gone.")
    (problem,) = check("from keras.utils.layer_utils import convert_all_kernels_in_model", KERAS_3)
    assert problem.cause.endswith("up to 2.12.0. convert_all_kernels_in_model is gone.")


def test_what_compat_v1_never_had_is_told_with_its_end() -> None:
    (problem,) = check("import tensorflow.compat.v1 as tf\ntf.contrib.slim", KERAS_3)
    assert problem.cause == "tensorflow.contrib was in tensorflow up to 1.15.5; tensorflow.compat.v1 never had it."


def test_methods_of_what_was_not_imported_follow_from_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "_version", {"tensorflow": "2.4.4"}.get)
    monkeypatch.setattr(worlds, "_is_importable", lambda root: root != "keras")
    cell = "from keras.models import Sequential\nmodel = Sequential()\nmodel.add(layer)\nmodel.fit(x)"
    _, *others = check_cell(cell, KernelWorld(RULES, {}))
    assert [problem.follows for problem in others] == ["keras.models.Sequential"] * len(others) != []


def test_a_module_that_is_meant_is_no_class() -> None:
    (problem,) = check("from keras.layer import Dense", KERAS_3)
    assert problem.cause.startswith("Did you mean layers?")


def test_the_first_release_is_told_as_exactly_as_it_is_recorded() -> None:
    """Of TensorFlow 2.9, only 2.9.3 is in the record."""
    (problem,) = check("import tensorflow as tf\ntf.keras.optimizers.experimental.Nadam", BUNDLED)
    assert problem.cause.endswith("first appears in tensorflow 2.9.")

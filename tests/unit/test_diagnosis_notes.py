"""What a release itself says to use instead of a deprecated name."""

from __future__ import annotations

from typing import Iterator

import pytest

from kerasmagic.catalog import history, reader
from kerasmagic.catalog.target import Target
from kerasmagic.cli import main
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.diagnosis.resolve.notes import note_on
from kerasmagic.rules import RULES

DEPRECATED = (
    "Deprecated: THIS FUNCTION IS DEPRECATED. It will be removed in a future version. Instructions for updating: "
)
OF_ARGUMENTS = "Deprecated: SOME ARGUMENTS ARE DEPRECATED: `(dim)`. They will be removed. Instructions for updating: "
OPS = "tensorflow.python.ops."
NOTES = {
    f"{OPS}math_ops.div": "Divides x / y. (deprecated) Deprecated in favor of operator or tf.math.divide.",
    f"{OPS}math_ops.to_float": f"Casts a tensor to type `float32`. (deprecated) {DEPRECATED}Use `tf.cast` instead.",
    f"{OPS}gen_math_ops.arg_min": f"{DEPRECATED}Use `tf.math.argmin` instead",
    f"{OPS}random_ops.multinomial": f"{DEPRECATED}Use `tf.random.categorical` instead.",
    f"{OPS}metrics_impl.auc": f"{DEPRECATED}The value may race. Please use tf.keras.metrics.AUC instead. "
    "`tf.compat.v1.metrics.auc` is not compatible with eager execution or `tf.function`.",
    f"{OPS}sparse_ops.sparse_to_dense": f"{DEPRECATED}Create a `tf.sparse.SparseTensor` and use `tf.sparse.to_dense` "
    "instead.",
    f"{OPS}variables.all_variables": f"{DEPRECATED}Please use tf.global_variables instead.",
    f"{OPS}array_ops.expand_dims": f"{OF_ARGUMENTS}Use the `axis` argument instead",
    f"{OPS}sparse_ops.sparse_merge": f"{DEPRECATED}No similar op available at this time.",
}


@pytest.fixture(autouse=True)
def _recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(reader, "note", lambda home, bits: NOTES.get(home, ""))
    history.notes.cache_clear()
    yield
    history.notes.cache_clear()


def world(name: str = "colab") -> TargetWorld:
    return TargetWorld(Target.parse(name), RULES)


@pytest.mark.parametrize(
    "name", ["tensorflow.expand_dims", "tensorflow.sparse_merge", "tensorflow.matmul", "x.y", "tf"]
)
def test_there_is_no_advice(name: str) -> None:
    assert note_on(name, world()) is None


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        ("tensorflow.to_float", "Use `tf.cast` instead.", ("tensorflow.cast",)),
        ("tensorflow.compat.v1.to_float", "Use `tf.cast` instead.", ("tensorflow.cast",)),
        ("tensorflow.arg_min", "Use `tf.math.argmin` instead", ("tensorflow.math.argmin",)),
        (
            "tensorflow.metrics.auc",
            "The value may race. Please use tf.keras.metrics.AUC instead.",
            ("tensorflow.keras.metrics.AUC",),
        ),
        (
            "tensorflow.sparse_to_dense",
            "Create a `tf.sparse.SparseTensor` and use `tf.sparse.to_dense` instead.",
            ("tensorflow.sparse.to_dense",),
        ),
        # What it names went, too.
        (
            "tensorflow.all_variables",
            "Please use tf.global_variables instead.",
            ("tensorflow.compat.v1.global_variables",),
        ),
    ],
)
def test_the_advice_and_what_it_names(name: str, text: str, names: tuple[str, ...]) -> None:
    found = note_on(name, world())
    assert found is not None and (found.text, found.names) == (text, names)


def fixes(line: str) -> list[tuple[str, str, str]]:
    [problem] = check_cell(f"import tensorflow as tf\n{line}", world())
    return [(fix.applicability, fix.title, fix.differs) for fix in problem.fixes]


def test_the_modern_name_is_offered_and_is_to_be_checked() -> None:
    assert fixes("tf.arg_min([1, 2], 0)") == [
        ("verified", "Use tf.compat.v1.arg_min", ""),
        ("check the result", "Use tf.math.argmin", "argmin takes other arguments: + axis=None; - dimension."),
    ]


def test_the_same_arguments_are_no_proof() -> None:
    """``tf.div(7, 2)`` is 3, ``tf.math.divide(7, 2)`` 3.5."""
    grades = {title: grade for grade, title, _ in fixes("tf.div(7, 2)")}
    assert grades["Use tf.compat.v1.div"] == "verified"
    assert grades["Use tf.math.divide"] == "check the result"


def test_what_only_the_old_modules_have_is_said() -> None:
    [problem] = check_cell("import tensorflow as tf\ntf.all_variables()", world())
    [fix] = problem.fixes
    assert (fix.applicability, fix.title) == ("verified", "Use tf.compat.v1.global_variables")
    assert "No other part of TensorFlow 2 is known to have it." in fix.evidence


@pytest.mark.parametrize(
    ("line", "modern"),
    [
        ("tf.substr('abc', 0, 1)", "tf.strings.substr"),
        ("tf.VERSION", "tf.version.VERSION"),
    ],
)
def test_a_twin_under_todays_name_is_offered(line: str, modern: str) -> None:
    assert f"Use {modern}" in [title for _, title, _ in fixes(line)]


def test_the_functions_for_files_are_the_same_under_their_new_names() -> None:
    assert fixes("tf.gfile.Exists('x')") == [("verified", "Use tf.io.gfile.exists", "")]
    assert fixes("tf.gfile.Exists(filename='x')") == [
        ("check the result", "Use tf.io.gfile.exists", "exists takes no filename here.")
    ]


def test_a_name_that_is_still_there_is_explained_with_its_note(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "tensorflow.compat.v1.to_float"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:3] == ["Deprecated: Use `tf.cast` instead.", "Write today: tensorflow.cast"]
    main(["explain", "tensorflow.compat.v1.all_variables"])
    assert "Nothing outside of tf.compat.v1 is known to take its place." in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tensorflow.compat.v1.substr", "Write today: tensorflow.strings.substr"),
        (
            "tensorflow.distribute.experimental.MultiWorkerMirroredStrategy",
            "Write today: tensorflow.distribute.MultiWorkerMirroredStrategy",
        ),
        ("tensorflow.compat.v1.nn.relu", "Write today: tensorflow.nn.relu"),
    ],
)
def test_a_name_in_a_module_that_is_not_to_stay(capsys: pytest.CaptureFixture[str], name: str, told: str) -> None:
    main(["explain", name])
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("Write today")] == [told]


def test_nothing_else_is_advised_against(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "keras.layers.Dense"])
    assert "Write today" not in capsys.readouterr().out

"""``python -m kerasmagic.rules new``: what it writes is a rule at once, and its tests fail until it is filled in."""

from __future__ import annotations

import importlib
import sys

import pytest

from kerasmagic.rules.__main__ import main


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [[], ["new"], ["new", "KA399"], ["new", "KF309", "of files"], ["new", "KA39", "a title"], ["new", "KA399", "…"]],
)
def test_what_is_no_code_and_title_is_refused_with_the_usage(checkout, arguments):
    with pytest.raises(SystemExit, match=r"^Usage: python -m kerasmagic\.rules new KA309"):
        main(arguments, checkout)


def test_a_code_that_is_taken_is_refused_and_nothing_is_written(checkout):
    with pytest.raises(SystemExit, match="KI101 is taken: missing module"):
        main(["new", "ki101", "a title"], checkout)
    assert not (checkout / "kerasmagic").exists()


def test_without_tests_there_is_no_checkout(tmp_path):
    with pytest.raises(SystemExit, match="no checkout"):
        main(["new", "KA399", "a title"], tmp_path)


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("KI199", "imports"),
        ("KA399", "arguments"),
        ("KD199", "contracts"),
        ("KO199", "optimizers"),
        ("KE199", "environment"),
        ("KM199", "saved"),
    ],
)
def test_a_rule_and_its_failing_tests_are_written(checkout, monkeypatch, code, family):
    told = main(["new", code.lower(), "Half an Idea"], checkout).splitlines()
    name = f"{code.lower()}_half_an_idea"
    rule, tests = checkout / "kerasmagic" / "rules" / family / f"{name}.py", checkout / told[1]
    assert [checkout / line for line in told] == [rule, checkout / "tests" / "unit" / "rules" / f"test_{name}.py"]
    package = importlib.import_module(f"kerasmagic.rules.{family}")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(rule.parent)])
    written = importlib.import_module(f"{package.__name__}.{name}").RULE
    monkeypatch.delitem(sys.modules, f"{package.__name__}.{name}")
    assert (written.code, written.name) == (code, "Half an Idea")
    assert not written.lesson.before, "the tests of lessons fail until there is an example"
    with pytest.raises((AssertionError, ValueError)):
        run(tests.read_text(encoding="utf-8"), checkout)


def run(source, folder):
    """Each test of a file, with the values that it is given."""
    namespace = {"__name__": "tests"}
    exec(source, namespace)
    (folder / "site-packages").mkdir()
    for test in [value for name, value in namespace.items() if name.startswith("test_")]:
        marks = getattr(test, "pytestmark", ())
        given = [row for mark in marks for row in mark.args[1]] or [(folder / "site-packages",)]
        for row in given:
            test(*row)

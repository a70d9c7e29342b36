"""KI113: scikit-learn wrappers."""

from __future__ import annotations

import pytest
from checked import problems, told

from kerasmagic.diagnosis.engine import KernelWorld, check_cell
from kerasmagic.rules import RULES
from kerasmagic.rules.imports import ki113_scikit_learn_wrappers as rule


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.12.1", RULES.get("KI113").lesson.before) == []


def test_the_example_is_told_and_corrected():
    lesson = RULES.get("KI113").lesson
    problem = problems(lesson.target, lesson.before)[0]
    assert (problem.rule, problem.severity) == ("KI113", "error")
    assert problem.fixes


SCIKERAS = """from keras.wrappers.scikit_learn import KerasClassifier
model = KerasClassifier(build_fn=build, epochs=3)"""


def fixes(monkeypatch, scikeras: bool):
    """The fixes in a kernel with Keras 3, and SciKeras or not."""
    monkeypatch.setattr(rule, "installed", lambda name: object() if scikeras else None)
    world = KernelWorld(RULES)
    world._versions.update({"tensorflow": "2.20.0", "keras": "3.13.2", "tf_keras": None})
    monkeypatch.setattr("kerasmagic.diagnosis.resolve.kernel._is_importable", lambda root: True)
    (problem, *_) = check_cell(SCIKERAS, world)
    return problem.fixes


def test_without_scikeras_it_is_installed_first(monkeypatch):
    (fix, *_) = fixes(monkeypatch, scikeras=False)
    assert (fix.kind, fix.commands) == ("install", ('%pip install "scikeras"',))


@pytest.mark.parametrize("line", ["from scikeras.wrappers import KerasClassifier", "model=build, epochs=3"])
def test_with_scikeras_its_import_and_argument_change_together(monkeypatch, line):
    (fix, *_) = fixes(monkeypatch, scikeras=True)
    assert fix.applicability == "check the result" and line in fix.source and "build_fn" not in fix.source
    assert "model__name" in fix.differs


def test_what_to_write_after_the_install_is_told(monkeypatch):
    (fix, *_) = fixes(monkeypatch, scikeras=False)
    assert "from scikeras.wrappers import KerasClassifier" in fix.evidence and "model=" in fix.evidence


def test_a_misspelled_name_of_what_is_gone_is_told_as_that():
    (problem,) = problems("tensorflow==2.20.0,keras==3.13.2", "from keras.wrappers.sckit_learn import KerasClassifier")
    assert problem.rule == "KI113"
    assert problem.cause.startswith("Did you mean scikit_learn? keras.wrappers.scikit_learn was a module in keras up")

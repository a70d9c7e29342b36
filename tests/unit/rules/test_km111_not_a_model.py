"""KM111: not a saved model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from checked import world

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules.saved.km111_not_a_model import RULE

SAVED = Path(__file__).parents[2] / "data" / "saved"


def failed_load(path: str, module: str = "keras.saving") -> Failure:
    """``load_model(path)`` has raised, in that module."""
    namespace = {"__name__": module}
    exec("def load_model(filepath):\n    raise ValueError('it cannot be loaded')", namespace)
    try:
        namespace["load_model"](path)
    except ValueError as error:
        return Failure(error, "load_model(path)", {})
    raise AssertionError


def test_nothing_is_said_of_a_loader_of_others(tmp_path):
    assert list(RULE.on_failure(failed_load(str(tmp_path / "none.keras"), "torch.hub"), None)) == []


@pytest.mark.parametrize("path", [str(SAVED / "functional_2_15_0.keras"), "https://example.org/model.keras"])
def test_nothing_is_said_of_what_is_a_model_or_no_file(path):
    assert list(RULE.on_failure(failed_load(path), None)) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "no file or folder"), ("<!DOCTYPE html><html>Not found</html>", "web page"), ("", "empty")],
)
def test_what_the_file_is_instead_is_told(tmp_path, content, said):
    path = tmp_path / "model.keras"
    if content is not None:
        path.write_text(content)
    (problem,) = RULE.on_failure(failed_load(str(path)), None)
    assert (problem.rule, problem.severity) == ("KM111", "error")
    assert said in problem.cause


@pytest.mark.parametrize(("name", "advised"), [("ckpt", True), ("ckpt.weights.h5", False)])
def test_a_file_of_weights_is_called_so(tmp_path, name, advised):
    path = str(tmp_path / name)
    failure = replace(failed_load(path), source=f"m.load_weights({path!r})")
    (problem,) = RULE.on_failure(failure, world("tensorflow==2.21.0"))
    assert problem.title == f"{path} cannot be loaded as weights"
    assert bool(problem.fixes) is advised


@pytest.mark.parametrize(("here", "advised"), [(True, "load 'best.h5'"), (False, "give the path of the file here.")])
def test_a_drive_has_to_be_mounted(tmp_path, monkeypatch, here, advised):
    monkeypatch.chdir(tmp_path)
    if here:
        (tmp_path / "best.h5").write_text("")
    (problem,) = RULE.on_failure(failed_load("/content/drive/My Drive/best.h5"), None)
    assert "drive.mount('/content/drive')" in problem.fixes[0].title
    assert advised in problem.fixes[0].title
    assert str(tmp_path) not in problem.cause

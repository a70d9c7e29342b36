"""``.ci/update`` records what is new, and the workflow that runs it has no more rights than it needs."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).parents[2]
LISTED = "\n".join(
    f"{release} Python 3.12" for release in ("keras==3.9.2", "keras==3.10.0", "tensorflow==2.21.0,legacy")
)


@pytest.fixture
def update(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    loader = SourceFileLoader("update", str(CHECKOUT / ".ci" / "update"))
    script = module_from_spec(spec_from_loader("update", loader))
    loader.exec_module(script)
    answers = {"missing": "keras==3.11.0\ntensorflow==2.22.0\n", "list": LISTED, "explain": "what changed\n"}
    monkeypatch.setattr(script, "said", lambda module, command, *rest: answers[command])
    monkeypatch.setattr(script, "answers", answers, raising=False)
    return script


def test_nothing_new_is_nothing_to_do(update: ModuleType, tmp_path: Path) -> None:
    update.answers["missing"] = "\n"
    assert update.main(str(tmp_path / "report.md")) == 0
    assert not list(tmp_path.iterdir())


def test_what_is_new_is_recorded_checked_tested_and_told(update: ModuleType, tmp_path: Path, monkeypatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(update, "works", lambda *command: done.append(" ".join(command[1:])) is None)
    assert update.main(str(tmp_path / "new" / "report.md")) == 0
    assert done == [
        *("record keras==3.11.0", "record tensorflow==2.22.0", "record tensorflow==2.22.0,legacy"),
        *("check keras==3.11.0", "check tensorflow==2.22.0", "check tensorflow==2.22.0,legacy"),
        "-m quick",
    ]
    assert (tmp_path / "new" / "report.md").read_text() == (
        "Recorded: keras==3.11.0, tensorflow==2.22.0, tensorflow==2.22.0,legacy.\n\n```\nwhat changed\n```\n"
    )


def test_what_fails_is_told_and_hinders_nothing_else(update: ModuleType, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(update, "works", lambda *command: command[0] != "pytest" and "tensorflow" not in command[2])
    assert update.main(str(tmp_path / "report.md")) == 1
    report = (tmp_path / "report.md").read_text()
    assert report.startswith("Recorded: keras==3.11.0.\n\nNot recorded, see the log: tensorflow==2.22.0, ")
    assert "fails with them" in report


def test_a_release_is_compared_with_the_one_before_it(update: ModuleType) -> None:
    known = ["keras==3.9.2", "keras==3.10.0", "keras==3.12.0", "tensorflow==2.21.0,legacy"]
    assert update.previous("keras==3.11.1", known) == "keras==3.10.0"
    assert update.previous("keras==2.0.0", known) is None
    assert update.previous("tensorflow==2.22.0", known) is None

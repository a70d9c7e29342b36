"""Whatever breaks inside kerasmagic, the user's cell stays as it was, and one log line says so."""

from __future__ import annotations

import gc
import importlib
import logging
import sys
from types import SimpleNamespace

import pytest

FAILING = "from keras.layers.core import Dense"

WATCHING = [
    "kerasmagic.watcher:Watcher._failure",
    "kerasmagic.watcher:Watcher._capturing",
    "kerasmagic.watcher:_last_shown",
    "kerasmagic.watcher:_seen",
    "kerasmagic.watcher:_mark",
    "kerasmagic.extension:causes",
    "kerasmagic.extension:KerasMagic._show",
    "kerasmagic.diagnosis.engine:diagnose",
    "kerasmagic.diagnosis.failure:Failure.__init__",
    "kerasmagic.diagnosis.world:KernelWorld.__init__",
    "kerasmagic.diagnosis.engine:_in_cell",
    "kerasmagic.diagnosis.engine:rules",
    "kerasmagic.source.bindings:Bindings.from_namespace",
    "kerasmagic.source.cell:read_cell",
    "kerasmagic.source.references:find_references",
    "kerasmagic.display.diagnosis:diagnosis_result",
    "kerasmagic.display.diagnosis:_problem_text",
    "kerasmagic.display.diagnosis:_problem_html",
    "kerasmagic.display.markup:plain",
    "kerasmagic.display.markup:card",
    "kerasmagic.display.result:Result.mime_bundle",
]

ASKED = {
    "%keras_env": ["kerasmagic.kernel.snapshot:take_snapshot", "kerasmagic.display.environment:environment_result"],
    "%keras_optimizer --target tensorflow==2.15.1": [
        "kerasmagic.arguments:parse",
        "kerasmagic.optimizers:examine",
        "kerasmagic.display.optimizer:optimizer_result",
    ],
    "%keras_explain KI101": ["kerasmagic.diagnosis.rules:rules", "kerasmagic.display.lesson:lesson_result"],
    "%keras_fix": ["kerasmagic.arguments:parse"],
    "%%keras_check\nchecked = 1": [
        "kerasmagic.magics:KerasMagics._is_checked",
        "kerasmagic.magics:KerasMagics._worlds",
        "kerasmagic.magics:KerasMagics._answer",
        "kerasmagic.magics:KerasMagics._problems",
        "kerasmagic.diagnosis.engine:judge",
        "kerasmagic.display.check:check_result",
    ],
}


class Broken(Exception):
    pass


def breaks(*arguments, **keywords):
    raise Broken("on purpose")


def break_(monkeypatch, place):
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    holder = importlib.import_module(module)
    for owner in owners:
        holder = getattr(holder, owner)
    original = getattr(holder, name, None)
    monkeypatch.setattr(holder, name, property(breaks) if name == "problems" else breaks, raising=name != "problems")
    for other in [each for key, each in sys.modules.items() if key.startswith("kerasmagic.")]:
        if not owners and original is not None and getattr(other, name, None) is original:
            monkeypatch.setattr(other, name, breaks)


@pytest.mark.parametrize("place", WATCHING)
def test_the_watcher_breaks_nothing_when_a_part_of_it_does(shell, keras, monkeypatch, capsys, caplog, place):
    shell.run_cell(FAILING)
    plain = without_hint(capsys.readouterr().out)
    before = set(shell.user_ns)
    caplog.clear()
    with monkeypatch.context() as faults:
        break_(faults, place)
        result = shell.run_cell(FAILING)
    lines = [record for record in caplog.records if record.name == "kerasmagic" and record.levelno == logging.WARNING]
    assert type(result.error_in_exec) is ModuleNotFoundError
    assert sys.last_value is result.error_in_exec
    assert without_hint(capsys.readouterr().out) == plain
    assert set(shell.user_ns) == before
    assert lines
    assert all("Broken: on purpose" in line.getMessage() and "\n" not in line.getMessage() for line in lines)


def without_hint(text):
    """The traceback, without the number of the cell."""
    lines = text.partition("Problem:")[0].strip().splitlines()
    return [line for line in lines if "ipython-input" not in line and "Cell In" not in line]


@pytest.mark.parametrize(("cell", "place"), [(cell, place) for cell, places in ASKED.items() for place in places])
def test_a_magic_that_breaks_lets_the_rest_of_the_cell_run(shell, monkeypatch, caplog, capsys, cell, place):
    if place.endswith("KerasMagic.problems"):
        del next(each for each in shell.configurables if type(each).__name__ == "KerasMagic").problems
    else:
        break_(monkeypatch, place)
    result = shell.run_cell(cell + "\nafter = 2")
    assert result.success or "_is_checked" in place
    assert "Traceback" not in capsys.readouterr().out
    assert len([record for record in caplog.records if record.name == "kerasmagic"]) == 1
    if "_is_checked" not in place:
        assert shell.user_ns["after"] == 2


def test_thousands_of_failures_leave_nothing_behind(shell, keras, capsys):
    error = shell.run_cell(FAILING).error_in_exec
    watcher = next(each for each in shell.configurables if type(each).__name__ == "KerasMagic")._watcher
    shell.display_pub.publish = lambda data: None

    def fail(times):
        for _ in range(times):
            again = type(error)(*error.args, name=error.name).with_traceback(error.__traceback__)
            info = SimpleNamespace(raw_cell=FAILING)
            watcher.pre_run_cell(info)
            watcher.post_run_cell(SimpleNamespace(info=info, error_before_exec=None, error_in_exec=again))
        del again
        gc.collect()
        return len(gc.get_objects())

    fail(50)
    assert fail(2000) - fail(50) < 200

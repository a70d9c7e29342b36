"""Whatever text comes from outside, no result carries it to html or to a terminal as it is.

Each producer of a result gets honest input, then the same input again and again, with one string in it made hostile:
every string in turn.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Mapping
from unittest import mock

import pytest

import kerasmagic.display
from kerasmagic.catalog.difference import difference
from kerasmagic.catalog.history import history, spans
from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import check_cell
from kerasmagic.diagnosis.environment import environment_problems
from kerasmagic.diagnosis.repair.successor import successor
from kerasmagic.diagnosis.resolve.target import TargetWorld
from kerasmagic.diagnosis.saved_models import examine as examine_model
from kerasmagic.display.changes import changes_html
from kerasmagic.display.check import check_result
from kerasmagic.display.diagnosis import diagnosis_result
from kerasmagic.display.difference import difference_result
from kerasmagic.display.environment import environment_report, environment_result
from kerasmagic.display.history import history_result
from kerasmagic.display.lesson import lesson_result, rules_result
from kerasmagic.display.matrix import matrix_result
from kerasmagic.display.optimizer import optimizer_result
from kerasmagic.display.result import Result
from kerasmagic.display.saved import saved_model_result
from kerasmagic.files.report import target_report
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.optimizers import examine
from kerasmagic.rules import RULES

HOSTILE = "\"'><script>alert(1)</script><b onclick=x>\x1b[31m\x1b]0;title\x07\x9b\r\u202e\u200b\u2066\ud800\x00"
MOST = 100
"""Of a thousand routes to an optimizer every tenth will do."""

RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

CELL = "from keras.layers.core import Dense\nmodel.fit_generator(x)\nimport keras\nkeras.optimizers.Adam(decay=1, lr=2)"
TARGET = Target.parse("tensorflow==2.15.1")
NAME = "keras.layers.LocallyConnected1D"
SAVED = Path(__file__).parents[1] / "data" / "saved"


def problems():
    return check_cell(CELL, TargetWorld(TARGET, RULES))


def model():
    return examine_model(str(SAVED / "functional_2_15_0.keras"), take_snapshot(), RULES)


def report():
    return {"file": "a.ipynb", "targets": [target_report("", None, TARGET, [(None, each) for each in problems()])]}


def show_history(given):
    with mock.patch("kerasmagic.display.history.history", return_value=given[0]):
        return history_result(NAME, given[1])


COMPARED = difference("keras==3.12.0", "keras==3.13.2")


def show_difference(given):
    came, gone, changed = given
    return difference_result(COMPARED._replace(came=came, gone=gone, changed=changed), dict(zip(gone, gone)))


# Each result's producer: its honest input, and how it is called.
PRODUCERS = {
    "diagnosis_result": (lambda: problems()[:1], lambda given: diagnosis_result(given, spans(given[0].reference))),
    "check_result": (lambda: [("here", problems())], check_result),
    "difference_result": (lambda: (COMPARED.came, COMPARED.gone, COMPARED.changed), show_difference),
    "environment_result": (
        lambda: (take_snapshot(), environment_problems(take_snapshot(), RULES)),
        lambda given: environment_result(*given),
    ),
    "history_result": (lambda: (history(NAME), successor(NAME, RULES)), show_history),
    "lesson_result": (lambda: next(rule for rule in RULES.all() if rule.lesson.before), lesson_result),
    "rules_result": (lambda: list(RULES.all())[:2], rules_result),
    "matrix_result": (report, matrix_result),
    "optimizer_result": (lambda: examine("adam", {}, "tensorflow==2.15.1"), optimizer_result),
    "saved_model_result": (model, saved_model_result),
}


def poisoned(value):
    """The value, once for each string in it, with that string made hostile."""
    if isinstance(value, str):
        yield value + HOSTILE
    elif is_dataclass(value):
        for each in fields(value):
            for bad in poisoned(getattr(value, each.name)):
                yield replace(value, **{each.name: bad})
    elif isinstance(value, Mapping):
        for key, part in value.items():
            for bad in poisoned(part):
                yield {**value, key: bad}
    elif isinstance(value, (list, tuple)):
        make = getattr(type(value), "_make", type(value))  # of a named tuple
        for index, part in enumerate(value):
            for bad in poisoned(part):
                yield make([*value[:index], bad, *value[index + 1 :]])


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attributes):
        self.found |= {tag, *(name for name, _ in attributes)}


def assert_harmless(text, html):
    assert not RAW.search(text) and not RAW.search(html)
    tags = Tags()
    tags.feed(html)
    assert not {"script", "onclick", "id"} & tags.found


def test_every_producer_is_here():
    found = set()
    for module in pkgutil.iter_modules(kerasmagic.display.__path__):
        for name, member in vars(importlib.import_module(f"kerasmagic.display.{module.name}")).items():
            if inspect.isfunction(member) and inspect.signature(member).return_annotation == Result.__name__:
                found.add(name)
    assert {name for name in found if not name.startswith("_")} == set(PRODUCERS)


@pytest.mark.parametrize(("honest", "produce"), PRODUCERS.values(), ids=PRODUCERS.keys())
def test_no_string_reaches_the_reader_raw(honest, produce):
    given = list(poisoned(honest()))
    given = given[:: 1 + len(given) // MOST]
    refused = 0
    for bad in given:
        try:
            result = produce(bad)
        except (KeyError, ValueError):  # a word that only kerasmagic itself writes, such as "error"
            refused += 1
            continue
        assert_harmless(result.text, result.html)
        assert json.dumps(result.to_dict())
    assert len(given) > 3 * refused


def test_no_string_of_the_environment_reaches_a_report_raw():
    for bad in poisoned(take_snapshot()):
        assert not RAW.search(environment_report(bad, ()))


def test_the_difference_of_two_cells_is_escaped():
    assert_harmless("", changes_html("x = 1" + HOSTILE, "x = 2" + HOSTILE))

"""``python -m kerasmagic.rules new KA309 "a title"`` writes a rule and its tests, to be filled in, into a checkout."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from . import RULES

_FAMILIES = {"KI": "imports", "KA": "arguments", "KO": "optimizers", "KE": "environment", "KM": "saved"}
_USAGE = 'Usage: python -m kerasmagic.rules new KA309 "title in three or four words"'


def main(arguments: list[str], root: Path) -> str:
    """Write the two files.

    Arguments:
        arguments: ``new``, the code and the title.
        root: the checkout.

    Returns:
        What to tell the user.
    """
    if len(arguments) != 3 or arguments[0] != "new" or not re.fullmatch(r"K[IAOEM]\d{3}", arguments[1].upper()):
        raise SystemExit(_USAGE)
    code, title = arguments[1].upper(), arguments[2].strip()
    words = "_".join(re.findall(r"[a-z0-9]+", title.lower()))
    taken = [rule for rule in RULES.all() if rule.code == code]
    if taken or not words:
        raise SystemExit(f"{code} is taken: {taken[0].name}." if taken else _USAGE)
    if not (root / "tests" / "unit").is_dir():
        raise SystemExit(f"{root} is no checkout of kerasmagic: it has no tests.")
    family = _FAMILIES[code[:2]]
    rule, tests = _TEMPLATES.get(family, _OF_CELLS)
    name = f"{code.lower()}_{words}"
    written = {
        Path("kerasmagic", "rules", family, f"{name}.py"): rule,
        Path("tests", "unit", "rules", f"test_{name}.py"): tests,
    }
    for path, text in written.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text.replace("KX000", code).replace("TITLE", title), encoding="utf-8")
    return "\n".join(map(str, written))


_RULE = '''\
"""TITLE."""

from __future__ import annotations

from typing import Iterator

{imports}


{entrance}


RULE = Rule(
    code="KX000",
    name="TITLE",
    lesson=Lesson(
        what="",
        why="",
        since="",
        before="",
        after="",
        target="tensorflow==2.21.0",
    ),
    {entered},
)
'''

_OF_CELLS = (
    _RULE.format(
        imports="""\
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import ERROR, Fix, Problem, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World""",
        entrance="""\
def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference in facts.references:
        if reference.kind == "call" and reference.name == "":
            yield Problem(
                rule="KX000",
                severity=ERROR,
                title="",
                cause="",
                range=reference.range,
                reference=reference.name,
            )


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterator[Way]:
    yield Fix("manual", "")""",
        entered="on_cell=on_cell,\n    fixes=fixes",
    ),
    '''\
"""KX000: TITLE."""

from __future__ import annotations

import pytest
from checked import told

SILENT = [
    ("tensorflow==2.21.0", ""),
]
TOLD = [
    ("tensorflow==2.21.0", ""),
]


@pytest.mark.parametrize(("target", "cell"), SILENT)
def test_nothing_is_said(target, cell):
    assert told(target, cell) == []


@pytest.mark.parametrize(("target", "cell"), TOLD)
def test_it_is_told(target, cell):
    assert told(target, cell) == [("KX000", "error")]
''',
)

_TEMPLATES = {
    "environment": (
        _RULE.format(
            imports="""\
from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot""",
            entrance="""\
def on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    found = snapshot.installed.get("")
    if found is not None:
        yield Problem("KX000", "warning", "", "", reference=found.name, fixes=(Fix("install", ""),))""",
            entered="on_environment=on_environment",
        ),
        '''\
"""KX000: TITLE."""

from __future__ import annotations

from environments import only, problems, put


def test_nothing_is_said_of_a_set_that_fits(site):
    put(site, "tensorflow", "2.19.1")
    assert problems(site) == []


def test_it_is_told(site):
    assert only("KX000", site).title == ""
''',
    ),
    "saved": (
        _RULE.format(
            imports="""\
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...saved.loader import Loader
from ...saved.model import SavedModel""",
            entrance="""\
def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if model.format == "":
        yield Problem("KX000", ERROR, "", "", fixes=(Fix("manual", ""),))""",
            entered="on_model=on_model",
        ),
        '''\
"""KX000: TITLE."""

from __future__ import annotations

import pytest
from models import KERAS_2, KERAS_3, codes, saved

SILENT = [
    (saved("keras", "3.15.1"), KERAS_3),
]
TOLD = [
    (saved("keras", "2.15.0"), KERAS_2),
]


@pytest.mark.parametrize(("model", "loader"), SILENT)
def test_it_loads(model, loader):
    assert codes(model, loader) == []


@pytest.mark.parametrize(("model", "loader"), TOLD)
def test_it_is_told(model, loader):
    assert codes(model, loader) == ["KX000"]
''',
    ),
}

if __name__ == "__main__":
    print(main(sys.argv[1:], Path(__file__).parents[2]))

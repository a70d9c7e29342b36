"""``%pip install`` in an environment without pip."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import FAILS, Lesson, Rule
from .installs import fails, first_on_path, installs, is_here

if TYPE_CHECKING:
    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.resolve.world import World


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    if not facts.by_kind.get("install") or not is_here(world):
        return
    told = set()
    for install in installs(facts):
        if _lacking(install.into) and install.reference.range not in told:
            told.add(install.reference.range)
            yield fails("KE135", install, *_told(install.into))


def _lacking(into: str) -> bool:
    if into == "kernel":
        return find_spec("pip") is None
    return into == "pip" and first_on_path(into) is None


def _told(into: str) -> tuple[str, str, Fix]:
    if into == "pip":
        return (
            "There is no `pip` on PATH: this install fails",
            f"`!pip` is a command of the shell; this kernel is {sys.executable}.",
            Fix("manual", "Write %pip instead of !pip", commands=("%pip --version",)),
        )
    return (
        "This kernel's environment has no pip: this install fails",
        'It ends in "No module named pip". uv, and some images, make environments without it.',
        Fix(
            "install",
            "Put pip into it, then run the cell again",
            commands=("!{sys.executable} -m ensurepip --upgrade",),
        ),
    )


RULE = Rule(
    code="KE135",
    name="environment without pip",
    lesson=Lesson(
        what='`%pip install keras` ends in "No module named pip".',
        why="`uv venv` and `python -m venv --without-pip` make environments that are filled from outside. Either pip "
        "is "
        "put into it, or whoever made it installs: `uv pip install --python …`.",
        related=("KE133", "KE134"),
    ),
    on_cell=on_cell,
    install=FAILS,
)

"""Cells that are checked one after another, as in a notebook."""

from __future__ import annotations

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES
from kerasmagic.source.bindings import Bindings


def problems(target, *cells):
    """What is said about the last of some cells."""
    bindings, world = Bindings(), TargetWorld(Target.parse(target), RULES)
    found = []
    for text in cells:
        found = check_cell(text, world, bindings)
    return found


def told(target, *cells):
    """The rules and severities of what is said about the last of some cells."""
    return [(problem.rule, problem.severity) for problem in problems(target, *cells)]

"""Why a command in a cell did not do what it says: it raises nothing, and an install only leaves an exit code."""

from __future__ import annotations

import re
import sys

from ..kernel.distributions import installed_on
from ..source.reference import Reference
from .engine import judge, read
from .evidence.cell import CellFacts
from .model.problem import Problem
from .model.rule import ELSEWHERE, FAILS
from .resolve.world import World

_RUNS = re.compile(r"!|%?(?:pip|uv|conda|mamba|micromamba|system|sx)\b")
"""The lines of IPython that leave an exit code."""


def explain_installs(source: str, exit_code: object, world: World) -> list[Problem]:
    """What is behind an install that failed, or that this kernel sees nothing of; empty where nothing is certain.

    Arguments:
        source: the cell, which has run without an exception.
        exit_code: what the last command of the cell ended with (IPython's ``_exit_code``).
    """
    facts = read(_as_ipython_reads_it(source))
    missing = [reference for reference in facts.by_kind.get("install", ()) if not _is_here(reference)]
    if not missing:
        return []
    last = _last_command(facts)
    found = []
    for problem in judge(facts, world):
        line = problem.range.line if problem.range else 0
        if not any(line == reference.range.line for reference in missing):
            continue
        ended = exit_code if line == last else None
        expected = (ELSEWHERE,) if ended == 0 else (FAILS,) if ended is None else (FAILS, ELSEWHERE)
        if world.rules.get(problem.rule).install in expected:
            found.append(problem)
    return found


def explain_commands(source: str, world: World) -> list[Problem]:
    """What is behind another command that failed and raised nothing, such as ``%tensorboard``."""
    facts = read(source)
    if not facts.cell.commands:
        return []
    return [problem for problem in judge(facts, world) if world.rules.get(problem.rule).command]


_ALONE = re.compile(r"\s*(?:pip|conda|mamba|micromamba|uv)[ \t][^\n]*\s*")


def _as_ipython_reads_it(source: str) -> str:
    """Where a cell is one line that begins with the name of a magic, IPython writes the % itself."""
    return f"%{source.strip()}" if _ALONE.fullmatch(source) else source


def _last_command(facts: CellFacts) -> int:
    """The line of the last command that surely ran; 0: there is none."""
    lines = [command.line for command in facts.cell.commands if not command.column and _RUNS.match(command.text)]
    return lines[-1] if lines else 0


def _is_here(reference: Reference) -> bool:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(reference.name)
    except InvalidRequirement:  # a file, an address
        return True
    version = installed_on(sys.path).version(requirement.name)
    return version is not None and requirement.specifier.contains(version, prereleases=True)

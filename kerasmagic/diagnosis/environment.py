"""What does not fit in an environment, causes before what may only be their consequences."""

from __future__ import annotations

from ..kernel.snapshot import Snapshot
from ..rules import environment_rules
from .model.problem import ERROR, INFO, WARNING, Problem

_SEVERITIES = (ERROR, WARNING, INFO)
_CAUSES = ("KE111", "KE112", "KE113", "KE114", "KE115", "KE117")
"""Where another version, or only a part of one, is found than what is recorded, all else may be wrong for that."""


def environment_problems(snapshot: Snapshot) -> list[Problem]:
    """The problems of what is installed, loaded and set: errors first, and among them causes first."""
    found = [
        problem for rule in environment_rules() if rule.on_environment for problem in rule.on_environment(snapshot)
    ]
    return sorted(found, key=lambda problem: (_SEVERITIES.index(problem.severity), problem.rule not in _CAUSES))

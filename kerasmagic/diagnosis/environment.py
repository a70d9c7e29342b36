"""What does not fit in an environment, causes before what may only be their consequences."""

from __future__ import annotations

from ..kernel.snapshot import Snapshot
from .model.problem import ERROR, INFO, WARNING, Problem
from .model.registry import Rules

_SEVERITIES = (ERROR, WARNING, INFO)


def environment_problems(snapshot: Snapshot, rules: Rules) -> list[Problem]:
    """The problems of what is installed, loaded and set: errors first, and among them causes first."""
    found = [
        (rule, problem)
        for rule in rules.of_environments()
        if rule.on_environment
        for problem in rule.on_environment(snapshot)
    ]
    found.sort(key=lambda each: (_SEVERITIES.index(each[1].severity), not each[0].is_cause))
    return [problem for _, problem in found]

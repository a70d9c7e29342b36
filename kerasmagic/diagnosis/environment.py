"""What does not fit in an environment."""

from __future__ import annotations

from ..kernel.snapshot import Snapshot
from .problem import Problem
from .rules import environment_rules


def environment_problems(snapshot: Snapshot) -> list[Problem]:
    """The problems of what is installed, loaded and set, in the order of the rules."""
    return [problem for rule in environment_rules() if rule.on_environment for problem in rule.on_environment(snapshot)]

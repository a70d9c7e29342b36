"""A requirement of an installed package that another installed package does not meet."""

from __future__ import annotations

from ...diagnosis.model.rule import Lesson, Rule
from .requirements import UNMET, on_environment, on_failure

RULE = Rule(
    code=UNMET,
    name="unmet requirement",
    lesson=Lesson(
        what=(
            "Two installed packages do not fit together: one asks for a version of the other that is not there. "
            "It may fail on import, later, or only in one function."
        ),
        why=(
            "Every package states in its metadata what it needs. pip looks at all of it only for what it installs "
            "in one command; a later `pip install` of something else may move a package from under the others, "
            "with one line of warning in a long output."
        ),
        since="",
        related=("KE102", "KE106", "KE107"),
    ),
    on_environment=on_environment(UNMET),
    on_failure=on_failure(UNMET),
)

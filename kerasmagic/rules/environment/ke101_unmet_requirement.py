"""A requirement of an installed package that another installed package does not meet."""

from __future__ import annotations

from ...diagnosis.model.rule import Lesson, Rule
from .misfits import UNMET
from .requirements import on_environment, on_failure

RULE = Rule(
    code=UNMET,
    name="unmet requirement",
    lesson=Lesson(
        what=(
            "Two installed packages do not fit together: one needs a version of the other that is not installed. "
            "This can fail on import, later, or in one function only."
        ),
        why=(
            "Every package says in its metadata what it needs. pip checks that only for what it installs in one "
            "command; a later `pip install` of something else can replace a package that others rely on, and says "
            "so in one line of a long output."
        ),
        since="",
        related=("KE102", "KE106", "KE107"),
    ),
    on_environment=on_environment(UNMET),
    on_failure=on_failure(UNMET),
)

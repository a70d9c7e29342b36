"""``pip`` in a shell installs into another Python than this kernel's."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    pip = snapshot.interpreter.pip
    if pip is not None and pip.installs_here is False:
        yield Problem(
            rule="KE118",
            severity="warning",
            title="`pip` in a terminal or `!pip` installs into another Python, not into this kernel",
            cause=f"{pip.path} belongs to {pip.python}; this kernel is {snapshot.interpreter.executable}.",
            reference="pip",
            fixes=(
                Fix(
                    "manual",
                    "Install with %pip in a cell",
                    commands=("%pip --version",),
                    evidence="%pip runs pip with the kernel's own interpreter",
                ),
            ),
        )


RULE = Rule(
    code="KE118",
    name="pip of another Python",
    lesson=Lesson(
        what='`!pip install tensorflow` says "Successfully installed", and `import tensorflow` says there is '
        "no such module.",
        why="`pip` in a shell is the first one on PATH, and belongs to one Python; the kernel may run another "
        "one. `%pip` "
        "runs pip with the kernel's own interpreter.",
        related=("KE113", "KE114"),
    ),
    on_environment=_on_environment,
)

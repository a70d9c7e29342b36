"""``pip`` in a shell installs into another Python than this kernel's."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import INFO, WARNING, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.interpreter import whose
from ...kernel.snapshot import Snapshot


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    pip = snapshot.interpreter.pip
    if pip is not None and not pip.installs_here:
        certain = pip.installs_here is False
        yield Problem(
            rule="KE118",
            severity=WARNING if certain else INFO,
            title=f"`pip` in a terminal or `!pip` {'installs' if certain else 'may install'} into another Python, "
            "not into "
            "this kernel",
            cause=f"{whose(pip)}; this kernel is {snapshot.interpreter.executable}.",
            reference="pip",
            fixes=(
                Fix(
                    "manual",
                    "Install with %pip in a cell",
                    commands=("%pip --version",),
                    evidence="%pip uses the kernel's own Python.",
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
        "runs pip with the kernel's own interpreter. A shim of pyenv or asdf hands over to the Python that is chosen "
        "for "
        "the folder, which is never that of a virtual environment.",
        related=("KE133", "KE113", "KE114"),
    ),
    on_environment=_on_environment,
)

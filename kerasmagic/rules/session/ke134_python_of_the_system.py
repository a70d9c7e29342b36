"""An install into a Python that its system has closed for pip."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import FAILS, Lesson, Rule
from ...kernel.interpreter import managed_by
from .installs import fails, installer_python, installs, is_here

if TYPE_CHECKING:
    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.resolve.world import World

_ANYWAY = ("--break-system-packages", "-t", "--target", "--prefix", "--root", "--dry-run")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    file = managed_by() if facts.by_kind.get("install") and is_here(world) else ""
    if not file or os.environ.get("PIP_BREAK_SYSTEM_PACKAGES"):
        return
    told = set()
    for install in installs(facts):
        options = {option.partition("=")[0] for option in install.reference.keywords}
        if installer_python(install) and not options & set(_ANYWAY) and install.reference.range not in told:
            told.add(install.reference.range)
            yield fails(
                "KE134",
                install,
                "pip refuses to install into this kernel's Python: it belongs to the system",
                f'It says "externally-managed-environment", because of {file}.',
                Fix(
                    "manual",
                    "Make an environment of your own and a kernel of it, then choose that kernel",
                    commands=(
                        "!{sys.executable} -m venv ~/keras-env",
                        "!~/keras-env/bin/pip install ipykernel tensorflow",
                        "!~/keras-env/bin/python -m ipykernel install --user --name keras-env",
                    ),
                ),
            )


RULE = Rule(
    code="KE134",
    name="Python that belongs to the system",
    lesson=Lesson(
        what='`%pip install` ends in "error: externally-managed-environment" (Debian 12, Ubuntu 23.04, Fedora, '
        "Homebrew).",
        why="The system's own programs run on that Python, and a package from elsewhere may break them; a file "
        "EXTERNALLY-MANAGED beside the library tells pip so. `--break-system-packages` does what its name says.",
        related=("KE135", "KE133"),
    ),
    on_cell=on_cell,
    install=FAILS,
)

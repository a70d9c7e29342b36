"""``!pip install`` in a cell, where the pip on PATH belongs to another Python than this kernel."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import INFO, WARNING, Fix, Problem
from ...diagnosis.model.rule import ELSEWHERE, Lesson, Rule
from ...kernel.interpreter import whose
from .installs import first_on_path, installs, is_here

if TYPE_CHECKING:
    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.resolve.world import World


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    lines = {install.reference.range: install for install in installs(facts)}
    for where, install in lines.items() if lines and is_here(world) else ():
        found, written = first_on_path(install.into), install.reference.written
        if found is None or found.installs_here is not False or "pip" not in written:
            continue
        yield Problem(
            "KE133",
            INFO if install.reference.guarded else WARNING,
            f"`!{install.into}` here is of another Python: it does not install into this kernel",
            f"{whose(found)}; this kernel is {sys.executable}.",
            where,
            install.reference.name,
            (
                Fix(
                    "install",
                    "Install with %pip",
                    commands=("%pip " + written[written.index("pip") :].partition(" ")[2].strip(),),
                    evidence="%pip uses the kernel's own Python.",
                ),
            ),
        )


RULE = Rule(
    code="KE133",
    name="install into another Python",
    lesson=Lesson(
        what='`!pip install keras` says "Successfully installed", and `import keras` finds none, or the old one.',
        why="`!pip` runs the first pip on PATH. A kernel is started by its own interpreter, while PATH stays that of "
        "the "
        "terminal, or of the server: it may be the system's pip, another environment's, or a shim of pyenv. `%pip` "
        "always "
        "means the kernel's.",
        related=("KE118", "KE131"),
    ),
    on_cell=on_cell,
    install=ELSEWHERE,
)

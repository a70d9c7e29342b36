"""An install that failed in a shell cell or a subprocess, or before an import that finds nothing of it."""

from __future__ import annotations

import shlex
import sys
from subprocess import CalledProcessError
from typing import TYPE_CHECKING, Iterator, Sequence

from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import read
from ...diagnosis.installs import explain_installs
from ...diagnosis.model.problem import ERROR, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import MODULE
from ...diagnosis.resolve.missing import brings

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_FAILED = 1
"""An exit code, where none is known and nothing is there of what was to be installed."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    error, source = failure.exception, failure.source
    if isinstance(error, CalledProcessError):
        is_cell = read(source).cell.magic != ""
        found = explain_installs(source if is_cell else _as_cell(error.cmd), error.returncode, world)
        yield from found if is_cell else (problem._replace(range=None) for problem in found)


def on_answer(found: Sequence[Problem], failure: Failure, world: World) -> Iterator[Problem]:
    """The last cell that should have installed a module which is not there, if it is known what became of that."""
    end, namespace, wanted = failure.end, failure.namespace or {}, failure.wanted
    if end is None or end.place != "cell" or wanted is None or wanted.kind != MODULE:
        return
    root = wanted.member.partition(".")[0]
    earlier = reversed(session.cells(namespace)[:-1])
    for source in (failure.source, *(cell for cell in earlier if " install " in cell)):
        if any(brings(each.name) == root for each in read(source).by_kind.get("install", ())):
            code = namespace.get("_exit_code") if source == failure.source else _FAILED
            known = explain_installs(source, code, world)
            yield from (problem._replace(severity=ERROR) for problem in known if brings(problem.reference) == root)
            return


def _as_cell(command: object) -> str:
    """A command as lines of a cell: what this kernel's own Python runs as %pip, all else as a line for the shell."""
    if isinstance(command, (list, tuple)):
        words = [str(word) for word in command]
        if words[:2] == [sys.executable, "-m"]:
            return "%" + " ".join(map(shlex.quote, words[2:]))
        return "!" + " ".join(map(shlex.quote, words))
    text = command.decode(errors="replace") if isinstance(command, bytes) else str(command)
    return "\n".join(f"!{line.strip()}" for line in text.splitlines() if line.strip())


RULE = Rule(
    code="KE137",
    name="install that failed",
    lesson=Lesson(
        what="A cell `%%bash` with `pip install tensorflow==2.8.0`, or `subprocess.check_call([…, 'install', …])`, "
        "ends in CalledProcessError; after `!pip install tensorflow==2.8.0`, `import tensorflow` finds no such module.",
        why="pip says in its output why it fails, and leaves an exit code. A shell cell and subprocess make an "
        "exception of that, which says no more, and a line with `!` none at all. What is known of the install is told: "
        "a release without a wheel for this Python, a package that has ended, a pip of another Python.",
        related=("KE131", "KE132", "KE133"),
    ),
    on_failure=on_failure,
    on_answer=on_answer,
)

"""Restoring files: each is planned, run in kernels of its own, and written beside the original."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Callable, Generator, Mapping

from ..catalog.target import Target
from ..files.check import load
from ..files.document import Document, Unreadable, read_document
from ..files.findings import Findings, check_document
from ..files.fix import unified_diff
from ..files.past import last_image
from ..files.report import problem_data
from ..files.setup import setup_of
from ..files.targets import world_of
from ..kernel.release import release
from ..kernel.settings import FIRST_LEGACY_RELEASE
from .kernel import Kernel
from .model import CannotRun, Outcome, Wishes
from .plan import make_plan
from .program import run_program
from .restored import restored_name, restored_text

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Restoration:
    """What to do with each file, in this process or another one; plain data comes out."""

    wishes: Wishes
    output: str | None
    """The file to write, or the folder; None: beside the original."""
    tell: Callable[[str, str], None]
    """Is given a path, and a line about how far it is."""

    def __call__(self, path: str) -> dict[str, Any]:
        return restore_file(path, self.wishes, _output(path, self.output), partial(self.tell, path)).to_dict()


def restore_file(path: str, wishes: Wishes, output: Path, tell: Tell) -> Outcome:
    """Restore one file; whatever happens is told in the outcome, and the file itself stays as it is."""
    try:
        document = _read(path)
        _make_sure_of(output, Path(path))
        return _restore(path, document, wishes, output, tell)
    except (Unreadable, CannotRun) as error:
        return Outcome(path, trouble=str(error))
    except RecursionError:
        return Outcome(path, trouble="The code in this file is nested too deeply to be read.")


def _restore(path: str, document: Document, wishes: Wishes, output: Path, tell: Tell) -> Outcome:
    kernels = _kernels(path, document, wishes)
    try:
        first = next(kernels)
        facts = first.facts
        installed = facts["releases"]
        here = world_of(_target(facts, document), wishes.origin) if installed else None
        releases = [f"{name} {version}" for name, version in installed.items()]
        kernel = ", ".join([f"Python {facts['python']}", *releases])
        tell(f"runs the code of this file, in a kernel of {kernel}")
        plan = make_plan(path, document, here, wishes.unsafe)
        if plan.changes:
            tell("edited before the run, as by check --fix")
        run = run_program(plan, chain([first], kernels), wishes, tell)
    finally:
        kernels.close()
    text = restored_text(document, run.texts, run.cells)
    try:
        output.write_bytes(text.encode(document.encoding))
    except OSError as error:
        raise _unwritable(output, error) from None
    changed = {each.cell: run.texts[each.cell] for each in document.passages if run.texts[each.cell] != each.text}
    restored = read_document(document.with_passages(changed).encode(document.encoding), path)
    found: Findings = []
    if installed:  # the program may choose its Keras now
        [found] = check_document(restored, [world_of(_target(facts, restored), wishes.origin)])
    left = [problem_data(path, restored, cell, problem) for cell, problem in found if problem.severity != "info"]
    diff = unified_diff(path, document, changed)
    return Outcome(path, "", str(output), kernel, run, plan.held, diff, tuple(left), last_image(document))


def _target(facts: Mapping[str, Any], document: Document) -> Target:
    """What the program will find: what the kernel has installed, with the program's own settings."""
    installed = facts["releases"]
    heeds = release(installed.get("tensorflow") or "0") >= FIRST_LEGACY_RELEASE
    legacy = facts["legacy"] or (heeds and setup_of(document.passages).legacy is not None)
    return Target.from_installed(installed, legacy)


def _kernels(path: str, document: Document, wishes: Wishes) -> Generator[Kernel, None, None]:
    """Fresh kernels in the folder of the program; each is ended when the next one is asked for."""
    full = Path(path).resolve()
    argv = () if document.is_notebook else (str(full), *wishes.arguments)
    while True:
        with Kernel(wishes.kernel, full.parent, argv) as kernel:
            yield kernel


def _read(path: str) -> Document:
    if path == "-":
        raise Unreadable("The standard input can't be restored; name a file.")
    document = load(path)
    if not document.passages:
        raise Unreadable(next((sentence for _, sentence in document.remarks), "There is no code in this file."))
    return document


def _make_sure_of(output: Path, original: Path) -> None:
    """Find out before an hour of running that the result can't be kept.

    Raises:
        CannotRun: it can't.
    """
    if output.resolve() == original.resolve():
        raise CannotRun(f"{output} is the original, which is never touched; name another --output.")
    try:
        with tempfile.TemporaryFile(dir=str(output.parent)):
            pass
    except OSError as error:
        raise _unwritable(output, error) from None


def _unwritable(output: Path, error: OSError) -> CannotRun:
    return CannotRun(f"{output} can't be written: {error.strerror or error}. --output names another place.")


def _output(path: str, output: str | None) -> Path:
    """Beside the original, into the folder that was named, or to the named file."""
    name = restored_name(Path(path))
    if output is None:
        return Path(path).parent / name
    return Path(output, name) if Path(output).is_dir() else Path(output)

"""Restoring files: each is planned, run in kernels of its own, and written beside the original."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Callable, Generator, Iterable, Iterator

from ..catalog.target import Target
from ..diagnosis.resolve.world import TargetWorld
from ..files.check import check_document, load
from ..files.document import Document, Unreadable, read_document
from ..files.fix import unified_diff
from ..files.report import problem_data
from .kernel import Kernel
from .model import CannotRun, Outcome, Wishes
from .plan import make_plan
from .program import run_program
from .restored import is_restored, restored_name, restored_text

Tell = Callable[[str], None]


def restore_file(path: str, wishes: Wishes, output: Path, tell: Tell) -> Outcome:
    """Restore one file; whatever happens is told in the outcome, and the file itself stays as it is."""
    try:
        document = _read(path)
        _make_sure_of(output, Path(path))
        return _restore(path, document, wishes, output, tell)
    except (Unreadable, CannotRun) as error:
        return Outcome(path, trouble=str(error))
    except OSError as error:
        return Outcome(path, trouble=f"{output} can't be written: {error.strerror or error}.")


def _restore(path: str, document: Document, wishes: Wishes, output: Path, tell: Tell) -> Outcome:
    kernels = _kernels(path, document, wishes)
    try:
        first = next(kernels)
        facts = first.facts
        installed = facts["releases"]
        here = TargetWorld(Target.from_installed(installed, facts["legacy"])) if installed else None
        releases = [f"{name} {release}" for name, release in installed.items()]
        kernel = ", ".join([f"Python {facts['python']}", *releases])
        tell(f"runs the code of this file, in a kernel of {kernel}")
        plan = make_plan(path, document, here)
        if plan.changes:
            tell(f"edited before the run, as check --fix does: {len(plan.changes)} problems solved")
        run = run_program(plan, chain([first], kernels), wishes, tell)
    finally:
        kernels.close()
    text = restored_text(document, run.texts, run.cells)
    output.write_bytes(text.encode(document.encoding))
    changed = {each.cell: run.texts[each.cell] for each in document.passages if run.texts[each.cell] != each.text}
    restored = read_document(document.with_passages(changed).encode(document.encoding), path)
    [found] = check_document(restored, [here]) if here else [[]]
    left = [problem_data(path, restored, cell, problem) for cell, problem in found if problem.severity != "info"]
    return Outcome(path, "", str(output), kernel, run, plan.held, unified_diff(path, document, changed), tuple(left))


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
        OSError: it can't.
    """
    if output.resolve() == original.resolve():
        raise CannotRun(f"{output} is the original, which is never touched; name another --output.")
    if output.is_dir():
        raise IsADirectoryError(0, "it is a folder")
    with tempfile.TemporaryFile(dir=str(output.parent)):
        pass


def output_for(path: str, output: str | None) -> Path:
    """Where the restored file goes: beside the original, into the folder that was named, or to the named file."""
    name = restored_name(Path(path))
    if output is None:
        return Path(path).parent / name
    return Path(output, name) if Path(output).is_dir() else Path(output)


def restore_files(
    paths: Iterable[str], wishes: Wishes, output: str | None, jobs: int, tell: Callable[[str, str], None]
) -> Iterator[Outcome]:
    """Restore files, so many at a time; the outcomes come in the order of the paths."""

    def restore(path: str) -> Outcome:
        return restore_file(path, wishes, output_for(path, output), lambda line: tell(path, line))

    if jobs <= 1:
        yield from map(restore, paths)
        return
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(restore, paths)


__all__ = ["is_restored", "output_for", "restore_file", "restore_files"]

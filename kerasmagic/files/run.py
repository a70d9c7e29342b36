"""Checking many files, in one process or several; memory doesn't grow with their number."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Iterator

from .check import file_report, unreadable_report

AHEAD = 4
"""How many files per process are handed out before the first answer is waited for."""


@dataclass(frozen=True)
class Task:
    """What to do with each file."""

    targets: tuple[str, ...]
    fix: bool = False
    write: bool = False
    origin: str = ""
    """The releases that the code was written for."""
    past: bool = False
    """Whether to say on which of Colab's images each file last ran."""
    most: int | None = None
    """Up to how many problems of a file fixes are sought when nothing is edited; None: always."""

    def __call__(self, path: str) -> dict[str, Any]:
        """The report on a file; whatever happens with one file, the next has its turn."""
        try:
            if not self.fix:
                return file_report(path, self.targets, self.most, self.origin, self.past)
            from .fix import fix_file

            return fix_file(path, self.targets[0], self.write, self.origin)
        except OSError as error:
            return unreadable_report(path, self.targets, f"This file can't be written: {error.strerror or error}.")
        except (RecursionError, MemoryError):
            return unreadable_report(
                path, self.targets, "The code in this file is too large or nested too deeply to check."
            )


def run(task: Callable[[str], dict[str, Any]], paths: Iterable[str], jobs: int = 1) -> Iterator[dict[str, Any]]:
    """What a task says of each file, in the order of the paths."""
    if jobs <= 1:
        yield from map(task, paths)
        return
    from concurrent.futures import Future, ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        pending: deque[Future[dict[str, Any]]] = deque()
        try:
            for path in paths:
                pending.append(pool.submit(task, path))
                if len(pending) >= jobs * AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()

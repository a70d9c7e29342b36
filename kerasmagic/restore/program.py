"""Running a program until it runs, or until nothing that may be done unasked helps.

A cell that fails is corrected where its hint has an edit, and runs again, in the same kernel: what ran before it need
not run twice. But a kernel in which a cell has failed half way is no proof. So after a run with corrections the
program runs once more, from the top in a fresh kernel; what is reported is what happened there.
"""

from __future__ import annotations

import symtable
from typing import Callable, Iterator, Mapping, Protocol

from ..diagnosis.model.problem import CHECK
from ..source.cell import read_cell
from . import choose, native
from .blame import blame
from .installs import hold
from .model import (
    DIED,
    FAILED,
    KERAS,
    NOT_RUN,
    RAN,
    SUDDEN,
    CellOutcome,
    Change,
    Plan,
    Reply,
    Run,
    Texts,
    Wishes,
)

PASSES = 30
"""How often a program is run from the top; each time but the last was of use."""
ROUNDS = 30
"""How often a cell is corrected in one of these runs."""
INSTALL = 1800.0
"""Seconds for an install."""

_INSTALLED = "\nassert not _exit_code"  # a failing %pip raises nothing


class Runs(Protocol):
    """What is needed of a kernel."""

    def run(self, code: str, timeout: float) -> Reply: ...


def run_program(plan: Plan, kernels: Iterator[Runs], wishes: Wishes, tell: Callable[[str], None]) -> Run:
    """Run a program, and correct it where it fails.

    Arguments:
        plan: the program.
        kernels: fresh kernels, one after another.
        wishes: what may be done.
        tell: is given a line for each thing that happens.

    Raises:
        CannotRun: there is no further kernel.
    """
    program = _Program(plan, wishes, tell)
    confirmed = False
    cells: tuple[CellOutcome, ...] = ()
    for number in range(PASSES):
        if number:
            tell("running it again from the top, in a fresh kernel")
        cells = program.run(next(kernels))
        confirmed = not program.touched
        if confirmed and not program.begins_anew(cells):
            break
    now = Run(program.texts, cells, tuple(program.changes), tuple(program.installed), confirmed)
    return program.better_of(now)


class _Program:
    """A program while it is being corrected."""

    def __init__(self, plan: Plan, wishes: Wishes, tell: Callable[[str], None]) -> None:
        self.texts: Texts = dict(plan.texts)
        self.changes = list(plan.changes)
        self.installed: list[str] = []
        self._tried: set[str] = set()
        self.touched = False
        """Something was changed in the current run."""
        self._wishes = wishes
        self._tell = tell
        self._carry = plan.carry
        self._seen = {tuple(self.texts.values())}
        self._before: Texts | None = None
        """The program before TensorFlow's plain code was tried."""
        self._numbers: dict[int, int | None] = {}
        """Which cell is ``In [5]`` of the kernel."""
        self._whole = plan.whole
        self._first = self.changes.copy()
        self._cell_by_cell: Run | None = None
        """What came of correcting cell by cell, before all cells were edited at once."""

    def run(self, kernel: Runs) -> tuple[CellOutcome, ...]:
        self.touched = False
        self._numbers.clear()
        outcomes: list[CellOutcome] = []
        lost: dict[str, int | None] = {}
        over = False
        for index, cell in enumerate(self.texts, 1):
            reply = Reply(NOT_RUN) if over else self._restored(kernel, cell, lost)
            outcomes.append(CellOutcome(cell, reply, *blame(reply, lost)))
            if over:
                continue
            self._tell(_told(cell, index, len(self.texts), reply))
            if not reply.ran:
                lost.update((name, cell) for name in _bound(self.texts[cell]))
            # What was installed counts from the next kernel on.
            over = reply.ended or reply.status == DIED or (reply.status == FAILED and self._install(kernel, reply))
            if reply.status == DIED and reply.error == SUDDEN and self._wishes.unsafe:
                self._with_plain_code(reply)
        return tuple(outcomes)

    def begins_anew(self, cells: tuple[CellOutcome, ...]) -> bool:
        """Whether correcting cell by cell was not enough, and the program as a whole is edited instead; tried once."""
        if self._cell_by_cell is not None or not any(each.whose == KERAS for each in cells):
            return False
        rewritten = self._whole(cells)
        if rewritten is None:
            return False
        self._cell_by_cell = Run(self.texts, cells, tuple(self.changes), tuple(self.installed))
        self.texts, self.changes = dict(rewritten.texts), [*self._first, rewritten.change]
        self._seen.add(tuple(self.texts.values()))
        self._tell(f"{rewritten.change.title} ({rewritten.change.grade})")
        return True

    def better_of(self, now: Run) -> Run:
        """The program in which more cells run: as it is now, or as it was corrected cell by cell."""
        before = self._cell_by_cell
        return now if before is None or _number_that_ran(now) > _number_that_ran(before) else before

    def _with_plain_code(self, reply: Reply) -> None:
        """After native code ended the kernel: once without oneDNN; as it was where that does not help."""
        first = next(iter(self.texts))
        change = native.change_of(first, reply.error)
        if self._before is not None:
            if change in self.changes and self.texts == native.with_plain_code(self._before):
                self.texts = self._before
                self.changes.remove(change)
            return
        self._before = self.texts
        self.texts = native.with_plain_code(self.texts)
        if self.texts != self._before:
            self.touched = True
            self.changes.append(change)
            self._tell(f"{change.title} ({change.grade})")

    def _restored(self, kernel: Runs, cell: int | None, lost: Mapping[str, int | None]) -> Reply:
        """Run a cell, and correct it until it runs or nothing helps; what is missing because of others is no fault."""
        reply = self._once(kernel, cell)
        for _ in range(ROUNDS):
            mendable = reply.status == FAILED and reply.origin.name not in lost
            again = self._corrected(cell, reply) if mendable else ()
            if again and len(self.texts) == 1:  # a script: nothing ran before it that would have to run again
                return reply
            for each in again:
                reply = self._once(kernel, each)
                if not reply.ran and each != cell:
                    return reply
            if not again:
                break
        return reply

    def _once(self, kernel: Runs, cell: int | None) -> Reply:
        reply = kernel.run(hold(self.texts[cell]).text, self._wishes.timeout)
        if reply.count is not None:
            self._numbers[reply.count] = cell
        return reply

    def _corrected(self, failed: int | None, reply: Reply) -> tuple[int | None, ...]:
        """Apply the first edit that may be applied, and tell which cells must run again then."""
        for problem, fix in choose.edits(reply.problems, self._wishes.unsafe):
            if fix["cell"] is not None and fix["cell"] not in self._numbers:
                continue  # a cell of an earlier kernel, or none of this program
            cell = failed if fix["cell"] is None else self._numbers[fix["cell"]]
            grade, old = fix["applicability"], self.texts[cell]
            new = hold(old).release(fix["source"])
            evidence = fix["evidence"]
            if grade == CHECK:
                evidence = choose.to_check(fix)
                new = choose.marked(old, new, evidence)
            texts = {**self.texts, cell: new}
            if tuple(texts.values()) in self._seen:
                continue
            self._seen.add(tuple(texts.values()))
            self.texts, self.touched = texts, True
            when = f"after {reply.error}"
            change = Change(cell, problem["rule"], problem["title"], fix["title"], grade, evidence, when)
            for each in (change, *self._carry(self.texts)):
                self.changes.append(each)
                self._tell(f"{each.title} ({each.grade})")
            return (cell, failed) if cell != failed else (failed,)
        return ()

    def _install(self, kernel: Runs, reply: Reply) -> bool:
        """Run the first install that the hint asks for and that was not tried; whether something was installed."""
        for _, fix in choose.installs(reply.problems) if self._wishes.install else ():
            commands = "\n".join(fix["commands"])
            if commands in self._tried:
                continue
            self._tell(f"installing: {commands}")
            self._tried.add(commands)
            if kernel.run(commands + _INSTALLED, INSTALL).status == RAN:
                self.installed.append(commands)
                self.touched = True
                return True
            self._tell("the install failed")
        return False


def _number_that_ran(run: Run) -> int:
    return sum(each.reply.ran for each in run.cells)


def _bound(text: str) -> list[str]:
    """The names that a cell binds."""
    cell = read_cell(text)
    if cell.tree is None:
        return []
    symbols = symtable.symtable(cell.parsed, "", "exec").get_symbols()
    return [symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()]


def _told(cell: int | None, index: int, cells: int, reply: Reply) -> str:
    where = "" if cell is None else f"cell {cell} ({index} of {cells}) "
    return f"{where}{reply.status} in {reply.seconds:.1f} s" + (f": {reply.error}" if reply.error else "")

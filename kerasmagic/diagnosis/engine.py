"""What is wrong with a cell: before it runs, and after it failed."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Sequence

from ..catalog.store import CatalogError
from ..catalog.target import Missing
from ..guard import log_failure
from ..kernel.distributions import recorded
from ..kernel.modules import foreign
from ..kernel.stack import MODULES
from ..source.bindings import Bindings, canonical, concerns_us
from ..source.reference import Reference
from .contract.training_step import with_new_step
from .evidence.cell import CellFacts, read
from .evidence.earlier import earlier_cell
from .evidence.failure import Failure, Frame
from .evidence.hidden_cause import hidden_cause
from .model.problem import ADVICE, BLANK, CHECK, VERIFIED, EarlierCell, Fix, Problem, Way
from .model.rule import Rule
from .model.wanted import ATTRIBUTE, KEYWORD, MODULE, NAME, REQUIRED, Wanted
from .repair.grade import grade
from .resolve.arguments import refusals
from .resolve.cause import because
from .resolve.kernel import KernelWorld
from .resolve.missing import ask, code_of, missing_in, problem_of
from .resolve.misspelled import intended
from .resolve.moved import known_move
from .resolve.target import TargetWorld
from .resolve.world import World

__all__ = ["CellFacts", "KernelWorld", "TargetWorld", "check_cell", "diagnose", "judge", "read"]

_USER_FILE_BYTES = 1_000_000


def check_cell(text: str, world: World, bindings: Bindings | None = None, fixes: bool = True) -> list[Problem]:
    """What would go wrong with a cell in a world; no code is run.

    Arguments:
        text: the cell as typed.
        world: where it would run.
        bindings: what earlier cells bound; brought up to what holds after this cell.
        fixes: look for ways out, too. Without, the answer is several times faster.
    """
    return judge(read(text, bindings), world, fixes)


def judge(facts: CellFacts, world: World, fixes: bool = True) -> list[Problem]:
    """The problems of a cell that has been read, in the order of the text."""
    found = find(facts, world)
    return with_fixes(found, facts, world) if fixes else without_proposals(found)


def with_fixes(found: Iterable[Problem], facts: CellFacts, world: World) -> list[Problem]:
    """What was found, with graded fixes in the place of proposals."""
    return [_with_fixes(problem, facts, world) for problem in found]


def without_proposals(found: Iterable[Problem]) -> list[Problem]:
    """What was found, where no fixes are asked for."""
    return [problem._replace(proposals=()) if problem.proposals else problem for problem in found]


def find(facts: CellFacts, world: World) -> list[Problem]:
    """What the rules find, in the order of the text, with nothing graded yet."""
    rules = world.rules.of_cells(live=getattr(world, "namespace", None) is not None)
    found = [problem for rule in rules for problem in _told(rule, rule.on_cell, facts, world)]
    return sorted(found, key=_position)


def diagnose(failure: Failure, world: World) -> list[Problem]:
    """Why a cell failed, and what helps; empty when it is none of our business, or nothing is certain."""
    cause = hidden_cause(failure.exception)
    found = _diagnose_where(replace(failure, exception=cause), world) if cause is not None else []
    found = [problem for problem in found or _diagnose_where(failure, world) if not _is_tried(problem, failure)]
    behind = [each for rule in world.rules.of_answers() for each in _told(rule, rule.on_answer, found, failure, world)]
    return [*behind, *found]


def _is_tried(problem: Problem, failure: Failure) -> bool:
    """Whether the only way out is a call that the cell makes already: then the problem is another one."""
    commands = [command for fix in problem.fixes for command in fix.commands]
    if len(problem.fixes) != 1 or len(commands) != 1 or failure.facts.cell.tree is None:
        return False
    here = {ast.dump(node) for node in failure.facts.cell.placed if isinstance(node, ast.Call)}
    try:
        statements = ast.parse(commands[0]).body
    except SyntaxError:  # a line for a shell
        return False
    values = [statement.value for statement in statements if isinstance(statement, (ast.Assign, ast.Expr))]
    return len(values) == len(statements) == 1 and ast.dump(values[0]) in here


def _diagnose_where(failure: Failure, world: World) -> list[Problem]:
    """The same, in the cell that was run, or in the earlier one whose code failed."""
    earlier = earlier_cell(failure)
    if earlier is None:
        return _diagnose(failure, world)
    there = _diagnose(replace(failure, source=earlier.text), world)
    if _is_mended(there):
        return [_in_earlier(problem, earlier) for problem in there]
    here = _diagnose(failure, world)  # the line to change may be where the earlier cell's code is called
    if not there or (_is_mended(here) and here[0].rule == there[0].rule):
        return here
    return [_in_earlier(problem, earlier) for problem in there]


def _is_mended(found: Sequence[Problem]) -> bool:
    """Whether an edit mends what comes first."""
    return bool(found) and any(fix.source for fix in found[0].fixes)


_AND_THE_NEXT = "the cells after it"
"""What was made from the code of an earlier cell, in cells between that and this, is made anew only then."""


def _in_earlier(problem: Problem, earlier: EarlierCell, again: str = "this cell") -> Problem:
    """A problem of an earlier cell's text: it says where that is, since no place in the cell that was run fits.

    Arguments:
        again: what else has to be run once more.
    """
    if problem.range is None and not any(fix.source for fix in problem.fixes):
        return problem
    if any(fix.cell is not None for fix in problem.fixes):  # it says already which cell it is for
        return problem
    cell = "that cell" if earlier.number is None else f"In [{earlier.number}]"
    line = f", line {problem.range.line}" if problem.range else ""
    where = f"{'' if earlier.number is None else cell}{line}".lstrip(", ")
    again = f"and run {cell} and {again} again"
    fixes = (
        fix._replace(title=f"{fix.title}, {again}", cell=earlier.number or 0, before=earlier.text)
        for fix in problem.fixes
    )
    return problem._replace(
        title=f"In an earlier cell{f' ({where})' if where else ''}: {problem.title}",
        range=None,
        fixes=tuple(new if new.source else old for new, old in zip(fixes, problem.fixes)),
    )


def _diagnose(failure: Failure, world: World) -> list[Problem]:
    wanted = failure.wanted
    found: list[Problem] = []
    if wanted is not None and _package_is_wrong(failure, wanted):
        environment = [rule for rule in world.rules.of_environments() if rule.on_failure]
        found = [problem for rule in environment for problem in _asked(rule, failure, world)]
        if found:  # no line of the cell can mend that
            return _causes_first(found, world)
    if wanted is not None:
        end = failure.end
        if wanted.kind in (MODULE, NAME) and end is not None and end.place != "cell":
            found = _in_user_file(failure, wanted, end, world) if end.place == "user" else []
        elif failure.source:
            found = _in_cell(failure, wanted, world)
    if any(fix.verified for problem in found for fix in problem.fixes):
        return found  # the cell explains it: nothing else needs to be looked at
    told = {problem.rule for problem in found}
    others = [rule for rule in world.rules.of_failures() if rule.code not in told]
    further = [problem for rule in others if not rule.is_general for problem in _asked(rule, failure, world)]
    if not found and not further:
        answers = (_asked(rule, failure, world) for rule in others if rule.is_general)
        further = next(filter(None, answers), [])
    mended = any(fix.source for problem in found for fix in problem.fixes)
    ordered = [*found, *_causes_first(further, world)] if mended else _causes_first([*found, *further], world)
    graded = [_graded_after(problem, failure, world) for problem in ordered]
    is_first = _is_a_cause(graded, world) or mended
    return graded if is_first else sorted(graded, key=lambda problem: not _is_sure(problem))


def _is_a_cause(found: Sequence[Problem], world: World) -> bool:
    return bool(found) and world.rules.get(found[0].rule).is_cause


def _is_sure(problem: Problem) -> bool:
    """Whether an edit that was checked mends it: that says more than advice about the same exception."""
    return any(fix.verified for fix in problem.fixes)


def _asked(rule: Rule, failure: Failure, world: World) -> list[Problem]:
    return _told(rule, rule.on_failure, failure, world)


def _causes_first(found: Iterable[Problem], world: World) -> list[Problem]:
    return sorted(found, key=lambda problem: not world.rules.get(problem.rule).is_cause)


def _told(rule: Rule, entrance: Callable[..., Iterable[Any]] | None, *given: Any) -> list[Any]:
    """What a rule has to say. One that raises has nothing to say: that is logged once, and the others go on."""
    try:
        return [*entrance(*given)] if entrance else []
    except CatalogError:
        raise
    except Exception as error:
        if rule.code not in _failed:
            _failed.add(rule.code)
            log_failure(f"asking rule {rule.code}", error)
        return []


_failed: set[str] = set()
"""The rules that raised in this process."""


def _graded_after(problem: Problem, failure: Failure, world: World) -> Problem:
    """A problem that a rule found in an exception, with its proposals as fixes."""
    if problem.earlier is not None:
        there = replace(failure, source=problem.earlier.text)
        graded = _graded(problem.proposals, problem, there.facts, world, whole=True)
        mended = problem._replace(fixes=_by_grade([*graded, *problem.fixes]), proposals=(), earlier=None)
        return _in_earlier(mended, problem.earlier, _AND_THE_NEXT)
    problem = with_new_step(problem, failure)
    if not problem.proposals:
        return problem
    facts = failure.facts
    graded = _graded(problem.proposals, problem, facts, world, whole=True)
    return problem._replace(fixes=_by_grade([*graded, *problem.fixes]), proposals=())


def _graded(ways: Iterable[Way], problem: Problem, facts: CellFacts, world: World, whole: bool) -> Iterator[Fix]:
    """The ways out with each edit graded, up to the first that is certain, and those for a person to do."""
    certain = False
    for way in ways:
        if isinstance(way, Fix):
            yield way
        elif not certain:
            fix = grade(way, problem, facts, world, whole)
            if fix is not None:
                certain = fix.applicability == VERIFIED
                yield fix


_GRADES = (VERIFIED, CHECK, ADVICE, BLANK)


def _by_grade(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    return tuple(sorted(fixes, key=lambda fix: _GRADES.index(fix.applicability)))


def _package_is_wrong(failure: Failure, wanted: Wanted) -> bool:
    """Whether what failed may be a package itself: one that is not the installed one, not whole, or changed on disk."""
    without_keras = wanted.kind == MODULE and wanted.member == "tensorflow.keras"  # every TensorFlow has one
    if without_keras or (wanted.kind == MODULE and recorded(wanted.member)) or failure.changed_packages:
        return True
    return foreign(wanted.owner or wanted.member) or any(_is_a_file_of_the_users(frame) for frame in failure.frames)


def _is_a_file_of_the_users(frame: Frame) -> bool:
    """Whether a module by the name of a package comes from a file, or a folder, beside the notebook."""
    if frame.module in MODULES.values() and Path(frame.path).name == f"{frame.module}.py":
        return True
    return frame.place == "user" and frame.module.partition(".")[0] in MODULES.values()


def _position(problem: Problem) -> tuple[int, int]:
    return (problem.range.line, problem.range.column) if problem.range else (0, 0)


def _with_fixes(problem: Problem, facts: CellFacts, world: World, whole: bool = False) -> Problem:
    if problem.follows:
        return problem
    ways: list[Way] = [*problem.proposals, *problem.fixes]
    try:
        if not ways:
            rule = world.rules.get(problem.rule)
            ways = _told(rule, rule.fixes, problem, facts, world)
        fixes = _by_grade(_graded(ways, problem, facts, world, whole))
        return problem._replace(cause=because(problem, facts, world) or problem.cause, fixes=fixes, proposals=())
    except CatalogError:  # what is wrong is known without the record of releases; what helps is not
        return problem


def _in_cell(failure: Failure, wanted: Wanted, world: World) -> list[Problem]:
    """The problem of the cell that is what the exception says."""
    facts = failure.facts
    problems = [problem for problem in find(facts, world) if not problem.follows]
    if wanted.kind in (KEYWORD, REQUIRED):
        problems += refusals(facts, wanted, world)
        unknown = world.rules.teller("argument")  # a message may name arguments that are taken, beside one that is not
        problems.sort(key=lambda problem: problem.rule == unknown)
    culprits = _culprits(problems, facts, wanted, failure.failing_line)
    if not culprits:
        culprits = _culprits(_testified(facts, wanted, world), facts, wanted, failure.failing_line)[:1]
    found = _first_edited(culprits, facts, world)
    return [_with_next_import(found, problems, facts, world)] if found and found.fixes else []


def _with_next_import(problem: Problem, problems: list[Problem], facts: CellFacts, world: World) -> Problem:
    """Advice, with the import below that fails as well: it would be the next error."""
    first = problem.fixes[0]
    if first.kind != "manual" or first.evidence or problem.range is None:
        return problem
    below = [each for each in problems if each.range and each.range.line > problem.range.end_line]
    imports = (each for each in below if _is_import(facts.reference_at(each.range, each.reference)))
    other = next((_with_fixes(each, facts, world) for each in imports), None)
    if other is None or other.range is None or not other.fixes or not other.fixes[0].verified:
        return problem
    told = f"Line {other.range.line} fails next: write `{other.fixes[0].replacement.splitlines()[0]}`."
    return problem._replace(fixes=(first._replace(evidence=told), *problem.fixes[1:]))


def _is_import(reference: Reference | None) -> bool:
    return reference is not None and reference.kind in ("import", "from")


def _first_edited(culprits: list[Problem], facts: CellFacts, world: World) -> Problem | None:
    """The first problem; where no edit is known for it, the first of the same statement that has one: an import that
    brings several names fails with the module of all."""
    if not culprits:
        return None
    first = _with_fixes(culprits[0], facts, world, whole=True)
    if _is_edited(first) or first.range is None:
        return first
    lines = {first.range.line, first.range.end_line}
    beside = (each for each in culprits[1:] if each.range and each.range.line in lines)
    edited = (_with_fixes(each, facts, world, whole=True) for each in beside)
    return next(filter(_is_edited, edited), first)


def _is_edited(problem: Problem) -> bool:
    return any(fix.kind == "edit" and fix.applicability in (VERIFIED, CHECK) for fix in problem.fixes)


def _testified(facts: CellFacts, wanted: Wanted, world: World) -> list[Problem]:
    """What the exception itself shows to be missing, where the world could not tell."""
    found = missing_in(facts, world)
    problems = []
    for reference in facts.references:
        parts = reference.name.split(".")
        named = wanted.kind == MODULE or wanted.member in parts[1:]
        named = named and reference.kind in ("import", "from", "attribute", "method")
        ours = concerns_us(reference.name) or known_move(reference.name, world) is not None
        ours = ours or _is_of_keras(reference, facts, world)
        if named and ours and ask(reference, facts, world) is None:
            at = parts.index(wanted.member) if wanted.member in parts else len(parts) - 1
            parent, member = ".".join(parts[:at]), parts[at]
            missing = Missing(reference.name, parent, member, _said(wanted, parent))
            problems.append(problem_of(reference, missing, code_of(reference, missing, world), world))
            found.append((reference, missing))
    return problems


def _is_of_keras(reference: Reference, facts: CellFacts, world: World) -> bool:
    """Whether a module that is asked for as a package is one of Keras, which has, or had, all that the cell wants."""
    module = reference.module
    asked = [each.name for each in facts.references if each.kind in ("import", "from") and each.module == module]
    return all(intended(name, world) != name for name in asked)


def _said(wanted: Wanted, parent: str) -> str:
    if wanted.kind == MODULE:
        return f"ModuleNotFoundError: No module named '{wanted.member}'"
    if wanted.kind == NAME:
        return f"ImportError: cannot import name '{wanted.member}' from '{parent}'"
    return f"AttributeError: {parent} has no attribute '{wanted.member}'"


def _culprits(problems: Iterable[Problem], facts: CellFacts, wanted: Wanted, line_text: str) -> list[Problem]:
    """The problems that an exception may be about: what it names, those on the line that failed first."""
    fitting = [
        problem for problem in problems if _fits(problem, facts.reference_at(problem.range, problem.reference), wanted)
    ]
    return sorted(
        fitting, key=lambda each: not (line_text and each.range and line_text in _statement_lines(facts, each))
    )


def _statement_lines(facts: CellFacts, problem: Problem) -> list[str]:
    if problem.range is None:
        return []
    return [line.strip() for line in facts.cell.lines[problem.range.line - 1 : problem.range.end_line]]


def _fits(problem: Problem, reference: Reference | None, wanted: Wanted) -> bool:
    if wanted.kind == REQUIRED:
        return bool(problem.keyword)
    if wanted.kind == KEYWORD:
        return problem.keyword in wanted.members
    if reference is None:
        return False
    if wanted.kind == MODULE:
        asked = reference.module or reference.name
        return (
            asked == wanted.member
            or asked.startswith(wanted.member + ".")
            or f"{asked}.{reference.member}" == wanted.member
        )
    if wanted.kind == NAME:
        return reference.member == wanted.member and (
            not wanted.owner
            or canonical(wanted.owner) == canonical(reference.module)
            or wanted.owner == reference.module
        )
    return (
        wanted.kind == ATTRIBUTE
        and reference.kind in ("attribute", "method")
        and wanted.member in reference.name.split(".")
    )


def _in_user_file(failure: Failure, wanted: Wanted, end: Frame, world: World) -> list[Problem]:
    """The wrong line is in a file of the user's: it is named, with the line that works; nothing is edited."""
    try:
        path = Path(end.path)
        if path.stat().st_size > _USER_FILE_BYTES:
            return []
        facts = read(path.read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError):
        return []
    problems = [problem for problem in find(facts, world) if not problem.follows]
    culprits = _culprits(problems, facts, wanted, end.text)
    if not culprits:
        return []
    problem = _with_fixes(culprits[0], facts, world)
    line = problem.range.line if problem.range else end.line
    return [
        problem._replace(
            title=f"{problem.title} ({path.name}, line {line})",
            range=None,
            fixes=tuple(_for_file(fix, path.name, line) for fix in problem.fixes),
        )
    ]


def _for_file(fix: Fix, name: str, line: int) -> Fix:
    if fix.kind != "edit":
        return fix
    return fix._replace(kind="manual", title=f"In {name}, line {line}, write: {fix.replacement}", source=None)

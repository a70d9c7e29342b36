"""How far an edit can be trusted: it is applied, the whole cell is read again, and compared with what it was.

Nobody else grades. A rule proposes an edit and says what it changes in meaning, if it does; whether the result asks
only for what is here, binds its calls, and still binds all names is read from the result.
"""

from __future__ import annotations

from collections import Counter

from ...source.edits import OverlappingEdits, apply_edits
from ..evidence.cell import CellFacts
from ..model.problem import BLANK, CHECK, VERIFIED, Fix, Problem, Proposal
from ..resolve.arguments import ignored_in, refused_in
from ..resolve.calls import misfits
from ..resolve.missing import missing_in
from ..resolve.world import World
from . import graphs
from .arguments import without
from .settle import Settled, correct_all, settle
from .verify import broken, changed_lines, improved, reread


def grade(proposal: Proposal, problem: Problem, facts: CellFacts, world: World, whole: bool) -> Fix | None:
    """The fix that a proposal makes; None where it breaks something, or does not mend what it is for.

    Arguments:
        problem: what it is to mend.
        facts: the cell as typed.
        whole: correct all else in the cell that is certain, too: the cell failed, and is to run.
    """
    try:
        source = apply_edits(facts.text, proposal.edits)
    except (OverlappingEdits, ValueError):  # a rule's mistake: the text stays as it is
        return None
    if source == facts.text or broken(source, facts, world, proposal.unbinds):
        return None
    if not _mends(source, problem, facts, world, proposal.unbinds):
        return None
    others = correct_all(source, facts, world) if whole else Settled(source)
    settled = settle(others.source, facts, world, _called(problem), whole)
    source = settled.source
    if proposal.blank:
        applicability, remarks = BLANK, [proposal.blank]
    else:
        doubts = _doubts(source, facts, world, whole)
        if "static graph" in proposal.differs and graphs.about(source) in doubts:  # it is said already
            doubts.remove(graphs.about(source))
        said = (proposal.differs, *others.differs, *settled.differs)
        remarks = list(dict.fromkeys([*filter(None, said), *doubts]))
        applicability = CHECK if remarks else VERIFIED
    return Fix(
        "edit",
        _title(proposal, problem, others, settled),
        source=source,
        applicability=applicability,
        differs=" ".join(remarks),
        evidence=proposal.evidence if _accepts(problem, reread(source, facts), world) else "",
        replacement=proposal.shown or changed_lines(facts.text, source),
    )


def _title(proposal: Proposal, problem: Problem, others: Settled, settled: Settled) -> str:
    """What the edit does, with what it corrects elsewhere."""
    title = proposal.title
    left_out = [keyword for keyword in dict.fromkeys(settled.left_out) if keyword != problem.keyword]
    if left_out and title == without([problem.keyword]):
        title = without([problem.keyword, *left_out])
    elif left_out:
        title += f", and {without(left_out).replace('Leave', 'leave')}"
    if others.lines:
        title += f", and correct {others.lines} other line{'s' if others.lines > 1 else ''}"
    return title


def _accepts(problem: Problem, after: CellFacts, world: World) -> bool:
    """Whether the call that a problem is about binds as a whole, with all of its arguments."""
    called = _called(problem)
    refused = any(called and reference.name == called for reference, _ in refused_in(after, world))
    return not refused and not any(called and reference.name == called for reference, _ in misfits(after, world))


def _called(problem: Problem) -> str:
    """What refused one keyword for certain, so that its other old ones are not taken either."""
    return problem.reference[: -len(f"({problem.keyword})")] if problem.keyword else ""


def _mends(source: str, problem: Problem, facts: CellFacts, world: World, unbinds: tuple[str, ...]) -> bool:
    """Whether less is missing or refused than before, where that is what the problem says."""
    about = facts.reference_at(problem.range, problem.reference)
    missing = missing_in(facts, world)
    if about is not None and any(reference == about for reference, _ in missing):
        return improved(source, facts, world, unbinds)
    refused = refused_in(facts, world)
    if problem.keyword and any(keyword == problem.keyword for _, keyword in refused):
        return len(refused_in(reread(source, facts), world)) < len(refused)
    unfit = misfits(facts, world)
    if any(reference == about for reference, _ in unfit):
        return len(misfits(reread(source, facts), world)) < len(unfit)
    return True


def _doubts(source: str, facts: CellFacts, world: World, whole: bool) -> list[str]:
    """What the corrected cell still asks for in vain."""
    after = reread(source, facts)
    found: list[str] = []
    switched = graphs.asks_for_a_graph(facts) or graphs.is_switched(facts.text)
    if graphs.asks_for_a_graph(after) and not switched:
        found.append(graphs.about(source))
    missing = [reference for reference, _ in missing_in(after, world) if not reference.guarded] if whole else []
    if missing:
        names = ", ".join(dict.fromkeys(reference.name for reference in missing))
        found.append(f"The cell also uses {names}; no sure correction was found for that.")
    before = Counter((reference.name, keyword) for reference, keyword in refused_in(facts, world))
    refused = Counter((reference.name, keyword) for reference, keyword in refused_in(after, world))
    for name, keyword in refused if whole else refused - before:
        found.append(f"{name.rpartition('.')[2]} takes no {keyword} here.")
    ignored = Counter((each.name, keyword) for each, keyword in ignored_in(facts, world))
    for name, keyword in Counter((each.name, keyword) for each, keyword in ignored_in(after, world)) - ignored:
        found.append(f"{name.rpartition('.')[2]} takes {keyword} here, and does nothing with it.")
    if len(misfits(after, world)) > len(misfits(facts, world)):
        found.append("A call does not fit its signature then.")
    return found

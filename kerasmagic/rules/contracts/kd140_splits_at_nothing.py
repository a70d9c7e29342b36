"""A pattern for re.split that can match nothing: since Python 3.7 it splits there, too, and gives None between."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit

_OF_NONE = re.compile(r"'NoneType' object|expected str instance, NoneType found|(?:got|of type) '?NoneType")

# A group of one kind of character that may be missing: without the question mark it matches the same, never nothing.
_MAY_BE_MISSING = re.compile(r"\((?:\\[WwSsDd]|\[\^?(?:\\.|[^\\\]])+\]|[^\\()\[\]{}.*+?^$|])\+?\)\?")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if not isinstance(failure.exception, (AttributeError, TypeError)) or not _OF_NONE.search(failure.message):
        return
    for call in failing.calls(failure, facts) if facts is not None else ():
        pattern = _pattern(call, failure)
        text = failing.text_of(pattern, facts) if pattern is not None and facts is not None else ""
        if facts is None or pattern is None or text.count(")?") != 1:
            continue
        where = facts.cell.range(pattern)
        edit = Edit(where, text.replace(")?", ")"))
        yield Problem(
            rule="KD140",
            severity=ERROR,
            title="re.split gives None between the characters here",
            cause=f"The pattern {text} can match nothing. Since Python 3.7, re.split splits there, too, and what the "
            "group did not find is None.",
            range=where,
            reference="re.split",
            fixes=(Fix("manual", f"Write {edit.text}."),),
            proposals=(Proposal(f"Write {edit.text}", (edit,), "Before Python 3.7, re.split left out what is empty."),),
        )
        return


def _pattern(call: ast.Call, failure: Failure) -> ast.Constant | None:
    """The pattern of ``re.split(pattern, …)``, where it is such a group and nothing else."""
    function, first = call.func, call.args[0] if call.args else None
    if not isinstance(function, ast.Attribute) or function.attr != "split":
        return None
    if failing.value_of(function.value, failure) is not re or not isinstance(first, ast.Constant):
        return None
    return first if isinstance(first.value, str) and _MAY_BE_MISSING.fullmatch(first.value) else None


RULE = Rule(
    code="KD140",
    name="split where nothing is",
    lesson=Lesson(
        what="`[x.strip() for x in re.split('(\\W+)?', text)]`: AttributeError: 'NoneType' object has no attribute "
        "'strip'.",
        why="Before Python 3.7, re.split passed over places where its pattern matches nothing. Keras's examples with "
        "bAbI stories are written so.",
        since="Python 3.7",
        before="import re\nwords = [x.strip() for x in re.split('(\\\\W+)?', 'Mary went home.') if x.strip()]",
        after="import re\nwords = [x.strip() for x in re.split('(\\\\W+)', 'Mary went home.') if x.strip()]",
        target="tensorflow==2.16.2",
        related=("KA329",),
    ),
    on_failure=on_failure,
)

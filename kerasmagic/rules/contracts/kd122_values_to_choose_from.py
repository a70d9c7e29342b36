"""A value that is none of those a parameter takes, where Keras names them."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.refusals import is_refused, said_plainly
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.spelling import doubt, near_name
from ...diagnosis.resolve.world import World

_CHOICE = re.compile(
    r"\b(?:one of|either|values are|methods are|formats are|modes are|should be|must be|expected|use one of|Valid)\b",
    re.IGNORECASE,
)
_TAKEN = re.compile(r"['\"`]([\w+.-]{1,30})['\"`]")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (ValueError, NotImplementedError)):
        return
    words = said_plainly(failure)
    if len(words) > _MOST or not _CHOICE.search(words):
        return
    facts = failing.facts_of(failure)
    for call in failing.calls(failure, facts) if facts is not None and is_refused(failure) else ():
        for keyword, node in _texts(call):
            named = keyword in words or keyword.replace("_", " ") in words
            if facts is not None and named and _refuses(words, node.value):
                choices = _choices(words, keyword, node.value)
                if len(choices) > 1:
                    yield problem("KD122", _finding(keyword, node, choices, facts), facts)
                    return


_WORD = re.compile(r"[\w-]{1,40}$")
_MOST = 600
"""Longer messages hold data, or explain themselves."""


def _texts(call: ast.Call) -> Iterator[tuple[str, ast.Constant]]:
    """What the call gives as plain text, by the names of the parameters; "" for what is given by its place."""
    given = [(item.arg or "", item.value) for item in call.keywords] + [("", node) for node in call.args]
    for keyword, node in given:
        if isinstance(node, ast.Constant) and type(node.value) is str and _WORD.match(node.value):
            yield keyword, node


def _refuses(words: str, value: object) -> bool:
    """Whether the message shows this value as the one that it got."""
    given = re.escape(str(value))
    before = r"(?:[Rr]eceived|[Gg]ot|[Ff]ound|=|[Ii]nvalid|[Uu]nknown|[Uu]nrecognized|[Cc]annot convert)"
    shown = rf"{before}[^.;]*?['\"]?{given}['\"]?"
    return bool(given) and re.search(shown + r"(?![\w-])", words) is not None


def _choices(words: str, keyword: str, value: object) -> tuple[str, ...]:
    named = _CHOICE.search(words)
    found = dict.fromkeys(_TAKEN.findall(words, named.end() if named else 0))
    return tuple(each for each in found if each not in (keyword, value) and not each.isdigit())


def _finding(keyword: str, node: ast.Constant, choices: tuple[str, ...], facts: CellFacts) -> Finding:
    near = near_name(str(node.value), choices)
    unsure = doubt(str(node.value), near) if near else ""
    text, listed = failing.text_of(node, facts), ", ".join(f"'{each}'" for each in choices)
    taken = f"{keyword} takes" if keyword else "It takes"
    return Finding(
        title=f"{keyword}={text} is not known" if keyword else f"{text} is not known here",
        cause=f"{taken} {listed}." if near else "It takes one of a few words, as they are written here.",
        changes=(Change(f"Write '{near}'", ((node, f"'{near}'"),), unsure, f"{taken} it."),) if near else (),
        advice=() if near else (f"Write one of {listed}.",),
        reference=keyword,
    )


RULE = Rule(
    code="KD122",
    name="values to choose from",
    lesson=Lesson(
        what="A call ends in ValueError: Invalid value for argument, expected one of …",
        why="Some parameters take one of a few words. The message names them; each word has to be written as it is "
        "there.",
        since="keras 2.0",
        before="import keras\nkeras.layers.Attention(score_mode='concatenate')",
        after="import keras\nkeras.layers.Attention(score_mode='concat')",
        target="tensorflow==2.21.0",
        related=("KA302", "KD130"),
    ),
    on_failure=on_failure,
)

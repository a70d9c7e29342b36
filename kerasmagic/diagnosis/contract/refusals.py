"""Refusals that Keras words in one sentence each, and what to do about them."""

from __future__ import annotations

import re
from typing import Callable, Iterator, NamedTuple, Sequence

from ..evidence import failed_cell as failing
from ..evidence.failure import Failure
from ..model.problem import Problem
from ..resolve.world import World
from .answer import Finding, problem, raised_by_keras
from .comparison import is_of_labels

_OURS = ("keras", "tf_keras", "tensorflow")


class Refusal(NamedTuple):
    """What Keras says, and what a person can do; ``{0}`` in a text is the first group of ``reads``."""

    sign: str
    """Words of the message that no other has; white space is one blank."""
    title: str
    cause: str
    advice: str
    reference: str
    reads: str = ""
    """A regular expression; where it does not match, the refusal is not this one. What Keras called when it was raised
    stands before the message, if it does not match the message alone: ``Sequential.call(): Cast string to …``."""


def when_refused(code: str, refusals: Sequence[Refusal]) -> Callable[[Failure, World], Iterator[Problem]]:
    """A rule's ``on_failure``: the first of these refusals that Keras or TensorFlow raised.

    Advice about a function of TensorFlow is for a line that calls it: none where Keras compares labels with answers.
    """

    def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
        words = said_plainly(failure)
        for each in refusals:
            match = _match(each, words, failure.said.calling) if each.sign in words else None
            if match is None or not is_refused(failure):
                continue
            if each.reference.startswith("tf.") and is_of_labels(failure):
                continue
            parts = [text or "" for text in match.groups()]
            title, cause, advice = (text.format(*parts) for text in (each.title, each.cause, each.advice))
            yield problem(code, Finding(title, cause, advice=(advice,), reference=each.reference), None)
            return

    return on_failure


def _match(refusal: Refusal, words: str, calling: str) -> re.Match[str] | None:
    return re.search(refusal.reads, words) or re.search(refusal.reads, f"{calling}: {words}")


def said_plainly(failure: Failure) -> str:
    """The message with single blanks, and without colours; of a graph's error, which first lists where its nodes were
    made, its end, too."""
    end = str(failure.exception)[-_TAIL:] if failure.message.startswith(_OF_A_GRAPH) else ""
    return " ".join(_COLOURS.sub("", f"{failure.message} {end}").split())


_OF_A_GRAPH = "Graph execution error"
_TAIL = 1_000


def is_refused(failure: Failure) -> bool:
    """Whether Keras or TensorFlow raised it, or what they called in Python's own library."""
    if failing.is_hidden(failure):
        return True
    ours = failure.end is not None and failure.end.module.partition(".")[0] in _OURS
    return raised_by_keras(failure) and (ours or failing.asked_by_keras(failure))


_COLOURS = re.compile(r"\x1b\[\d+m")

"""What an exception says itself, without what Keras and AutoGraph put around it.

Keras puts the call and its arguments around an error in a layer's call, its guess at the reason around one that came
while it looked for the shape of an output, and AutoGraph puts the lines of the user's around one in a graph. Each time
it is a new exception: the error itself is left as its ``__context__``, with all that Python told of it.
"""

from __future__ import annotations

import re
import textwrap
from typing import NamedTuple

# What says which name is missing is short; messages that are longer hold data, and may hold megabytes of it.
_MOST_CHARACTERS = 10_000

_CALLED = re.compile(r"Exception encountered when calling (.+?)\.\n\n")
_GIVEN = r"\n\n(?:Call a|A)rguments received by {}:\n"
_GUESSED = re.compile(r"Could not automatically infer the output shape / dtype of .*?Error encountered:\n\n", re.DOTALL)
_LINES = re.compile(r"in user code:\n\n(?:[ \t]+.*\n)*\n")
_ERROR_NAME = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*: ")
_BOLD = ("\x1b[1m", "\x1b[0m")


class Said(NamedTuple):
    text: str
    """What the error itself says."""
    calling: str = ""
    """What Keras called when it was raised, in its words: "AttentionBlock.call()", 'layer "dense" (type Dense)'; the
    innermost. Empty where Keras put no call around it."""


def said_by(error: BaseException) -> Said:
    found = Said(_whole(error))
    while True:
        inner = _without_lines(found) or _without_arguments(found) or _without_guess(found)
        if inner is None:
            return found._replace(text=found.text[:_MOST_CHARACTERS])
        found = inner


def error_itself(error: BaseException) -> BaseException:
    """The exception that others were put around; the same where none was."""
    said = said_by(error)
    while error.__context__ is not None and _whole(error) != said.text and said_by(error.__context__).text == said.text:
        error = error.__context__
    return error


def _whole(error: BaseException) -> str:
    """The message; that of a KeyError as it was given, not as Python writes a key."""
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else ""
    return text or str(error)


def _without_arguments(said: Said) -> Said | None:
    called = _CALLED.match(said.text)
    if called is None:
        return None
    behind = said.text[called.end() :]
    text = re.split(_GIVEN.format(re.escape(called[1])), behind, maxsplit=1)[0]
    if text.startswith(_BOLD[0]):
        text = text[len(_BOLD[0]) :].rpartition(_BOLD[1])[0] or text[len(_BOLD[0]) :]
    return Said(text, called[1])


def _without_guess(said: Said) -> Said | None:
    guessed = _GUESSED.match(said.text)
    return said._replace(text=said.text[guessed.end() :]) if guessed else None


def _without_lines(said: Said) -> Said | None:
    lines = _LINES.match(said.text)
    if lines is None:
        return None
    text = textwrap.dedent(said.text[lines.end() :]).strip()
    return said._replace(text=text[named.end() :] if (named := _ERROR_NAME.match(text)) else text)

"""Texts in a terminal: in colour where that is wanted, and no line longer than the window breaks inside a word."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from typing import Any, Callable

_RED, _YELLOW, _GREEN, _CYAN, _BOLD, _PLAIN = (f"\x1b[{code}m" for code in ("31", "33", "32", "36", "1", "0"))
_WORDS = {"error": _RED, "warning": _YELLOW, "info": _CYAN}
_MESSAGE = re.compile(r"^(\S.*?: )(error|warning|info)( K[A-Z]\d{3}: )(.*)$")
_TITLE = re.compile(r"^(?:Error|Problem)(?: K[A-Z]\d{3})?: .*|^(?:Warning|Note)(?: K[A-Z]\d{3})?: .*")
_CODE = re.compile(r"^(\s+)(use|check|to check|then|run|help|Fix)(: .*)$")
_VERDICT = re.compile(r"^(\S.*?: )(?:(runs now|runs as it is)|(does not run to the end))(.*)$")


def dresser(stream: Any, colour: str) -> Callable[[str], str]:
    """What makes a text fit for a stream.

    Arguments:
        colour: ``auto`` (a terminal, unless NO_COLOR is set), ``always`` or ``never``.
    """
    terminal = stream.isatty()
    painted = colour == "always" or (colour == "auto" and terminal and not os.environ.get("NO_COLOR"))
    width = shutil.get_terminal_size().columns if terminal else 0

    def dress(text: str) -> str:
        lines = [part for line in text.split("\n") for part in (_wrapped(line, width) if width else [line])]
        return "\n".join(map(_coloured, lines) if painted else lines)

    return dress


def _wrapped(line: str, width: int) -> list[str]:
    """Prose in lines of the window's width; code, tables and charts stay as they are."""
    if len(line) <= width or line.startswith(("    ", "+", "-", "@@", "/")) or "  " in line.strip() or width < 40:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _coloured(line: str) -> str:
    message = _MESSAGE.match(line)
    if message:
        place, word, rule, title = message.groups()
        return f"{place}{_WORDS[word]}{word}{_PLAIN}{rule}{_BOLD}{title}{_PLAIN}"
    code = _CODE.match(line)
    if code:
        return f"{code[1]}{_GREEN}{code[2]}{_PLAIN}{code[3]}"
    verdict = _VERDICT.match(line)
    if verdict:
        place, runs, fails, more = verdict.groups()
        return f"{place}{_GREEN if runs else _RED}{runs or fails}{_PLAIN}{more}"
    if line.startswith("@@"):
        return f"{_CYAN}{line}{_PLAIN}"
    if line.startswith(("+", "-")):
        return f"{_GREEN if line[0] == '+' else _RED}{line}{_PLAIN}"
    if _TITLE.match(line):
        return f"{_YELLOW if line.startswith(('Warning', 'Note')) else _RED}{line}{_PLAIN}"
    return line

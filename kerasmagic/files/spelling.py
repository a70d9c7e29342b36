"""What a text says, and how its file spells it, so that an edit touches the characters it means and no other byte.

The source of a notebook cell is a JSON string, or a list of them; the same character may be spelled ``é`` or
``\\u00e9``, a line may end in ``\\n`` or ``\\r\\n``, and the list may be laid out in any way. A :class:`Spelling` keeps
the spelling of every single character, and spells anew only what changes.
"""

from __future__ import annotations

import difflib
import json
import re
from typing import Iterator, Mapping, NamedTuple

_JSON_CHARACTER = re.compile(
    r"\\r\\n|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
_JSON_STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_PLAIN_CHARACTER = re.compile(r"\r\n|.", re.DOTALL)


class Spelling(NamedTuple):
    text: str
    """What the text says; a line ends in ``\\n``, however the file spells it."""
    spelled: list[str]
    """Each character of the text as the file spells it."""
    joints: Mapping[int, str]
    """What the file has before a character besides: ``",\\n    "`` between two strings of a list."""
    head: str
    """What the file has before the text: ``["``."""
    tail: str
    """What the file has after it: ``"]``."""
    line_joint: str
    """What a new line of the text needs before it: a joint if the lines are a list, else nothing."""
    json_escapes: str
    """How a new character is spelled: "" as it is, "raw" as in JSON, "ascii" as in JSON with ``\\u`` escapes."""

    def rewrite(self, new: str) -> str:
        """How the file spells ``new``: as before where it says the same."""
        newline = self._newline()
        pieces: list[str] = []
        after_newline = after_new = False
        for is_new, start, end in _stretches(self.text, new):
            for position in range(start, end):
                character = new[position] if is_new else self.text[position]
                joint = "" if is_new else self.joints.get(position, "")
                if not joint and after_newline and (is_new or after_new):
                    joint = self.line_joint
                spelled = self._spell(character, newline) if is_new else self.spelled[position]
                pieces.append(joint + spelled if pieces else spelled)
                after_newline, after_new = character == "\n", is_new
        return self.head + "".join(pieces) + self.tail

    def offset(self, position: int) -> int:
        """Where the character at ``position`` stands, counted from the start of what the file has for this text."""
        before = sum(map(len, self.spelled[:position]))
        return len(self.head) + before + sum(len(joint) for at, joint in self.joints.items() if at <= position)

    def _newline(self) -> str:
        windows = sum(spelled in ("\r\n", r"\r\n") for spelled in self.spelled)
        return "\r\n" if windows * 2 > self.text.count("\n") else "\n"

    def _spell(self, character: str, newline: str) -> str:
        if character == "\n":
            character = newline
        if not self.json_escapes:
            return character
        return json.dumps(character, ensure_ascii=self.json_escapes == "ascii")[1:-1]


def spell_plain(text: str) -> Spelling:
    """The spelling of a script: only line ends can be spelled in more than one way."""
    spelled = _PLAIN_CHARACTER.findall(text)
    return Spelling(text.replace("\r\n", "\n"), spelled, {}, "", "", "", "")


def spell_json(value: str, ascii_only: bool = False) -> Spelling:
    """The spelling of a JSON string, or of a list of strings that are meant to be joined.

    Arguments:
        value: the JSON text of the value.
        ascii_only: spell a new character outside ASCII as an escape.
    """
    strings = list(_JSON_STRING.finditer(value))
    if not strings:
        return Spelling("", [], {}, '"', '"', "", "raw")
    spelled: list[str] = []
    joints: dict[int, str] = {}
    head, end = value[: strings[0].start(1)], strings[0].start(1)
    for string in strings:
        joint, end = value[end : string.start(1)], string.end(1)
        if not spelled:
            head += joint
        elif joint:
            joints[len(spelled)] = joints.get(len(spelled), "") + joint
        spelled += _JSON_CHARACTER.findall(string.group(1))
    tail = joints.pop(len(spelled), "") + value[end:]
    text = "".join(map(_says, spelled))
    return Spelling(text, spelled, joints, head, tail, _line_joint(head, joints), "ascii" if ascii_only else "raw")


def _says(spelled: str) -> str:
    if len(spelled) == 1:
        return spelled
    said: str = json.loads(f'"{spelled}"')
    return "\n" if said == "\r\n" else said


def _line_joint(head: str, joints: Mapping[int, str]) -> str:
    if not head.startswith("["):
        return ""
    return next(iter(joints.values()), '",' + (head[1:-1] or " ") + '"')


def _stretches(old: str, new: str) -> Iterator[tuple[bool, int, int]]:
    """``new`` as stretches: (False, start, end) of ``old`` that stay, (True, start, end) of ``new`` that are new.

    Lines that stay are found first, then the characters that stay at both ends of the lines that change.
    """
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    old_starts, new_starts = _starts(old_lines), _starts(new_lines)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        old_start, old_end = old_starts[i1], old_starts[i2]
        new_start, new_end = new_starts[j1], new_starts[j2]
        if tag == "equal":
            yield False, old_start, old_end
            continue
        before = _common(old[old_start:old_end], new[new_start:new_end])
        after = _common(old[old_start + before : old_end][::-1], new[new_start + before : new_end][::-1])
        yield False, old_start, old_start + before
        yield True, new_start + before, new_end - after
        yield False, old_end - after, old_end


def _starts(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts


def _common(one: str, other: str) -> int:
    """The length of the beginning that both share."""
    length = 0
    for a, b in zip(one, other):
        if a != b:
            break
        length += 1
    return length

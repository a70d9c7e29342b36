"""The code cells of a notebook, and where their sources stand in its JSON text.

The notebook is read as JSON and nothing else: one that nbformat would refuse for a missing field is still checked,
and the place of every source is known in the file's own text, so that it can be edited there.
"""

from __future__ import annotations

import json
import re
from typing import Any, Iterator, NamedTuple

_SPACE = re.compile(r"[ \t\n\r]*")
_LANGUAGE = re.compile(r"[\w+#.-]{1,40}")
_decode = json.JSONDecoder().raw_decode


class NotANotebook(ValueError):
    """One sentence that says why."""


class CodeCell(NamedTuple):
    number: int
    """1 for the first cell of the notebook; markdown cells are counted too."""
    source: str
    """What the cell says, as the file has it (line ends are not changed)."""


class Notebook(NamedTuple):
    cells: tuple[CodeCell, ...]
    language: str
    """The language of its kernel, in lower case; "python" where the file doesn't say, or says no name."""
    unreadable: tuple[tuple[int, str], ...]
    """The number of each cell that can't be read, and why, in one sentence."""


def read_notebook(text: str) -> Notebook:
    """The code cells of a notebook, of format 4 or 3.

    Raises:
        NotANotebook: the text isn't JSON, or not that of a notebook.
    """
    content = _load(text)
    cells = _cells(content)
    code: list[CodeCell] = []
    unreadable: list[tuple[int, str]] = []
    for number, cell in enumerate(cells, 1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if not isinstance(kind, str):
            unreadable.append((number, "This cell doesn't say whether it is code, so it was not checked."))
        elif kind == "code":
            source = cell.get("source", cell.get("input"))
            lines = [source] if isinstance(source, str) else source
            if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
                code.append(CodeCell(number, "".join(lines)))
            else:
                unreadable.append((number, "The source of this cell is missing or not text, so it was not checked."))
    return Notebook(tuple(code), _language(content.get("metadata")), tuple(unreadable))


def source_places(text: str) -> dict[int, tuple[int, int]]:
    """Where the JSON value of each cell's source starts and ends in the text of a readable notebook, by cell number."""
    places: dict[int, tuple[int, int]] = {}
    for number, start in enumerate(_cell_starts(text), 1):
        if text[start] == "{":
            for key, value_start, value_end in _members(text, start):
                if key in ("source", "input"):
                    places[number] = (value_start, value_end)
    return places


def _load(text: str) -> dict[str, Any]:
    if not text.strip():
        raise NotANotebook("This is not a notebook: the file is empty.")
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        if not text[error.pos :].strip() or error.msg.startswith("Unterminated string"):
            raise NotANotebook(f"This notebook is cut off: a part that begins at {where} doesn't end.") from None
        raise NotANotebook(f"This is not a notebook: its JSON text is wrong at {where} ({error.msg}).") from None
    except RecursionError:
        raise NotANotebook("This is not a notebook: its JSON text is nested too deeply.") from None
    except ValueError as error:  # a number of thousands of digits
        raise NotANotebook(f"This is not a notebook: its JSON text can't be read ({error}).") from None
    if not isinstance(content, dict):
        raise NotANotebook("This is not a notebook: its JSON text is not an object.")
    return content


def _cells(content: dict[str, Any]) -> list[Any]:
    cells = content.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = content.get("worksheets")  # format 3 keeps the cells there
    if isinstance(sheets, list):
        listed = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in listed if isinstance(cells, list) for cell in cells]
    raise NotANotebook("This is not a notebook: its JSON object has no list of cells.")


def _language(metadata: Any) -> str:
    """What the notebook says about its kernel, in either of the two places where it may."""
    if isinstance(metadata, dict):
        for place, key in (("kernelspec", "language"), ("language_info", "name")):
            described = metadata.get(place)
            named = described.get(key) if isinstance(described, dict) else None
            if isinstance(named, str) and _LANGUAGE.fullmatch(named):
                return named.lower()
    return "python"


def _cell_starts(text: str) -> Iterator[int]:
    places = {key: start for key, start, _ in _members(text, _skip(text, 0))}
    if "cells" in places and text[places["cells"]] == "[":
        yield from (start for start, _ in _items(text, places["cells"]))
        return
    for sheet, _ in _items(text, places["worksheets"]):
        if text[sheet] == "{":
            cells = {key: start for key, start, _ in _members(text, sheet)}.get("cells")
            if cells is not None and text[cells] == "[":
                yield from (start for start, _ in _items(text, cells))


def _members(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """The members of the JSON object that starts at ``start``: the key, and where the value starts and ends."""
    position = _skip(text, start + 1)
    while text[position] != "}":
        key, position = _decode(text, position)
        value_start = _skip(text, _skip(text, position) + 1)
        _, value_end = _decode(text, value_start)
        yield key, value_start, value_end
        position = _after_item(text, value_end)


def _items(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each item of the JSON list that starts at ``start`` starts and ends."""
    position = _skip(text, start + 1)
    while text[position] != "]":
        _, end = _decode(text, position)
        yield position, end
        position = _after_item(text, end)


def _after_item(text: str, end: int) -> int:
    """The start of the next item, or the closing bracket."""
    position = _skip(text, end)
    return _skip(text, position + 1) if text[position] == "," else position


def _skip(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position

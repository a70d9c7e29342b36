"""Two releases compared: what came, what went and where to, and what takes other arguments, module by module."""

from __future__ import annotations

import textwrap
from typing import Any, Iterator, Mapping, Sequence

from ..catalog.changes import in_words
from ..catalog.difference import Difference
from .file_text import count_text
from .markup import card, details, escape, inline_code, paragraph, table
from .result import Result

_NAMES, _CALLS = 24, 10
"""So many are shown of a module."""
_WIDTH = 110


def difference_result(found: Difference, now: Mapping[str, str]) -> Result:
    """What a user or a maintainer meets who changes from one release to the other.

    Arguments:
        now: name that went -> what to write for it.
    """
    data = found.to_dict()
    data["gone"] = [{"name": name, "now": now.get(name)} for name in found.gone]
    modules = {module: _Module(module, found, now) for module in _modules(found)}
    notes = list(found.notes)
    cut = any(each.cut for each in modules.values())
    if cut:
        notes.append(f"Of a module, {_NAMES} names and {_CALLS} changes of arguments are shown; --json lists all.")
    headline = _headline(found)
    text = "\n\n".join([headline, *(each.text for each in modules.values()), *notes])
    body = "".join(each.html for each in modules.values()) + "".join(paragraph(escape(n), muted=True) for n in notes)
    html = card(escape(headline), body, "kerasmagic: two releases compared")
    return Result("lesson", {"difference": data, "problems": []}, text, html)


def _headline(found: Difference) -> str:
    before, after = (each.releases[found.product] for each in (found.before, found.after))
    counts = (
        f"{count_text(len(found.came), 'name')} came",
        f"{len(found.gone) or 'none'} went",
        f"{len(found.changed) or 'none'} changed their arguments",
    )
    return f"{found.product} {before} to {after}: {', '.join(counts)}."


def _modules(found: Difference) -> list[str]:
    names = (*found.came, *found.gone, *(each.name for each in found.changed))
    return sorted({_split(name)[0] for name in names})


def _split(name: str) -> tuple[str, str]:
    """The module, and what is in it: a class, a function, or a method with its class."""
    parts = name.split(".")
    start = next((place for place, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
    return ".".join(parts[:start]), ".".join(parts[start:])


class _Module:
    """What is otherwise in one module."""

    def __init__(self, name: str, found: Difference, now: Mapping[str, str]) -> None:
        self.name = name
        self.came = [rest for module, rest in map(_split, found.came) if module == name]
        gone = [each for each in found.gone if _split(each)[0] == name]
        self.gone = [_split(each)[1] + (f" (now {now[each]})" if each in now else "") for each in gone]
        self.calls = list(self._calls(found))
        self.cut = max(len(self.came), len(self.gone)) > _NAMES or len(self.calls) > _CALLS

    def _calls(self, found: Difference) -> Iterator[tuple[str, str]]:
        """Names that changed in the same way, together."""
        same: dict[str, list[str]] = {}
        for each in found.changed:
            module, rest = _split(each.name)
            if module == self.name:
                same.setdefault(in_words(each.changes), []).append(rest)
        for words, names in same.items():
            yield _listed(names), words

    def _parts(self) -> Iterator[tuple[str, str]]:
        if self.came:
            yield "came", _listed(self.came)
        if self.gone:
            yield "went", _listed(self.gone)

    @property
    def text(self) -> str:
        lines = [self.name]
        lines += [_wrapped(f"{title}: {names}", 2) for title, names in self._parts()]
        lines += ["  other arguments:"] * bool(self.calls)
        lines += [_wrapped(f"{names}: {words}", 4) for names, words in self.calls[:_CALLS]]
        lines += [f"    and {len(self.calls) - _CALLS} more"] * (len(self.calls) > _CALLS)
        return "\n".join(lines)

    @property
    def html(self) -> str:
        body = "".join(paragraph(f"<b>{title}</b>: {escape(names)}") for title, names in self._parts())
        rows = [(escape(names), inline_code(words)) for names, words in self.calls[:_CALLS]]
        rows += [(f"and {len(self.calls) - _CALLS} more", "")] * (len(self.calls) > _CALLS)
        body += table(("Other arguments", ""), rows) if rows else ""
        counts = ", ".join(
            f"{len(names)} {title}"
            for title, names in (("came", self.came), ("went", self.gone), ("with other arguments", self.calls))
            if names
        )
        return details(f"<b>{escape(self.name)}</b>: {counts}", body)


def _listed(names: Sequence[Any]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(sorted(names)[:_NAMES]) + more


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )

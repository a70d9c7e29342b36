"""The environment as a panel: problems first, then everything else, with a filter."""

from __future__ import annotations

import json
from typing import Any, Iterator, Mapping

from ..guard import guarded
from .markup import escape, inline_code, paragraph, table
from .result import Result

_LEFT_OUT = ("problems", "kind", "kerasmagic")


def build(widgets: Any, result: Result) -> Any:
    """The widget; ``widgets`` is the ipywidgets module."""
    sections = dict(section_rows(result.data))
    search = widgets.Text(description="Filter", placeholder="keras, cuda, numpy …", continuous_update=True)
    summary = widgets.HTML(value=result.html)
    accordion = widgets.Accordion(children=[widgets.HTML() for _ in sections])
    found = widgets.HTML()

    def show(_: Any = None) -> None:
        wanted = search.value.strip().lower()
        total = 0
        for index, (title, rows) in enumerate(sections.items()):
            kept = [row for row in rows if wanted in " ".join(row).lower()]
            total += len(kept)
            accordion.children[index].value = table((), [[escape(name), inline_code(value)] for name, value in kept])
            accordion.set_title(index, f"{title} ({len(kept)})")
        found.value = paragraph(f"{total} lines contain “{escape(wanted)}”" if wanted else "", muted=True)

    search.observe(guarded("filtering the environment")(show), names="value")
    show()
    accordion.selected_index = None
    return widgets.VBox([summary, search, found, accordion])


def section_rows(data: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The snapshot's plain data, section by section, as lines of name and value."""
    for title, section in data.items():
        if title not in _LEFT_OUT:
            yield title, list(_flatten(section, ""))


def _flatten(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flatten(part, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)) and any(isinstance(part, Mapping) for part in value):
        for number, part in enumerate(value):
            yield from _flatten(part, f"{name}.{_label(part, number)}" if name else _label(part, number))
    elif value not in (None, "", [], (), {}):
        yield name or "value", value if isinstance(value, str) else json.dumps(value)


def _label(part: Any, number: int) -> str:
    named: dict[str, Any] = part if isinstance(part, dict) else {}
    return str(named.get("name") or number)

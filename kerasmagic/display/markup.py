"""Small pieces of static html and of plain text, shared by every display.

Colours are inherited or semi-transparent, so that light and dark themes of Jupyter, Colab and VS Code all work; the
vital styles are inline, since some front-ends strip ``<style>``. No script, no ids, no headings: the page is the
user's.
"""

from __future__ import annotations

import html
import re
from typing import Iterable, Sequence

ACCENT = "#d9730d"
CLEAN = "#3c9a5a"
MONOSPACE = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:0.92em"

# Escape sequences, C0 and C1 controls, bidirectional overrides, zero-width characters and tags: text from outside that
# could hide, reorder or colour what stands around it. And lone surrogates, which no front-end can be sent.
_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def plain(text: object) -> str:
    """Text from outside, made safe for a terminal: control and bidirectional characters become visible."""
    return _INVISIBLE.sub(_visible, _ESCAPE_SEQUENCE.sub("", str(text).replace("\r\n", "\n")))


def _visible(match: re.Match[str]) -> str:
    return f"<U+{ord(match.group()):04X}>"


def escape(text: object) -> str:
    """Text from outside, made safe for html."""
    return html.escape(plain(text))


def code(text: object) -> str:
    """A block of code, which one click selects as a whole: without a script, so that it works in a saved notebook."""
    return (
        f'<pre class="km-code" style="margin:4px 0;padding:6px 8px;background:rgba(127,127,127,.12);'
        f'color:inherit;white-space:pre-wrap;overflow-x:auto;user-select:all;-webkit-user-select:all;{MONOSPACE}">'
        f'<code style="background:none;color:inherit">{escape(text)}</code></pre>'
    )


def inline_code(text: object) -> str:
    return _as_code(escape(text))


def _as_code(escaped: str) -> str:
    style = f"background:rgba(127,127,127,.12);color:inherit;padding:0 3px;{MONOSPACE}"
    return f'<code style="{style}">{escaped}</code>'


def paragraph(markup: str, muted: bool = False) -> str:
    """A paragraph of markup that is already escaped."""
    return f'<p style="margin:4px 0;line-height:1.45;{"opacity:.75;" if muted else ""}">{markup}</p>'


def details(summary: str, body: str, open_: bool = False) -> str:
    """Something that unfolds; both arguments are markup."""
    # The classic notebook makes a summary a block, which takes the triangle away.
    return (
        f'<details style="margin:4px 0"{" open" if open_ else ""}>'
        f'<summary style="cursor:pointer;display:list-item">{summary}</summary>{body}</details>'
    )


def image(data: str, kind: str, alt: str, style: str = "") -> str:
    """A picture that needs no other file; ``alt`` is shown and read where pictures are not.

    Arguments:
        data: the picture, as text that can stand in an address.
        kind: its type and encoding: "image/png;base64".
    """
    return f'<img src="data:{kind},{escape(data)}" alt="{escape(alt)}" style="max-width:100%;height:auto;{style}">'


def table(header: Sequence[str], rows: Iterable[Sequence[str]], caption: str | None = None) -> str:
    """A table of markup cells; the first cell of each row is its heading."""
    cell = "padding:2px 12px 2px 0;text-align:left;vertical-align:top;background:none;color:inherit;border:0"
    head = "".join(f'<th scope="col" style="{cell};opacity:.75;font-weight:600">{title}</th>' for title in header)
    body = "".join(
        "<tr style='background:none'>"
        + "".join(
            f'<th scope="row" style="{cell};font-weight:600">{value}</th>'
            if index == 0
            else f'<td style="{cell}">{value}</td>'
            for index, value in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    title = f'<caption style="text-align:left;opacity:.75">{caption}</caption>' if caption else ""
    return (
        f'<table style="border-collapse:collapse;margin:4px 0;color:inherit;line-height:1.45">{title}'
        + (f"<thead><tr style='background:none'>{head}</tr></thead>" if header else "")
        + f"<tbody>{body}</tbody></table>"
    )


def prose(text: str) -> str:
    """A sentence of ours as markup: what stands between backticks is code, and so are magics."""
    return re.sub(
        r"`([^`\n]+)`|%keras_\w+(?: [A-Z]{2}\d+)?", lambda match: _as_code(match[1] or match[0]), escape(text)
    )


def card(title: str, body: str, label: str, clean: bool = False) -> str:
    """The frame around everything that kerasmagic shows: one left border, a title, a body (both markup).

    Arguments:
        label: what a screen reader announces, plain text: "kerasmagic: problem".
        clean: it says that all is well.
    """
    colour = CLEAN if clean else ACCENT
    return (
        f'<div class="kerasmagic" role="note" aria-label="{escape(label)}" style="border-left:4px solid {colour};'
        f'padding:4px 0 4px 12px;margin:6px 0;color:inherit;line-height:1.45">'
        f'<div class="km-title" style="font-weight:600">{title}</div>{body}</div>'
    )

"""The history of a name: where it lives, from when to when, what it is called elsewhere, how its signature changed."""

from __future__ import annotations

from ..catalog import releases
from ..catalog.history import History, Span, history
from .markup import ACCENT, card, code, details, escape, inline_code, paragraph, plain, table
from .result import Result

_WIDTH, _ROW, _LABEL = 520, 20, 90
_SHOWN = 6


def history_result(name: str) -> Result:
    """Where a name lives, from when to when, its other names, its replacement and how its signature changed.

    Arguments:
        name: a dotted name as a program writes it, old or new: "keras.layers.LocallyConnected1D".

    Raises:
        CatalogError: the catalog's file is missing or damaged.
    """
    found = history(name)
    return Result("lesson", {"history": found.to_dict(), "problems": []}, _text(found), _html(found))


def _headline(found: History) -> str:
    if not found.spans:
        return f"{found.name} is in no recorded release."
    return f"{found.name}: {'; '.join(_words(span) for span in found.spans)}."


def _words(span: Span) -> str:
    if span.current:
        return f"in {span.product} since {span.first}"
    if span.first == span.last:
        return f"in {span.product} {span.first} only"
    return f"in {span.product} {span.first} to {span.last}"


def _after(found: History) -> list[str]:
    lines = []
    if found.replacements:
        lines.append("Today: " + ", ".join(found.replacements))
    elif found.spans and not any(span.current for span in found.spans):
        lines.append("No name of this object is left in the newest recorded release.")
    return lines


def _text(found: History) -> str:
    lines = [_headline(found), *_after(found)]
    others = [alias for alias in found.aliases if alias != found.name]
    if others:
        lines.append("Other names: " + ", ".join(others[:_SHOWN]))
    lines.extend(_picture(found))
    if len({str(signature) for _, signature in found.signatures}) > 1:
        lines.append("Signatures:")
    elif found.signatures:
        lines.append("Signature:")
    lines.extend(
        f"  {_range(span)}: {found.name.rpartition('.')[2]}{signature}" for span, signature in found.signatures
    )
    return plain("\n".join(lines))


def _range(span: Span) -> str:
    return f"{span.product} {span.first}" if span.first == span.last else f"{span.product} {span.first} to {span.last}"


def _presence(found: History) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Product -> each recorded release, and whether the name is there."""
    result = {}
    for product, versions in releases().items():
        spans = [span for span in found.spans if span.product == product]
        if spans:
            inside = {
                version
                for span in spans
                for version in versions[versions.index(span.first) : versions.index(span.last) + 1]
            }
            result[product] = tuple((version, version in inside) for version in versions)
    return result


def _picture(found: History) -> list[str]:
    """The timeline in characters: one mark a recorded release."""
    lines = []
    for product, row in _presence(found).items():
        marks = "".join("#" if there else "." for _, there in row)
        lines.append(f"{product} {row[0][0]} {marks} {row[-1][0]}")
    return lines


def _svg(found: History) -> str:
    presence = _presence(found)
    if not presence:
        return ""
    pieces = []
    for place, (product, row) in enumerate(presence.items()):
        top = place * (_ROW + 14)
        step = (_WIDTH - _LABEL) / len(row)
        pieces.append(
            f'<text x="0" y="{top + 13}" font-size="12" fill="currentColor">{escape(product)}</text>'
            f'<text x="{_LABEL}" y="{top + 29}" font-size="10" fill="currentColor" opacity=".75">'
            f"{escape(row[0][0])}</text>"
            f'<text x="{_WIDTH}" y="{top + 29}" font-size="10" fill="currentColor" opacity=".75" text-anchor="end">'
            f"{escape(row[-1][0])}</text>"
        )
        for index, (version, there) in enumerate(row):
            fill = f'fill="{ACCENT}"' if there else 'fill="currentColor" opacity=".15"'
            pieces.append(
                f'<rect x="{_LABEL + index * step:.1f}" y="{top + 2}" width="{max(step - 1, 1):.1f}" '
                f'height="14" {fill}>'
                f"<title>{escape(product)} {escape(version)}: {'there' if there else 'not there'}</title></rect>"
            )
    height = len(presence) * (_ROW + 14)
    return (
        f'<svg role="img" aria-label="{escape(_headline(found))}" viewBox="0 0 {_WIDTH} {height}" '
        f'style="display:block;max-width:{_WIDTH}px;width:100%;height:auto;margin:6px 0">{"".join(pieces)}</svg>'
    )


def _html(found: History) -> str:
    body = [_svg(found), *(paragraph(escape(line)) for line in _after(found))]
    others = [alias for alias in found.aliases if alias != found.name]
    if others:
        listed = ", ".join(inline_code(alias) for alias in others)
        body.append(paragraph("Other names: " + listed) if len(others) <= _SHOWN else details("Other names", listed))
    if found.signatures:
        short = found.name.rpartition(".")[2]
        rows = [(escape(_range(span)), code(f"{short}{signature}")) for span, signature in found.signatures]
        body.append(details("Signatures", table(("Releases", "Signature"), rows)))
    return card(escape(_headline(found)), "".join(body), "kerasmagic: history of a name")

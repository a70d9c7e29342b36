"""The history of a name: where it lives, from when to when, what it is called elsewhere, how its signature changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Sequence

from ..catalog import releases
from ..catalog.changes import changes, in_words
from ..catalog.history import History, Span, elsewhere, full_name, history, near, spans
from .links import link_html, of_name
from .markup import ACCENT, card, code, details, escape, inline_code, paragraph, plain, prose, table
from .plot import FONT, GREY, picture
from .result import Result

if TYPE_CHECKING:
    from ..diagnosis.repair.successor import Successor

_WIDTH, _ROW, _LABEL = 520, 20, 90
_SHOWN = 4
_ARGUMENTS = {"taken": "accepted", "ignored": "accepted but ignored"}
_THERE, _IGNORED, _ABSENT = "there", "ignored", ""
_MARKS = {_THERE: "#", _IGNORED: "o", _ABSENT: "."}


def history_result(name: str, after: Successor) -> Result:
    """Where a name lives, from when to when, its other names, what replaced it and how its signature changed.

    Arguments:
        name: a dotted name as a program writes it, old or new: "keras.layers.LocallyConnected1D", "Adam.decay".
        after: what to use in its place today.

    Raises:
        CatalogError: the catalog's file is missing or damaged.
    """
    found = history(full_name(name))
    instead = list(_instead(found, after)) if _is_gone(found) else list(_rather(found, after))
    data = {"history": {**found.to_dict(), "instead": [[words, *names] for words, names in instead]}, "problems": []}
    return Result("lesson", data, _text(found, instead), _html(found, instead))


def _is_gone(found: History) -> bool:
    """Whether somebody who reads this needs to write something else today."""
    if found.arguments:
        span, how = found.arguments[-1]
        return how == _IGNORED or not span.current
    return not found.current


def _headline(found: History) -> str:
    if found.spans:
        return f"{found.name}: {'; '.join(_words(span) for span in found.spans)}."
    if found.arguments:
        owner, _, argument = found.name.rpartition(".")
        runs = "; ".join(f"{_ARGUMENTS[how]} {_words(span)}" for span, how in found.arguments)
        return f"{argument}= of {owner}: {runs}."
    return f"No recorded release has {found.name}."


def _words(span: Span) -> str:
    if span.current:
        return f"in {span.product} since {span.first}"
    if span.first == span.last:
        return f"in {span.product} {span.first} only"
    return f"in {span.product} {span.first} to {span.last}"


_PROVISIONAL = (".compat.", ".experimental.")


def _rather(found: History, after: Successor) -> Iterator[tuple[str, Sequence[str]]]:
    """Lines about what to write for something that is still there, where its release advises against it, or has it in a
    module that is not to stay."""
    provisional = [part for part in _PROVISIONAL if part in found.name]
    names = [name for name in after.names if name != found.name and not any(part in name for part in _PROVISIONAL)]
    if after.note:
        yield f"Deprecated: {after.note}", ()
    if names and (after.note or provisional):
        yield "Write today", names[:_SHOWN]
    elif after.note and ".compat." in found.name:
        yield "Nothing outside of tf.compat.v1 is known to take its place.", ()


def _instead(found: History, after: Successor) -> Iterator[tuple[str, Sequence[str]]]:
    """Lines about what to write today: words, and the names that follow them."""
    names = [name for name in after.names if name != found.name]
    if after.advice:
        yield ("Write today: " if found.arguments else "") + after.advice, ()
    elif after.note:
        yield f"Deprecated: {after.note}", ()
    if names:
        only_keras_2 = all(name.startswith("tf_keras.") for name in names)
        only_compat = all(name.startswith("tensorflow.compat.v1.") for name in names)
        still = "Only in tf.compat.v1 today" if only_compat else "Write today"
        still = "Still in Keras 2, as the package tf_keras" if only_keras_2 else still
        yield ("Did you mean" if after.spelling else still), names[:_SHOWN]
    elif found.arguments:
        if not after.advice:
            yield "Leave it out: the newest release gives it no meaning.", ()
    elif not found.spans:
        other = elsewhere(found.name)
        if other:
            yield "Names that end like this, now or in older releases", other
        elif "." not in found.name or not history(found.name.rpartition(".")[0]).spans:
            similar = near(found.name)
            if similar:
                yield "Did you mean", similar
        owner = history(found.name.rpartition(".")[0]) if "." in found.name else found
        if owner.spans:
            yield _headline(owner), ()
    elif not after.advice:
        yield "The newest recorded release has nothing by another name for it.", ()


def _text(found: History, instead: Sequence[tuple[str, Sequence[str]]]) -> str:
    lines = [_headline(found)]
    lines.extend(f"{words}: {', '.join(names)}" if names else words for words, names in instead)
    others = _others(found, instead)
    if others:
        lines.append("Other names: " + ", ".join(others[:_SHOWN]))
    lines.extend(_chart_text(found))
    if found.signatures:
        span, newest = found.signatures[-1]
        lines.append(f"Signature in {span.product} {span.last}: {_short(found)}{newest}")
        lines.extend(f"  since {span.product} {span.first}: {change}" for span, change in _changes(found))
    if found.read:
        lines.append(_not_measured(found))
    link = _page(found)
    if link:
        lines.append(": ".join(link))
    return plain("\n".join(lines))


def _not_measured(found: History) -> str:
    """ "Read from its source, not measured: keras 1.0.8." """
    return f"Read from its source, not measured: {', '.join(found.read)}."


def _page(found: History) -> tuple[str, str] | None:
    """The documentation of this name, where the newest TensorFlow has it."""
    names = (found.name, *found.aliases) if found.current else ()
    here = (name for name in names if any(span.current for span in spans(name)))
    return next(filter(None, map(of_name, here)), None)


def _others(found: History, instead: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    told = {found.name, *(name for _, names in instead for name in names)}
    return [alias for alias in found.aliases if alias not in told and ".compat." not in alias]


def _short(found: History) -> str:
    return found.name.rpartition(".")[2]


def _changes(found: History) -> list[tuple[Span, str]]:
    """How the signature changed from one release to the next, newest first."""
    pairs = zip(found.signatures, found.signatures[1:])
    told = [(span, in_words(changes(old, new))) for (_, old), (span, new) in pairs]
    return [(span, words) for span, words in reversed(told) if words]


def _presence(found: History) -> dict[str, tuple[tuple[str, str], ...]]:
    """Product -> each recorded release, and whether the name is there, ignored, or absent."""
    runs = [(span, _THERE) for span in found.spans]
    runs += [(span, _IGNORED if how == "ignored" else _THERE) for span, how in found.arguments]
    result = {}
    for product, versions in releases().items():
        states = dict.fromkeys(versions, _ABSENT)
        for span, state in runs:
            if span.product == product:
                for version in versions[versions.index(span.first) : versions.index(span.last) + 1]:
                    states[version] = state
        if any(states.values()):
            result[product] = tuple(states.items())
    return result


def _chart_text(found: History) -> list[str]:
    """The timeline in characters: one mark a recorded release."""
    presence = _presence(found)
    lines = []
    for product, row in presence.items():
        marks = "".join(_MARKS[state] for _, state in row)
        lines.append(f"{product} {row[0][0]} {marks} {row[-1][0]}")
    if any(state == _IGNORED for row in presence.values() for _, state in row):
        lines.append("(# accepted, o accepted but ignored, . not there)")
    return lines


def _chart(found: History) -> str:
    presence = _presence(found)
    if not presence:
        return ""
    pieces = []
    for place, (product, row) in enumerate(presence.items()):
        top = place * (_ROW + 14)
        step = (_WIDTH - _LABEL) / len(row)
        pieces += [_words_at(0, top + 13, product, 12), _words_at(_LABEL, top + 29, row[0][0])]
        pieces.append(_words_at(_WIDTH, top + 29, row[-1][0], anchor="end"))
        last = max((index for index, (_, state) in enumerate(row) if state == _THERE), default=0)
        end = _LABEL + (last + 1) * step
        if _LABEL + 80 < end < _WIDTH - 50:  # else the label would stand in another one
            pieces.append(_words_at(end, top + 29, row[last][0], anchor="end"))
        for index, (_, state) in enumerate(row):
            pieces.append(_box(_LABEL + index * step, top + 2, max(step - 1, 1), state))
    height = len(presence) * (_ROW + 14)
    if any(state == _IGNORED for row in presence.values() for _, state in row):
        pieces += [_box(_LABEL, height + 2, 10, _IGNORED), _words_at(_LABEL + 16, height + 13, "accepted but ignored")]
        height += 18
    return picture(_WIDTH, height, _headline(found), "".join(pieces))


def _words_at(x: float, y: float, words: str, size: int = 10, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y}" font-size="{size}" font-family="{FONT}" fill="{GREY}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _box(x: float, y: float, width: float, state: str) -> str:
    """Full where the name is there, only an outline where it is accepted and ignored, pale where it is not."""
    look = {
        _THERE: f'fill="{ACCENT}"',
        _IGNORED: f'fill="none" stroke="{ACCENT}" stroke-dasharray="2 2"',
        _ABSENT: f'fill="{GREY}" opacity=".22"',
    }[state]
    inset = 0.5 if state == _IGNORED else 0
    return (
        f'<rect x="{x + inset:.1f}" y="{y + inset}" width="{width - 2 * inset:.1f}" height="{14 - 2 * inset}" {look}/>'
    )


def _html(found: History, instead: Sequence[tuple[str, Sequence[str]]]) -> str:
    body = [_chart(found)]
    for words, names in instead:
        body.append(paragraph(prose(words) + (": " + _listed(names) if names else "")))
    others = _others(found, instead)
    if others:
        few = len(others) <= _SHOWN
        body.append(paragraph("Other names: " + _listed(others)) if few else details("Other names", _listed(others)))
    if found.signatures:
        span, newest = found.signatures[-1]
        rows = [(_unbroken(f"{span.product} {span.first}"), escape(change)) for span, change in _changes(found)]
        changes = table(("Since", "Change"), rows) if rows else ""
        summary = f"Signature in {escape(span.product)} {escape(span.last)}" + (", and how it changed" if rows else "")
        body.append(details(summary, code(f"{_short(found)}{newest}") + changes))
    if found.read:
        body.append(paragraph(escape(_not_measured(found)), muted=True))
    link = _page(found)
    if link:
        body.append(paragraph(link_html(link), muted=True))
    return card(escape(_headline(found)), "".join(body), "kerasmagic: history of a name")


def _unbroken(words: str) -> str:
    return f'<span style="white-space:nowrap">{escape(words)}</span>'


def _listed(names: Sequence[str]) -> str:
    return ", ".join(inline_code(name) for name in names)

"""How the arguments of something differ between two releases."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Sequence

from .signature import Parameter, Signature

ADDED, REMOVED, RENAMED, DEFAULT, KEYWORD, IGNORED, ORDER = (
    *("added", "removed", "renamed", "default", "keyword"),
    *("ignored", "order"),
)
_MARKS = {"var-positional": "*", "var-keyword": "**"}


class Change(NamedTuple):
    """One thing about the arguments that is otherwise."""

    kind: str
    """``added``, ``removed``, ``renamed``, ``default``, ``keyword`` (by its name only), ``ignored`` (still taken,
    without effect) or ``order`` (what is given without names arrives elsewhere, from this argument on)."""
    name: str
    """What it is called today, or was called where it is gone; ``**kwargs`` with its marks."""
    before: str | None = None
    """Its old name, if it was renamed; else its old default, None where it had none."""
    now: str | None = None
    """Its default today, None where it has none."""

    @property
    def words(self) -> str:
        """``seed=None``, ``nb_epoch → epochs``, ``lr=0.01 → 0.001``."""
        if self.kind == ADDED:
            return _with_default(self.name, self.now)
        if self.kind == RENAMED:
            return f"{self.before} → {self.name}"
        if self.kind == DEFAULT:
            return f"{_with_default(self.name, self.before, ': no default')} → {self.now or 'no default'}"
        said = {KEYWORD: f"{self.name} by name only", IGNORED: f"{self.name} is ignored"}
        return said.get(self.kind, f"another order from {self.name} on" if self.kind == ORDER else self.name)

    def to_dict(self) -> dict[str, str | None]:
        return {"kind": self.kind, "name": self.name, "before": self.before, "now": self.now}


def in_words(found: Sequence[Change]) -> str:
    """All of them in one line: ``+ seed=None; - dim_ordering; lr=0.01 → 0.001``."""
    parts = []
    for mark, kind in (("+ ", ADDED), ("- ", REMOVED)):
        words = [each.words for each in found if each.kind == kind]
        parts += [mark + ", ".join(words)] if words else []
    return "; ".join([*parts, *(each.words for each in found if each.kind not in (ADDED, REMOVED))])


def changes(old: Signature, new: Signature, renamed: Mapping[str, str] | None = None) -> tuple[Change, ...]:
    """What is otherwise in ``new``.

    Arguments:
        renamed: parameter of ``old`` -> what it is known to be called in ``new``. Not given: where all others stand as
            they did, a parameter that stands in the place of another one, with its default, is that one.
    """
    renamed = _in_the_same_place(old, new) if renamed is None else renamed
    before = {item.name: item for item in old.parameters}
    after = {item.name: item for item in new.parameters}
    pairs = {was: now for was in before for now in (was if was in after else renamed.get(was, ""),) if now in after}
    found = [
        Change(ADDED, _marked(item), now=item.default)
        for item in new.parameters
        if item.name not in pairs.values() and item.name not in old.names
    ]
    # What goes through "**kwargs", as measured, has not gone; and what went through it has.
    gone = [_marked(item) for item in old.parameters if item.name not in pairs and item.name not in new.names]
    known = not new.open or new.extra is not None
    gone += [name for name in old.extra or () if known and name not in new.names and renamed.get(name) not in after]
    found += [Change(REMOVED, name) for name in gone]
    for was, now in pairs.items():
        if was != now:
            found.append(Change(RENAMED, now, was, after[now].default))
        if before[was].default != after[now].default:
            found.append(Change(DEFAULT, now, before[was].default, after[now].default))
        if after[now].kind == "keyword" and before[was].kind == "positional":
            found.append(Change(KEYWORD, now))
    found += [Change(IGNORED, name) for name in new.ignored if name in old.names and name not in old.ignored]
    return (*found, *_order([pairs.get(item.name) for item in old.places], [item.name for item in new.places]))


def _order(old: list[str | None], new: list[str]) -> list[Change]:
    """Whether an argument that is given without its name may be another one today."""
    places = {name: place for place, name in enumerate(new)}
    moved = [min(place, places[name]) for place, name in enumerate(old) if name and places.get(name, place) != place]
    return [Change(ORDER, new[min(moved)])] if moved else []


def _in_the_same_place(old: Signature, new: Signature) -> dict[str, str]:
    if len(old.parameters) != len(new.parameters):
        return {}
    pairs = [(was, now) for was, now in zip(old.parameters, new.parameters) if was.name != now.name]
    before, after = ({item.name for item in each.parameters} for each in (old, new))
    # That both are None by default says nothing: Model.save(save_format=None) is not Model.save(zipped=None).
    alike = all((was.kind, was.default) == (now.kind, now.default) and was.default != "None" for was, now in pairs)
    apart = all(was.name not in after and now.name not in before for was, now in pairs)
    return {was.name: now.name for was, now in pairs} if alike and apart else {}


def _marked(parameter: Parameter) -> str:
    return _MARKS.get(parameter.kind, "") + parameter.name


def _with_default(name: str, default: str | None, none: str = "") -> str:
    return name + (none if default is None else f"={default}")

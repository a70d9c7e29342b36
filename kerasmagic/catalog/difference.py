"""What a release offers otherwise than another one: public names that came and went, and arguments that changed."""

from __future__ import annotations

from collections import deque
from typing import Any, Dict, Iterable, Iterator, NamedTuple

from . import reader
from .changes import Change, changes
from .facts import PRODUCTS
from .store import PACKAGE, CatalogError
from .target import Found, Missing, Target

# What no program imports, and what repeats the public names: other API versions, operations without their wrappers.
_NOT_PUBLIC = frozenset(("src", "api", "python", "core", "compat", "raw_ops", "tools", "compiler", "include", "tsl"))
_CALLED = ("class", "function")

Names = Dict[str, Found]


class Changed(NamedTuple):
    """Something that takes other arguments than it took."""

    name: str
    changes: tuple[Change, ...]


class Difference(NamedTuple):
    """From one release to another; an object of several names is told by its shortest one, in alphabetical order."""

    before: Target
    after: Target
    product: str
    came: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[Changed, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What else is to be said: which record stands in for another, and where two were not made in the same way."""
        pairs = [(each.notes, each.releases[self.product]) for each in (self.before, self.after)]
        measured = [version for _, version in pairs if not reader.was_read(self.product, version)]
        probes = {reader.provenance(self.product, version).get("probe") for version in measured}
        unlike = ("The two were recorded with different probes: some of this may be about the probe.",)
        return (*pairs[0][0], *pairs[1][0], *(unlike if len(probes) > 1 else ()))

    def to_dict(self) -> dict[str, Any]:
        return {
            "before": dict(self.before.releases),
            "after": dict(self.after.releases),
            "notes": list(self.notes),
            "came": list(self.came),
            "gone": list(self.gone),
            "changed": [
                {"name": each.name, "changes": [change.to_dict() for change in each.changes]} for each in self.changed
            ],
        }


def difference(before: str, after: str) -> Difference:
    """Compare two releases of a package, as pip installs them.

    Arguments:
        before, after: as a target is written: ``keras==3.12.0``, ``tensorflow==2.15.1``.

    Raises:
        CatalogError: one of them is not recorded, or they are of different packages; the message says what there is.
    """
    old, new = Target.parse(before), Target.parse(after)
    product = _product(old)
    if product != _product(new):
        raise CatalogError(f"{before} and {after} are not two releases of one package.")
    was, now = _public(old, product), _public(new, product)
    return Difference(
        old,
        new,
        product,
        tuple(_once(_only(was, old, now, new))),
        tuple(_once(_only(now, new, was, old))),
        tuple(_changed(was, now)),
    )


def _only(there: Names, other: Target, here: Names, target: Target) -> Iterator[tuple[str, Found]]:
    """What only the second release has; of its classes, what they do not override: it is told of the base."""
    for name in here.keys() - there.keys():
        owner, _, member = here[name].home.rpartition(".")
        bases = reader.lineage(owner, target._bits)[1:]
        told = any(reader.member(base, member, target._bits) for base in bases)
        if not told and _lacks(other, name):
            yield name, here[name]


def _lacks(target: Target, name: str) -> bool:
    """Whether a name is certainly not there: neither by an import, nor as an attribute, nor from a base."""
    parent, _, last = name.rpartition(".")
    return isinstance(target.attribute(name), Missing) and not isinstance(target.import_from(parent, last), Found)


def _product(target: Target) -> str:
    return next(product for product in PRODUCTS if product in target.releases)


def _public(target: Target, root: str) -> Names:
    """The public names of a package, and those of its classes; each module is visited once, by its shortest name."""
    found: Names = {}
    classes: dict[str, str] = {}
    seen = {root}
    waiting = deque([(root, root)])
    while waiting:
        module, home = waiting.popleft()
        for name in target.names(module):
            private = name in _NOT_PUBLIC or name.endswith("_pb2")
            here = None if private else target.import_from(module, name)
            if not isinstance(here, Found) or not _is_offered(here, home, target) or _is_keras_again(here, module):
                continue
            if here.kind == "module" and here.home not in seen:
                seen.add(here.home)
                waiting.append((f"{module}.{name}", here.home))
            found[f"{module}.{name}"] = here
            if here.kind == "class" and "_pb2." not in here.home:
                classes.setdefault(here.home, f"{module}.{name}")
    for home, name in classes.items():
        found.update(_own_members(name, home, target))
    return found


def _is_offered(found: Found, module: str, target: Target) -> bool:
    """Whether a module holds something for others, and does not only use it: packages do, and who made it."""
    row = reader.module(module, target._bits)
    offers = row is None or bool(row.flags & PACKAGE) or found.home.startswith(f"{module}.")
    return offers and (found.home or "builtins").partition(".")[0] in (*PRODUCTS, "tensorflow_estimator", "builtins")


def _is_keras_again(found: Found, module: str) -> bool:
    """``tf.losses`` is ``tf.keras.losses``."""
    return (
        module == "tensorflow" and found.home.startswith(("keras.", "tf_keras.")) and found.name != "tensorflow.keras"
    )


def _own_members(name: str, home: str, target: Target) -> Iterator[tuple[str, Found]]:
    """What a class itself defines, and not its bases."""
    for member in target.names(name):
        found = target.attribute(f"{name}.{member}")
        if isinstance(found, Found) and found.home == f"{home}.{member}":
            yield found.name, found


def _once(names: Iterable[tuple[str, Found]]) -> list[str]:
    """One name for each object: the shortest; values are told apart by their names."""
    best: dict[str, str] = {}
    for name, found in names:
        key = found.home if found.kind != "value" else name
        best[key] = min(best.get(key, name), name, key=_length)
    shortest = set(best.values())
    return sorted(name for name in shortest if name.rpartition(".")[0] not in shortest)  # it goes with its module


def _changed(was: Names, now: Names) -> Iterator[Changed]:
    told = set()
    for name in sorted(was.keys() & now.keys(), key=_length):
        old, new = was[name], now[name]
        pair = (old.home, new.home)
        if old.kind not in _CALLED or old.signature is None or new.signature is None or pair in told:
            continue
        told.add(pair)
        if not (old.signature.is_wrapped or new.signature.is_wrapped):
            found = changes(old.signature, new.signature)
            if found:
                yield Changed(name, found)


def _length(name: str) -> tuple[int, int, str]:
    return name.count("."), len(name), name

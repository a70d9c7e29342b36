"""A name across releases: where it lived, under which names, and which of them a target has."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Any, Iterator, NamedTuple, Sequence

from . import reader
from .facts import PRODUCTS
from .signature import Signature
from .store import PACKAGE, version_key
from .target import Found, Target

# The trees that hold the same things, by the name that a program uses for them. TensorFlow's own come first.
_TREES = (
    ("tensorflow._api.v2.compat.v1.", "tensorflow.compat.v1."),
    ("tensorflow._api.v2.compat.v2.", "tensorflow.compat.v2."),
    ("tensorflow._api.v2.v2.", "tensorflow."),
    ("tensorflow._api.v2.", "tensorflow."),
    ("tensorflow._api.v1.compat.v1.", "tensorflow.compat.v1."),
    ("tensorflow._api.v1.compat.v2.", "tensorflow.compat.v2."),
    ("tensorflow._api.v1.v1.", "tensorflow."),
    ("tensorflow._api.v1.", "tensorflow."),
    ("tensorflow.tools.api.generator.api.", "tensorflow."),
    ("tensorflow.python.keras.api._v2.keras.", "tensorflow.keras."),
    ("tensorflow.python.keras.api._v1.keras.", "tensorflow.compat.v1.keras."),
    ("keras.api._v2.keras.", "tensorflow.keras."),
    ("keras.api._v1.keras.", "tensorflow.compat.v1.keras."),
    ("keras._tf_keras.keras.", "tensorflow.keras."),
    ("keras.api._tf_keras.keras.", "tensorflow.keras."),
    ("keras.api.keras.", "keras."),
    ("keras.api.", "keras."),
    ("tf_keras.api._v2.keras.", "tf_keras."),
    ("tf_keras.api._v1.keras.", "tf_keras."),
)
# Roots of Keras: what follows one of them may follow another.
_KERAS_ROOTS = ("keras.", "tensorflow.keras.", "tf_keras.", "tensorflow.compat.v1.keras.")
_WRITTEN_ROOTS = ("tensorflow.python.keras.", "tensorflow.compat.v2.keras.", *_KERAS_ROOTS)


_LATER = re.compile(r"(_v|V)[2-9](~\d+)?$")
# What programs call them.
_SHORT = {"tf": "tensorflow", "K": "keras.backend"}


class Candidate(NamedTuple):
    """Another name of an object, which the target has."""

    name: str
    reason: str
    """How it is known: "the same object in keras 2.0.9 to 2.3.1"."""
    releases: tuple[str, ...]
    """The releases in which both were one object, oldest and newest: ("keras 2.0.9", "keras 2.3.1")."""


class Span(NamedTuple):
    """A run of recorded releases, from the first to the last; ``current``: the last is the newest recorded."""

    product: str
    first: str
    last: str
    current: bool


class History(NamedTuple):
    """What the catalog knows of a name, across all releases."""

    name: str
    spans: tuple[Span, ...]
    aliases: tuple[str, ...]
    """Other public names of the same object, best first."""
    signatures: tuple[tuple[Span, Signature], ...]
    """How it was called, and in which releases, oldest first."""
    homes: tuple[str, ...]
    """Where the object was made, oldest first."""
    arguments: tuple[tuple[Span, str], ...] = ()
    """Where the name is no attribute but an argument, as in ``keras.optimizers.Adam.decay``: in which releases, and
    whether it is ``taken`` or ``ignored`` there."""

    @property
    def current(self) -> bool:
        """Whether the newest recorded release has it."""
        return any(span.current for span in self.spans)

    @property
    def read(self) -> tuple[str, ...]:
        """Which of the releases that are told were read from their source: ("keras 1.0.8", "keras 1.1.2")."""
        whole = [*self.spans, *(span for span, _ in self.arguments)]
        told = [(span.product, version) for span in whole for version in (span.first, span.last)]
        told += [(span.product, span.first) for span, _ in self.signatures]
        read = (each for each in dict.fromkeys(told) if reader.was_read(*each))
        return tuple(" ".join(each) for each in sorted(read, key=lambda each: (each[0], version_key(each[1]))))

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "spans": [span._asdict() for span in self.spans],
            "aliases": list(self.aliases),
            "signatures": [{**span._asdict(), "signature": str(signature)} for span, signature in self.signatures],
            "homes": list(self.homes),
            "arguments": [{**span._asdict(), "how": how} for span, how in self.arguments],
            "read": list(self.read),
        }


def equivalents(name: str, target: Target) -> list[Candidate]:
    """Other names of the same object, in any release where ``name`` existed, that exist in ``target``; best first.

    Public before private, the same root package before another, short before long.
    """
    known: dict[str, list[tuple[str, str, Found]]] = {}
    for product, version, found in _sightings(name):
        for other in _other_names(name, found):
            known.setdefault(other, []).append((product, version, found))
    candidates = []
    for other, seen in known.items():
        here = _reachable(target, other, frozenset(_prefixes(other)))
        if other == name or not isinstance(here, Found) or _is_first_version(here, [found for *_, found in seen]):
            continue
        releases = tuple(dict.fromkeys((" ".join(seen[0][:2]), " ".join(seen[-1][:2]))))
        candidates.append(Candidate(other, f"the same object in {' to '.join(releases)}", releases))
    return sorted(candidates, key=lambda candidate: _rank(candidate.name, name))


def _is_first_version(here: Found, seen: Sequence[Found]) -> bool:
    """Whether a name that was a later version of something where it was seen is the first one here: ``tf.where``."""
    return not _LATER.search(here.home) and all(_LATER.search(found.home) for found in seen)


def history(name: str) -> History:
    """What the catalog knows of a dotted name; no release has it: no ``spans``.

    Arguments:
        name: with its package, ``keras.layers.Dense``; :func:`full_name` finds the package.
    """
    sightings = _sightings(name)
    aliases = dict.fromkeys(other for _, _, found in sightings for other in _other_names(name, found))
    real = (
        other
        for other in aliases
        if other != name and not _is_private(other) and _offered(other) and not _parts_from(name, other)
    )
    homes = tuple(dict.fromkeys(found.home for _, _, found in sightings if found.home))
    return History(
        name,
        _spans([(product, version) for product, version, _ in sightings]),
        tuple(sorted(real, key=lambda alias: _rank(alias, name))),
        signatures(name),
        homes,
        () if sightings else tuple(_as_argument(name)),
    )


def _parts_from(name: str, other: str) -> bool:
    """Whether another name is of another object, in some release: what Keras 3 put in the place of all legacy
    optimizers is one class, and they are not one."""
    module, _, last = other.rpartition(".")
    if last == name.rpartition(".")[2]:
        return False
    homes = {(product, version): found.home for product, version, found in _sightings(other)}
    beside = _sightings(f"{module}.{name.rpartition('.')[2]}")
    return any(homes.get((product, version), found.home) != found.home for product, version, found in beside)


def _offered(name: str) -> bool:
    """Whether a name is where its object was made, or in a package: other modules only use it."""
    for product, version, found in _sightings(name):
        bits = reader.bits_of(((product, version),), False)
        rows = (reader.module(prefix, bits) for prefix in reversed(_prefixes(name)[:-1]))
        row = next((row for row in rows if row is not None), None)
        if row is None or row.flags & PACKAGE or found.home == name:
            return True
    return False


def _runs(values: list[tuple[str, str, Any]]) -> Iterator[tuple[Span, list[Any]]]:
    """Neighbouring releases whose values read alike; releases between them of which none is known do not part them."""
    recorded = reader.releases()
    run: list[tuple[str, str, Any]] = []
    for each in (*values, None):
        if run and (each is None or each[0] != run[0][0] or str(each[2]) != str(run[0][2])):
            product, last = run[0][0], run[-1][1]
            yield Span(product, run[0][1], last, last == recorded[product][-1]), [value for _, _, value in run]
            run = []
        run += [each] if each else []


def _as_argument(name: str) -> Iterator[tuple[Span, str]]:
    """The releases in which the last part of a name is an argument of what stands before it."""
    owner, _, argument = name.rpartition(".")
    taken = []
    for product, version, found in _sightings(owner):
        signature = found.signature
        if signature is None:
            continue
        if argument in signature.ignored:
            taken.append((product, version, "ignored"))
        elif argument in (*(p.name for p in signature.parameters), *(signature.extra or ())):
            taken.append((product, version, "taken"))
        elif not signature.open or signature.extra is not None:  # else it is not known what "**kwargs" takes
            taken.append((product, version, ""))
    return ((span, how) for span, (how, *_) in _runs(taken) if how)


def full_name(name: str) -> str:
    """A name with its package: ``Adam.decay`` is ``keras.optimizers.Adam.decay``; as it is where none has it."""
    first, dot, rest = name.partition(".")
    if first in PRODUCTS:
        return name
    if first in _SHORT:
        return f"{_SHORT[first]}{dot}{rest}"
    found = elsewhere(first, 1)
    return f"{found[0]}{dot}{rest}" if found else name


def elsewhere(name: str, count: int = 3) -> list[str]:
    """Public names that end as this one does: where Keras or TensorFlow have, or had, something by that name."""
    last = name.rpartition(".")[2]
    owners = (owner for node in reader.nodes_with(last) for owner in _public_names(node))
    names = (f"{owner}.{last}" for owner in dict.fromkeys(owners) if ".compat" not in owner and ".raw_ops" not in owner)
    ranked = sorted((each for each in names if not _is_private(each) and each != name), key=lambda n: _rank(n, name))
    return list(islice((each for each in ranked if _offered(each)), count))


def near(name: str, count: int = 3) -> list[str]:
    """Public names whose last part is written nearly like this one's."""
    from difflib import get_close_matches

    last = name.rpartition(".")[2].lower()
    known = {each.lower(): each for each in reader.public_names()}
    spelled = [known[each] for each in get_close_matches(last, known, count, cutoff=0.8)]
    return [found for each in spelled for found in elsewhere(each, 1)]


def _public_names(node: str) -> list[str]:
    """What programs call a module or class."""
    return [_public(f"{module}.{name}") for module, name in reader.aliases(node)] or [_public(node)]


def products() -> tuple[str, ...]:
    """The packages of which releases are recorded."""
    return tuple(reader.releases())


def spans(name: str) -> tuple[Span, ...]:
    """The recorded releases that have a name."""
    return _spans([(product, version) for product, version, _ in _sightings(name)])


@lru_cache(maxsize=1024)
def notes(name: str) -> tuple[str, ...]:
    """What the releases that have a name say themselves about its deprecation, the newest first; of a name that is
    still there, what the newest says."""
    seen = _sightings(name)
    if any(span.current for span in spans(name)):
        seen = seen[-1:]
    texts = (
        reader.note(each.home, reader.bits_of(((product, version),), False)) for product, version, each in seen[::-1]
    )
    return tuple(dict.fromkeys(filter(None, texts)))


@lru_cache(maxsize=1024)
def _sightings(name: str) -> tuple[tuple[str, str, Found], ...]:
    """Each recorded release in which a name resolves, oldest first."""
    parent, _, member = name.rpartition(".")
    answers: Iterator[tuple[str, str, Any]]
    if parent:  # what is not there has no members: most names are of few releases
        targets = {(product, version): target for product, version, target in _alone(name.split(".")[0])}
        prefixes = frozenset(_prefixes(name))
        answers = (
            (product, version, _member(targets[product, version], found, parent, member, prefixes))
            for product, version, found in _sightings(parent)
        )
    else:
        answers = ((product, version, target.import_module(name)) for product, version, target in _alone(name))
    return tuple((product, version, found) for product, version, found in answers if isinstance(found, Found))


def _member(target: Target, owner: Found, parent: str, member: str, imported: frozenset[str]) -> Any:
    """A member of what was found, as an attribute or as an import statement would reach it."""
    found = target.member(owner, parent, member, imported)
    return found if isinstance(found, Found) else target.import_from(parent, member)


@lru_cache(maxsize=8)
def _alone(root: str) -> tuple[tuple[str, str, Target], ...]:
    """The releases of a root's package, each as a target."""
    recorded = reader.releases()
    if root not in recorded:
        return ()
    # Keras 2.4 is nothing but another name for the tf.keras of TensorFlow 2.2 and later.
    return tuple(
        (
            root,
            version,
            Target.parse(f"tensorflow=={version}")
            if root == "tensorflow"
            else Target({root: version, **({"tensorflow": "2.3.4"} if (root, version) == ("keras", "2.4.3") else {})}),
        )
        for version in recorded[root]
    )


def _reachable(target: Target, name: str, imported: frozenset[str]) -> Any:
    """A name as an import statement would reach it, or as an attribute of something that it reaches."""
    found = target.attribute(name, imported)
    if isinstance(found, Found):
        return found
    module, _, member = name.rpartition(".")
    return target.import_from(module, member) if module else found


def _prefixes(name: str) -> tuple[str, ...]:
    parts = name.split(".")
    return tuple(".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _other_names(name: str, found: Found) -> tuple[str, ...]:
    """Names under which a program may write the object, in whatever release; the asked one among them."""
    names = [name]
    owner, _, method = found.home.rpartition(".")
    if found.kind == "module":
        names.append(_public(found.home))
    elif found.home and not found.home.startswith("builtins."):
        homes = [(found.home, "")]
        if not reader.aliases(found.home):
            homes.append((owner, "." + method))  # a method goes with its class
        for home, rest in homes:
            names.extend(_public(f"{node}.{member}") + rest for node, member in reader.aliases(home))
        names.append(found.home.split("~")[0])
    written = dict.fromkeys(moved for other in names for moved in (other, *_in_other_roots(other)))
    # Up to TensorFlow 1.7, tf.nn is an internal module; what is there now is another matter.
    is_internal = found.kind == "module" and found.home.startswith("tensorflow.python.")
    return tuple(other for other in written if not is_internal or other == name or not _is_private(other))


def _in_other_roots(name: str) -> tuple[str, ...]:
    for root in _WRITTEN_ROOTS:
        if name.startswith(root):
            rest = name[len(root) :]
            return tuple(other + rest for other in _KERAS_ROOTS if other != root)
    return ()


def _public(name: str) -> str:
    """A recorded place as a program writes it."""
    for tree, written in _TREES:
        if (name + ".").startswith(tree):
            return (written + name[len(tree) :]).rstrip(".")
    return name


def _is_private(name: str) -> bool:
    parts = name.split(".")
    return name.startswith("tensorflow.python.") or any(
        part.startswith("_") or part in ("src", "api") for part in parts
    )


def _rank(name: str, asked: str) -> tuple[Any, ...]:
    root, asked_root = _root(name), _root(asked)
    order = ("keras", "tensorflow.keras", "tensorflow", "tf_keras")
    far = order.index(root) if root in order else len(order)
    old = (
        ".compat." in name
        or ".raw_ops." in name
        or ".legacy" in name
        or ".contrib." in name
        or ".experimental." in name
    )
    last_differs = name.rpartition(".")[2] != asked.rpartition(".")[2]
    return (_is_private(name), root != asked_root, far, old, last_differs, name.count("."), len(name), name)


def _root(name: str) -> str:
    if name.startswith(("tensorflow.keras", "tensorflow.python.keras")):
        return "tensorflow.keras"
    return name.split(".")[0]


def _spans(sightings: list[tuple[str, str]]) -> tuple[Span, ...]:
    """Runs of neighbouring releases."""
    spans: list[Span] = []
    for product, recorded in reader.releases().items():
        here = {version for other, version in sightings if other == product}
        run: list[str] = []
        for version in (*recorded, ""):
            if version in here:
                run.append(version)
            elif run:
                spans.append(Span(product, run[0], run[-1], run[-1] == recorded[-1]))
                run = []
    return tuple(spans)


@lru_cache(maxsize=1024)
def signatures(name: str) -> tuple[tuple[Span, Signature], ...]:
    """How a name was called, and in which releases, oldest first; a decorator's ``(*args, **kwargs)`` tells nothing."""
    seen = ((product, version, found.signature) for product, version, found in _sightings(name))
    runs = _runs([each for each in seen if each[2] is not None and not each[2].is_wrapped])
    return tuple((span, _measured(alike)) for span, alike in runs)


def _measured(alike: Sequence[Signature]) -> Signature:
    """Of signatures that read alike, one of which it is known what goes through ``**kwargs``."""
    return next((each for each in alike if each.extra is not None), alike[0])


def last_kind(name: str) -> str:
    """What a name was in the last release that has it: "class", "function"; "" where none has it."""
    found = _sightings(name)
    return found[-1][2].kind if found else ""


@lru_cache(maxsize=64)
def names(owner: str) -> tuple[str, ...]:
    """Public names that a module or class has, or had in any release."""
    return tuple(sorted({name for _, _, target in _alone(owner.split(".")[0]) for name in target.names(owner)}))


@lru_cache(maxsize=256)
def own_members(module: str) -> tuple[str, ...]:
    """The classes and functions that a module itself made, in the last release that has it."""
    found = _sightings(module)
    if not found or found[-1][2].kind != "module":
        return ()
    product, version, last = found[-1]
    target = next(each for name, number, each in _alone(product) if (name, number) == (product, version))
    members = ((name, target.attribute(f"{module}.{name}", frozenset([module]))) for name in target.names(module))
    return tuple(
        name
        for name, member in members
        if isinstance(member, Found)
        and member.kind in ("class", "function")
        and member.home.startswith(f"{last.home}.")
        and not name.startswith("_")
    )

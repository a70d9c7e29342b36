"""A name across releases: where it lived, under which names, and which of them a target has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from . import reader
from .store import version_key
from .target import Found, Signature, Target

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


@dataclass(frozen=True)
class Candidate:
    """Another name of an object, which the target has."""

    name: str
    reason: str
    """How it is known: "the same object in keras 2.0.9 to 2.3.1"."""
    releases: tuple[str, ...]
    """The releases in which both were one object, oldest and newest: ("keras 2.0.9", "keras 2.3.1")."""


@dataclass(frozen=True)
class Span:
    """A run of recorded releases, from the first to the last; ``current``: the last is the newest recorded."""

    product: str
    first: str
    last: str
    current: bool


@dataclass(frozen=True)
class History:
    """What the catalog knows of a name, across all releases."""

    name: str
    spans: tuple[Span, ...]
    aliases: tuple[str, ...]
    """Other public names of the same object, best first."""
    signatures: tuple[tuple[Span, Signature], ...]
    """How it was called, and in which releases."""
    homes: tuple[str, ...]
    """Where the object was made, oldest first."""
    replacements: tuple[str, ...] = ()
    """Where it is gone from the newest release: the names of the same object that are there."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "spans": [span.__dict__ for span in self.spans],
            "aliases": list(self.aliases),
            "signatures": [{**span.__dict__, "signature": str(signature)} for span, signature in self.signatures],
            "homes": list(self.homes),
            "replacements": list(self.replacements),
        }


def equivalents(name: str, target: Target) -> list[Candidate]:
    """Other names of the same object, in any release where ``name`` existed, that exist in ``target``; best first.

    Public before private, the same root package before another, short before long.
    """
    known: dict[str, list[tuple[str, str]]] = {}
    for product, version, found in _sightings(name):
        for other in _other_names(name, found):
            known.setdefault(other, []).append((product, version))
    candidates = []
    for other, seen in known.items():
        if other == name or not isinstance(_reachable(target, other), Found):
            continue
        releases = tuple(dict.fromkeys((" ".join(seen[0]), " ".join(seen[-1]))))
        candidates.append(Candidate(other, f"the same object in {' to '.join(releases)}", releases))
    return sorted(candidates, key=lambda candidate: _rank(candidate.name, name))


def history(name: str) -> History:
    """What the catalog knows of a dotted name (``tf`` for ``tensorflow``, too); no release has it: no ``spans``."""
    name = f"tensorflow.{name[3:]}" if name.startswith("tf.") else name
    sightings = _sightings(name)
    aliases: dict[str, None] = {}
    signatures: list[tuple[str, str, Signature]] = []
    for product, version, found in sightings:
        aliases.update(dict.fromkeys(_other_names(name, found)))
        if found.signature is not None:
            signatures.append((product, version, found.signature))
    spans = _spans([(product, version) for product, version, _ in sightings])
    grouped: list[tuple[Span, Signature]] = []
    for signature in dict.fromkeys(str(signature) for _, _, signature in signatures):
        same = [(product, version, s) for product, version, s in signatures if str(s) == signature]
        grouped.extend((span, same[0][2]) for span in _spans([(product, version) for product, version, _ in same]))
    real = (other for other in aliases if other != name and not _is_private(other) and _sightings(other))
    public = sorted(real, key=lambda alias: _rank(alias, name))
    replacements: tuple[str, ...] = ()
    if spans and not any(span.current for span in spans):
        recorded = reader.releases()
        newest = Target.parse(f"tensorflow=={recorded['tensorflow'][-1]},tf_keras=={recorded['tf_keras'][-1]}")
        replacements = tuple(
            candidate.name for candidate in equivalents(name, newest) if not _is_private(candidate.name)
        )
    homes = tuple(dict.fromkeys(found.home for _, _, found in sightings if found.home))
    return History(name, spans, tuple(public), tuple(grouped), homes, replacements[:5])


def spans(name: str) -> tuple[Span, ...]:
    """The recorded releases that have a name."""
    return _spans([(product, version) for product, version, _ in _sightings(name)])


@lru_cache(maxsize=1024)
def _sightings(name: str) -> tuple[tuple[str, str, Found], ...]:
    """Each recorded release in which a name resolves, oldest first."""
    answers = ((each[0], each[1], _reachable(each[2], name)) for each in _alone(name.split(".")[0]))
    return tuple((product, version, found) for product, version, found in answers if isinstance(found, Found))


@lru_cache(maxsize=8)
def _alone(root: str) -> tuple[tuple[str, str, Target], ...]:
    """The releases of a root's package, each as a target."""
    recorded = reader.releases()
    if root not in recorded:
        return ()
    return tuple(
        (root, version, Target.parse(f"{root}=={version}") if root == "tensorflow" else Target({root: version}))
        for version in recorded[root]
    )


def _reachable(target: Target, name: str) -> Any:
    """A name as an import statement would reach it, or as an attribute of something that it reaches."""
    found = target.attribute(name, frozenset(_prefixes(name)))
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
    return tuple(dict.fromkeys(moved for other in names for moved in (other, *_in_other_roots(other))))


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
        for version in (*sorted(recorded, key=version_key), ""):
            if version in here:
                run.append(version)
            elif run:
                spans.append(Span(product, run[0], run[-1], run[-1] == recorded[-1]))
                run = []
    return tuple(spans)


def last_release_with(name: str) -> Span | None:
    """The last run of releases that has a name."""
    found = _spans([(product, version) for product, version, _ in _sightings(name)])
    return found[-1] if found else None

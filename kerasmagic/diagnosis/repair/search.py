"""Where else a missing name can be found, best first.

The order is that of trust: the same object under another name, a move that the rules know, the same last name where
submodules were flattened away, another spelling, another tree of Keras, ``tf.compat.v1``. Everything that is
yielded exists in the world that was asked.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Iterator

from ...catalog import history
from ...catalog.target import Found, Missing
from ...rules import moves
from ..model.move import Moved, Moves, split_tree, trees_for
from ..resolve.world import World

SAME, MOVED, FLATTENED, SPELLING, TREE, COMPAT = "same", "moved", "flattened", "spelling", "tree", "compat"


@dataclass(frozen=True)
class Candidate:
    """A name that exists here, and why it is meant."""

    name: str
    kind: str
    """module, class, function, value or property."""
    how: str
    """``same`` (one object, as recorded), ``moved`` (a rule knows it), ``flattened`` (its submodule is gone),
    ``spelling``, ``tree`` (another package of Keras) or ``compat`` (``tf.compat.v1``)."""
    importable: bool = True
    """For a module: whether ``import a.b`` finds it, and not only ``from a import b``."""
    rule: str = ""
    """The rule that knows the move."""


def find(name: str, world: World) -> Iterator[Candidate]:
    """Names that can stand for a missing one, best first, each once: itself, too, if it can be imported."""
    seen: set[str] = set()
    for candidate in _search(name, world):
        if candidate.name not in seen:
            seen.add(candidate.name)
            yield candidate


def advice(name: str) -> list[Moved]:
    """What the rules say about a name for a person to do, the most specific first."""
    found = [moved for key in _keys(name) for moved in moves().of(key)]
    further = [new for moved in found if moved.move.old != name for new in moved.targets("keras") if new != name]
    told = [moved for moved in found if moved.move.advice or moved.move.commands]
    return told or [moved for new in further for moved in moves().of(new) if moved.move.advice or moved.move.commands]


@lru_cache(maxsize=4096)
def known_move(name: str) -> Moved | None:
    """The most specific thing that the rules know about a name."""
    return next((moved for key in _keys(name) for moved in moves().of(key)), None)


def lookup(name: str, world: World) -> Found | None:
    """What a dotted name finds when it is imported, as a module or from its parent; None if nothing is certain."""
    parent, _, last = name.rpartition(".")
    answer = world.import_from(parent, last) if parent else world.import_module(name)
    if answer is None or (isinstance(answer, Missing) and answer.parent != parent):
        answer = world.attribute(name)  # a member of a class cannot be imported
    return answer if isinstance(answer, Found) and not _only_imports(name, world) else None


def _search(name: str, world: World) -> Iterator[Candidate]:
    split = split_tree(_canonical(name))
    if split is None:
        yield from _search_tensorflow(_canonical(name), world)
        return
    tree, rest = split
    trees = trees_for(tree)
    ended = _ended(name)
    for index, root in enumerate(trees):
        base = f"{root}.{rest}" if rest else root
        how = "" if index == 0 else TREE
        if ended:
            yield from _exactly(base, world, how or FLATTENED) if base != name else ()
            continue
        yield from _exactly(base, world, how or (FLATTENED if root != tree else SAME))
        yield from _same_object(base, world)
        yield from _moved(base, root, world, how)
        yield from _flattened(base, root, world, how)
        yield from _respelled(base, root, world)
        yield from _in_respelled_module(base, root, world)
    yield from _compat(_canonical(name), world)


def _ended(name: str) -> bool:
    """Whether the rules know that nothing took its place: then likeness of names would mislead."""
    moved = known_move(name)
    return moved is not None and not moved.rest and not moved.move.new and bool(moved.move.advice)


def _search_tensorflow(name: str, world: World) -> Iterator[Candidate]:
    yield from _exactly(name, world, SPELLING)
    yield from _behind_a_file(name, world)
    yield from _same_object(name, world)
    yield from _moved(name, "tensorflow.keras", world, "")
    if name.startswith("tensorflow."):
        yield from _compat(name, world)
        yield from _respelled(name, "tensorflow", world)


def _exactly(name: str, world: World, how: str, rule: str = "") -> Iterator[Candidate]:
    found = lookup(name, world)
    if found:
        importable = found.kind == "module" and isinstance(world.import_module(name), Found)
        yield Candidate(name, found.kind, how, importable, rule)


def _behind_a_file(name: str, world: World) -> Iterator[Candidate]:
    """An attribute that imports do not find: files named like tf.distribute and tf.lite stand before them.

    The same objects can be imported from compat.v2; those of compat.v1 are others.
    """
    ours = name.startswith("tensorflow.") and not name.startswith("tensorflow.compat.")
    if ours and isinstance(world.attribute(name, frozenset(["tensorflow"])), Found):
        yield from _exactly(f"tensorflow.compat.v2.{name[len('tensorflow.') :]}", world, SAME)


def _same_object(name: str, world: World) -> Iterator[Candidate]:
    if world.target is not None:
        for other in history.equivalents(name, world.target):
            if is_public(other.name):
                yield from _exactly(other.name, world, SAME)


_PRIVATE = ("tensorflow.python.", "tensorflow.compat.v2.", "keras.src.", "keras.api.", "tf_keras.src.")


def is_public(name: str) -> bool:
    """Whether a name is one to recommend: no private module, and no way round through another API version."""
    parts = name.split(".")
    return not (
        any(part.startswith("_") for part in parts[:-1])
        or name.startswith(_PRIVATE)
        or name == "tensorflow.compat.v2"
        or parts.count("compat") > 1
    )


def _moved(name: str, root: str, world: World, how: str, depth: int = 3) -> Iterator[Candidate]:
    for key in _keys(name):
        for moved in moves().of(key):
            for new in moved.targets(root):
                yield from _exactly(new, world, how or MOVED, moved.rule)
                yield from _behind_a_file(new, world)
                yield from _flattened(new, root, world, how or MOVED)
                if depth and new != name:
                    yield from _moved(new, root, world, how, depth - 1)


def _flattened(name: str, root: str, world: World, how: str) -> Iterator[Candidate]:
    """The last name in each package above: ``layers.core.Dense`` is ``layers.Dense`` where ``layers.core`` is gone."""
    parts = name[len(root) + 1 :].split(".") if name.startswith(root + ".") else []
    for keep in range(len(parts) - 2, 0, -1):
        yield from _exactly(".".join([root, *parts[:keep], parts[-1]]), world, how or FLATTENED)
    if len(parts) > 1:  # a module that another one had imported: keras.layers.initializations
        renamed = [new for moved in moves().of(f"keras.{parts[-1]}") for new in moved.targets(root)]
        for module in (f"{root}.{parts[-1]}", *renamed):
            yield from (found for found in _exactly(module, world, how or FLATTENED) if found.kind == "module")


def _respelled(name: str, root: str, world: World) -> Iterator[Candidate]:
    """Part by part from the root: as it is, in another case, or nearly so. A name that some release had is no slip."""
    parts = name[len(root) + 1 :].split(".")
    if not name.startswith(root + ".") or history.history(name).spans:
        return
    spelled = [root]
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        spelled = [
            f"{parent}.{near}"
            for parent in spelled
            for near in ([part] if lookup(f"{parent}.{part}", world) else near_names(part, world.names(parent)))
            if last or _is_owner(f"{parent}.{near}", world)
        ][:3]
    gone = known_move(name.rpartition(".")[0]) is not None
    above = [".".join([root, *parts[:keep]]) for keep in range(len(parts) - 2, 0, -1)] if gone else []
    spelled += [f"{package}.{near}" for package in above for near in near_names(parts[-1], world.names(package))[:1]]
    found = [found for candidate in spelled if candidate != name for found in _exactly(candidate, world, SPELLING)]
    # A name with capitals is a class: no module is one that was misspelled, unless only the case is wrong.
    found.sort(key=lambda candidate: candidate.kind == "module" and not parts[-1].islower())
    yield from found


def _in_respelled_module(name: str, root: str, world: World) -> Iterator[Candidate]:
    """What is found once a module that no release has is spelled as one that is here: ``keras.util.np_utils``."""
    parts = name[len(root) + 1 :].split(".")
    for index, part in enumerate(parts[:-1]):
        parent = ".".join([root, *parts[:index]])
        if lookup(f"{parent}.{part}", world):
            continue
        if not history.history(f"{parent}.{part}").spans:
            near = (f"{parent}.{near}" for near in near_names(part, world.names(parent)))
            module = next((name for name in near if isinstance(world.import_module(name), Found)), None)
            if module:
                yield from _search(".".join([module, *parts[index + 1 :]]), world)
        return


def _is_owner(name: str, world: World) -> bool:
    found = lookup(name, world)
    return found is not None and found.kind in ("module", "class")


def near_names(name: str, names: tuple[str, ...]) -> list[str]:
    """The names that were probably meant, likeliest first: the same letters in another case, or a slip of the "
    "finger."""
    plain = _letters(name)
    same = [other for other in names if _letters(other) == plain and not _other_kind(name, other)]
    allowed = 0 if len(plain) < 4 else 1 if len(plain) < 8 else 2 if len(plain) < 16 else 3
    digits = _digits(plain)
    close = [
        (distance, other)
        for other in names
        if allowed
        and abs(len(other) - len(name)) <= allowed + 2
        and _digits(other) == digits
        and not _other_kind(name, other)
        for distance in (_distance(plain, _letters(other)),)
        if 0 < distance <= allowed
    ]
    cut = len(plain) > 5 and name[:1].isupper()
    begun = [other for other in names if cut and _letters(other).startswith(plain)]
    if not same and not close and len(begun) == 1 and _digits(begun[0]) == digits:
        return begun  # cut short: BatchNorm
    # "dense" is the class Dense rather than a module: a name with capitals is the usual one in Keras.
    same.sort(key=lambda other: (other.lower() == other, other))
    close.sort(key=lambda pair: (pair[0], pair[1][:1].isupper() != name[:1].isupper(), pair[1]))
    if len({_letters(other) for distance, other in close if distance == close[0][0]}) > 1:
        close = []  # several names are as near as each other: a guess would mostly be wrong
    return [*same, *(other for _, other in close)]


def near_name(name: str, names: tuple[str, ...]) -> str | None:
    """The one name that was most likely meant; None if none is near."""
    return next(iter(near_names(name, names)), None)


def _other_kind(name: str, other: str) -> bool:
    """``mean_squared_error`` is a function, ``MeanSquaredError`` a class: one is not the other misspelled."""
    return "_" in name.strip("_") and name == name.lower() and "_" not in other and other != other.lower()


def _digits(name: str) -> str:
    return "".join(character for character in name if character.isdigit())


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed, or swapped with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        twice, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, twice[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _letters(name: str) -> str:
    """A name without case and underscores, and with characters that only look like Latin letters made so."""
    folded = unicodedata.normalize("NFKD", name).translate(_LOOKALIKES)
    return folded.lower().replace("_", "")


# Cyrillic and Greek letters that look like Latin ones: they come in by copying from web pages and by keyboard layout.
_LOOKALIKES = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445"
    "\u0456\u0455\u0458\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7\u03bf\u03bd",
    "ABEKMHOPCTXaeopcyxisjABEHIKMNOPTXov",
)


def _compat(name: str, world: World) -> Iterator[Candidate]:
    if name.startswith("tensorflow.") and not name.startswith("tensorflow.compat."):
        yield from _exactly(f"tensorflow.compat.v1.{name[len('tensorflow.') :]}", world, COMPAT)


def _only_imports(name: str, world: World) -> bool:
    """Keras 3 keeps ``optimizers.legacy`` for imports; its classes raise when they are called."""
    keras = world.version("keras") or ""
    return (
        ".optimizers.legacy" in name and not name.startswith("tf_keras") and not keras.startswith("2.") and bool(keras)
    )


def _canonical(name: str) -> str:
    """The name with its root as TensorFlow and Keras spell it: ``tf`` and ``TensorFlow`` are ``tensorflow``."""
    root, dot, rest = name.partition(".")
    root = {"tf": "tensorflow"}.get(root.lower(), root.lower())
    if root == "tensorflow" and rest.lower().partition(".")[0] == "keras":
        rest = rest.lower().partition(".")[0] + rest[len("keras") :]
    return root + dot + rest


def _keys(name: str) -> list[str]:
    """The names under which the rules may know something about a name."""
    canonical = _canonical(name)
    split = split_tree(canonical)
    keys = [canonical]
    if split:
        keys.append(f"keras.{split[1]}" if split[1] else "keras")
    return list(dict.fromkeys(keys))


__all__ = ["Candidate", "Moves", "advice", "find", "known_move", "lookup", "near_name"]

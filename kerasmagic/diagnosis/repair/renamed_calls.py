"""Whether a name means the same under its new name: the calls of it, and the names of a module."""

from __future__ import annotations

from ...catalog.changes import changes, in_words
from ...catalog.history import last_kind, own_members, signatures
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.move import split_tree
from ..resolve.arguments import moved_place
from ..resolve.moved import keys, known_move, lookup
from ..resolve.world import World
from .search import ALIKE, find

_NAMED = 4
_FEW = 4  # a module with less than one in four of the names is another one


def called_otherwise(reference: Reference, new: str, kind: str, facts: CellFacts, world: World) -> str:
    """What is another thing in a call under the new name, in a sentence; "" where nothing is known to be."""
    calls = [call for call in facts.by_kind.get("call", ()) if call.name == reference.name]
    here = world.parameters(new)
    if not calls or here is None or here.is_wrapped:
        return ""
    last = new.rpartition(".")[2]
    if kind == "class" and last_kind(reference.name) == "function":
        return f"{last} is a class: calling it makes an object, where the function gave its result."
    known = [signature for _, signature in signatures(reference.name)]
    for call in calls:
        old = next((each for each in reversed(known) if each.bind(call.positional, call.keywords).fits), None)
        if old is not None and moved_place(call, old, here, world) is not None:
            order = ", ".join(item.name for item in here.places[:6])
            return f"{last} takes its arguments in another order: {order}."
    return ""


def takes_otherwise(old: str, new: str, world: World) -> str:
    """Which arguments of something else are others, in a sentence; "" only where both are known and take the same."""
    known, here = [signature for _, signature in signatures(old)], world.parameters(new)
    last = new.rpartition(".")[2]
    if not known or here is None or known[-1].is_wrapped or here.is_wrapped:
        return f"{last} may take other arguments."
    told = in_words(changes(known[-1], here, {}))
    return f"{last} takes other arguments: {told}." if told else ""


def holds_otherwise(reference: Reference, new: str, facts: CellFacts, world: World) -> str:
    """What a module lacks that stands for another one, in a sentence; "" where it has most of the other's names.

    Where the cell itself uses the module, the engine looks at those very names.
    """
    old = reference.name
    if old.startswith("tf_keras") and not new.startswith("tf_keras") and world.keras_3:
        return "It is Keras 3, where tf_keras is Keras 2: models, layers and saved files of the two do not mix."
    if is_same_module(old, new):
        return ""
    used = [other for other in facts.references if other.name.startswith(f"{old}.")]
    if used:
        gone = [other.name[len(old) + 1 :] for other in used if not _has(new + other.name[len(old) :], world)]
        return f"{new} has no {', '.join(dict.fromkeys(gone))}." if gone else ""
    own = next(filter(None, map(own_members, keys(old))), ())
    lost = [name for name in own if lookup(f"{new}.{name}", world) is None]
    if _FEW * (len(own) - len(lost)) >= len(own):
        return ""
    return f"{new} lacks most of what {old} held: {_where_they_are(old, lost, world)}."


def _has(name: str, world: World) -> bool:
    """Whether a name is here, or has another one today, which is corrected with it."""
    moved, tree = known_move(name, world), split_tree(name)
    names = moved.targets(tree[0]) if moved is not None and tree is not None else ()
    return any(lookup(each, world) is not None for each in (name, *names))


def _where_they_are(module: str, names: list[str], world: World) -> str:
    """Which names of a module are elsewhere today, and which are gone: "count_params is in keras.src.utils"."""
    found = ((name, next(find(f"{module}.{name}", world), None)) for name in names)
    here = ((name, new) for name, new in found if new is not None and new.how != ALIKE)
    moved = [f"{name} is {new.name}" for name, new in here if not new.name.startswith("tf_keras")]
    if not moved:
        return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    gone = len(names) - len(moved)
    return ", ".join(moved[:_NAMED]) + (f", {gone} others are removed" if gone > 1 else "")


def is_same_module(one: str, other: str) -> bool:
    """Whether two modules are one of two trees of Keras: ``keras.layers`` and ``tensorflow.keras.layers``."""
    return _below_its_tree(one) == _below_its_tree(other)


def _below_its_tree(module: str) -> str:
    """``layers`` of ``keras.layers``: the same module of another Keras has the same part."""
    split = split_tree(module)
    return split[1] if split else module

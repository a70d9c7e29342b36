"""Where else a missing name can be found, best first.

The order is that of trust: the same object under another name, a move that the rules know, what the release itself
says to use instead, the same last name where submodules were flattened away, another spelling, another tree of Keras,
``tf.compat.v1``. Everything that is yielded exists in the world that was asked.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Iterator, NamedTuple

from ...catalog import history
from ...catalog.target import Found
from ..model.move import Moved, split_tree, trees_for
from ..resolve import on_disk
from ..resolve.kernel import KernelWorld
from ..resolve.misspelled import intended
from ..resolve.moved import VERSION_1, canonical_root, keys, known_move, lookup
from ..resolve.notes import note_on, reached
from ..resolve.spelling import is_slip, near_names, same_letters
from ..resolve.world import World

SAME, MOVED, NOTED, TWIN = "same", "moved", "noted", "twin"
FLATTENED, SPELLING, TREE, COMPAT, ALIKE = "flattened", "spelling", "tree", "compat", "alike"
PRIVATE = "private"


class Candidate(NamedTuple):
    """A name that exists here, and why it is meant."""

    name: str
    kind: str
    """module, class, function, value or property."""
    how: str
    """``same`` (one object, as recorded), ``moved`` (a rule knows it), ``noted`` (the release itself says to use it),
    ``twin`` (made beside it under the same name), ``flattened`` (its submodule is gone), ``spelling`` (a slip of the
    finger), ``tree`` (another package of Keras), ``compat`` (``tf.compat.v1``), ``private`` (its file, elsewhere)
    or ``alike`` (written nearly so, and perhaps another thing)."""
    importable: bool = True
    """For a module: whether ``import a.b`` finds it, and not only ``from a import b``."""
    rule: str = ""
    """The rule that knows the move."""
    said: str = ""
    """What the release itself says, in its own words."""
    respelled: bool = False
    """Whether it has the name that the code has misspelled."""


def find(name: str, world: World) -> Iterator[Candidate]:
    """Names that can stand for a missing one, best first, each once: itself, too, if it can be imported."""
    if name not in world.searches:
        world.searches[name] = _Search(_search(name, world))
    found: Iterator[Candidate] = world.searches[name].candidates()
    return found


class _Search:
    """The search for one name, which goes on only as far as somebody asks, and is made once: old code asks for the
    same names again and again."""

    def __init__(self, further: Iterator[Candidate]) -> None:
        self._found: dict[str, Candidate] = {}
        self._further = further

    def candidates(self) -> Iterator[Candidate]:
        seen = 0
        while True:
            yield from islice(list(self._found.values()), seen, None)
            seen = len(self._found)
            candidate = next(self._further, None)
            if candidate is None:
                return
            self._found.setdefault(candidate.name, candidate)


def _search(name: str, world: World) -> Iterator[Candidate]:
    meant = intended(name, world)
    if meant != name:
        last = f".{meant.rpartition('.')[2]}"
        yield from (found._replace(respelled=found.name.endswith(last)) for found in find(meant, world))
        return
    alike: dict[str, Candidate] = {}
    for candidate in _search_as_written(name, world):
        if candidate.how == ALIKE:  # the last resort, and that of one tree is enough
            alike.setdefault(candidate.name.rpartition(".")[2], candidate)
        else:
            yield candidate
    yield from alike.values()


def _search_as_written(name: str, world: World) -> Iterator[Candidate]:
    split = split_tree(canonical_root(name))
    if split is None:
        yield from _search_tensorflow(canonical_root(name), world)
        return
    tree, rest = split
    through = list(_through_the_backend(rest, world))
    yield from (each for each in through if each.how == SAME)
    trees = trees_for(tree)
    ended = _ended(name, world)
    if rest.endswith(_VERSION):  # of a module: it is that of the package
        for root in trees:
            yield from _exactly(f"{root}{_VERSION}", world, FLATTENED)
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
        yield from _elsewhere(base, root, world)
    yield from through
    yield from _compat(canonical_root(name), world)


def _ended(name: str, world: World) -> bool:
    """Whether the rules know that nothing took its place: then likeness of names would mislead."""
    moved = known_move(name, world)
    return moved is not None and not moved.rest and _has_no_successor(moved)


def _went_with_its_module(name: str, world: World) -> bool:
    """Whether the rules know that nothing took the place of the module that a name was in."""
    moved = known_move(name, world)
    module = name[: len(name) - len(moved.rest)] if moved is not None else ""
    return moved is not None and _has_no_successor(moved) and lookup(module, world) is None


def _has_no_successor(moved: Moved) -> bool:
    return not moved.move.new and bool(moved.move.advice)


def _search_tensorflow(name: str, world: World) -> Iterator[Candidate]:
    yield from _exactly(name, world, SPELLING)
    yield from _behind_a_file(name, world)
    same = list(_same_object(name, world))
    todays = [each for each in same if not _OLD.search(each.name)]
    todays += _moved(name, "tensorflow.keras", world, "")
    todays += _noted(name, world)
    yield from todays or _twin(name, world)
    yield from (each for each in same if _OLD.search(each.name))
    if name.startswith("tensorflow."):
        yield from _compat(name, world)
        yield from _respelled(name, "tensorflow", world)
    yield from _in_another_folder(name, world)


_INNER = "tensorflow.python"


def _in_another_folder(name: str, world: World) -> Iterator[Candidate]:
    """A private module whose file the installed TensorFlow has in another folder, or what is in it:
    ``tensorflow.python.ops.gen_sparse_ops`` for ``tensorflow.python.gen_sparse_ops``.

    No record holds the private modules: only the files here tell. TensorFlow's own copy of Keras is another matter.
    """
    parts = name.split(".")
    if not name.startswith(f"{_INNER}.") or not isinstance(world, KernelWorld):
        return
    for depth in range(3, len(parts) + 1):
        if lookup(".".join(parts[:depth]), world) is not None:
            continue
        module = on_disk.module_below(_INNER, parts[depth - 1], without=f"{_INNER}.keras")
        rest = parts[depth:]
        if module and not rest:
            yield Candidate(module, "module", PRIVATE)
        elif module and len(rest) == 1:
            found = lookup(f"{module}.{rest[0]}", world) or on_disk.import_from(module, rest[0])
            yield from [Candidate(found.name, found.kind, PRIVATE)] if found is not None else ()
        return


_IN_BACKEND = re.compile(r"backend\.(?:tensorflow_backend\.)?(\w+)\.(\w+)$")
_FOLDERS = ("ops", "framework", "util", "training")
_CALLED_THERE = {"dtypes_module": "dtypes", "variables_module": "variables", "map_fn_lib": "map_fn", "ctc": "ctc_ops"}


def _through_the_backend(rest: str, world: World) -> Iterator[Candidate]:
    """A function of TensorFlow in a module that the backend of old Keras imported for itself, which let it through:
    ``tf.while_loop`` for ``K.control_flow_ops.while_loop``. Today's function may be the second version of it."""
    match = _IN_BACKEND.match(rest)
    module, last = match.groups() if match else ("", "")
    for folder in _FOLDERS if module else ():
        inner = f"{_INNER}.{folder}.{_CALLED_THERE.get(module, module)}.{last}"
        same = [each for each in find(inner, world) if each.how == SAME] if history.spans(inner) else []
        for each in [each for each in same if not _OLD.search(each.name)][:1] or same[:1]:
            found = lookup(each.name, world)
            is_itself = found is not None and found.home.rpartition(".")[2] == last
            yield each if is_itself else each._replace(how=TWIN)


def _noted(name: str, world: World) -> Iterator[Candidate]:
    note = note_on(name, world)
    for new in note.names if note else ():
        found = reached(new, world)
        if note and found:
            yield Candidate(new, found.kind, NOTED, said=note.text)


def _twin(name: str, world: World) -> Iterator[Candidate]:
    """What today's public modules have by the same name from the same file, as ``tf.strings.substr`` for ``tf.substr``;
    of constants, the only one by that name: ``tf.version.VERSION``."""
    files = {home.rpartition(".")[0] for home in history.history(name).homes}
    is_constant = name.rpartition(".")[2].isupper()
    others = [other for other in history.elsewhere(name, _OFFERED) if other.startswith("tensorflow.")]
    if len(others) > 1 and is_constant:
        return
    for other in others:
        found = reached(other, world)
        made = found is not None and found.kind in _MADE and found.home.rpartition(".")[0] in files
        if found is not None and (made or (found.kind == "value" and is_constant)):
            yield Candidate(other, found.kind, TWIN)


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
    for key in keys(name):
        for moved in world.rules.moves.of(key):
            for new in moved.targets(root):
                if name.startswith(VERSION_1) and not new.startswith(
                    VERSION_1
                ):  # the one for graphs, where there is one
                    yield from _exactly(VERSION_1 + new.partition(".")[2], world, how or MOVED, moved.rule)
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
        renamed = [new for moved in world.rules.moves.of(f"keras.{parts[-1]}") for new in moved.targets(root)]
        for module in (f"{root}.{parts[-1]}", *renamed):
            yield from (found for found in _exactly(module, world, how or FLATTENED) if found.kind == "module")


def _respelled(name: str, root: str, world: World) -> Iterator[Candidate]:
    """Part by part from the root: as it is, in another case, or nearly so. A name that some release had is no slip;
    neither is one that another module has, or one that differs by a letter that fingers do not put in by mistake."""
    parts = name[len(root) + 1 :].split(".")
    if not name.startswith(root + ".") or history.spans(name) or _went_with_its_module(name, world):
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
    gone = known_move(name.rpartition(".")[0], world) is not None
    above = [".".join([root, *parts[:keep]]) for keep in range(len(parts) - 2, 0, -1)] if gone else []
    spelled += [f"{package}.{near}" for package in above for near in near_names(parts[-1], world.names(package))[:1]]
    found = [
        found
        for candidate in spelled
        if candidate != name
        for found in _exactly(candidate, world, SPELLING if _is_slip(name, candidate) else ALIKE)
    ]
    # A name with capitals is a class: no module is one that was misspelled, unless only the case is wrong.
    found.sort(key=lambda candidate: candidate.kind == "module" and not parts[-1].islower())
    yield from found


def _is_slip(name: str, candidate: str) -> bool:
    """Whether a name is another one with slips of the finger, and nothing by itself."""
    written, meant = name.split("."), candidate.split(".")
    pairs = [*zip(written[: len(meant) - 1], meant), (written[-1], meant[-1])]
    same = same_letters(written[-1], meant[-1])
    return all(is_slip(one, other) for one, other in pairs) and (same or not history.elsewhere(name, 1))


def _in_respelled_module(name: str, root: str, world: World) -> Iterator[Candidate]:
    """What is found once a module that no release has is spelled as one that is here: ``keras.util.np_utils``."""
    parts = name[len(root) + 1 :].split(".")
    for index, part in enumerate(parts[:-1]):
        parent = ".".join([root, *parts[:index]])
        if lookup(f"{parent}.{part}", world):
            continue
        if _went_with_its_module(name, world):
            return
        if not history.history(f"{parent}.{part}").spans:
            close = near_names(part, world.names(parent))
            near = next((each for each in close if isinstance(world.import_module(f"{parent}.{each}"), Found)), "")
            found = _search(".".join([parent, near, *parts[index + 1 :]]), world) if near else iter(())
            yield from found if is_slip(part, near) else (each._replace(how=ALIKE) for each in found)
        return


def _elsewhere(name: str, root: str, world: World) -> Iterator[Candidate]:
    """The one object that has this last name in another public module of the tree: ``keras.load_model``.

    Only for a name that no release has: what was there and went has rules of its own, and other objects of its name.
    """
    if not name.startswith(root + ".") or history.history(name).spans:
        return
    found = _of_last_name(name, root, world)
    if len({here.home for _, here in found}) == 1 and not _class_of(found[0][0], world):
        yield from _exactly(found[0][0], world, SPELLING)


def class_with_method(name: str, world: World) -> str:
    """The class that has a method by the last part of a name: ``keras.Model`` for ``keras.models.fit``; empty: none."""
    split = split_tree(canonical_root(name))
    found = _of_last_name(name, split[0], world) if split else ()
    return next(filter(None, (_class_of(other, world) for other, _ in found)), "")


def _of_last_name(name: str, root: str, world: World) -> list[tuple[str, Found]]:
    """Classes, functions and methods of a tree that have this last name."""
    trees = (split_tree(other) for other in history.elsewhere(name, _OFFERED))
    named = dict.fromkeys(f"{root}.{split[1]}" for split in trees if split and split[1])
    return [(other, here) for other in named for here in (lookup(other, world),) if here and here.kind in _MADE]


def _class_of(name: str, world: World) -> str:
    owner = name.rpartition(".")[0]
    found = lookup(owner, world)
    return owner if found is not None and found.kind == "class" else ""


_VERSION = ".__version__"
_OLD = re.compile(r"\.(?:compat|raw_ops)\.")  # there, and not what today's programs write
_OFFERED = 12  # more names than one object has
_MADE = ("class", "function")


def _is_owner(name: str, world: World) -> bool:
    found = lookup(name, world)
    return found is not None and found.kind in ("module", "class")


def _compat(name: str, world: World) -> Iterator[Candidate]:
    if name.startswith("tensorflow.") and not name.startswith("tensorflow.compat."):
        yield from _exactly(f"tensorflow.compat.v1.{name[len('tensorflow.') :]}", world, COMPAT)

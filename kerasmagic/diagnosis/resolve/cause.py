"""Why a name is missing, from the record of the releases: since when, until when, and what became of it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Sequence

from ...catalog import history, releases
from ...catalog.history import own_members
from ...catalog.store import version_key
from ...catalog.target import CatalogError, Found, Missing
from ..evidence.cell import CellFacts
from ..model.move import split_tree
from ..model.problem import Problem
from .missing import absent, ask
from .misspelled import intended
from .moved import VERSION_1, keys, known_move, lookup
from .spelling import near_names
from .world import World


def because(problem: Problem, facts: CellFacts, world: World) -> str:
    """One or two sentences about a missing name; empty where the record has nothing to say."""
    reference = facts.reference_at(problem.range, problem.reference)
    answer = ask(reference, facts, world) if reference is not None else None
    if reference is None or not isinstance(answer, Missing):
        return ""
    if reference.kind == "method" and not _spans(absent(answer)):
        return ""  # what code sets on its instances is not recorded: some release may have had it
    sentences = [_where_it_lived(answer, reference.name, world), _what_became(answer, facts, world)]
    if reference.kind == "import" and isinstance(world.attribute(reference.module), Found):
        sentences = [f"{reference.module} is no module: import names modules, and from … import what is in them."]
    if reference.guarded:
        sentences.append("The code is prepared for this: it catches the error.")
    return " ".join(filter(None, sentences)) if sentences[0] else ""


def _where_it_lived(missing: Missing, asked: str, world: World) -> str:
    if not missing.parent:
        return _without_package(missing.member, asked, world)
    name = absent(missing)
    meant = intended(name, world)
    if meant != name:
        parent, _, last = meant.rpartition(".")
        lived = _where_it_lived(missing._replace(parent=parent, member=last), asked, world)
        return f"Did you mean {last}? {_letters_alike(missing.member)}{lived}"
    product, what = world.product(name), "a module " if missing.of_module else ""
    spans = _spans(name)
    moved = None if spans else known_move(name, world)
    if moved is not None and missing.of_module and not moved.rest and moved.move.new:
        return f"{name} was a module in an early release; it is not in the record."
    ended = _spans(f"tensorflow.{name[len(VERSION_1) :]}") if name.startswith(VERSION_1) else ()
    if not spans and ended:
        rest = name[len(VERSION_1) :]
        return f"tensorflow.{rest} was in {in_words(ended[-1:])}; tensorflow.compat.v1 never had it."
    if not spans:
        near = "" if moved is not None and not moved.rest else _meant(missing, world)
        return " ".join(filter(None, (near, _never(name))))
    words = in_words(spans[-2:])
    here = world.version(product if product in {span.product for span in spans} else name.partition(".")[0])
    if here and all(version_key(span.first) > version_key(here) for span in spans):
        return f"{name} is newer than this: it first appears in {spans[0].product} {_since(spans[0])}."
    return f"{name} was {what}in {words}."


def _without_package(root: str, asked: str, world: World) -> str:
    module = intended(asked, world).rpartition(".")[0]
    if module.endswith(f".{root}"):
        return f"{module} {'is' if lookup(module, world) else 'was'} a module in {in_words(_spans(module)[-2:])}."
    tensorflow = world.version("tensorflow")
    if root == "keras" and tensorflow and world.name != "this kernel":
        return f"TensorFlow {tensorflow} does not install the package keras: use tensorflow.keras."
    return ""


def _meant(missing: Missing, world: World) -> str:
    close = near_names(missing.member, world.names(missing.parent))
    modules = [each for each in close if isinstance(world.import_module(f"{missing.parent}.{each}"), Found)]
    near = next(iter(modules if missing.of_module else close), "")
    return f"Did you mean {near}? {_letters_alike(missing.member)}".rstrip() if near else ""


def _letters_alike(name: str) -> str:
    """A sentence about a letter that looks like one of another alphabet: the A of "\u0391dam" is a Greek one."""
    foreign = next((letter for letter in name if not letter.isascii()), "")
    if not foreign:
        return ""
    kind = unicodedata.name(foreign, "letter of another alphabet").capitalize()
    return f"The {foreign} in {name} is no Latin letter: {kind}. "


def _never(name: str) -> str:
    """No recorded release has it: said only of packages that are recorded through and through."""
    root = name.partition(".")[0]
    recorded = _recorded(root)
    if len(recorded) < 2:
        return ""
    return f"No recorded release of {root} has {name} (checked: {recorded[0]} to {recorded[-1]})."


def in_words(spans: Sequence[history.Span]) -> str:
    """The releases of some spans: "keras 2.0.9 to 2.3.1 and keras 3.1.0 and newer"."""
    return " and ".join(_words(span) for span in spans)


def _words(span: history.Span) -> str:
    if span.current:
        return f"{span.product} {_since(span)} and newer"
    if span.first == _recorded(span.product)[0]:
        return f"{span.product} up to {span.last}"
    return (
        f"{span.product} {_since(span)} to {span.last}" if span.last != span.first else f"{span.product} {span.first}"
    )


def _since(span: history.Span) -> str:
    """The first release of a span; where only the last patch of minor releases is recorded, that minor release."""
    minor = span.first.rpartition(".")[0]
    patches = [each for each in _recorded(span.product) if each.startswith(f"{minor}.")]
    by_minor = span.product != "keras" or version_key(span.first) > (2, 4)
    return minor if by_minor and len(patches) == 1 and not span.first.endswith(".0") else span.first


def _what_became(missing: Missing, facts: CellFacts, world: World) -> str:
    """Where the names of a flattened module are, and which of those that the cell asks for are nowhere."""
    name = intended(absent(missing), world)
    moved, split = known_move(name, world), split_tree(name)
    if moved is None or split is None or not missing.of_module or moved.rest or not _spans(name):
        return ""
    here = [new for new in moved.targets(split[0]) if isinstance(world.import_module(new), Found)]
    below = [intended(each.name, world) for each in facts.references if each.kind in ("from", "attribute")]
    asked = {each.rpartition(".")[2]: each for each in below if each.startswith(f"{name}.")}
    held = {*asked, *next(filter(None, map(own_members, keys(name))), ())}
    kept = {each for each in held if any(lookup(f"{new}.{each}", world) for new in here)}
    lost = sorted(last for last, whole in asked.items() if last not in kept and _is_gone(whole, world))
    sentences = [f"Its contents are now in {' and '.join(here)}"] if 2 * len(kept) > len(held) else []
    sentences += [f"{', '.join(lost)} {'is' if len(lost) == 1 else 'are'} gone"] if lost else []
    return f"{'; '.join(sentences)}." if sentences else ""


def _is_gone(name: str, world: World) -> bool:
    """Whether nothing is known here that took the place of a name, and it has no other one."""
    if world.target is None or history.equivalents(name, world.target):
        return False
    split, moved = split_tree(name), known_move(name, world)
    new = moved.targets(split[0]) if split is not None and moved is not None else ()
    return bool(_spans(name)) and not any(lookup(each, world) for each in new)


@lru_cache(maxsize=1024)
def _spans(name: str) -> tuple[history.Span, ...]:
    try:
        return history.spans(name)
    except CatalogError:
        return ()


def _recorded(root: str) -> tuple[str, ...]:
    try:
        return tuple(releases().get(root, ()))
    except CatalogError:
        return ()

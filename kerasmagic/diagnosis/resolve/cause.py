"""Why a name is missing, from the record of the releases: since when, until when, and what became of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Sequence

from ...catalog import history, releases
from ...catalog.store import version_key
from ...catalog.target import CatalogError, Found, Missing
from ..evidence.cell import CellFacts
from ..model.move import split_tree
from ..model.problem import Problem
from .missing import absent, ask
from .moved import known_move
from .spelling import near_name
from .world import World


def because(problem: Problem, facts: CellFacts, world: World) -> str:
    """One or two sentences about a missing name; empty where the record has nothing to say."""
    reference = facts.reference_at(problem.range, problem.reference)
    answer = ask(reference, facts, world) if reference is not None else None
    if reference is None or not isinstance(answer, Missing):
        return ""
    if reference.kind == "method" and not _spans(absent(answer)):
        return ""  # what code sets on its instances is not recorded: some release may have had it
    sentences = [_where_it_lived(answer, world), _what_became(answer, world)]
    if reference.kind == "import" and isinstance(world.attribute(reference.module), Found):
        sentences = [f"{reference.module} is no module: import names modules, and from … import what is in them."]
    if reference.guarded:
        sentences.append("The code is prepared for this: it catches the error.")
    return " ".join(filter(None, sentences)) if sentences[0] else ""


def _where_it_lived(missing: Missing, world: World) -> str:
    if not missing.parent:
        return _without_package(missing.member, world)
    name = absent(missing)
    product, what = world.product(name), "a module " if missing.of_module else ""
    spans = _spans(name)
    moved = None if spans else known_move(name, world)
    if moved is not None and missing.of_module and not moved.rest:
        return f"{name} was a module in an early release; it is not in the record."
    if not spans:
        return " ".join(filter(None, (_meant(missing, world), _never(name))))
    words = in_words(spans[-2:])
    here = world.version(product if product in {span.product for span in spans} else name.partition(".")[0])
    if here and all(version_key(span.first) > version_key(here) for span in spans):
        return f"{name} is newer than this: it first appears in {spans[0].product} {spans[0].first}."
    return f"{name} was {what}in {words}."


def _without_package(root: str, world: World) -> str:
    tensorflow = world.version("tensorflow")
    if root == "keras" and tensorflow and world.name != "this kernel":
        return f"TensorFlow {tensorflow} does not install the package keras: use tensorflow.keras."
    return ""


def _meant(missing: Missing, world: World) -> str:
    near = near_name(missing.member, world.names(missing.parent))
    return f"Did you mean {near}?" if near else ""


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
        return f"{span.product} {span.first} and newer"
    if span.first == _recorded(span.product)[0]:
        return f"{span.product} up to {span.last}"
    return f"{span.product} {span.first}" + (f" to {span.last}" if span.last != span.first else "")


def _what_became(missing: Missing, world: World) -> str:
    """Where the names of a flattened module are, if they are here."""
    name = absent(missing)
    moved, split = known_move(name, world), split_tree(name)
    if moved is None or split is None or not missing.of_module or moved.rest:
        return ""
    here = [new for new in moved.targets(split[0]) if isinstance(world.import_module(new), Found)]
    return f"Its contents are now in {' and '.join(here)}." if here and _spans(name) else ""


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

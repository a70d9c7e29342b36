"""The optimizers of before TensorFlow 2.11, which TensorFlow 2.9 to 2.15 keep as ``keras.optimizers.legacy``."""

from __future__ import annotations

from ...source.edits import Edit
from ...source.imports import ensure_import, replace_name
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.move import split_tree
from ..resolve.moved import lookup
from ..resolve.world import World
from . import rewrite
from .search import Candidate


def legacy_name(name: str, world: World) -> str:
    """The name of the legacy class: "keras.optimizers.legacy.Adam" of "keras.optimizers.Adam"; empty where there is
    none, or only one that cannot be made, as in Keras 3."""
    legacy = name.replace(".optimizers.", ".optimizers.legacy.")
    gone = world.keras_3 or ".legacy." in name or legacy == name
    return "" if gone or lookup(legacy, world) is None else legacy


def written(name: str, use: Range, facts: CellFacts) -> tuple[str, list[Edit]]:
    """How a cell writes a legacy class, with the import that this needs."""
    below = (split_tree(name) or ("", ""))[1]
    found = rewrite.spelled(facts.cell, (f"tensorflow.keras.{below}", name), facts.after, use)
    imported = "from tensorflow.keras.optimizers import legacy"
    return found or (f"legacy.{name.rpartition('.')[2]}", ensure_import(facts.cell, imported, use))


def on_legacy(reference: Reference, facts: CellFacts, world: World) -> list[Edit]:
    """The edits that take the legacy class for a name: it is imported from there, or written so."""
    name = legacy_name(reference.name, world)
    if not name:
        return []
    imported = [other for other in facts.references if other.kind == "from" and other.name == reference.name]
    statement = rewrite.import_statement(facts.cell, imported[0]) if imported else None
    if statement is not None:
        return rewrite.import_edits(facts.cell, statement, ((imported[0], Candidate(name, "class", "same")),))[0]
    text, edits = written(name, reference.range, facts)
    return [*replace_name(facts.cell, reference, text), *edits]

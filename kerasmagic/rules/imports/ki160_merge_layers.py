"""``merge`` and ``Merge`` of Keras 1: one function, or one class, for each mode today."""

from __future__ import annotations

import ast
from typing import Iterable, Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import Move, split_tree
from ...diagnosis.model.problem import Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.merging import Merging, understood
from ...diagnosis.repair.names import fixes
from ...diagnosis.repair.rewrite import import_statement
from ...diagnosis.repair.stacked import as_functional
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node, import_instead
from ...source.reference import Reference

_MERGE = (
    "Merge layers are one class or function per mode today: concatenate([a, b]) for mode='concat', add([a, b]) "
    "for 'sum', multiply for 'mul', average for 'ave', maximum for 'max', dot for 'dot'; import them from "
    "keras.layers. A Sequential model that began with Merge becomes Model(inputs, outputs)."
)
_FUNCTIONAL = "The model is a functional one now: its layers begin with those of the models that it merges."
_HOMES = ("layers", "layers.core", "layers.merge", "engine", "engine.topology", "legacy.layers")

MOVES = tuple(
    Move(f"keras.{home}.{name}", advice=_MERGE, whole=home == "layers")
    for home in _HOMES
    for name in ("Merge", "merge")
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    proposal = _functional(reference, facts) if reference else None
    if proposal is not None:
        yield proposal
    yield from fixes(problem, facts, world)


def _functional(reference: Reference, facts: CellFacts) -> Proposal | None:
    """The import and every call of it in the cell, or nothing."""
    calls = [each for each in facts.by_kind.get("call", ()) if each.name == reference.name]
    split = split_tree(reference.name)
    if not calls or split is None:
        return None
    edits: list[Edit] = []
    wanted: dict[str, None] = {}
    differing: dict[str, None] = {}
    taken = _bound_otherwise(facts) if reference.kind == "from" else set()
    for call in calls:
        changed = _changed(call, facts, wanted, differing, taken)
        if not changed:
            return None
        edits += changed
    layers = f"{split[0]}.layers"
    if reference.kind == "from":
        free = "Model" not in wanted or "Model" not in taken
        if not free or taken & set(map(_alias, wanted)) or _is_used_otherwise(reference, calls, facts):
            return None
        imported = [_imported(name, taken) for name in wanted if name != "Model"]
        edits += import_instead(facts.cell, reference, layers, imported)
        if "Model" in wanted:
            edits += _model(reference, split[0], facts)
    elif "Model" in wanted:
        return None
    return Proposal(
        f"Write {' and '.join(name for name in wanted if name != 'Model')} for {reference.name.rpartition('.')[2]}",
        tuple(dict.fromkeys(edits)),
        "The function does what that mode did.",
        " ".join([*([_FUNCTIONAL] if "Model" in wanted else []), *differing]),
        unbinds=(reference.bound,) if reference.bound else (),
    )


def _changed(
    reference: Reference, facts: CellFacts, wanted: dict[str, None], differing: dict[str, None], taken: set[str]
) -> list[Edit]:
    node = call_node(facts.cell, reference)
    merging = understood(node, facts.cell) if node is not None else None
    if node is None or merging is None:
        return []
    differing.update(dict.fromkeys(filter(None, [merging.differs])))
    prefix = reference.written.rpartition(".")[0]
    if reference.name.endswith(".merge"):
        if not merging.inputs:
            return []
        wanted[merging.function] = None
        return [Edit(facts.cell.range(node), merging.call(_written(prefix, merging.function, taken)))]
    return _layer(node, merging, prefix, facts, wanted, taken)


def _layer(
    node: ast.Call, merging: Merging, prefix: str, facts: CellFacts, wanted: dict[str, None], taken: set[str]
) -> list[Edit]:
    """``Merge(mode="sum")([a, b])``, or ``model.add(Merge([left, right]))``."""
    if not merging.inputs:
        wanted[merging.layer] = None
        return [Edit(facts.cell.range(node), merging.making(_written(prefix, merging.layer, taken)))]
    edits = as_functional(node, lambda tensors: merging.call(_written(prefix, merging.function, taken), tensors), facts)
    if edits:
        wanted.update(dict.fromkeys((merging.function, "Model")))
    return edits


def _written(prefix: str, name: str, taken: set[str]) -> str:
    return f"{prefix}.{name}" if prefix else _alias(name) if name in taken else name


def _imported(name: str, taken: set[str]) -> str:
    return f"{name} as {_alias(name)}" if name in taken else name


def _alias(name: str) -> str:
    """What a function is called where the program has something of its own by its name."""
    return f"{name}_tensors"


def _is_used_otherwise(reference: Reference, calls: list[Reference], facts: CellFacts) -> bool:
    """Whether the imported name is used beside the calls of it."""
    uses = [node for node in facts.cell.placed if isinstance(node, ast.Name) and node.id == reference.bound]
    return len(uses) != len(calls)


def _bound_otherwise(facts: CellFacts) -> set[str]:
    """The names that stand for something of the user's in the cell, or in one before it."""
    before = facts.before.names.items()
    return {
        *_bound(facts),
        *(name for name, value in before if not isinstance(value, str) or split_tree(value) is None),
    }


def _bound(facts: CellFacts) -> Iterator[str]:
    for node in facts.cell.placed:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.ImportFrom) and split_tree(node.module or "") is None:
            yield from (alias.asname or alias.name for alias in node.names)


def _model(reference: Reference, tree: str, facts: CellFacts) -> list[Edit]:
    """The import of Model, where the cell has none."""
    if any(each.bound == "Model" for each in facts.references):
        return []
    statement = import_statement(facts.cell, reference)
    if statement is None:
        return []
    where = facts.cell.range(statement)
    at = type(where)(where.line, where.column, where.line, where.column)
    indent = facts.cell.lines[where.line - 1][: where.column]
    return [Edit(at, f"from {tree}.models import Model\n{indent}")]


RULE = Rule(
    code="KI160",
    name="merge layer of Keras 1",
    lesson=Lesson(
        what="`merge([a, b], mode='concat')`, `model.add(Merge([left, right], mode='sum'))`: there is no merge.",
        why="Keras 2 has one function and one class for each mode, and only the functional API takes several inputs: "
        "what was a Sequential model over two others is a Model of their inputs.",
        since="keras 2.2",
        before="from keras.layers import Input, merge\na, b = Input((3,)), Input((3,))\n"
        "c = merge([a, b], mode='concat', concat_axis=1)",
        after="from keras.layers import Input, concatenate\na, b = Input((3,)), Input((3,))\n"
        "c = concatenate([a, b], axis=1)",
        target="tensorflow==2.16.2",
        related=("KI111",),
    ),
    moves=MOVES,
    on_cell=finder("KI160"),
    fixes=_fixes,
)

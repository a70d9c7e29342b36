"""``initializations.normal(shape, scale=0.01)`` of Keras 1: a class today, whose object takes the shape."""

from __future__ import annotations

import ast
from typing import Iterable, Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import Move, split_tree
from ...diagnosis.model.problem import Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.repair.rewrite import import_edits, import_statement, spelled
from ...diagnosis.repair.search import Candidate
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node, import_instead
from ...source.reference import Reference

_CLASSES = {
    "normal": ("RandomNormal", "stddev", ""),
    "uniform": ("RandomUniform", "", ""),
    "orthogonal": ("Orthogonal", "gain", "1.1"),
    "identity": ("Identity", "gain", ""),
    "zero": ("Zeros", "", ""),
    "one": ("Ones", "", ""),
    **{
        f"{name}_{kind}": (f"{name.capitalize()}{kind.capitalize()}", "", "")
        for name in ("glorot", "he")
        for kind in ("normal", "uniform")
    },
    "lecun_uniform": ("LecunUniform", "", ""),
}
"""The class of today, what ``scale`` is called there, and what it was where it was not given, if that is another."""
_ADVICE = "Initializers are classes: RandomNormal(stddev=0.01)(shape) for normal(shape, scale=0.01)."

_MODULE = "initializations"
MOVES = (
    Move("keras.initializations", ("keras.initializers",)),
    *(
        Move(f"keras.initializations.{old}", (f"keras.initializers.{new}",), advice=_ADVICE)
        for old, (new, _, _) in _CLASSES.items()
    ),
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    calls = [each for each in facts.by_kind.get("call", ()) if reference and _is_through(each, reference, facts)]
    if reference is None or not calls:
        yield from fixes(problem, facts, world)
        return
    proposal = _as_classes(reference, calls, facts)
    if proposal is not None:
        yield proposal
    yield Fix("manual", _ADVICE)


def _is_through(call: Reference, reference: Reference, facts: CellFacts) -> bool:
    """Whether a function is called by what an import binds, its own or another name of the same statement, or in the
    way that is asked for."""
    module, _, function = call.name.rpartition(".")
    if not module.endswith(f".{_MODULE}") or function not in _CLASSES:  # get is a function today, too
        return False
    if reference.name.endswith(f".{_MODULE}"):
        return call.written.startswith(f"{reference.bound}.")
    if reference.kind != "from":
        return call.name == reference.name
    imported = {each.bound for each in facts.by_kind.get("from", ()) if each.module == reference.module}
    return call.written in imported


def _as_classes(reference: Reference, calls: list[Reference], facts: CellFacts) -> Proposal | None:
    split = split_tree(reference.name)
    assert split is not None
    edits: list[Edit] = []
    unbinds: tuple[str, ...] = ()
    for each in calls:
        changed = _as_class(each, f"{split[0]}.initializers", facts, reference.bound)
        if not changed:
            return None
        edits += changed
    if reference.kind in ("import", "from") and reference.name.endswith(f".{_MODULE}"):
        importing = import_statement(facts.cell, reference)
        module = Candidate(f"{split[0]}.initializers", "module", "")
        edits += import_edits(facts.cell, importing, ((reference, module),))[0] if importing else []
    elif reference.kind == "from":
        imported = [each for each in facts.by_kind["from"] if each.module == reference.module]
        if not all(each.name in {call.name for call in calls} for each in imported):
            return None
        names = dict.fromkeys(_CLASSES[each.member][0] for each in imported if each.member in _CLASSES)
        statement = import_instead(facts.cell, imported[0], f"{split[0]}.initializers", names)
        text = f"from {split[0]}.initializers import {', '.join(names)}"
        edits += [Edit(each.range, text) for each in statement]
        unbinds = tuple(each.bound for each in imported)
    return Proposal(
        "Make an initializer, and give it the shape",
        tuple(edits),
        "The class with these settings draws the values that the function drew.",
        unbinds=unbinds,
    )


def _as_class(reference: Reference, package: str, facts: CellFacts, module: str) -> list[Edit]:
    call = call_node(facts.cell, reference)
    new = _CLASSES.get(reference.name.rpartition(".")[2])
    if call is None or new is None or not call.args or len(call.args) > 2 or reference.open_ended:
        return []
    name, parameter, usual = new
    given = {item.arg: item.value for item in call.keywords}
    scale = call.args[1] if len(call.args) == 2 else given.get("scale")
    if set(given) - {"scale", "name", "dim_ordering"} or (
        scale is not None and not (parameter or name == "RandomUniform")
    ):
        return []
    text = facts.cell.segment(facts.cell.range(scale)) if scale is not None else usual
    settings = f"minval=-{text}, maxval={text}" if name == "RandomUniform" and text else ""
    settings = settings or (f"{parameter}={text}" if text else "")
    written = name
    if module and reference.written.startswith(f"{module}."):
        written = f"{module}.{name}"
    elif "." in reference.written:
        found = spelled(facts.cell, (f"{package}.{name}",), facts.after, reference.range)
        if found is None:
            return []
        written = found[0]
    made = f"{written}({settings})"
    for outer in facts.cell.placed:
        if isinstance(outer, ast.Lambda) and outer.body is call:
            return [Edit(facts.cell.range(outer), made)]  # a function that only passes the shape on
    shape = facts.cell.segment(facts.cell.range(call.args[0]))
    return [Edit(facts.cell.range(call), f"{made}({shape})"), *_signatures(call, facts)]


def _signatures(call: ast.Call, facts: CellFacts) -> Iterator[Edit]:
    """``def init(shape, name=None)``: an initializer is given a dtype today, and no name."""
    assert facts.cell.tree is not None
    for function in ast.walk(facts.cell.tree):
        if not isinstance(function, ast.FunctionDef) or call not in list(ast.walk(function)):
            continue
        uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == "name"]
        passed = [item.value for item in call.keywords if item.arg == "name"]
        parameter = next((item for item in function.args.args[1:] if item.arg == "name"), None)
        if parameter is not None and all(node in passed for node in uses):
            where = facts.cell.range(parameter)
            optional = len(function.args.defaults) >= len(function.args.args) - function.args.args.index(parameter)
            yield Edit(where, "dtype" if optional else "dtype=None")


RULE = Rule(
    code="KI162",
    name="initializer called as a function",
    lesson=Lesson(
        what="`from keras.initializations import normal`, `normal(shape, scale=0.01, name=name)`: there is no "
        "module keras.initializations.",
        why="The initializers of Keras 1 were functions of a shape. Today they are classes: the settings make an "
        "object, and the object is called with the shape. RandomNormal(shape) would take the shape for a mean.",
        since="keras 2.0",
        before="from keras.initializations import normal\n\ndef small(shape, name=None):\n"
        "    return normal(shape, scale=0.01, name=name)",
        after="from keras.initializers import RandomNormal\n\ndef small(shape, dtype=None):\n"
        "    return RandomNormal(stddev=0.01)(shape)",
        target="tensorflow==2.16.2",
        related=("KI111",),
    ),
    moves=MOVES,
    on_cell=finder("KI162"),
    fixes=_fixes,
)

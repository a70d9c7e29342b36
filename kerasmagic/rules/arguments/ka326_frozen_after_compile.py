"""A model that was frozen after it was compiled, and is trained: Keras 2 trained it, Keras 3 does not."""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple, Sequence

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import WARNING, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

_TRAINS = ("train_on_batch", "fit", "fit_generator")


COMPILED, FROZEN, SWITCHED = "compiled", "frozen", "switched"
"""What happened to a model: ``compile``, ``trainable = False``, ``trainable =`` something else."""


class Moment(NamedTuple):
    """Something that happened to a model."""

    line: int
    """Of the cell; 0 in an earlier one."""
    kind: str


class Trained(NamedTuple):
    """A call that trains a model which is frozen."""

    model: str
    """As written: ``self.discriminator``."""
    call: ast.Call


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    if not world.keras_3 or facts.cell.tree is None or facts.words.isdisjoint(_TRAINS):
        return
    if not _may_freeze(facts) or not _is_of_keras_3(facts, world):
        return
    told: set[str] = set()
    for trained in _trained(facts):
        if trained.model not in told:
            told.add(trained.model)
            yield Problem(
                rule="KA326",
                severity=WARNING,
                title=f"{trained.model} is frozen, and this does not train it",
                cause="What is trained was fixed by compile in Keras 2, so that a model could be frozen afterwards, "
                f"for another one. Keras 3 looks at {trained.model}.trainable when it trains.",
                range=facts.cell.range(trained.call),
                reference=f"{trained.model}.trainable",
            )


def _may_freeze(facts: CellFacts) -> bool:
    """Whether the cell, or one before it, speaks of a frozen model: most programs never do."""
    return "trainable" in facts.words or any(
        _what(each.name, each.value or "") == FROZEN for each in facts.earlier("trains")
    )


def _is_of_keras_3(facts: CellFacts, world: World) -> bool:
    """Whether the cell's Keras is Keras 3 for certain."""
    packages = {
        world.product(value)
        for value in facts.after.names.values()
        if isinstance(value, str) and split_tree(value) is not None
    }
    return packages == {"keras"}


def _trained(facts: CellFacts) -> list[Trained]:
    """Calls that train a model that was compiled and then frozen, where nothing takes that back."""
    assert facts.cell.tree is not None
    happened: dict[str, list[Moment]] = {}
    for reference in facts.earlier("trains"):
        happened.setdefault(reference.written, []).append(Moment(0, _what(reference.name, reference.value or "")))
    calls = []
    nodes = [node for node in facts.cell.placed if isinstance(node, (ast.Call, ast.Assign))]
    for node in sorted(nodes, key=lambda each: (each.lineno, each.col_offset)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            calls.append(node)
            if node.func.attr == "compile":
                happened.setdefault(_owner(node, facts), []).append(Moment(node.lineno, COMPILED))
        elif isinstance(node, ast.Assign):
            value = str(node.value.value) if isinstance(node.value, ast.Constant) else ""
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr == "trainable":
                    owner = facts.cell.segment(facts.cell.range(target.value))
                    happened.setdefault(owner, []).append(Moment(node.lineno, _what("trainable", value)))
    return [
        Trained(_owner(call, facts), call)
        for call in calls
        if _name(call) in _TRAINS and _is_frozen(happened.get(_owner(call, facts), ()), call.lineno)
    ]


def _what(name: str, value: str) -> str:
    return COMPILED if name == "compile" else FROZEN if value == "False" else SWITCHED


def _is_frozen(happened: Sequence[Moment], line: int) -> bool:
    """Whether a model is compiled, then frozen, and then trained on a line, and never switched on.

    A cell that does both by itself decides alone: what was remembered may be these very lines.
    """
    here = [moment for moment in happened if moment.line]
    if {COMPILED, FROZEN} <= {moment.kind for moment in here}:
        happened = [*(moment for moment in happened if moment.kind == SWITCHED), *here]
    kinds = [moment.kind for moment in happened]
    if SWITCHED in kinds or FROZEN not in kinds:
        return False
    at = kinds.index(FROZEN)
    return COMPILED in kinds[:at] and COMPILED not in kinds[at:] and happened[at].line < line


def _owner(call: ast.Call, facts: CellFacts) -> str:
    assert isinstance(call.func, ast.Attribute)
    return facts.cell.segment(facts.cell.range(call.func.value))


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterator[Way]:
    model = problem.reference.rpartition(".")[0]
    calls = [each.call for each in _trained(facts) if each.model == model]
    edits = [edit for run in _runs(calls, facts) for edit in _switched(run, model, facts)]
    if edits:
        yield Proposal(
            f"Switch {model}.trainable on where it is trained",
            tuple(edits),
            f"Keras 2 trained {model} here: it was compiled before it was frozen.",
        )
    yield Fix("manual", f"Write {model}.trainable = True before it, and {model}.trainable = False behind it.")


def _name(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr


def _runs(calls: Sequence[ast.Call], facts: CellFacts) -> list[list[ast.stmt]]:
    """The statements that hold the calls, neighbours together; none where one is no statement of a line of its own."""
    assert facts.cell.tree is not None
    runs: list[list[ast.stmt]] = []
    held: set[ast.Call] = set()
    for node in ast.walk(facts.cell.tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            last = None
            for index, statement in enumerate(body if isinstance(body, list) else ()):
                inside = [call for call in calls if call in set(ast.walk(statement))]
                if not inside or not isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr, ast.AnnAssign)):
                    continue
                held.update(inside)
                if last == index - 1:
                    runs[-1].append(statement)
                else:
                    runs.append([statement])
                last = index
    alone = all(_is_alone(statement, facts) for run in runs for statement in run)
    return runs if alone and held == set(calls) else []


def _is_alone(statement: ast.stmt, facts: CellFacts) -> bool:
    """Whether nothing else stands on the lines of a statement."""
    where = facts.cell.range(statement)
    first, last = facts.cell.lines[where.line - 1], facts.cell.lines[where.end_line - 1]
    behind = last[where.end_column :].strip()
    return not first[: where.column].strip() and (not behind or behind.startswith("#"))


def _switched(run: Sequence[ast.stmt], model: str, facts: CellFacts) -> list[Edit]:
    newline = "\r\n" if "\r\n" in facts.text else "\n"
    first, last = facts.cell.range(run[0]), facts.cell.range(run[-1])
    indent = facts.cell.lines[first.line - 1][: first.column]
    end = len(facts.cell.lines[last.end_line - 1].rstrip("\r\n"))
    return [
        Edit(Range(first.line, first.column, first.line, first.column), f"{model}.trainable = True{newline}{indent}"),
        Edit(Range(last.end_line, end, last.end_line, end), f"{newline}{indent}{model}.trainable = False"),
    ]


RULE = Rule(
    code="KA326",
    name="model frozen after compile",
    lesson=Lesson(
        what="A GAN learns nothing: `discriminator.compile(…)`, `discriminator.trainable = False` for the combined "
        "model, and `discriminator.train_on_batch(…)` changes no weight. Nothing is raised.",
        why="In Keras 2 compile fixed which weights are trained, and a model could be frozen afterwards without being "
        "compiled again. Keras 3 looks at trainable when it trains: switch it on for that, and off again.",
        since="keras 3.0",
        related=("KA401",),
    ),
    on_cell=on_cell,
    fixes=fixes,
)

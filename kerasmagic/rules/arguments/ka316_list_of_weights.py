"""``self.trainable_weights = [self.W]`` of an own layer: a layer finds its weights by itself today."""

from __future__ import annotations

import ast
from typing import Iterable, Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failed_cell import facts_of
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.rewrite import spelled
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_LIST = "trainable_weights"
_ADVICE = "Make each weight with self.add_weight(shape=…, initializer=…), and remove the list."
_FILLED = ("zeros", "ones")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    if "." + _LIST not in facts.text or not _is_for_keras_3(facts, world):
        return
    for build in _builds(facts):
        for statement in _lists(build):
            yield Problem(
                rule="KA316",
                severity=ERROR,
                title=f"A layer's {_LIST} cannot be set in Keras 3",
                cause="A layer lists what add_weight made, and the keras.Variable objects among its attributes.",
                range=facts.cell.range(statement.targets[0]),
                reference=f"keras.layers.Layer.{_LIST}",
            )


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """The layer is built when it is first called; the line that sets the list is the last one of the user's."""
    facts = facts_of(failure)
    if facts is None or not isinstance(failure.exception, AttributeError) or f".{_LIST} = " not in failure.line_text:
        return
    for problem in on_cell(facts, world):
        yield problem.with_ways(_fixes(problem, facts, world))


def _is_for_keras_3(facts: CellFacts, world: World) -> bool:
    """Whether all of Keras that the cell names is of Keras 3."""
    products = {world.product(each.name) for each in facts.references if split_tree(each.name)}
    return bool(products) and all((world.version(each) or "").startswith("3.") for each in products)


def _builds(facts: CellFacts) -> Iterator[ast.FunctionDef]:
    for each in facts.cell.placed:
        if isinstance(each, ast.ClassDef) and each.bases:
            yield from (item for item in each.body if isinstance(item, ast.FunctionDef) and item.name == "build")


def _lists(build: ast.FunctionDef) -> list[ast.Assign]:
    return [each for each in build.body if isinstance(each, ast.Assign) and _own(each.targets) == _LIST]


def _own(targets: list[ast.expr]) -> str:
    """``W`` of ``self.W = …``."""
    if len(targets) == 1 and isinstance(targets[0], ast.Attribute) and last_name(targets[0].value) == "self":
        return targets[0].attr
    return ""


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    for build in _builds(facts):
        for statement in _lists(build):
            if facts.cell.range(statement.targets[0]) == problem.range:
                yield from _found_by_itself(build, statement, facts)
    yield Fix("manual", _ADVICE)


def _found_by_itself(build: ast.FunctionDef, statement: ast.Assign, facts: CellFacts) -> Iterator[Proposal]:
    """Each weight of the list made in a way that the layer sees, and no list; nothing if one is made otherwise."""
    listed = statement.value.elts if isinstance(statement.value, (ast.List, ast.Tuple)) else []
    names = [_own([each]) for each in listed]
    edits = []
    for name in names:
        made = [each for each in build.body if isinstance(each, ast.Assign) and _own(each.targets) == name]
        edit = _weight(made[0].value, facts) if name and len(made) == 1 else None
        if edit is None:
            return
        edits += edit
    if edits or names:
        yield Proposal(
            "Let the layer find its weights",
            (*edits, _without(statement, facts)),
            "The layer trains the same weights, with the same first values.",
        )


def _weight(node: ast.expr, facts: CellFacts) -> list[Edit] | None:
    """How a weight is made today; no edit for add_weight, None for what is not understood."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or isinstance(node.args[0], ast.Starred):
        return [] if isinstance(node, ast.Call) and last_name(node.func) == "add_weight" else None
    given = {item.arg: facts.cell.segment(facts.cell.range(item.value)) for item in node.keywords}
    name = f", name={given['name']}" if "name" in given else ""
    first = facts.cell.segment(facts.cell.range(node.args[0]))
    function = facts.cell.segment(facts.cell.range(node.func))
    if last_name(node.func) == "add_weight":
        return []
    if set(given) - {"name"}:
        return None
    if _is_initializer(_own([node.func]), facts):
        text = f"self.add_weight(shape={first}, initializer={function}{name})"
    elif _is_of_backend(node, _FILLED, facts):
        text = f'self.add_weight(shape={first}, initializer="{last_name(node.func)}"{name})'
    elif isinstance(node.func, ast.Attribute) and _is_of_backend(node, ("variable",), facts):
        made = spelled(facts.cell, ("keras.Variable",), facts.after, facts.cell.range(node))
        if made is None:
            return None
        backend = facts.cell.segment(facts.cell.range(node.func.value))
        text = f"{made[0]}({first}, dtype={backend}.floatx(){name})"
        return [*made[1], Edit(facts.cell.range(node), text)]
    else:
        return None
    return [Edit(facts.cell.range(node), text)]


def _is_initializer(own: str, facts: CellFacts) -> bool:
    """Whether ``self.init`` is what ``initializers.get`` gave."""
    made = [
        each.value for each in facts.cell.placed if isinstance(each, ast.Assign) and own and _own(each.targets) == own
    ]
    return bool(made) and all(isinstance(each, ast.Call) and last_name(each.func) == "get" for each in made)


def _is_of_backend(node: ast.Call, members: tuple[str, ...], facts: CellFacts) -> bool:
    where = facts.cell.range(node.func)
    return any(
        each.name.endswith(tuple(f".backend.{member}" for member in members))
        and (each.range.end_line, each.range.end_column) == (where.end_line, where.end_column)
        for each in facts.references
    )


def _without(statement: ast.stmt, facts: CellFacts) -> Edit:
    where = facts.cell.range(statement)
    lines = "".join(facts.cell.lines[where.line - 1 : where.end_line])
    if lines.strip() == facts.cell.segment(where) and lines.endswith("\n"):
        return Edit(Range(where.line, 0, where.end_line + 1, 0), "")
    return Edit(where, "pass")


RULE = Rule(
    code="KA316",
    name="list of a layer's weights",
    lesson=Lesson(
        what="`self.trainable_weights = [self.W]` in build of your own layer ends in AttributeError: property "
        "'trainable_weights' has no setter.",
        why="Layers of Keras 1 made tensors and listed those to train. A layer of Keras 3 finds what add_weight made. "
        "A variable of the backend that it does not know would not be trained.",
        since="keras 3.0",
        before="import numpy as np\nfrom keras import initializers\nfrom keras.layers import Layer\n"
        "class Scale(Layer):\n    def build(self, shape):\n"
        '        self.init = initializers.get("ones")\n        self.w = self.init((shape[-1],))\n'
        "        self.trainable_weights = [self.w]\n    def call(self, x):\n        return x * self.w\n"
        "Scale()(np.ones((2, 3)))",
        after="import numpy as np\nfrom keras import initializers\nfrom keras.layers import Layer\n"
        "class Scale(Layer):\n    def build(self, shape):\n"
        '        self.init = initializers.get("ones")\n'
        "        self.w = self.add_weight(shape=(shape[-1],), initializer=self.init)\n"
        "    def call(self, x):\n        return x * self.w\nScale()(np.ones((2, 3)))",
        target="tensorflow==2.16.2",
        related=("KA105", "KI162"),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
    fixes=_fixes,
)

"""``batch_input_shape=`` and ``batch_size=`` of a first layer: an Input in front of it says the shape of a batch."""

from __future__ import annotations

import ast
from typing import Callable, Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.argument import Argument
from ...diagnosis.model.problem import Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.rewrite import spelled
from ...diagnosis.resolve.arguments import finder, refused_call
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import without_keywords
from ...source.position import Range

_ADVICE = "Put keras.Input(batch_shape=(batch, …)) in front of the layer, and leave the shape out of it."
_LAYERS = r"(layers|engine|legacy)\b"

ARGUMENTS = (
    Argument("batch_input_shape", advice=_ADVICE, of=_LAYERS),
    Argument("batch_size", advice=_ADVICE, of=_LAYERS),
)
_SHAPES = ("batch_input_shape", "batch_size", "input_shape", "input_dim", "input_length")


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    proposal = _with_input(problem, facts)
    if proposal is not None:
        yield proposal
    yield Fix("manual", _ADVICE)


def _with_input(problem: Problem, facts: CellFacts) -> Proposal | None:
    found = refused_call(problem, facts)
    shape = _batch_shape(found[1], facts) if found else None
    if found is None or shape is None:
        return None
    reference, call = found
    names = [each for each in _SHAPES if each in reference.keywords]
    if reference.name.endswith(".Embedding"):
        names = [each for each in names if each != "input_dim"]
    if _comes_later(call, facts):
        return Proposal(
            "Leave the shape of a batch out: only the first layer says it",
            tuple(without_keywords(facts.cell, call, names)),
            "A Sequential model looks at the shape of its first layer only.",
        )
    tree = reference.name.partition(".layers.")[0]
    name = spelled(facts.cell, (f"{tree}.Input", f"{tree}.layers.Input"), facts.after, reference.range)
    place = _place(call, facts)
    if name is None or place is None:
        return None
    before, (text, imports) = place, name
    return Proposal(
        "Say the shape of a batch by an Input in front of the layer",
        (*imports, before(f"{text}(batch_shape={shape})"), *without_keywords(facts.cell, call, names)),
        "Input takes the shape with the batch in it, as the layer did.",
    )


def _comes_later(call: ast.Call, facts: CellFacts) -> bool:
    """Whether ``model.add(layer)`` stands below another one of the same model."""
    assert facts.cell.tree is not None
    for node in ast.walk(facts.cell.tree):
        body = getattr(node, "body", None)
        above: set[str] = set()
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Assign):
                above -= {facts.cell.segment(facts.cell.range(target)) for target in statement.targets}
            added = statement.value if isinstance(statement, ast.Expr) and _adds(statement.value) else None
            if isinstance(added, ast.Call) and isinstance(added.func, ast.Attribute):
                model = facts.cell.segment(facts.cell.range(added.func.value))
                if any(inner is call for inner in ast.walk(added)):
                    return model in above
                above.add(model)
    return False


def _batch_shape(call: ast.Call, facts: CellFacts) -> str | None:
    """The shape of a batch as an expression, from what the layer was given."""
    given = {item.arg: item.value for item in call.keywords if item.arg}
    texts = {name: facts.cell.segment(facts.cell.range(value)) for name, value in given.items()}
    if "batch_input_shape" in given:
        return texts["batch_input_shape"]
    batch = texts.get("batch_size")
    shape = given.get("input_shape")
    if batch is None:
        return None
    if isinstance(shape, ast.Tuple) and not any(isinstance(item, ast.Starred) for item in shape.elts):
        parts = [facts.cell.segment(facts.cell.range(item)) for item in shape.elts]
        return f"({', '.join([batch, *parts])})"
    if shape is not None:
        return f"({batch}, *{texts['input_shape']})"
    is_embedding = isinstance(call.func, (ast.Name, ast.Attribute)) and _last(call.func) == "Embedding"
    length, size = texts.get("input_length"), None if is_embedding else texts.get("input_dim")
    parts = [each for each in (batch, length, size) if each]
    return f"({', '.join(parts)})" if len(parts) > 1 else None


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _place(call: ast.Call, facts: CellFacts) -> Callable[[str], Edit] | None:
    """How an expression is put in front of a layer: in a line of its own, or in the list of layers."""
    assert facts.cell.tree is not None
    parents = {child: node for node in ast.walk(facts.cell.tree) for child in ast.iter_child_nodes(node)}
    node: ast.AST = call
    while _wraps(parents.get(node), node):
        node = parents[node]
    above = parents.get(node)
    start = facts.cell.range(node)
    at = Range(start.line, start.column, start.line, start.column)
    if isinstance(above, ast.List) and above.elts[:1] == [node]:
        return lambda text: Edit(at, f"{text}, ")
    statement = parents.get(above) if above is not None else None
    if not isinstance(statement, ast.Expr) or not isinstance(above, ast.Call) or not _adds(above):
        return None
    assert isinstance(above.func, ast.Attribute)
    line = facts.cell.range(statement)
    head = facts.cell.lines[line.line - 1][: line.column]
    if head.strip():
        return None
    model = facts.cell.segment(facts.cell.range(above.func.value))
    newline = "\r\n" if "\r\n" in facts.text else "\n"
    first = Range(line.line, line.column, line.line, line.column)
    return lambda text: Edit(first, f"{model}.add({text}){newline}{head}")


def _wraps(outer: ast.AST | None, node: ast.AST) -> bool:
    """``Bidirectional(LSTM(…))``"""
    return isinstance(outer, ast.Call) and outer.args[:1] == [node] and not _adds(outer)


def _adds(node: ast.AST) -> bool:
    """``model.add(…)``"""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add"


RULE = Rule(
    code="KA311",
    name="batch size given to a layer",
    lesson=Lesson(
        what="`LSTM(20, batch_input_shape=(32, 10, 1), stateful=True)`, `LSTM(20, input_shape=(10, 1), "
        "batch_size=32)`: the argument is refused.",
        why="In Keras 3 a layer knows nothing of the batch. A layer that keeps its state from batch to batch needs the "
        "size all the same: keras.Input(batch_shape=…) in front of it says it.",
        since="keras 3.0",
        before="from keras import Sequential\nfrom keras.layers import LSTM\nmodel = Sequential()\n"
        "model.add(LSTM(4, batch_input_shape=(8, 5, 1), stateful=True))",
        after="from keras import Input, Sequential\nfrom keras.layers import LSTM\nmodel = Sequential()\n"
        "model.add(Input(batch_shape=(8, 5, 1)))\nmodel.add(LSTM(4, stateful=True))",
        target="tensorflow==2.16.2",
        related=("KA101",),
    ),
    arguments=ARGUMENTS,
    on_cell=finder("KA311", ARGUMENTS),
    fixes=_fixes,
)

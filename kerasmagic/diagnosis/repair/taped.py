"""``K.gradients`` and ``K.function`` as a function with a tape, which takes and gives lists of arrays, too."""

from __future__ import annotations

import ast
import re
from typing import Iterator, Mapping, NamedTuple, Sequence

from ...source.edits import Edit
from ...source.imports import ensure_import
from ...source.nodes import index, last_name
from ..evidence import failed_cell as failing
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure
from ..model.problem import Proposal
from .rewrite import spelled
from .slices import block_of, computing, indented, is_tensor_of_model, stores, text_with, uses_elsewhere

_WORDS = ("tape", "arrays", "graph", "result")


class _Function(NamedTuple):
    """``name = K.function([tensor], [results])``"""

    statement: ast.Assign
    name: str
    tensor: ast.expr
    phase: bool
    """Whether it takes the learning phase, too."""
    results: list[ast.expr]


class _Gradient(NamedTuple):
    """``K.gradients(loss, tensor)[0]``"""

    node: ast.expr
    """With the place that is taken of it."""
    loss: ast.expr
    tensor: ast.expr


def with_a_tape(failure: Failure, facts: CellFacts) -> Proposal | None:
    """The edit of a cell that asks for gradients between tensors of a model, and for a function that computes them."""
    made = next(_functions(facts), None)
    block = block_of(made.statement, facts) if made else []
    whole = computing(made.results, made.statement, block, failure, facts) if made else None
    gradients = [each for statement in whole.statements for each in _gradients(statement)] if whole else []
    if made is None or whole is None or len(gradients) != 1 or set(_WORDS) & facts.words:
        return None
    (gradient,) = gradients
    asking = next(each for each in whole.statements if gradient.node in ast.walk(each))
    inside = computing([gradient.loss], asking, block, failure, facts)
    moved = [*whole.statements, made.statement]
    names = {name for each in whole.statements for name in stores(each)}
    if inside is None or uses_elsewhere(names, moved, facts):
        return None
    model, tensorflow = _model(facts, made.statement), _tensorflow(facts, made.statement)
    if model is None:
        return None
    tensors = _Tensors(made, gradient, moved, whole.tensors, failure, facts)
    if not tensors.outputs:
        return None
    libraries = model[0], tensorflow[0]
    text = "\n".join(_lines(made, gradient, inside.statements, whole.statements, tensors, libraries, facts))
    edits = [Edit(failing.whole_lines(each, facts), "") for each in whole.statements]
    edits += [*model[1], *tensorflow[1], Edit(facts.cell.range(made.statement), text)]
    return Proposal(
        "Compute the gradients with a tape",
        tuple(edits),
        f"{made.name} takes and gives lists of arrays, as before.",
    )


def _functions(facts: CellFacts) -> Iterator[_Function]:
    for node in facts.cell.placed:
        call = node.value if isinstance(node, ast.Assign) else None
        if not isinstance(call, ast.Call) or last_name(call.func) != "function" or len(call.args) != 2 or call.keywords:
            continue
        given, results = call.args
        target = node.targets[0]  # type: ignore[attr-defined]
        if not isinstance(given, ast.List) or not isinstance(results, ast.List) or not isinstance(target, ast.Name):
            continue
        tensors = [each for each in given.elts if not is_learning_phase(each)]
        phase = len(given.elts) - len(tensors)
        if len(tensors) == 1 and phase < 2 and given.elts[0] is tensors[0] and results.elts:
            yield _Function(node, target.id, tensors[0], bool(phase), results.elts)  # type: ignore[arg-type]


def is_learning_phase(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) == "learning_phase"


def _gradients(statement: ast.AST) -> Iterator[_Gradient]:
    for node in ast.walk(statement):
        inner = node.value if isinstance(node, ast.Subscript) else None
        place = index(node) if isinstance(node, ast.Subscript) else None
        if not isinstance(inner, ast.Call) or last_name(inner.func) != "gradients" or len(inner.args) != 2:
            continue
        tensor = inner.args[1]
        if isinstance(tensor, (ast.List, ast.Tuple)) and len(tensor.elts) == 1:
            tensor = tensor.elts[0]
        if isinstance(place, ast.Constant) and place.value == 0 and not isinstance(tensor, (ast.List, ast.Tuple)):
            yield _Gradient(node, inner.args[0], tensor)  # type: ignore[arg-type]


class _Tensors:
    """The tensors of the model that the function computes with, and how they are called within.

    Attributes:
        given: the name of what it is given.
        outputs: the text of each other tensor, with its name.
        instead: the expressions that are written otherwise within.
    """

    def __init__(
        self,
        made: _Function,
        gradient: _Gradient,
        moved: Sequence[ast.stmt],
        names: Sequence[str],
        failure: Failure,
        facts: CellFacts,
    ) -> None:
        start = failing.text_of(made.tensor, facts)
        free = (name for name in ("x", "image", "data") if name not in facts.words)
        self.given = start if isinstance(made.tensor, ast.Name) else next(free, "given")
        self.outputs: dict[str, str] = {}
        self.instead: dict[ast.expr, str] = {}
        computed = (each for statement in moved[:-1] for each in _expressions(statement))
        for node in (*computed, *made.results, gradient.tensor):
            for part in _outermost(node, names, failure):
                text = failing.text_of(part, facts)
                name = text if isinstance(part, ast.Name) else re.sub(r"\W+", "_", text).strip("_")
                if text == start:
                    name = self.given
                else:
                    self.outputs[text] = name
                self.instead[part] = name


def _expressions(statement: ast.stmt) -> list[ast.expr]:
    return [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.expr)]


def _outermost(node: ast.expr, names: Sequence[str], failure: Failure) -> Iterator[ast.expr]:
    """The tensors of the model in an expression: ``layer.output``, or the names of some."""
    if isinstance(node, ast.Attribute) and is_tensor_of_model(node, failure):
        yield node
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        if node.id in names:
            yield node
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _outermost(child, names, failure)
            elif not isinstance(child, (ast.operator, ast.expr_context)):
                for inner in ast.iter_child_nodes(child):
                    if isinstance(inner, ast.expr):
                        yield from _outermost(inner, names, failure)


def _model(facts: CellFacts, statement: ast.stmt) -> tuple[str, list[Edit]] | None:
    imported = facts.after.imported
    tree = "keras" if "keras" in imported and "tensorflow.keras" not in imported else "tensorflow.keras"
    names = [f"{each}.{path}" for each in ("keras", "tensorflow.keras") for path in ("Model", "models.Model")]
    return spelled(facts.cell, (*names, f"{tree}.models.Model"), facts.after, facts.cell.range(statement))


def _tensorflow(facts: CellFacts, statement: ast.stmt) -> tuple[str, list[Edit]]:
    bound = next((name for name, value in facts.after.names.items() if value == "tensorflow"), None)
    if bound is not None:
        return bound, []
    return "tf", ensure_import(facts.cell, "import tensorflow as tf", facts.cell.range(statement))


def _lines(
    made: _Function,
    gradient: _Gradient,
    inside: Sequence[ast.stmt],
    whole: Sequence[ast.stmt],
    tensors: _Tensors,
    libraries: tuple[str, str],
    facts: CellFacts,
) -> Iterator[str]:
    model, tensorflow = libraries
    indent = " " * facts.cell.range(made.statement).column
    once, twice = f"{indent}    ", f"{indent}        "
    loss, wrt = (text_with(node, tensors.instead, facts) for node in (gradient.loss, gradient.tensor))
    target = loss if isinstance(gradient.loss, ast.Name) else "result"
    instead: Mapping[ast.expr, str] = {**tensors.instead, gradient.node: f"tape.gradient({target}, {wrt})"}
    training = ", training=bool(arrays[1])" if made.phase else ""
    outputs = list(tensors.outputs)
    names = ", ".join(tensors.outputs.values())
    results = ", ".join(text_with(node, tensors.instead, facts) for node in made.results)
    ends = outputs[0] if len(outputs) == 1 else f"[{', '.join(outputs)}]"
    yield f"graph = {model}({failing.text_of(made.tensor, facts)}, {ends})"
    yield f"{indent}def {made.name}(arrays):"
    yield f"{once}{tensors.given} = {tensorflow}.cast(arrays[0], {tensorflow}.float32)"
    yield f"{once}with {tensorflow}.GradientTape() as tape:"
    yield f"{twice}tape.watch({tensors.given})"
    yield f"{twice}{names} = graph({tensors.given}{training})"
    yield from indented(inside, twice, facts, instead)
    if not isinstance(gradient.loss, ast.Name):
        yield f"{twice}result = {loss}"
    yield from indented([each for each in whole if each not in inside], once, facts, instead)
    yield f"{once}return [each.numpy() for each in ({results},)]"

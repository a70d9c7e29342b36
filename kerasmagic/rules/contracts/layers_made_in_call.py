"""``Dense(8)(x)`` and ``self.add_weight(…)`` in the call of a layer: made in ``__init__`` and ``build``, and used in
``call``."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_REPEATED = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
"""Where one line makes many layers."""


class MadeInCall(NamedTuple):
    owner: str
    """The class of the user's."""
    names: tuple[str, ...]
    """What its call makes: "Dense", "add_weight"."""
    edits: tuple[Edit, ...]
    """Empty where they cannot be made before as they are written."""


def made_in_call(failure: Failure, facts: CellFacts) -> MadeInCall | None:
    """What the call of a class in the cell makes, whose object was being called; None where none makes anything."""
    called = {session.class_name(layer) for layer, _ in failing.called_layers(failure)}
    called |= {session.class_name(frame.f_locals.get("self")) for frame in failing.python_frames(failure)}
    classes = [node for node in facts.cell.placed if isinstance(node, ast.ClassDef)]
    found = [each for each in (_made(owner, failure, facts) for owner in classes) if each is not None]
    ran = [each for each in found if each.owner in called]
    return next(iter(ran or (found if len(found) == 1 else [])), None)


def _made(owner: ast.ClassDef, failure: Failure, facts: CellFacts) -> MadeInCall | None:
    methods = {node.name: node for node in owner.body if isinstance(node, ast.FunctionDef)}
    call = methods.get("call")
    if call is None or not call.args.args:
        return None
    layers = [node for node in _outermost(call, failure) if not _is_weight(node)]
    weights = [node for node in _outermost(call, failure) if _is_weight(node)]
    if not layers and not weights:
        return None
    names = tuple(dict.fromkeys(last_name(node.func) for node in [*layers, *weights]))
    edits = [*_moved(layers, owner, call, methods, facts), *_moved(weights, owner, call, methods, facts)]
    changed = sum(edit.text.startswith("self.") for edit in edits)
    return MadeInCall(owner.name, names, tuple(edits) if changed == len(layers) + len(weights) else ())


def _outermost(call: ast.FunctionDef, failure: Failure) -> Iterator[ast.Call]:
    """The calls that make layers and weights, without those that go into another such call."""
    waiting: list[ast.AST] = list(call.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Call) and (_is_weight(node) or _is_class_of_layers(node.func, failure)):
            yield node
        else:
            waiting += ast.iter_child_nodes(node)


def _is_weight(node: ast.Call) -> bool:
    owner = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "add_weight" else None
    return owner is not None and last_name(owner) == "self"


def _is_class_of_layers(node: ast.expr, failure: Failure) -> bool:
    made: Any = failing.value_of(node, failure)
    return session.is_layer_class(made)


def _moved(
    made: list[ast.Call],
    owner: ast.ClassDef,
    call: ast.FunctionDef,
    methods: dict[str, ast.FunctionDef],
    facts: CellFacts,
) -> Iterator[Edit]:
    """The edits that make them before: weights in build, layers in ``__init__``. None where one of them is made of
    what only the call knows, or as often as only the call knows."""
    local = {node.id for node in ast.walk(call) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    local |= {each.arg for each in call.args.args[1:]}
    lines, uses = [], []
    taken = set(re.findall(r"self\.(\w+)", failing.text_of(owner, facts)))
    for node in made:
        around: list[Any] = [each for each in ast.walk(call) if isinstance(each, _REPEATED) and node in ast.walk(each)]
        counter = _counter(around[0]) if len(around) == 1 else ""
        text = _written_before(node, call.args.args[1:2], local - {counter}, facts)
        if text is None or (around and not counter) or (around and not _names(around[0].iter).isdisjoint(local)):
            return
        name = _name(node, taken)
        taken.add(name)
        steps = f"for {counter} in {failing.text_of(around[0].iter, facts)}" if around else ""
        lines.append(f"self.{name} = [{text} {steps}]" if around else f"self.{name} = {text}")
        uses.append(Edit(facts.cell.range(node), f"self.{name}[{counter}]" if around else f"self.{name}"))
    if lines:
        yield from uses
        start = "build" if _is_weight(made[0]) else "__init__"
        yield _added(lines, start, methods.get(start), call, facts)


def _counter(loop: Any) -> str:
    """``i`` of ``for i in range(n)``; empty for all other loops."""
    steps = loop.iter if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) else None
    counts = isinstance(steps, ast.Call) and last_name(steps.func) == "range" and len(steps.args) == 1
    return loop.target.id if counts else ""


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _written_before(node: ast.Call, first: list[ast.arg], local: set[str], facts: CellFacts) -> str | None:
    """How it is written in build, which knows the shape of the input, or in ``__init__``; None where it cannot be."""
    shapes = [
        each
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and each.attr == "shape" and first and last_name(each.value) == first[0].arg
    ]
    of_shapes = {each.value for each in shapes}
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name) and each not in of_shapes]
    if any(each.id in local for each in names) or (shapes and not _is_weight(node)):
        return None
    text = failing.text_of(node, facts)
    return re.sub(rf"\b{first[0].arg}\.shape\b", "input_shape", text) if shapes else text


def _name(node: ast.Call, taken: set[str]) -> str:
    given = next((item.value for item in node.keywords if item.arg == "name"), None)
    kind = last_name(node.func)
    word = "w" if kind == "add_weight" else re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()
    if isinstance(given, ast.Constant) and type(given.value) is str and given.value.isidentifier():
        word = given.value
    return next(each for each in (word, *(f"{word}_{number}" for number in range(2, 100))) if each not in taken)


def _added(
    lines: list[str], start: str, method: ast.FunctionDef | None, call: ast.FunctionDef, facts: CellFacts
) -> Edit:
    if method is not None:
        last = facts.cell.range(method.body[-1])
        indent = "\n" + " " * facts.cell.range(method.body[0]).column
        at = (last.end_line, last.end_column)
        return Edit(Range(*at, *at), "".join(indent + line for line in lines))
    where = facts.cell.range(call)
    indent = " " * where.column
    inner = indent + " " * (facts.cell.range(call.body[0]).column - where.column or 4)
    given = "**kwargs" if start == "__init__" else "input_shape"
    opening = [f"def {start}(self, {given}):"] + [f"{inner}super().__init__(**kwargs)"] * (start == "__init__")
    text = "\n".join([*opening, *(inner + line for line in lines), "", indent])
    at = (call.decorator_list[0].lineno if call.decorator_list else where.line, where.column)
    return Edit(Range(*at, *at), text)

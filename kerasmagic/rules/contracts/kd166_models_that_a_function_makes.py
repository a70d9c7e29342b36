"""``base_network(input_a)``: the function makes a model of a size, and the model is what takes the tensor."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.model_makers import GivenTensor, tensor_for_a_maker
from ...diagnosis.contract.network import tensor_shape
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.symbols import is_symbol
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.lines import before, statement_of
from ...source.nodes import last_name

_NAMES = ("base", "shared", "shared_model", "one_model")
_SHAPES = ("shape", "input_shape")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    given, facts = tensor_for_a_maker(failure), failing.facts_of(failure)
    if given is None or facts is None:
        return
    calls = [node for node in facts.cell.placed if isinstance(node, ast.Call) and last_name(node.func) == given.name]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    first = next((call for call in calls if given.caller in _lines(call, facts) and _tensor(call, given)), None)
    if first is None:
        return
    text = failing.text_of(_tensor(first, given), facts)  # type: ignore[arg-type]
    alike = _beside(first, [call for call in calls if _tensor(call, given)], given, facts)
    making, size = _making(first, given, failure, facts)
    takes = f"{given.parameter} is a setting of it" if given.parameter else "It takes no argument"
    yield Problem(
        "KD166",
        ERROR,
        f"{given.name} makes a model, and is called with the tensor {text}",
        f"{takes}; the model that it gives back is what takes tensors.",
        reference=given.name,
        fixes=(Fix("manual", _advice(making, [failing.text_of(_tensor(each, given), facts) for each in alike])),),  # type: ignore[arg-type]
        proposals=tuple(_proposals(alike, making, given, facts)) if size else (),
    )


def _lines(call: ast.Call, facts: CellFacts) -> list[str]:
    where = facts.cell.range(call)
    return [line.strip() for line in facts.cell.lines[where.line - 1 : where.end_line]]


def _tensor(call: ast.Call, given: GivenTensor) -> ast.expr | None:
    """What the call gives for the parameter that takes no tensor; None where it may be something else."""
    if any(isinstance(each, ast.Starred) for each in call.args) or any(item.arg is None for item in call.keywords):
        return None
    named = {item.arg: item.value for item in call.keywords}
    node = named.get(given.parameter) or (call.args[given.place] if given.place < len(call.args) else None)
    return node if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)) else None


def _beside(first: ast.Call, calls: list[ast.Call], given: GivenTensor, facts: CellFacts) -> list[ast.Call]:
    """The calls with the same settings whose statements stand in one block with the first, from that on: they fail
    next."""
    start = statement_of(first, facts.cell)
    blocks = [body for node in facts.cell.placed for body in [getattr(node, "body", None)] if isinstance(body, list)]
    block = next((body for body in [*blocks, facts.cell.tree.body] if start in body), [])  # type: ignore[union-attr]
    others = [_settings(call, given) for call in calls]
    alike = [call for call, other in zip(calls, others) if other == _settings(first, given)]
    return [call for call in alike if call is first or statement_of(call, facts.cell) in block]


def _settings(call: ast.Call, given: GivenTensor) -> str:
    """All that the call gives besides the tensor."""
    tensor = _tensor(call, given)
    rest = [each for each in call.args if each is not tensor]
    named = [f"{item.arg}={ast.dump(item.value)}" for item in call.keywords if item.value is not tensor]
    return ", ".join([*map(ast.dump, rest), *named])


def _making(call: ast.Call, given: GivenTensor, failure: Failure, facts: CellFacts) -> tuple[str, str]:
    """The call that makes the model, and what it gives in the place of the tensor; that is empty where the function
    says nothing of it."""
    function = failing.text_of(call.func, facts)
    if not given.parameter:
        return f"{function}()", function
    tensor = _tensor(call, given)
    size = _as_written(tensor, given, facts) or _of_the_tensor(tensor, given, failure)
    texts = [size or "…" if each is tensor else failing.text_of(each, facts) for each in call.args]
    for item in call.keywords:
        texts.append(f"{item.arg}={(size or '…') if item.value is tensor else failing.text_of(item.value, facts)}")
    return f"{function}({', '.join(texts)})", size


def _as_written(tensor: ast.expr | None, given: GivenTensor, facts: CellFacts) -> str:
    """The size in the words in which the cell made the tensor: ``n`` of ``x = Input(shape=(n,))``."""
    for node in facts.cell.placed:
        made = node.value if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) else None
        if not isinstance(node, ast.Assign) or made is None or last_name(made.func) != "Input":
            continue
        if not isinstance(tensor, ast.Name) or [getattr(to, "id", "") for to in node.targets] != [tensor.id]:
            continue
        shapes = [*made.args[:1], *(item.value for item in made.keywords if item.arg in _SHAPES)]
        if len(shapes) != 1:
            continue
        if given.is_shape:
            return failing.text_of(shapes[0], facts)
        sizes = shapes[0].elts if isinstance(shapes[0], (ast.Tuple, ast.List)) else []
        place = given.axis if given.axis in (None, -1) else given.axis - 1
        if place is not None and -1 <= place < len(sizes):
            return failing.text_of(sizes[place], facts)
    return ""


def _of_the_tensor(tensor: ast.expr | None, given: GivenTensor, failure: Failure) -> str:
    """The size in numbers."""
    value = failing.value_of(tensor, failure)
    shape = tensor_shape(value) if is_symbol(value) else None
    if shape is None or (given.axis is None and not given.is_shape):
        return ""
    if given.is_shape:
        return str(shape[1:])
    size = shape[given.axis] if given.axis is not None and given.axis < len(shape) else None
    return "" if size is None else str(size)


def _advice(making: str, tensors: list[str]) -> str:
    if len(tensors) == 1:
        return f"Make the model, and call it: {making}({tensors[0]})."
    called = ", ".join(f"base({text})" for text in tensors[:3])
    return f"Make the model once, base = {making}, and call it: {called}. So all of them share its weights."


def _proposals(calls: list[ast.Call], making: str, given: GivenTensor, facts: CellFacts) -> Iterator[Proposal]:
    tensors = [failing.text_of(_tensor(call, given), facts) for call in calls]  # type: ignore[arg-type]
    if len(calls) == 1:
        edit = Edit(facts.cell.range(calls[0]), f"{making}({tensors[0]})")
        yield Proposal("Call the model that it makes", (edit,), "The function gives back a model.")
        return
    start = statement_of(calls[0], facts.cell)
    used = {node.id for node in facts.cell.placed if isinstance(node, ast.Name)} | set(facts.after.names)
    name = next((each for each in _NAMES if each not in used and each != given.name), "")
    line = before(start, facts.cell, f"{name} = {making}") if start is not None and name else []
    if line:
        edits = [Edit(facts.cell.range(call), f"{name}({text})") for call, text in zip(calls, tensors)]
        yield Proposal(
            "Make the model once, and call it with each tensor",
            (*line, *edits),
            "The function gives back a model.",
            differs=f"{'Both' if len(calls) == 2 else 'All'} go through one model, and share its weights. Call "
            f"{given.name} once for each to have models with weights of their own.",
        )


RULE = Rule(
    code="KD166",
    name="function that makes a model",
    lesson=Lesson(
        what="`processed = base_network(input_a)` ends in an error about the shape of an Input, units, or a tensor "
        "without values; base_network is a function that returns a model.",
        why="Such a function takes sizes and gives back a model. The model is called with tensors: make it once, and "
        "call it with each input, which then share its weights.",
        since="keras 2.0",
        before="import keras\ndef base_network(size):\n    model = keras.Sequential([keras.Input((size,)), "
        "keras.layers.Dense(2)])\n    return model\na = keras.Input((4,))\nout = base_network(a)",
        after="import keras\ndef base_network(size):\n    model = keras.Sequential([keras.Input((size,)), "
        "keras.layers.Dense(2)])\n    return model\na = keras.Input((4,))\nout = base_network(4)(a)",
        target="tensorflow==2.21.0",
        related=("KD118", "KA304"),
    ),
    on_failure=on_failure,
)

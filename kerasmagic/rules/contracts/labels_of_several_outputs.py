"""One array of labels for a model with several outputs: Keras 2 compared it with each of them, Keras 3 does not."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem, said
from ...diagnosis.contract.data import ARRAY, DATASET, DICT, GENERATOR, LIST, OTHER, TABLE, TENSOR, Data
from ...diagnosis.contract.fitting import losses_of_each
from ...diagnosis.contract.network import loss_of
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem

_OF_ONE = re.compile(
    r"can't be found in either the model's output|are incompatible|expected \d+ arrays|have different structures"
)
_BY_PATH = "can't be found in either the model's output"
_WHY = "Each output is compared with labels of its own. Keras 2 compared one array of labels with all outputs."
_DIFFERS = "All outputs learn the same labels, as in Keras 2: give each its own where it has some."


def labels_of_one(code: str, failure: Failure) -> Iterator[Problem]:
    """The call of a model with several outputs that got labels for one of them."""
    call = failed_training(failure) if _OF_ONE.search(said(failure)) else None
    if call is None or len(call.network.outputs) < 2:
        return
    found = [*_of_one_output(code, failure, call)]
    if not found and _BY_PATH in failure.message and _are_as_many_losses(call):
        found = [problem(code, _of_another_form(call, call.given.get("y")), None)]
    yield from found


def _of_one_output(code: str, failure: Failure, call: Training) -> Iterator[Problem]:
    labels, x = call.given.get("y"), call.given.get("x")
    if labels is not None and labels.form in (ARRAY, TABLE, TENSOR):
        yield problem(code, _of_arrays(call), None)
    elif x is not None and x.form == DATASET and len(x.parts) > 1:
        if x.parts[1].form in (ARRAY, TENSOR):
            yield problem(code, _of_dataset(call), call.facts)
    elif x is not None and x.form in (GENERATOR, OTHER):
        yield from _of_batches(code, failure, call)


def _of_arrays(call: Training) -> Finding:
    outputs, y = len(call.network.outputs), call.text("y")
    names = f" ({', '.join(call.network.names)})" if len(call.network.names) == outputs <= 5 else ""
    each_has_a_loss = outputs == len([loss for loss in losses_of_each(call) if loss]) and not call.network.loss
    if each_has_a_loss:
        advice = (
            f"Give an array of labels for each output, in their order{names}: [{y}, …]; where all of them have the "
            f"same labels, [{y}] * {outputs}."
        )
    else:
        advice = (
            f"Give {outputs} arrays of labels in a list; None for the loss of an output that is only looked "
            "at. Or train a model with one output, and make a second of the same layers."
        )
    return Finding(
        f"The model has {outputs} outputs, and gets labels for one: {y}",
        "Each output is compared with labels of its own, by a loss of its own.",
        advice=(advice,),
        reference="fit(y)",
    )


def _of_dataset(call: Training) -> Finding:
    """``fit(ds)`` as ``fit(ds.map(lambda x, y: (x, (y, y))))``."""
    name, several, dataset = call.text("x"), _for_each("y", call), call.given["x"].value
    if not session.defines(dataset, "map"):
        advice = f"Make pairs of it: pairs = ((x, {several}) for x, y in {name}), and fit(pairs, steps_per_epoch=…)."
        return _finding(call, f"The batches of {name} have labels for one", advice)
    weighted = len(call.given["x"].parts) > 2
    text = f".map(lambda x, y, w: (x, {several}, w))" if weighted else f".map(lambda x, y: (x, {several}))"
    nodes = [call.written.get(role) for role in ("x", "validation_data")]
    plain = all(node is None or isinstance(node, (ast.Name, ast.Attribute, ast.Call)) for node in nodes)
    datasets = all(call.given[role].form == DATASET for role in ("x", "validation_data") if role in call.given)
    edits = [(node, f"{failing.text_of(node, call.facts)}{text}") for node in nodes if node is not None and call.facts]
    is_edited = plain and datasets and not weighted and nodes[0] is not None
    return _finding(
        call, f"The dataset {name} gives labels for one", f"Write {name}{text}.", tuple(edits) if is_edited else ()
    )


def _of_batches(code: str, failure: Failure, call: Training) -> Iterator[Problem]:
    """``yield x, y`` and ``return x, y``, in this cell or an earlier one."""
    value: Any = call.given["x"].value
    is_generator = call.given["x"].form == GENERATOR
    method = None if is_generator else session.defined(type(value), "__getitem__")
    made = value.gi_code if is_generator else method.__code__ if type(method) is FunctionType else None
    writing = written_in(made, failure) if made is not None else None
    facts = failing.facts_of(writing.failure) if writing is not None else None
    if made is None or writing is None or facts is None:
        return
    nodes = [*_given_by(made.co_name, session.class_name(value), is_generator, facts.cell.placed)]
    pairs = [node for node in nodes if isinstance(node, ast.Tuple) and len(node.elts) == 2]
    if not pairs or len(pairs) != len(nodes) or not all(_is_one(node.elts[1], facts.cell.placed) for node in pairs):
        return
    labels = [failing.text_of(node.elts[1], facts) for node in pairs]
    edits = tuple((node.elts[1], _for_each(text, call)) for node, text in zip(pairs, labels))
    inputs = failing.text_of(pairs[0].elts[0], facts)
    given = f"{'yield' if is_generator else 'return'} {inputs}, {edits[0][1]}"
    source = f"The generator {made.co_name}" if is_generator else f"{session.class_name(value)}.__getitem__"
    found = _finding(call, f"{source} gives labels for one", f"Write {given}.", edits)
    yield problem(code, found, facts)._replace(earlier=writing.cell)


def _given_by(name: str, owner: str, is_generator: bool, placed: Any) -> Iterator[ast.expr | None]:
    classes = [node for node in placed if isinstance(node, ast.ClassDef) and node.name == owner]
    among = placed if is_generator else [node for made in classes for node in made.body]
    functions = [node for node in among if isinstance(node, ast.FunctionDef) and node.name == name]
    kind = ast.Yield if is_generator else ast.Return
    yield from (node.value for function in functions for node in ast.walk(function) if isinstance(node, kind))


def _is_one(node: ast.expr, placed: Any) -> bool:
    """Whether an expression is not known to be labels for several outputs."""
    if isinstance(node, ast.Name):
        statements = (each for each in placed if isinstance(each, ast.Assign))
        made = [each.value for each in statements if [getattr(to, "id", "") for to in each.targets] == [node.id]]
        return not any(isinstance(each, (ast.Tuple, ast.List, ast.Dict)) for each in made)
    return not isinstance(node, (ast.Tuple, ast.List, ast.Dict, ast.Starred))


def _for_each(labels: str, call: Training) -> str:
    """The same labels for each output: ``(y, y)``, or by their names for a model that gives a dictionary."""
    outputs = session.own(call.model, "_outputs_struct")
    if type(outputs) is dict:
        return f"{{{', '.join(f'{name!r}: {labels}' for name in outputs)}}}"
    count = len(call.network.outputs)
    return f"({', '.join([labels] * count)})" if count < 4 and len(labels) < 30 else f"({labels},) * {count}"


def _finding(call: Training, title: str, advice: str, edits: tuple[tuple[ast.AST, str], ...] = ()) -> Finding:
    change = Change("Give each output these labels", edits, _DIFFERS)
    return Finding(
        f"{title} output, and the model has {len(call.network.outputs)}",
        _WHY,
        changes=(change,) if edits else (),
        advice=(advice,),
        reference="fit(y)",
    )


def _are_as_many_losses(call: Training) -> bool:
    """Whether compile got one loss, which is for each output, or as many as there are outputs."""
    given = loss_of(call.model)
    count = len(given) if type(given) is dict else len(session.members(given))
    return given is not None and count in (0, len(call.network.outputs))


def _of_another_form(call: Training, labels: Data | None) -> Finding:
    """Labels in a list or dictionary that has not an entry for each output."""
    outputs = len(call.network.outputs)
    number = len(labels.parts) if labels is not None and labels.form in (LIST, DICT) else 0
    has = f", and the labels have {number}" if number else ", and the labels have another form"
    return Finding(
        f"The model has {outputs} outputs{has}",
        _WHY,
        advice=(f"Give {outputs} arrays of labels, in the order of the outputs.",),
        reference="fit(y)",
    )

"""What a generator yields, or a Sequence returns, in a form that fit does not take: read where it waits, and mended
where it is written."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.data import DATASET, GENERATOR, LIST, OTHER, Data, Shape, shown
from ...diagnosis.contract.entries import WITH_LENGTH
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.training import Training
from ...diagnosis.contract.yielded import described, written, yielded
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem

_NO_TUPLE = "generator must return a tuple"
_AS_INPUTS = re.compile(r"expects \d+ input\(s\),? but it received (\d+) input tensors")


class _Part(NamedTuple):
    """A part of a batch: what it is, and how it has to be written."""

    what: str
    """Empty where it is right."""
    text: str


def of_batches(code: str, failure: Failure, call: Training, keras_3: bool) -> Iterator[Problem]:
    """What is wrong with the batches of a call, with the edit of the cell that makes them."""
    given = call.given.get("x")
    if given is None:
        return
    value: Any = given.value
    if given.form == GENERATOR:
        writing = written_in(value.gi_code, failure)
        facts = failing.facts_of(writing.failure) if writing is not None else None
        finding = _of_generator(failure, call, facts, keras_3)
    else:
        method = session.defined(type(value), "__getitem__") if given.form in (OTHER, DATASET) else None
        writing = written_in(method.__code__, failure) if type(method) is FunctionType else None
        facts = failing.facts_of(writing.failure) if writing is not None else None
        finding = _of_sequence(value, facts, failure) if facts is not None else None
    if finding is not None:
        found = problem(code, finding, facts)
        yield found._replace(earlier=writing.cell if writing is not None else None)


def _of_generator(failure: Failure, call: Training, facts: CellFacts | None, keras_3: bool) -> Finding | None:
    generator: Any = call.given["x"].value
    node = yielded(generator)
    if call.method == "predict" and (_NO_TUPLE in failure.message or _AS_INPUTS.search(failure.message)):
        return _of_inputs(node, call, facts)
    if isinstance(node, ast.Tuple) and len(node.elts) > 1:
        return _of_parts(node, call, facts, keras_3)
    data = described(node, generator.gi_frame) if node is not None else None
    is_list = isinstance(node, ast.List) or (data is not None and type(data.value) is list)
    if node is None or data is None or not is_list or not 2 <= len(data.parts) <= 3:
        return None
    if not (keras_3 or _AS_INPUTS.search(failure.message)):
        return None
    text = written(node, generator)
    new = text[1:-1].strip() if isinstance(node, ast.List) else f"tuple({text})"
    edits = tuple((each, new) for each in _yielded(generator.gi_code.co_name, node, facts))
    return Finding(
        title=f"The generator {generator.gi_code.co_name} yields a list, and fit takes a tuple of inputs and labels",
        cause="A list stands for several inputs.",
        changes=(Change("Yield a tuple", edits, evidence="It holds the same inputs and labels."),) if edits else (),
        advice=(f"Write yield {new}.",),
        reference="fit(x)",
    )


def _of_inputs(node: ast.expr | None, call: Training, facts: CellFacts | None) -> Finding | None:
    """Inputs alone, for predict: Keras 3 takes them as a tuple of one part, Keras 2 also one array as it is."""
    generator: Any = call.given["x"].value
    if node is None or isinstance(node, ast.Tuple):
        return None
    text, several = written(node, generator), len(call.network.inputs) > 1
    is_list = isinstance(node, ast.List) or described(node, generator.gi_frame).form == LIST
    if is_list and several:
        text = f"({text[1:-1].strip()})" if isinstance(node, ast.List) else f"tuple({text})"
    elif isinstance(node, ast.List) and len(node.elts) == 1:
        text = written(node.elts[0], generator)
    elif is_list:
        return None
    edits = tuple((each, f"({text},)") for each in _yielded(generator.gi_code.co_name, node, facts))
    return Finding(
        title=f"The generator {generator.gi_code.co_name} yields the inputs alone, and predict takes them in a tuple",
        cause="Keras 2 took one array without it.",
        changes=(Change("Yield a tuple", edits, evidence="It holds the same inputs."),) if edits else (),
        advice=(f"Write yield ({text},).",),
        reference="predict(x)",
    )


def _of_parts(node: ast.Tuple, call: Training, facts: CellFacts | None, keras_3: bool) -> Finding | None:
    """Inputs or labels of a batch that are no arrays, or no whole batches."""
    generator: Any = call.given["x"].value
    numpy = of_module("numpy", facts, call.namespace)
    texts = [written(each, generator) for each in node.elts]
    data = [described(each, generator.gi_frame) for each in node.elts]
    inputs = _inputs(data[0], texts[0], node.elts[0], call.network.inputs, numpy.text, keras_3)
    labels = _labels(data[1], texts[1], len(call.network.outputs), numpy.text)
    if not (inputs.what or labels.what) or not all(texts):
        return None
    new = ", ".join([inputs.text, labels.text, *texts[2:]])
    name = generator.gi_code.co_name
    edits = tuple((each, new) for each in _yielded(name, node, facts)) if numpy.is_bound else ()
    count = len(call.network.inputs) or 1
    return Finding(
        title=f"The generator {name} yields {', and '.join(each.what for each in (inputs, labels) if each.what)}",
        cause=f"fit takes whole batches: {'an array' if count == 1 else f'a tuple of {count} arrays, one'} for "
        f"{'the inputs' if count == 1 else 'each input'}, and one for the labels, with the samples as first axis.",
        changes=(Change("Yield arrays", edits),) if edits else (),
        advice=(f"Write yield {new}.",),
        reference="fit(x)",
    )


def _inputs(data: Data, text: str, node: ast.expr, wanted: tuple[Shape, ...], numpy: str, keras_3: bool) -> _Part:
    count, rank = len(wanted) or 1, len(wanted[0]) if wanted else 0
    parts = data.parts
    if data.form == LIST and parts and all(each.form == LIST and len(each.parts) == count > 1 for each in parts):
        what = f"a list of {len(data.value)} samples, each with {count} arrays" if data.value else "a list of samples"
        return _Part(what, f"tuple({numpy}.array(each) for each in zip(*{text}))")
    whole = [each for each in parts if each.form in WITH_LENGTH and len(each.shape or ()) == rank]
    if data.form == LIST and count > 1 and len(whole) == len(parts) == count:
        tuple_of = f"({text[1:-1]})" if isinstance(node, ast.List) else f"tuple({text})"
        is_list = isinstance(node, ast.List) or type(data.value) is list
        return _Part(f"a list of {count} arrays", tuple_of) if keras_3 and is_list else _Part("", text)
    if data.form == LIST and count == 1 and (data.dtype or (parts and all(each.form in WITH_LENGTH for each in parts))):
        return _Part(f"a list of {(data.shape or (0,))[0]} samples", f"{numpy}.array({text})")
    if data.form in WITH_LENGTH and data.shape is not None and rank and len(data.shape) == rank - 1 and count == 1:
        return _Part(f"one sample, of shape {shown(data.shape)}", f"{text}[None]")
    return _Part("", text)


def _labels(data: Data, text: str, outputs: int, numpy: str) -> _Part:
    if data.form == LIST and (data.dtype or (data.parts and _is_number(data.parts[0].value))):
        return _Part("a list of labels", f"{numpy}.array({text})")
    if data.form == LIST and outputs == 1 and data.parts and all(each.form in WITH_LENGTH for each in data.parts):
        return _Part("a list of labels", f"{numpy}.array({text})")
    if data.form == OTHER and _is_number(data.value):
        return _Part("a single label", f"{numpy}.array([{text}])")
    return _Part("", text)


def _is_number(value: Any) -> bool:
    plain = type(value) in (int, float, bool)
    return plain or (session.root(value) == "numpy" and session.class_name(value).startswith(("int", "float", "bool")))


def _yielded(name: str, node: ast.expr, facts: CellFacts | None) -> Iterator[ast.expr]:
    """The same batch in the function, in the cell that wrote it."""
    for function in facts.cell.placed if facts is not None else ():
        if isinstance(function, ast.FunctionDef) and function.name == name:
            for each in ast.walk(function):
                if isinstance(each, ast.Yield) and each.value is not None and ast.dump(each.value) == ast.dump(node):
                    yield each.value


def _of_sequence(value: Any, facts: CellFacts, failure: Failure) -> Finding | None:
    """``__getitem__`` returns a list: up to TensorFlow 2.5 or so all of it is taken for inputs."""
    told = _AS_INPUTS.search(failure.message)
    if told is None or not session.is_kind(value, "Sequence"):
        return None
    name = session.class_name(value)
    classes = [each for each in facts.cell.placed if isinstance(each, ast.ClassDef) and each.name == name]
    methods = [each for made in classes for each in made.body if getattr(each, "name", "") == "__getitem__"]
    returns = [each for method in methods for each in ast.walk(method) if isinstance(each, ast.Return)]
    lists = [each.value for each in returns if each.value is not None and _is_list(each.value, methods)]
    if not lists or len(lists) != len(returns):
        return None
    edits = tuple((each, _as_tuple(each, facts)) for each in lists)
    return Finding(
        title=f"{name}.__getitem__ returns a list, and this Keras takes all of it for inputs: {told[1]} of them",
        cause="A batch is a tuple of inputs and labels. A list stands for several inputs.",
        changes=(Change("Return a tuple", edits, evidence="It holds the same inputs and labels."),),
        advice=(f"Let __getitem__ of {name} return a tuple: return {edits[0][1]}.",),
        reference="keras.utils.Sequence",
    )


def _is_list(node: ast.expr, methods: list[Any]) -> bool:
    if isinstance(node, ast.Name):
        steps = (each for method in methods for each in ast.walk(method))
        made = [each.value for each in steps if isinstance(each, ast.Assign) and _binds(each, node.id)]
        return bool(made) and isinstance(made[-1], (ast.List, ast.ListComp))
    return isinstance(node, (ast.List, ast.ListComp))


def _binds(node: ast.Assign, name: str) -> bool:
    return [getattr(each, "id", "") for each in node.targets] == [name]


def _as_tuple(node: ast.expr, facts: CellFacts) -> str:
    text = failing.text_of(node, facts)
    return f"({text[1:-1]})" if isinstance(node, ast.List) and len(node.elts) > 1 else f"tuple({text})"

"""Text in what a Sequence, a generator or a dataset gives: names of files as a third part, which fit takes for weights,
or names of classes as labels."""

from __future__ import annotations

import ast
import re
from types import FunctionType, GeneratorType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras, said
from ...diagnosis.contract.data import DATASET, GENERATOR, OTHER, Data, describe
from ...diagnosis.contract.named import of_keras, of_module
from ...diagnosis.contract.no_numbers import TEXT, fault_of, texts_of
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.contract.yielded import described, yielded
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import Writing, written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...source.nodes import index, last_name, local_values, string

_REFUSAL = re.compile(
    r"Invalid dtype: (?:object|str)|Unsupported object type (?:str|numpy)|Cast string to|could not convert string"
    r"|expected type|Unsupported numpy type|String|Failed to convert"
)
_ROLES = ("inputs", "labels", "sample_weight")
_PLACES = ("first", "second", "third")
_SAME_VALUES = ("values", "iloc", "loc", "array")
_COPIES = ("to_numpy", "tolist", "copy", "reset_index", "sample", "array", "asarray", "list")


class Batch(NamedTuple):
    """What makes the batches of a call."""

    name: str
    """"DataGenerator.__getitem__", "The generator rows"."""
    verb: str
    node: ast.Tuple
    """The tuple that it gives, in the cell that has it."""
    parts: tuple[Data, ...]
    writing: Writing
    facts: CellFacts


def text_in_batches(code: str, failure: Failure) -> Iterator[Problem]:
    if not raised_by_keras(failure) or not _REFUSAL.search(said(failure)):
        return
    call = failed_training(failure)
    given = call.given.get("x") if call is not None else None
    if call is None or given is None:
        return
    if given.form == DATASET and given.parts:
        finding = _of_a_dataset(call, given)
        if finding is not None:
            yield problem(code, finding, call.facts)
        return
    batch = _of_a_generator(given.value, failure) if given.form == GENERATOR else _of_a_sequence(given, failure)
    finding = _of_a_batch(batch) if batch is not None else None
    if finding is not None and batch is not None:
        yield problem(code, finding, batch.facts)._replace(earlier=batch.writing.cell)


def _of_a_batch(batch: Batch) -> Finding | None:
    """The part that is text; of three whose values are not known the third, which is rarely meant as weights."""
    texts = [place for place, part in enumerate(batch.parts) if fault_of(part) == TEXT]
    unknown = len(batch.parts) == 3 and batch.parts[2].form == OTHER
    if not texts and not unknown:
        return None
    place = texts[0] if texts else 2
    given, shown = batch.parts[place], [failing.text_of(each, batch.facts) for each in batch.node.elts]
    first = next((each for each in given.first() if type(each) is str), "") if texts else ""
    holds = f"It holds text, such as {first[:30]!r}. " if first else "It holds text. " if texts else ""
    if place == 2:
        new = f"{shown[0]}, {shown[1]}"
        change = Change(f"{batch.verb.capitalize()} inputs and labels alone", ((batch.node, new),), _UNPACKED)
        return Finding(
            title=f"{batch.name} {batch.verb}s {shown[2]} as its third part, which fit takes for sample_weight",
            cause=f"{holds}A batch is inputs and labels, or these and a weight for each sample.",
            changes=(change,) if texts else (),
            advice=(f"{'Write' if texts else 'If these are no weights, write'} {batch.verb} {new}.",),
            reference="fit(x)",
        )
    return Finding(
        title=f"{batch.name} {batch.verb}s text for the {_ROLES[place]}: {shown[place]}",
        cause=f"{holds}Keras computes with numbers.",
        advice=(_NUMBER_CLASSES if place == 1 else _NUMBER_INPUTS,),
        reference="fit(x)",
    )


_UNPACKED = "What takes the three parts of a batch in other cells, as in x, y, ids = rows[0], has to be changed, too."
_NUMBER_CLASSES = (
    "Number the classes before: names, numbers = numpy.unique(labels, return_inverse=True); give the numbers."
)
_NUMBER_INPUTS = "Make numbers of it first: load what is named, number categories, take the numbers out of tables."


def _of_a_dataset(call: Training, given: Data) -> Finding | None:
    name, node = call.text("x"), call.written.get("x")
    place = next((place for place, part in enumerate(given.parts[:3]) if part.is_text and place), None)
    if place is None:
        return None
    validation, pair = call.given.get("validation_data"), call.written.get("validation_data")
    edits = [(node, name)] if isinstance(node, ast.Name) else []
    if validation is not None and len(validation.parts) == 3 and isinstance(pair, ast.Name):
        edits.append((pair, pair.id))
    if place == 2:
        new = ".map(lambda x, y, _: (x, y))"
        return Finding(
            title=f"{name} gives text as its third part, which fit takes for sample_weight",
            cause="A batch is inputs and labels, or these and a weight for each sample.",
            changes=(Change("Leave the third part out", tuple((each, f"{text}{new}") for each, text in edits)),),
            advice=(f"Leave the third part out: {name}{new}.",),
            reference="fit(x)",
        )
    names, lookup = _class_names(call), of_keras("layers.StringLookup", call.network.keras, call.facts).text
    of = "" if names else ", with the list of the names"
    return Finding(
        title=f"{name} gives text for the labels",
        cause="Keras computes with numbers.",
        advice=(
            f"Number the classes: lookup = {lookup}(vocabulary={names or 'names'}, num_oov_indices=0){of}; then give "
            f"{name}.map(lambda x, y: (x, lookup(y))).",
        ),
        reference="fit(x)",
    )


def _class_names(call: Training) -> str:
    """What has the names of all classes, as many as the last layer has units: a list of them, or labels; empty where
    the session has no such, or several."""
    count = call.network.outputs[0][-1] if len(call.network.outputs) == 1 and call.network.outputs[0] else None
    lists: set[str] = set()
    labels: set[str] = set()
    for name, thing in session.variables(call.namespace):
        data = describe(thing)
        texts = texts_of(data) if len(data.shape or ()) == 1 and fault_of(data) == TEXT else []
        if count and len(set(texts)) == count:
            (lists if len(texts) == count else labels).add(name)
    numpy = of_module("numpy", call.facts, call.namespace).text
    found = lists or {f"{numpy}.unique({name})" for name in labels}
    return found.pop() if len(found) == 1 else ""


def _of_a_generator(generator: GeneratorType[Any, Any, Any], failure: Failure) -> Batch | None:
    node = yielded(generator)
    writing = written_in(generator.gi_code, failure) if node is not None else None
    facts = failing.facts_of(writing.failure) if writing is not None else None
    if facts is None or writing is None or not isinstance(node, ast.Tuple):
        return None
    name = generator.gi_code.co_name
    for function in facts.cell.placed:
        for each in ast.walk(function) if isinstance(function, ast.FunctionDef) and function.name == name else ():
            given = each.value if isinstance(each, ast.Yield) else None
            if isinstance(given, ast.Tuple) and ast.dump(given) == ast.dump(node):
                parts = tuple(_in_a_frame(part, generator.gi_frame) for part in node.elts)
                return Batch(f"The generator {name}", "yield", given, parts, writing, facts)
    return None


def _in_a_frame(node: ast.expr, frame: Any) -> Data:
    """What a part of what was yielded was, also where it is taken out of a variable on the way."""
    found = described(node, frame)
    if found.form != OTHER:
        return found
    known = {**frame.f_globals, **frame.f_locals}
    return _values(node, {}, lambda name: known.get(name))


def _of_a_sequence(given: Data, failure: Failure) -> Batch | None:
    value: Any = given.value
    method = session.defined(type(value), "__getitem__")
    ours = session.is_kind(value, "Sequence") or session.is_kind(value, "PyDataset")
    writing = written_in(method.__code__, failure) if ours and type(method) is FunctionType else None
    facts = failing.facts_of(writing.failure) if writing is not None else None
    if facts is None or writing is None:
        return None
    name = session.class_name(value)
    classes = [each for each in facts.cell.placed if isinstance(each, ast.ClassDef) and each.name == name]
    for function in (each for made in classes for each in made.body if isinstance(each, ast.FunctionDef)):
        returns = [each for each in ast.walk(function) if isinstance(each, ast.Return)]
        node = returns[0].value if len(returns) == 1 else None
        if function.name == "__getitem__" and isinstance(node, ast.Tuple) and 2 <= len(node.elts) <= 3:
            local, own = local_values(function), {function.args.args[0].arg: value} if function.args.args else {}
            parts = tuple(_values(each, local, own.get) for each in node.elts)
            return Batch(f"{name}.__getitem__", "return", node, parts, writing, facts)
    return None


def _values(node: ast.AST | None, local: Any, known: Any) -> Data:
    """What a part of a batch is taken from: of ``batch['id'].values`` the column of the table that it is cut from."""
    thing = _source(node, local, known, 0)
    return Data(None, OTHER) if thing is session.UNKNOWN else describe(thing)


_DEEPEST = 20


def _source(node: ast.AST | None, local: Any, known: Any, depth: int) -> Any:
    """The object whose elements, or some of them, an expression gives."""
    if depth > _DEEPEST:
        return session.UNKNOWN
    if isinstance(node, ast.Name):
        held = known(node.id)
        if held is not None:
            return held
        return _source(local.get(node.id), local, known, depth + 1)
    if isinstance(node, ast.Attribute):
        owner = _source(node.value, local, known, depth + 1)
        if node.attr in _SAME_VALUES:
            return owner
        return session.held(owner).get(node.attr, session.UNKNOWN) if owner is not session.UNKNOWN else owner
    if isinstance(node, ast.Subscript):
        owner, column = _source(node.value, local, known, depth + 1), string(index(node))
        if column is None:
            return owner if isinstance(index(node), (ast.Slice, ast.Name)) else session.UNKNOWN
        has_it = session.is_exactly(owner, "pandas", "DataFrame") and column in owner.columns
        return owner[column] if has_it else session.UNKNOWN
    if isinstance(node, ast.Call) and last_name(node.func) in _COPIES:
        of = node.args[0] if node.args and not _is_a_method(node) else getattr(node.func, "value", None)
        return _source(of, local, known, depth + 1)
    return session.UNKNOWN


def _is_a_method(node: ast.Call) -> bool:
    """``frame.sample(…)``, and not ``np.array(…)``."""
    return isinstance(node.func, ast.Attribute) and node.func.attr not in ("array", "asarray")

"""``K.random_normal(shape=(batch_size, 2))`` in a layer or loss: a batch of another size does not fit."""

from __future__ import annotations

import ast
import re
from types import FunctionType, ModuleType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import raised_by_keras, said
from ...diagnosis.contract.compiling import functions_of
from ...diagnosis.contract.data import ARRAY, TABLE, TENSOR, Data
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import Writing, written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import first_line

_OURS = ("keras", "tf_keras", "tensorflow")
_REFUSED = re.compile(
    r"ncompatible shapes|broadcastable shapes|Input to reshape|must be equal|requested shape|same first dimension"
    r"|must have the same|[Ss]hape mismatch|different batch|not compatible|not equal"
)
_SIZES = (ast.Name, ast.Attribute, ast.Constant, ast.UnaryOp)
_FIRST_AXIS = re.compile(r"[\[(](\d+)(?=[,\])])")
_RESHAPED = re.compile(r"Input to reshape is a tensor with (\d+) values, but the requested shape has (\d+)")


class _Fixed(NamedTuple):
    """A function that computes with a certain number of rows."""

    function: Any
    places: tuple[ast.expr, ...]
    """Where the number stands for the first axis of a shape."""
    rows: int
    body: ast.FunctionDef | ast.Lambda
    writing: Writing
    facts: CellFacts


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    call = failed_training(failure) if raised_by_keras(failure) and _REFUSED.search(said(failure)) else None
    for function, owner in _functions(call) if call is not None else ():
        fixed = _fixed(function, owner, failure)
        other = _other_size(fixed.rows, call, failure) if fixed is not None and call is not None else None
        if fixed is not None and other is not None:
            yield _problem(fixed, other, failure)
            return


def _problem(fixed: _Fixed, other: int, failure: Failure) -> Problem:
    name = "the lambda"
    if isinstance(fixed.body, ast.FunctionDef):
        name = fixed.function.__qualname__.rpartition("<locals>.")[2]
    written = failing.text_of(fixed.places[0], fixed.facts)
    said_so = f"{written} = {fixed.rows}" if not written.isdigit() else written
    size = _size_of_the_batch(fixed, failure)
    edits = tuple(Edit(fixed.facts.cell.range(place), size) for place in fixed.places)
    found = Problem(
        rule="KD164",
        severity=ERROR,
        title=f"A batch of {other} came, and {name} computes with {said_so} rows",
        cause="The last batch is smaller where the batch size does not divide the number of samples, and predict and "
        "evaluate have a batch size of their own.",
        reference="tf.shape",
        proposals=(Proposal("Ask the batch for its size", edits, "For whole batches it is the same number."),),
        fixes=(Fix("manual", f"In {name} write {size} for {written}, and run the cells from there on again."),),
    )
    return found._replace(earlier=fixed.writing.cell)


def _functions(call: Training) -> Iterator[tuple[FunctionType, Any]]:
    """The user's functions in the model, with the object whose methods they are: those of Lambda, the calls of own
    layers, losses and metrics."""
    for function in functions_of(call.model).values():
        yield function, None
    for layer in _layers(call.model):
        given: Any = session.own(layer, "function") if session.is_kind(layer, "Lambda") else None
        method: Any = session.defined(type(layer), "call")
        for function, owner in ((given, None), (method, layer)):
            if type(function) is FunctionType and str(function.__module__).partition(".")[0] not in _OURS:
                yield function, owner


def _layers(model: Any, depth: int = 4) -> Iterator[Any]:
    yield model
    held = session.members(session.own(model, "_self_tracked_trackables", "_layers"))
    for layer in held if depth else ():
        if session.is_kind(layer, "Layer"):
            yield from _layers(layer, depth - 1)


def _fixed(function: FunctionType, owner: Any, failure: Failure) -> _Fixed | None:
    writing = written_in(function.__code__, failure)
    facts = failing.facts_of(writing.failure) if writing is not None else None
    body = next(_written(function, facts), None) if facts is not None else None
    if writing is None or facts is None or body is None:
        return None
    firsts = [(node, _rows(node, function, owner)) for node in _first_axes(body)]
    known = [(node, rows) for node, rows in firsts if rows is not None and rows > 1]
    if not known:
        return None
    return _Fixed(
        function, tuple(node for node, rows in known if rows == known[0][1]), known[0][1], body, writing, facts
    )


def _written(function: FunctionType, facts: CellFacts) -> Iterator[ast.FunctionDef | ast.Lambda]:
    line = function.__code__.co_firstlineno
    for node in facts.cell.placed:
        if isinstance(node, (ast.FunctionDef, ast.Lambda)) and first_line(node) == line:
            yield node


def _first_axes(body: ast.AST) -> Iterator[ast.expr]:
    """What stands first in ``(batch_size, 2)`` where that is given for a shape."""
    for call in (node for node in ast.walk(body) if isinstance(node, ast.Call)):
        for given in (*call.args, *(item.value for item in call.keywords)):
            sizes = given.elts if isinstance(given, (ast.Tuple, ast.List)) else []
            if len(sizes) > 1 and all(isinstance(each, _SIZES) for each in sizes):
                yield sizes[0]


def _rows(node: ast.expr, function: FunctionType, owner: Any) -> int | None:
    """The number that an expression stands for in a function."""
    value: Any = None
    if isinstance(node, ast.Constant):
        value = node.value
    elif isinstance(node, ast.Name) and node.id not in function.__code__.co_varnames:
        names = function.__code__.co_freevars
        cells = dict(zip(names, function.__closure__ or ()))
        value = cells[node.id].cell_contents if node.id in cells else function.__globals__.get(node.id)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        value = session.own(owner, node.attr)
    return value if type(value) is int else None


def _other_size(rows: int, call: Training, failure: Failure) -> int | None:
    """The size of the batch that failed; None where it may have had these rows, or the trouble is another one."""
    words = failure.message.rpartition("Graph execution error")[2][-1_500:]
    sizes = [size for size in _sizes(call) if size != rows]
    reshaped = _RESHAPED.search(words)
    if reshaped is not None:
        had, wanted = map(int, reshaped.groups())
        other = had * rows // wanted if wanted else 0
        return other if wanted % rows == 0 and other and other * wanted == had * rows and other != rows else None
    shapes = {int(each) for each in _FIRST_AXIS.findall(words)} - {rows}
    has_shapes = str(rows) in _FIRST_AXIS.findall(words)
    if not has_shapes and "broadcastable" not in words:
        return None
    told = [size for size in sizes if size in shapes] if has_shapes else sizes
    if told:
        return told[0]
    return min(shapes) if has_shapes and not _sizes(call) and shapes else None


def _sizes(call: Training) -> list[int]:
    """The sizes of the batches that the call makes; empty where that is not known."""
    size = call.given.get("batch_size")
    batch = size.value if size is not None and type(size.value) is int else 32
    share = call.given.get("validation_split")
    part = share.value if share is not None and type(share.value) is float else 0.0
    pair = call.given.get("validation_data")
    counts = [_samples(call.given.get("x")), _samples(pair.parts[0]) if pair is not None and pair.parts else None]
    if part and counts[0]:
        trained = int(counts[0] * (1 - part))
        counts = [trained, counts[0] - trained]
    whole = [each for each in counts if each and each >= batch]
    last = [each % batch for each in counts if each and each % batch]
    return [*dict.fromkeys([*last, *([batch] if whole else [])])]


def _samples(data: Data | None) -> int | None:
    if data is not None and data.parts and data.form not in (ARRAY, TABLE, TENSOR):
        data = data.parts[0]
    return data.samples if data is not None and data.form in (ARRAY, TABLE, TENSOR) else None


def _size_of_the_batch(fixed: _Fixed, failure: Failure) -> str:
    """``tf.shape(z_mean)[0]``, in the names of the function."""
    return f"{_shape(fixed, failure)}({_tensor(fixed)})[0]"


def _shape(fixed: _Fixed, failure: Failure) -> str:
    around = fixed.function.__globals__
    for name in fixed.function.__code__.co_names:
        thing = around.get(name)
        home = session.module_name(thing) if type(thing) is ModuleType else ""
        known = home == "tensorflow" or (home.endswith((".backend", ".ops")) and "shape" in session.held(thing))
        if known and home.partition(".")[0] in _OURS:
            return f"{name}.shape"
    return f"{of_module('tensorflow', fixed.facts, failure.namespace).text}.shape"


def _tensor(fixed: _Fixed) -> str:
    """A tensor of the batch: the first that the function takes, or takes out of the list of its inputs."""
    taken = [each.arg for each in fixed.body.args.args]
    first = taken[1] if taken[:1] == ["self"] and len(taken) > 1 else taken[0] if taken else "x"
    body = fixed.body.body if isinstance(fixed.body, ast.FunctionDef) else []
    for statement in body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        value = statement.value if isinstance(statement, ast.Assign) else None
        if isinstance(value, ast.Name) and value.id == first and isinstance(target, (ast.Tuple, ast.List)):
            return fixed.facts.cell.segment(fixed.facts.cell.range(target.elts[0]))
    indexed = (node for node in ast.walk(fixed.body) if isinstance(node, ast.Subscript))
    whole = any(isinstance(node.value, ast.Name) and node.value.id == first for node in indexed)
    return f"{first}[0]" if whole else first


RULE = Rule(
    code="KD164",
    name="rows of a batch",
    lesson=Lesson(
        what="A layer or loss with `K.random_normal(shape=(batch_size, 2))` or `tf.reshape(x, (batch_size, -1))` ends "
        "in InvalidArgumentError: Incompatible shapes: [64,45] vs. [8,45], at the end of the first epoch.",
        why="The last batch holds what is left over, and predict has a batch size of its own. The number of rows "
        "belongs to the data: tf.shape(x)[0].",
        since="keras 1.0",
        before="import keras\n"
        "import numpy as np\n"
        "import tensorflow as tf\n"
        "def loss(y_true, y_pred):\n"
        "    return tf.reduce_mean(tf.ones((32, 1)) * tf.square(y_true - y_pred))\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', loss)\n"
        "model.fit(np.ones((40, 4)), np.ones((40, 1)))",
        after="import keras\n"
        "import numpy as np\n"
        "import tensorflow as tf\n"
        "def loss(y_true, y_pred):\n"
        "    return tf.reduce_mean(tf.ones((tf.shape(y_true)[0], 1)) * tf.square(y_true - y_pred))\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', loss)\n"
        "model.fit(np.ones((40, 4)), np.ones((40, 1)))",
        target="tensorflow==2.21.0",
        related=("KD152", "KD116"),
    ),
    on_failure=on_failure,
)

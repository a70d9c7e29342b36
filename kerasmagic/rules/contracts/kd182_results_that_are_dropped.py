"""``dataset.batch(10)``, ``x.reshape(-1, 28, 28, 1)``: a line that makes something new of the data, and drops it."""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.contract.data import DATASET
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_KINDS = {
    "dataset": (
        "apply batch cache concatenate enumerate filter flat_map group_by_window interleave map padded_batch prefetch "
        "ragged_batch rebatch repeat shard shuffle skip take unbatch window with_options zip"
    ),
    "array": "astype flatten ravel repeat reshape squeeze swapaxes transpose",
    "table": "astype drop dropna fillna replace",
}
"""What gives a new object, and leaves the one that it is called of as it is."""
_NO_ELEMENT = frozenset(
    ["cache", "concatenate", "filter", "prefetch", "repeat", "shard", "shuffle", "skip", "take", "with_options"]
)
"""What leaves the elements of a dataset as they are: no error comes of it."""


class Dropped(NamedTuple):
    """A statement that is one call, ``name.method(…).method(…)``, whose result nothing keeps."""

    statement: ast.Expr
    name: str
    methods: tuple[str, ...]


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    call = failed_training(failure) if facts is not None and raised_by_keras(failure) else None
    if facts is None or call is None:
        return
    for node, kind in _given(call):
        found = [each for each in _dropped(facts, kind) if _is_of(node, each, call, facts)]
        if not any(set(each.methods) - _NO_ELEMENT for each in found):
            continue
        yield _problem(found, kind, facts)
        return


def _given(call: Training) -> Iterator[tuple[ast.expr, str]]:
    """The data that the call was given, as it is written, and what kind of thing each is."""
    for name in ("x", "y", "validation_data"):
        node, data = call.written.get(name), call.given.get(name)
        if isinstance(node, (ast.Name, ast.Call)) and data is not None:
            yield node, "dataset" if data.form == DATASET else _kind(data.value)
    data = call.given.get("validation_data")
    node = call.written.get("validation_data")
    if data is not None and isinstance(node, ast.Tuple):
        yield from ((each, _kind(part.value)) for each, part in zip(node.elts, data.parts))


def _kind(value: Any) -> str:
    return {"numpy": "array", "pandas": "table"}.get(session.root(value), "")


def _dropped(facts: CellFacts, kind: str) -> Iterator[Dropped]:
    known = frozenset(_KINDS.get(kind, "").split())
    for node in facts.cell.placed:
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
            continue
        methods: list[str] = []
        inner: ast.expr = node.value
        while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            methods.append(inner.func.attr)
            in_place = any(item.arg in (None, "inplace") for item in inner.keywords)
            inner = inner.func.value if not in_place else ast.Constant(None)
        if isinstance(inner, ast.Name) and known.issuperset(methods):
            yield Dropped(node, inner.id, tuple(reversed(methods)))


def _is_of(node: ast.expr, dropped: Dropped, call: Training, facts: CellFacts) -> bool:
    """Whether it is called of the data before the call; or in the function that the data come from."""
    line = call.call.lineno if call.call is not None else 0
    functions = [each for each in facts.cell.placed if isinstance(each, ast.FunctionDef)]
    around = [each for each in functions if dropped.statement in ast.walk(each)]
    if isinstance(node, ast.Name):
        same = [each for each in functions if call.call is not None and call.call in ast.walk(each)]
        return dropped.name == node.id and dropped.statement.lineno < line and around == same
    return isinstance(node, ast.Call) and any(each.name == last_name(node.func) for each in around)


def _problem(found: list[Dropped], kind: str, facts: CellFacts) -> Problem:
    first = next(each for each in found if set(each.methods) - _NO_ELEMENT)
    called = ".".join(f"{method}(…)" for method in first.methods)
    return Problem(
        rule="KD182",
        severity=ERROR,
        title=f"{first.name}.{called} gives a new {kind}, and the cell does not keep it",
        cause=f"It leaves {first.name} as it was, and {first.name} goes to the model.",
        reference=f"{first.name}.{first.methods[0]}",
        proposals=(_kept(found, facts),),
    )


def _kept(found: list[Dropped], facts: CellFacts) -> Proposal:
    edits = []
    for each in found:
        where = facts.cell.range(each.statement)
        edits.append(Edit(Range(where.line, where.column, where.line, where.column), f"{each.name} = "))
    return Proposal(f"Keep what it gives as {found[0].name}", tuple(edits), "These methods change nothing in place.")


RULE = Rule(
    code="KD182",
    name="result that is dropped",
    lesson=Lesson(
        what="`dataset.batch(10)` or `x.reshape(-1, 28, 28, 1)` stands on a line of its own, and fit says that the "
        "shape is wrong.",
        why="These methods leave the data as they are, and give new ones. Without `dataset =` before it, the line does "
        "nothing.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "dataset = tf.data.Dataset.from_tensor_slices((np.ones((8, 3)), np.ones((8, 1))))\ndataset.batch(4)\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        "model.fit(dataset, verbose=0)",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "dataset = tf.data.Dataset.from_tensor_slices((np.ones((8, 3)), np.ones((8, 1))))\n"
        "dataset = dataset.batch(4)\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        "model.fit(dataset, verbose=0)",
        target="tensorflow==2.21.0",
        related=("KD101", "KD114"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

"""Data that was not prepared as that of the training was: the session shows how to do it."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import Change
from ...diagnosis.contract.compiling import last_argument
from ...diagnosis.contract.data import Shape
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.history import Bound, Ran, bindings_of, typed_cells
from ...source.cell import read_cell

_MOST_NAMED = 3
_LENGTHS = re.compile(r"len|max", re.IGNORECASE)


class Prepared(NamedTuple):
    """How to give data the form of the training."""

    advice: str
    changes: tuple[Change, ...] = ()


def prepared_otherwise(call: Training, given: Shape, wanted: Shape) -> Prepared | None:
    """What to do about data of another size than the model takes; None where the session does not show it."""
    if len(given) != len(wanted) or None in (*given[1:], *wanted[1:]):
        return None
    ways = (_padded, _with_the_columns, _in_windows)
    return next(filter(None, (way(call, given, wanted) for way in ways)), None)


def as_for_fit(call: Training) -> Prepared | None:
    """``model.fit(prepare(train), y)``, and now ``model.predict(test)``: the same function for this data."""
    node, facts = call.written.get("x"), call.facts
    if not isinstance(node, ast.Name) or facts is None or call.call is None:
        return None
    model = failing.text_of(call.call.func, facts).rpartition(".")[0]
    for ran in reversed(typed_cells(call.namespace)):
        for other in (each for each in ran.nodes() if isinstance(each, ast.Call)):
            x = _inputs(other)
            is_same = ran.text(other.func) in (f"{model}.{method}" for method in ("fit", "evaluate", "predict"))
            if is_same and isinstance(x, ast.Call) and isinstance(x.func, ast.Name) and _is_alike(x, node, call):
                text = f"{x.func.id}({node.id})"
                learns = f"{x.func.id} runs on {node.id}: if it learns from its data (a scaler), it learns anew."
                change = Change("Prepare it as before", ((node, text),), learns, f"As in {ran.where(other)}.")
                return Prepared(f"Prepare it as in {ran.where(other)}: {text}.", (change,))
    return None


def _inputs(call: ast.Call) -> ast.expr | None:
    return next((item.value for item in call.keywords if item.arg == "x"), None) or next(iter(call.args), None)


def _is_alike(prepared: ast.Call, node: ast.Name, call: Training) -> bool:
    """Whether a function was given one thing, of the kind of this one."""
    only = prepared.args[0] if len(prepared.args) == 1 and not prepared.keywords else None
    held = call.namespace or {}
    return isinstance(only, ast.Name) and only.id != node.id and type(held.get(only.id)) is type(held.get(node.id))


def _padded(call: Training, given: Shape, wanted: Shape) -> Prepared | None:
    """pad_sequences without the length of the training: it takes that of the longest text."""
    facts, length = call.facts, wanted[1]
    if facts is None or len(wanted) != 2 or call.method in ("fit", "fit_generator"):
        return None
    numbers = [name for name, value in session.variables(call.namespace) if type(value) is int and value == length]
    named = [name for name in numbers if _LENGTHS.search(name)]
    text = named[0] if len(named) == 1 else str(length)
    calls = [each for each in failing.calls_of("pad_sequences", facts) if _pads_to(each, given[1], call)]
    if len(calls) != 1:
        return None
    written, last = _length(calls[0]), last_argument(calls[0])
    edit = (written, text) if written is not None else None
    if written is None and last is not None:
        edit = (last, f"{failing.text_of(last, facts)}, maxlen={text}")
    why = f"The model was made for {length}."
    change = (Change("Pad to the length of the training", (edit,), evidence=why),) if edit is not None else ()
    return Prepared(f"Pad to the length of the training: pad_sequences(…, maxlen={text}).", change)


def _pads_to(pad: ast.Call, length: int | None, call: Training) -> bool:
    """Whether a call pads to no length, or to this one."""
    node = _length(pad)
    if node is None or (isinstance(node, ast.Constant) and node.value in (None, length)):
        return True
    return isinstance(node, ast.Name) and (call.namespace or {}).get(node.id) == length


def _length(pad: ast.Call) -> ast.expr | None:
    """How the length is written: the second argument."""
    named = next((item.value for item in pad.keywords if item.arg == "maxlen"), None)
    return named or (pad.args[1] if len(pad.args) > 1 else None)


def _with_the_columns(call: Training, given: Shape, wanted: Shape) -> Prepared | None:
    """A table without the columns of values that occur in the training data only: get_dummies made both apart."""
    if len(wanted) != 2:
        return None
    node = call.written.get("x")
    name = node.id if isinstance(node, ast.Name) else ""
    pair = next(_tables(call, given[1], wanted[1]), None)
    if pair is None:
        return None
    (lesser, table), (source, whole) = pair
    is_given = table is call.given["x"].value
    missing = [str(each) for each in whole.columns if each not in set(table.columns)]
    text = f"{lesser}.reindex(columns={source}.columns, fill_value=0)"
    lacks = f"it lacks {', '.join(missing[:_MOST_NAMED])}{', …' if len(missing) > _MOST_NAMED else ''}"
    if is_given and isinstance(node, ast.Name):
        change = Change(f"Give it the columns of {source}", ((node, text),), evidence=f"I{lacks[1:]}.")
        return Prepared(f"Give it the columns of {source}: {text}; {lacks}.", (change,))
    again = f", and make {name} of it again" if name else ""
    return Prepared(f"Give {lesser} the columns of {source}: {lesser} = {text}{again}; {lacks}.")


def _tables(call: Training, few: int | None, many: int | None) -> Iterator[tuple[tuple[str, Any], tuple[str, Any]]]:
    """Two tables of the session: one with the columns of the data, one with those that the model takes. What the one
    lacks are columns of 0 and 1 in the other."""
    held = session.variables(call.namespace)
    tables = [(name, value) for name, value in held if session.is_exactly(value, "pandas", "DataFrame")]
    for lesser, table in tables:
        if len(table.columns) != few:
            continue
        for source, whole in tables:
            missing = [each for each in whole.columns if each not in set(table.columns)]
            fits = len(whole.columns) == many and 0 < len(missing) <= len(whole.columns) // 2
            if fits and all(_is_dummy(whole[each]) for each in missing):
                yield (lesser, table), (source, whole)


def _is_dummy(column: Any) -> bool:
    return getattr(column, "ndim", 0) == 1 and bool(column.isin([0, 1]).all())


def _in_windows(call: Training, given: Shape, wanted: Shape) -> Prepared | None:
    """Windows of another length, since the variable with their length was given another number."""
    if len(wanted) < 2 or given[1] == wanted[1] or given[2:] != wanted[2:]:
        return None
    cells = [*typed_cells(call.namespace)]
    used = _names_used(call, cells)
    for name, value in session.variables(call.namespace):
        if type(value) is int and value == given[1] and name in used:
            bound = bindings_of(name, cells)
            then = [each for each in bound if isinstance(each.value, ast.Constant) and each.value.value == wanted[1]]
            if then and bound[-1] is not then[-1]:
                return Prepared(_set_back(name, then[-1], bound[-1], value))
    return None


def _set_back(name: str, then: Bound, now: Bound, value: int) -> str:
    assert isinstance(then.value, ast.Constant)
    return (
        f"{name} is {value} now ({now.where}), and was {then.value.value!r} for the training ({then.where}): write "
        f"{name} = {then.value.value!r}, and run what uses {name} for this data again."
    )


def _names_used(call: Training, cells: list[Ran]) -> set[str]:
    """The names that the statements use which made the data, and what they made it of."""
    node = call.written.get("x")
    here = read_cell(call.facts.cell.text) if call.facts is not None else None
    runs = [*cells, *([Ran(here)] if here is not None and here.tree is not None else [])]
    found: set[str] = set()
    ahead = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)] if node is not None else []
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            statements = [each.statement for each in bindings_of(name, runs)[-2:]]
            values = [each.value for each in statements if isinstance(each, ast.Assign)]
            ahead += [each.id for value in values for each in ast.walk(value) if isinstance(each, ast.Name)]
    return found

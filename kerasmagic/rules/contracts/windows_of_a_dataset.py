"""``ds.window(n)`` gives a dataset for each window, where tensors are wanted: flat_map makes one of each."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import EarlierCell, Problem

_SIGNS = ("_VariantDataset", "_NestedVariant")
"""What a window is while the dataset is read, and in a batch of windows."""
_MOST_STEPS = 50


def is_about_windows(failure: Failure) -> bool:
    return any(sign in failure.message for sign in _SIGNS) and any(_windowed(failure))


def of_windows(code: str, failure: Failure) -> Iterator[Problem]:
    """What to write behind the window of a dataset, in this cell or the earlier one that has it."""
    name, dataset = next(_windowed(failure))
    for facts, earlier in _cells(failure):
        calls = [call for call in failing.calls_of("window", facts) if isinstance(call.func, ast.Attribute)]
        if len(calls) == 1 and not _is_joined(calls[0], facts):
            text = failing.text_of(calls[0], facts)
            change = _change(calls[0], text, dataset, facts)
            yield problem(code, _finding(_joining(dataset, _size(dataset)), name, change), facts)._replace(
                earlier=earlier
            )
            return
    yield problem(code, _finding(_joining(dataset, _size(dataset)), name, ()), None)


def _finding(joining: str, name: str, changes: tuple[Change, ...]) -> Finding:
    target = f"{name} = {name}.{joining}" if name else f".{joining} behind window(…)"
    return Finding(
        title="window gives a dataset for each window, and a tensor is wanted",
        cause="The windows are datasets inside of the dataset; batch makes one tensor of each, and flat_map puts them "
        "in a row.",
        changes=changes,
        advice=(f"Write {target}, before map, batch and fit.",),
        reference="tf.data.Dataset.window",
    )


def _change(call: ast.Call, text: str, dataset: Any, facts: CellFacts) -> tuple[Change, ...]:
    given = {each.arg: each.value for each in call.keywords}
    size = call.args[0] if call.args else given.get("size")
    drops = call.args[3] if len(call.args) > 3 else given.get("drop_remainder")
    joining = _joining(dataset, failing.text_of(size, facts) if size is not None else "")
    if size is None or not joining:
        return ()
    complete = isinstance(drops, ast.Constant) and drops.value is True
    differs = "" if complete else "Windows at the end that are not complete are left out."
    evidence = "Each window becomes one tensor, in the same order."
    return (Change("Make a tensor of each window", ((call, f"{text}.{joining}"),), differs, evidence),)


def _joining(dataset: Any, size: str) -> str:
    """The call that makes tensors of the windows; empty where their parts have names."""
    spec = session.attribute(dataset, "element_spec")
    if type(spec) is not tuple:
        named = type(spec) is dict
        return "" if named else f"flat_map(lambda window: window.batch({size}, drop_remainder=True))"
    names = "xyz"[: len(spec)] if len(spec) <= 3 else ""
    parts = ", ".join(f"{each}.batch({size}, drop_remainder=True)" for each in names)
    return f"flat_map(lambda {', '.join(names)}: tf.data.Dataset.zip(({parts})))" if names else ""


def _size(dataset: Any) -> str:
    held = session.own(dataset, "_size")
    value = session.attribute(held, "numpy") if session.is_exactly(held, "tensorflow", "EagerTensor") else None
    return str(int(value())) if value is not None else "size"


def _windowed(failure: Failure) -> Iterator[tuple[str, Any]]:
    """The datasets of windows, with the variables that hold them: of the session, or of TensorFlow's own frames."""
    for name, value in session.variables(failure.namespace):
        if _is_window(value):
            yield name, value
    for _, value in session.variables(failure.namespace):
        if (found := _below(value)) is not None:
            yield "", found
    for frame in failing.python_frames(failure):
        for value in frame.f_locals.values():
            if (found := _below(value)) is not None:
                yield "", found
    windows = [value for _, value in session.variables(failure.namespace) if session.class_name(value) == _SIGNS[0]]
    if len(windows) == 1 and ".window(" in failure.source:
        yield "", None  # a loop holds the dataset, and goes through windows of one part


def _below(dataset: Any) -> Any:
    """The dataset of windows that a dataset was made from; None where flat_map or the like took the windows apart."""
    if not (session.is_kind(dataset, "DatasetV2") and session.root(dataset) == "tensorflow"):
        iterator = session.own(dataset, "_dataset") if "Iterator" in session.class_name(dataset) else None
        return _below(iterator) if iterator is not None else None
    for _ in range(_MOST_STEPS):
        if _is_window(dataset):
            return dataset
        if dataset is None or any(each in session.class_name(dataset) for each in ("FlatMap", "Interleave")):
            return None
        dataset = session.own(dataset, "_input_dataset")
    return None


def _is_window(dataset: Any) -> bool:
    return session.root(dataset) == "tensorflow" and session.class_name(dataset).lstrip("_") == "WindowDataset"


def _is_joined(call: ast.Call, facts: CellFacts) -> bool:
    """Whether flat_map stands behind the window already."""
    behind = (node for node in facts.cell.placed if isinstance(node, ast.Attribute) and node.value is call)
    return any(node.attr in ("flat_map", "interleave") for node in behind)


def _cells(failure: Failure) -> Iterator[tuple[CellFacts, EarlierCell | None]]:
    facts = failing.facts_of(failure)
    if facts is not None:
        yield facts, None
    kept = session.cells(failure.namespace)
    for number in range(len(kept) - 1, 0, -1):
        if ".window(" in kept[number] and kept[number].strip() != failure.source.strip():
            earlier = failing.facts_of(replace(failure, source=kept[number]))
            if earlier is not None:
                yield earlier, EarlierCell(kept[number], number)

"""Batches of another size than a stateful model was made for: it keeps a state for each sample of a batch."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import DATASET, Shape, shown
from ...diagnosis.contract.dataset_steps import batches_of, smaller_batch
from ...diagnosis.contract.held_layers import layers_in, top_layers
from ...diagnosis.contract.training import TRAINING, Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.repair import rewrite
from ...source.nodes import last_name
from ...source.position import Range

SIGNS = re.compile(
    r"as a Python `bool`|Specified a list with shape|Invalid input shape for input|is incompatible with (?:the )?layer"
    r"|Cannot update variable with shape|ncompatible shapes|must be the same as the batch size of the initial state"
    r"|required broadcastable shapes"
)
_SIZES = re.compile(r"Expected batch size: (\d+)\s+- Received batch size: (\d+)")
_NOT_GIVEN = "initial_state=None"
_AT_ONCE = ("train_on_batch", "test_on_batch", "predict_on_batch", "__call__")
_PREDICTS = ("predict", "predict_on_batch")
_USUAL = 32
"""What Keras takes where no batch_size is told."""
_WHY = "With stateful=True it keeps a state for each sample of a batch, so that all batches have one size."


def another_size(failure: Failure) -> Iterator[Finding]:
    """What a stateful model or layer was given, and what it was made for."""
    call = failed_training(failure)
    if call is not None:
        yield from _of_model(call)
        return
    sizes = _SIZES.search(str(failure.exception))
    if sizes is not None and keeps_its_own(failure):
        yield Finding(
            title=f"The layer keeps the states of {sizes[1]} samples, and gets {sizes[2]}",
            cause=_WHY,
            advice=(f"Give it {sizes[1]} samples each time, or make another layer with the same weights for others.",),
            reference="RNN(stateful)",
        )


def keeps_its_own(failure: Failure) -> bool:
    """Whether a layer was given no initial state: then it is one that it kept."""
    return _NOT_GIVEN in str(failure.exception)


def _of_model(call: Training) -> Iterator[Finding]:
    wanted = call.network.inputs[0] if call.network.inputs else ()
    size, x = wanted[0] if wanted else None, call.given.get("x")
    stateful = (session.own(layer, "stateful", "_stateful") is True for layer in layers_in(call.model))
    if size is None or x is None or not any(stateful):
        return
    if x.form == DATASET:
        yield from _of_dataset(call, size)
    elif call.x is not None and call.x.samples is not None:
        yield from _of_samples(call, size, call.x.samples, wanted)


def _of_dataset(call: Training, size: int) -> Iterator[Finding]:
    name, dataset = call.text("x"), call.given["x"].value
    given, last = batches_of(dataset).size, smaller_batch(dataset)
    if not given or (given == size and last is None):
        return
    has = f"are of {given}" if given != size else f"end with one of {last}"
    yield Finding(
        title=f"The model was made for batches of {size}, and those of {name} {has}",
        cause=_WHY,
        advice=(f"Batch the dataset by .batch({size}, drop_remainder=True).",),
        reference="RNN(stateful)",
    )


def _of_samples(call: Training, size: int, samples: int, wanted: Shape) -> Iterator[Finding]:
    told = call.given["batch_size"].value if "batch_size" in call.given else None
    batch = samples if call.method in _AT_ONCE else min(samples, told if type(told) is int else _USUAL)
    if batch == size and samples % size == 0:
        return
    name, left = call.text("x"), samples % size
    if samples % size == 0 and call.method not in _AT_ONCE:
        title = f"{call.method} gives batches of {batch}, and the model was made for batches of {size}"
        yield _finding(title, _by_batch_size(call, size), f"Give {call.method} batch_size={size}.")
    elif call.method in TRAINING or samples > size:
        title = f"{name} has {samples} sample{'s' * (samples != 1)}, and the model was made for batches of {size}"
        yield _finding(title, None, _in_whole_batches(call, size, samples - left))
    else:
        given = f"{samples} sample{'s' * (samples != 1)}"
        method = "the call" if call.method == "__call__" else call.method
        title = f"The model was made for batches of {size}, and {method} gets {given}"
        yield _finding(title, _second_model(call, samples, wanted), _by_hand(call, samples, wanted))


def _finding(title: str, change: Change | None, advice: str) -> Finding:
    changes = (change,) if change is not None else ()
    return Finding(title, _WHY, changes=changes, advice=(advice,), reference="RNN(stateful)")


def _by_batch_size(call: Training, size: int) -> Change | None:
    node, facts = call.call, call.facts
    if node is None or facts is None:
        return None
    evidence = f"So it gets batches of {size}, without a smaller one at the end."
    if "batch_size" in call.written:
        return Change("Give batches of that size", ((call.written["batch_size"], str(size)),), evidence=evidence)
    given = [*node.args, *(item.value for item in node.keywords)]
    if not given or any(item.arg is None for item in node.keywords):
        return None
    last = max(given, key=lambda each: (each.end_lineno or 0, each.end_col_offset or 0))
    edit = (failing.end_range(last, facts), f", batch_size={size}")
    return Change("Give batches of that size", (edit,), evidence=evidence)


def _in_whole_batches(call: Training, size: int, whole: int) -> str:
    x, y = (text if text.isidentifier() else name for name, text in (("x", call.text("x")), ("y", call.text("y"))))
    labels = "y" in call.given
    if not whole:
        return f"Make the model for smaller batches, or give it {size} samples."
    if call.method in _AT_ONCE:
        return f"Give {size} samples at each step: {x}[:{size}]{f', {y}[:{size}]' if labels else ''}."
    cut = f"{x}[:{whole}]{f', {y}[:{whole}]' if labels else ''}"
    return f"Give whole batches: {call.method}({cut}, batch_size={size}). The samples behind {whole} are left out."


def _by_hand(call: Training, samples: int, wanted: Shape) -> str:
    size = f"{samples} sample{'s' * (samples != 1)}"
    return (
        f"Build the same model once more for {size}, with Input(batch_shape={shown((samples, *wanted[1:]))}), and give "
        "it the weights: new.set_weights(model.get_weights())."
    )


def _second_model(call: Training, samples: int, wanted: Shape) -> Change | None:
    """A clone for so many samples before the statement that predicts, also before a loop of such statements."""
    node, facts = call.call, call.facts
    owner = node.func.value if node is not None and isinstance(node.func, ast.Attribute) else None
    if facts is None or not isinstance(owner, ast.Name) or not _can_be_cloned(call.model):
        return None
    statement = _statement_around(node, facts)
    name = f"{owner.id}_for_{samples}"
    if statement is None or name in facts.cell.text or name in (call.namespace or {}):
        return None
    calls = [
        each for each in ast.walk(statement) if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
    ]
    asked = [each.func for each in calls if getattr(getattr(each.func, "value", None), "id", "") == owner.id]
    if any(last_name(each) not in _PREDICTS for each in asked):
        return None
    where = facts.cell.range(statement)
    start = Range(where.line, where.column, where.line, where.column)
    trees = ("keras", "tensorflow.keras") if call.network.keras == "keras" else ("tensorflow.keras",)
    paths = ("models.clone_model", "Input", "layers.Input")
    clone = rewrite.spelled(facts.cell, tuple(f"{tree}.{paths[0]}" for tree in trees), facts.after, start)
    inputs = rewrite.spelled(
        facts.cell, tuple(f"{tree}.{path}" for path in paths[1:] for tree in trees), facts.after, start
    )
    if clone is None or inputs is None:
        return None
    tensor = f"{inputs[0]}({shown(wanted[1:])}, batch_size={samples})"
    lines = f"{name} = {clone[0]}({owner.id}, input_tensors={tensor})\n{name}.set_weights({owner.id}.get_weights())\n"
    imports = [(edit.range, edit.text) for edit in (*clone[1], *inputs[1])]
    uses = [(each.value, name) for each in asked if isinstance(each, ast.Attribute)]
    evidence = f"It has the same layers and weights, for {samples} sample{'s' * (samples != 1)} at a time."
    return Change("Predict with a copy of the model", (*imports, (start, lines), *uses), evidence=evidence)


def _can_be_cloned(model: Any) -> bool:
    """Whether clone_model makes its layers for another size of the batch in all releases: layers around others keep it
    in Keras 3, functional models in TensorFlow 2.4."""
    if not session.is_kind(model, "Sequential") or not session.is_of_keras(model):
        return False
    around = ("layer", "forward_layer", "cell_layer")
    return all(session.own(layer, *around) is None and session.root(layer) != "__main__" for layer in top_layers(model))


def _statement_around(call: ast.Call | None, facts: CellFacts) -> ast.stmt | None:
    """The statement of the cell itself that the call is in; None where that is a function or class."""
    body = facts.cell.tree.body if facts.cell.tree is not None else []
    found = next((each for each in body if any(node is call for node in ast.walk(each))), None)
    return None if isinstance(found, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)) else found

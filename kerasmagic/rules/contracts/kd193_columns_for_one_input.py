"""``from_tensor_slices((dict(df), y))`` for a Sequential model: a dictionary of columns is several inputs."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras, said
from ...diagnosis.contract.data import DATASET, DICT, Data
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_REFUSED = re.compile(
    r"expects \d+ input\(s\),? but it received \d+ input tensors|Failed to convert .* to (?:a )?[Tt]ensor"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not raised_by_keras(failure) or not _REFUSED.search(said(failure)):
        return
    call = failed_training(failure)
    columns = call.x if call is not None else None
    if call is None or columns is None or columns.form != DICT or call.network.kind != "Sequential":
        return
    yield problem("KD193", _finding(call, columns), call.facts)


def _finding(call: Training, columns: Data) -> Finding:
    tf = of_module("tensorflow", call.facts, call.namespace)
    is_dataset = call.given["x"].form == DATASET
    numeric = all(part.is_numeric for part in columns.parts)
    joined = _joined(tf.text, columns)
    name = call.text("x")
    whole = f"{name}.map({_function(call, joined)})" if is_dataset else ""
    nodes = [call.written.get("x"), call.written.get("validation_data")] if is_dataset else []
    edits = tuple(
        (node, f"{node.id}.map({_function(call, joined)})") for node in nodes if isinstance(node, ast.Name) and numeric
    )
    can = bool(edits) and tf.is_bound and bool(joined)
    shown = ", ".join(map(repr, columns.names[:4])) + (", …" if len(columns.names) > 4 else "")
    if not numeric:
        advice = "Give each column an Input of its own, and its text to StringLookup; or use keras.utils.FeatureSpace."
    elif whole and joined:
        advice = f"Make one array of them: {whole}."
    else:
        advice = "Make one array of them, with a column for each: numpy.stack(list(columns.values()), axis=1)."
    return Finding(
        title=f"{name} gives a dictionary with {len(columns.parts)} columns, and a Sequential model takes one array",
        cause=f"Each column is an input of its own: {shown}.",
        changes=(Change("Make one array of the columns", edits),) if can else (),
        advice=(advice,),
        reference="fit(x)",
    )


def _joined(tf: str, columns: Data) -> str:
    """The columns side by side, in the order of the dictionary; empty for columns of several shapes."""
    ranks = {len(part.shape) if part.shape is not None else 0 for part in columns.parts}
    how = {1: "stack", 2: "concat"}.get(ranks.pop()) if len(ranks) == 1 else None
    return f"{tf}.{how}([{tf}.cast(each, {tf}.float32) for each in x.values()], axis=1)" if how else ""


def _function(call: Training, joined: str) -> str:
    names = "xyw"[: len(call.given["x"].parts)]
    return f"lambda {', '.join(names)}: {joined if len(names) == 1 else '(' + ', '.join([joined, *names[1:]]) + ')'}"


RULE = Rule(
    code="KD193",
    name="columns for a model of one input",
    lesson=Lesson(
        what="A dataset of `(dict(df), labels)` and a Sequential model end in: Layer dense expects 1 input(s), but it "
        "received 3 input tensors.",
        why="A dictionary is several inputs, one for each key. A Sequential model has one: an array with a column for "
        "each feature.",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "columns = {'a': np.ones(4), 'b': np.ones(4)}\n"
        "dataset = tf.data.Dataset.from_tensor_slices((columns, np.ones(4))).batch(2)\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(dataset, verbose=0)",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "columns = np.stack([np.ones(4), np.ones(4)], axis=1)\n"
        "dataset = tf.data.Dataset.from_tensor_slices((columns, np.ones(4))).batch(2)\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(dataset, verbose=0)",
        target="tensorflow==2.20.0",
        related=("KD101",),
    ),
    on_failure=on_failure,
)

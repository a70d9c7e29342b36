"""Several datasets of tf.data in one call: fit takes one, which gives inputs and labels together."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.contract.data import ARRAY, DATASET, DICT, LIST, NOTHING, TABLE, TENSOR, Data
from ...diagnosis.contract.dataset_steps import batches_of
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.position import Range

_REFUSAL = re.compile(
    r"Unrecognized data type: x=|Failed to find data adapter"
    r"|`y` argument is not supported when using|`y` should not be passed"
)
_SIZE = 32
"""What Keras takes where nothing is told."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    call = failed_training(failure) if raised_by_keras(failure) and _REFUSAL.search(failure.message) else None
    if call is None:
        return
    finding = _together(call)
    if finding is None and call.validation is not None:
        finding = _together(call.validation, call)
    if finding is not None:
        yield problem("KD176", finding, call.facts)


def _together(call: Training, fit: Training | None = None) -> Finding | None:
    """The datasets of a call as one.

    Arguments:
        fit: the call that makes this evaluation of its validation_data.
    """
    x, y = call.given.get("x"), call.given.get("y")
    parts = _datasets(x)
    if x is None or not parts or (y is not None and y.form not in (DATASET, ARRAY, TABLE, TENSOR, NOTHING)):
        return None
    labels = y if y is not None and y.form != NOTHING else None
    if any(len(part.parts) > 1 for part in parts):
        return _of_pairs(call, parts) if labels is None and x.form != DATASET else None
    if (labels is None and x.form == DATASET) or len(parts) != (len(call.network.inputs) or len(parts)):
        return None
    return _zipped(call, parts, labels, fit)


def _datasets(x: Data | None) -> tuple[Data, ...]:
    """The datasets that are given for the inputs: one, or a list or dictionary of nothing else."""
    if x is None or x.form not in (DATASET, LIST, DICT):
        return ()
    parts = (x,) if x.form == DATASET else x.parts
    return parts if all(part.form == DATASET and session.defines(part.value, "take") for part in parts) else ()


def _zipped(call: Training, parts: tuple[Data, ...], y: Data | None, fit: Training | None) -> Finding:
    """``Dataset.zip(((a, b), labels))``: each element is a batch of inputs and its labels."""
    made = [batches_of(part.value) for part in (*parts, *([y] if y is not None and y.form == DATASET else []))]
    in_order, sizes = all(each.in_order for each in made), {each.size for each in made}
    size = sizes.pop() if len(sizes) == 1 else None
    tf = of_module("tensorflow", call.facts, call.namespace)
    whole = f"{tf.text}.data.Dataset.zip({_elements(call, y, size, tf.text)})"
    whole += f".batch({_SIZE})" if size == 0 else ""
    given = f"{call.method}({whole})" if fit is None else f"validation_data={whole}"
    edit = (_in_call(call, whole) if fit is None else _in_validation(fit, whole)) if in_order and tf.is_bound else None
    if in_order and size is not None:
        advice = f"Write {given}, without y and batch_size."
    elif in_order:
        advice = f"Make all of them batches of one size, the labels too; then write {given}."
    else:
        advice = f"Without shuffle and repeat of their own, which mix up the pairs, they become one: {given}."
    change = (edit,) if edit is not None and size is not None else ()
    evidence = "They give the samples in their order" + (f", in batches of {size}." if size else ".")
    several = call.given["x"].form != DATASET
    return Finding(
        title=f"{call.text('x')} is a {_FORMS[call.given['x'].form]} of datasets, and {call.method} takes one dataset"
        if several
        else f"The labels are given beside the dataset {call.text('x')}, and have to be in it",
        cause="A dataset gives the inputs and the labels of each batch together: Dataset.zip puts them side by side.",
        changes=(Change("Give one dataset", change, evidence=evidence),) if change else (),
        advice=(advice,),
        reference="fit(x)" if fit is None else "fit(validation_data)",
    )


_FORMS = {LIST: "list", DICT: "dictionary"}


def _elements(call: Training, y: Data | None, size: int | None, tf: str) -> str:
    """What zip is given: the inputs, and the labels in batches of the same size."""
    if y is None:
        return f"({_inputs(call)},)"
    node = call.written.get("y")
    labels = failing.text_of(node, call.facts) if node is not None and call.facts is not None else "y"
    if y.form != DATASET:
        batched = "" if size == 0 else f".batch({size or '…'})"
        labels = f"{tf}.data.Dataset.from_tensor_slices({labels}){batched}"
    return f"({_inputs(call)}, {labels})"


def _inputs(call: Training) -> str:
    """The datasets as they are written, in round brackets: zip takes a list for something else."""
    node = call.written.get("x")
    if call.facts is None or node is None:
        return "(a, b)"
    text = failing.text_of(node, call.facts)
    if isinstance(node, ast.List):
        inner = text[1:-1].strip().rstrip(",")
        return f"({inner},)" if len(node.elts) == 1 else f"({inner})"
    return f"tuple({text})" if type(call.given["x"].value) is list else text


_IN_THE_DATASET = ("x", "y", "batch_size", "shuffle")
_CUT_BY_KERAS = ("validation_split", "sample_weight")


def _in_call(call: Training, whole: str) -> tuple[Range, str] | None:
    """The call with one dataset: without y, and without batch_size, which no dataset takes beside it."""
    node, facts = call.call, call.facts
    if node is None or facts is None or "x" not in call.written or len(node.args) > 2:
        return None
    if any(each.arg is None or each.arg in _CUT_BY_KERAS for each in node.keywords):
        return None
    others = [
        f"{each.arg}={failing.text_of(each.value, facts)}" for each in node.keywords if each.arg not in _IN_THE_DATASET
    ]
    return failing.brackets(node, facts), f"({', '.join([whole, *others])})"


def _in_validation(fit: Training, whole: str) -> tuple[Range, str] | None:
    node = fit.written.get("validation_data")
    if not isinstance(node, (ast.Tuple, ast.List)) or fit.facts is None:
        return None
    return fit.facts.cell.range(node), whole


def _of_pairs(call: Training, parts: tuple[Data, ...]) -> Finding:
    """Datasets that have their labels already."""
    tf = of_module("tensorflow", call.facts, call.namespace).text
    nodes = getattr(call.written.get("x"), "elts", ())
    names = list(dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name)))
    names = names if len(names) == len(parts) else [f"ds_{place}" for place in range(1, len(parts) + 1)]
    if len(call.network.inputs) == len(parts):
        listed, inputs = ", ".join(names), ", ".join(f"{name}[0]" for name in names)
        advice = (
            f"Put them side by side: {tf}.data.Dataset.zip(({listed})).map(lambda {listed}: (({inputs}), "
            f"{names[0]}[1])). None of them may be shuffled by itself."
        )
    else:
        after = "".join(f".concatenate({name})" for name in names[1:])
        advice = f"One after the other they are one dataset: {names[0]}{after}."
    return Finding(
        title=f"{call.text('x')} is a {_FORMS[call.given['x'].form]} of datasets, and {call.method} takes one dataset",
        cause="One dataset gives all inputs of a batch, and its labels.",
        advice=(advice,),
        reference="fit(x)",
    )


RULE = Rule(
    code="KD176",
    name="several datasets in one call",
    lesson=Lesson(
        what="`model.fit([a_ds, b_ds], y)` ends in ValueError: Unrecognized data type, or Failed to find data adapter.",
        why="fit takes one dataset, whose batches hold all inputs and the labels. tf.data.Dataset.zip makes one of "
        "several.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "a, b = keras.Input((4,)), keras.Input((4,))\n"
        "model = keras.Model([a, b], keras.layers.Dense(1)(keras.layers.Concatenate()([a, b])))\n"
        "model.compile('adam', 'mse')\n"
        "data = tf.data.Dataset.from_tensor_slices(np.ones((8, 4))).batch(4)\n"
        "model.fit([data, data], np.ones(8))",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "a, b = keras.Input((4,)), keras.Input((4,))\n"
        "model = keras.Model([a, b], keras.layers.Dense(1)(keras.layers.Concatenate()([a, b])))\n"
        "model.compile('adam', 'mse')\n"
        "data = tf.data.Dataset.from_tensor_slices(np.ones((8, 4))).batch(4)\n"
        "labels = tf.data.Dataset.from_tensor_slices(np.ones(8)).batch(4)\n"
        "model.fit(tf.data.Dataset.zip(((data, data), labels)))",
        target="tensorflow==2.21.0",
        related=("KD114", "KA307"),
    ),
    on_failure=on_failure,
)

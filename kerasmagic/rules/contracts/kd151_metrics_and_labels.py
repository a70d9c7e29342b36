"""A metric that counts columns where the labels are class numbers, or class numbers where the model gives columns."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.compiling import compile_call, given_to, last_argument, metrics_of
from ...diagnosis.contract.data import ARRAY, NOTHING, TABLE, TENSOR, shown
from ...diagnosis.contract.fitting import CLASS_NUMBERS, ONE_HOT, SPARSE, Compared, compared, ending, form_of
from ...diagnosis.contract.labels import labels_given_later
from ...diagnosis.contract.named import of_keras, of_module
from ...diagnosis.contract.network import canonical_loss
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.inside_keras import compares
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_OF_CLASS_NUMBERS = ("MeanIoU", "IoU")
_OF_TWO_AXES = ("F1Score", "FBetaScore")
_OF_COLUMNS = (
    "Precision",
    "Recall",
    "AUC",
    "TruePositives",
    "TrueNegatives",
    "FalsePositives",
    "FalseNegatives",
    "PrecisionAtRecall",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
)
_KINDS = {canonical_loss(kind): kind for kind in (*_OF_CLASS_NUMBERS, *_OF_TWO_AXES, *_OF_COLUMNS)}
"""By the names that compile takes: ``precision``."""
_OF_SHARES = (
    "A metric of compile counts answers between 0 and 1, and the model gives others",
    "Without an activation the last layer gives any numbers.",
    "End the model with activation='sigmoid', or 'softmax' for classes, and leave from_logits=True out of the loss.",
    "keras.metrics.Precision",
)
_REFUSALS = (
    Refusal("predictions must be >= 0", *_OF_SHARES),
    Refusal("predictions must be <= 1", *_OF_SHARES),
    Refusal(
        "When class_id is provided, y_pred must be a 2D array",
        "A metric with class_id takes answers with one column for each class, and gets {0}",
        "It looks at the column of that class.",
        "Leave class_id out for a single output; for classes let the last layer have a unit for each.",
        "keras.metrics.Precision",
        r"found shape: (\(.*?\))",
    ),
    Refusal(
        "`y_pred` must have rank 2 when `multi_label=True`",
        "AUC(multi_label=True) takes answers with two axes: samples and labels",
        "It computes one curve for each label.",
        "Give labels and answers one column for each label, or leave multi_label out.",
        "keras.metrics.AUC",
    ),
    Refusal(
        "Found two metrics with the same name",
        "Two metrics are called {0}",
        "Their results are told apart by name.",
        "Name one: keras.metrics.AUC(name='auc_2').",
        "compile(metrics)",
        r"same name: ([\w ]+)",
    ),
    Refusal(
        "expects 2D inputs with shape (batch_size, output_dim)",
        "{0} takes answers and labels with two axes, and gets {1} and {3}",
        "They are samples and classes: a column for each class.",
        "Make columns of the class numbers: keras.utils.to_categorical(y, {2}).",
        "keras.metrics.F1Score",
        r"(\w+) expects 2D.*?y_pred\.shape=(\(\w+, ((?!1\))\d+)\)) and y_true\.shape=(\(.*?\))",
    ),
    Refusal(
        "expects 2D inputs with shape (batch_size, output_dim)",
        "{0} takes answers and labels with two axes, and gets {1} and {2}",
        "They are samples and classes: a single column for a yes or no.",
        "Make a column of both: y.reshape(-1, 1); and give the metric threshold=0.5, from which an answer is a yes.",
        "keras.metrics.F1Score",
        r"(\w+) expects 2D.*?y_pred\.shape=(\(.*?\)) and y_true\.shape=(\(.*?\))",
    ),
)
_told = when_refused("KD151", _REFUSALS)
_SAYS = re.compile(r"metrics_utils|expects 2D inputs with shape")
_WHOLE = re.compile(r"requested dtype float\d+ for Tensor with dtype u?int")
"""Up to Keras 2.15 F1Score does not convert labels of whole numbers, and adds the column itself."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    asked = compares(failure) or _SAYS.search(str(failure.exception))
    call = failed_training(failure) if asked else None
    whole = _WHOLE.search(failure.message) is not None
    found = next(_findings(call, whole), None) if call is not None and call.model is not None else None
    if call is not None and found is not None:
        yield problem("KD151", found, call.facts)
    else:
        yield from _told(failure, world)


def _findings(call: Training, whole: bool) -> Iterator[Finding]:
    of = next(iter(compared(call)), None)
    if of is None or of.labels.shape is None or len(call.network.outputs) != 1 or not of.made:
        return
    in_numbers = form_of(of.labels, of.made) == CLASS_NUMBERS
    for metric in metrics_of(call.model):
        kind = _KINDS.get(metric, metric) if type(metric) is str else session.class_name(metric)
        if type(metric) is not str and not session.is_of_keras(metric):
            continue
        if kind in _OF_CLASS_NUMBERS and in_numbers and session.own(metric, "sparse_y_pred") is not False:
            yield _columns_for_numbers(kind, metric, call, of)
        elif kind in _OF_TWO_AXES and of.made[-1] == 1 and (whole or len(of.labels.shape) == 1):
            yield _without_column(kind, metric, call, of, whole)
        elif kind in (*_OF_TWO_AXES, *_OF_COLUMNS) and in_numbers:
            yield _numbers_for_columns(kind, call, of)


def _columns_for_numbers(kind: str, metric: Any, call: Training, of: Compared) -> Finding:
    """MeanIoU of a softmax. Up to TensorFlow 2.8 it has no sparse_y_pred."""
    keras = of_keras(f"metrics.{kind}", call.network.keras, call.facts).text
    calls = [*failing.calls_of(kind, call.facts)] if call.facts is not None and call.facts.cell.tree else []
    can_choose = session.own(metric, "sparse_y_pred") is True
    changes: tuple[Change, ...] = ()
    last = last_argument(calls[0]) if len(calls) == 1 else None
    if can_choose and last is not None and call.facts is not None:
        edit = (last, f"{failing.text_of(last, call.facts)}, sparse_y_pred=False")
        changes = (Change("Let it take the greatest column", (edit,), evidence="The greatest column is the answer."),)
    given = f"num_classes={session.own(metric, 'num_classes') or of.made[-1]}"
    return Finding(
        title=f"{kind} compares class numbers, and the model gives a column for each class: {shown(of.made)}",
        cause=f"It counts which class was meant and which was answered; {of.name} are class numbers.",
        changes=changes,
        advice=(
            f"Write {keras}({given}, sparse_y_pred=False): it takes the greatest column for the answer."
            if can_choose
            else f"Take the greatest column in a class of your own: class Mean({keras}): def update_state(self, "
            "y_true, y_pred, sample_weight=None): return super().update_state(y_true, tf.argmax(y_pred, axis=-1), "
            "sample_weight).",
        ),
        reference=f"keras.metrics.{kind}",
    )


def _numbers_for_columns(kind: str, call: Training, of: Compared) -> Finding:
    """Precision, or F1Score, where the labels are class numbers and the model gives a column for each class."""
    count = of.made[-1]
    loss = _loss_of_columns(call, of)
    with_loss = f", and compile with loss={loss}" if loss else ""
    to_columns = of_keras("utils.to_categorical", call.network.keras, call.facts).text
    if "y" in call.written:
        also = " and the labels of validation_data" if call.validation is not None else ""
        advice = f"Give the labels as columns, {to_columns}({call.text('y')}, {count}){also}{with_loss}."
    else:
        tf = of_module("tensorflow", call.facts).text
        one_hot = f"{call.text('x')}.map(lambda x, y: (x, {tf}.one_hot({tf}.cast(y, {tf}.int32), {count})))"
        advice = f"Let the data give columns: {one_hot}{with_loss}."
    return Finding(
        title=f"{kind} compares columns: the model gives {count}, and {of.name} are class numbers",
        cause=f"It counts yes and no in each column, and takes labels of shape {shown(of.made)}; these have "
        f"{shown(of.labels.shape)}.",
        changes=tuple(_as_columns(call, of, f"{{}}({{}}, {count})")),
        advice=(advice,),
        reference=f"keras.metrics.{kind}",
    )


def _loss_of_columns(call: Training, of: Compared) -> str:
    """The loss for labels in columns, where the one that is given takes class numbers."""
    if call.network.loss != SPARSE:
        return ""
    keras = of_keras("losses.CategoricalCrossentropy", call.network.keras, call.facts).text
    return f"{keras}(from_logits=True)" if ending(of.end) == "linear" else repr(ONE_HOT)


def _as_columns(call: Training, of: Compared, text: str) -> Iterator[Change]:
    """Labels in columns and the loss for them, where all of that is in the cell."""
    compiled = compile_call(call)
    to_columns = of_keras("utils.to_categorical", call.network.keras, call.facts)
    labels, later = [*_written_labels(call)], labels_given_later(call)
    if compiled is None or call.facts is None or not to_columns.is_bound or not labels or later is None:
        return
    loss, metrics = given_to(compiled, "loss"), given_to(compiled, "metrics")
    new = _dense_loss(failing.text_of(loss, call.facts)) if loss is not None else ""
    of_numbers = metrics is not None and "sparse" in failing.text_of(metrics, call.facts).lower()
    if loss is None or call.network.loss != SPARSE or not new or of_numbers:
        return
    edits = [(node, text.format(to_columns.text, failing.text_of(node, call.facts))) for node in (*labels, *later)]
    evidence = "It is the same loss for labels of this form."
    yield Change("Give the labels as columns, and the loss for them", ((loss, new), *edits), evidence=evidence)


def _written_labels(call: Training) -> Iterator[ast.expr]:
    """The labels of the call and of its validation_data; nothing where one of them is not written in the cell."""
    data = call.given.get("validation_data")
    validation = call.validation.written.get("y") if call.validation is not None else None
    if "y" not in call.written or (data is not None and data.form != NOTHING and validation is None):
        return
    if call.given["x"].form in (ARRAY, TABLE, TENSOR):
        yield call.written["y"]
        if validation is not None:
            yield validation


def _dense_loss(text: str) -> str:
    """The same loss for labels in columns; empty where it has settings that this one has not."""
    if "ignore_class" in text or "axis" in text:
        return ""
    new = re.sub(r"SparseCategoricalCrossentropy\b", "CategoricalCrossentropy", text)
    new = re.sub(r"sparse_(?=categorical_crossentropy\b)", "", new)
    return new if new != text else ""


def _without_column(kind: str, metric: Any, call: Training, of: Compared, whole: bool) -> Finding:
    """F1Score of Dense(1). Without a threshold it takes the greatest column for a yes: the only one, always.

    Arguments:
        whole: it is the type of the labels that is refused, and not their shape.
    """
    calls = [*failing.calls_of(kind, call.facts)] if call.facts is not None and call.facts.cell.tree else []
    edits = [(node, _column(node, call, whole)) for node in _written_labels(call)]
    needs = session.own(metric, "threshold") is None
    changes: tuple[Change, ...] = ()
    if edits and all(text for _, text in edits) and len(calls) == 1 and call.facts is not None:
        changes = (Change("Give the labels as it takes them", (*edits, *_with_threshold(calls[0], needs, call))),)
    name = call.text("y") if "y" in call.written else "y"
    threshold = f", and write {kind}(threshold=0.5): an answer from 0.5 on is a yes" if needs else ""
    written = f"as float32, {name}.astype('float32')" if whole else f"as a column, {name}[:, None]"
    return Finding(
        title=f"{kind} takes labels of float32, and {of.name} are {of.labels.dtype}"
        if whole
        else f"{kind} takes labels in columns, and {of.name} have shape {shown(of.labels.shape)}",
        cause="This Keras does not convert them."
        if whole
        else f"The model gives {shown(of.made)}: the labels have to be of that shape.",
        changes=changes,
        advice=(f"Give the labels {written}{threshold}.",),
        reference=f"keras.metrics.{kind}",
    )


def _column(node: ast.expr, call: Training, whole: bool) -> str:
    """The labels as the metric takes them; empty where they are no array, or written at length."""
    facts, form = call.facts, call.given["y"].form
    if facts is None or not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) or (whole and form == TENSOR):
        return ""
    text = failing.text_of(node, facts)
    if whole:
        return f"{text}.astype('float32')"
    return f"{text}.to_numpy()[:, None]" if form == TABLE else f"{text}[:, None]"


def _with_threshold(made: ast.Call, needs: bool, call: Training) -> Iterator[tuple[ast.AST, str]]:
    last = last_argument(made)
    if needs and call.facts is not None:
        text = failing.text_of(last if last is not None else made.func, call.facts)
        yield (last, f"{text}, threshold=0.5") if last is not None else (made, f"{text}(threshold=0.5)")


RULE = Rule(
    code="KD151",
    name="metrics and labels",
    lesson=Lesson(
        what="A metric of compile ends fit: FBetaScore expects 2D inputs, Shapes (None, 4) and (None, 1) are "
        "incompatible, or Dimension 0 in both shapes must be equal.",
        why="Precision, Recall, AUC and F1Score count yes and no in columns, MeanIoU counts class numbers. Labels and "
        "answers have to be in the form that the metric counts.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy', metrics=[keras.metrics.F1Score(threshold=0.5)])\n"
        "model.fit(np.ones((4, 4)), np.ones(4), verbose=0)",
        after="import keras\nimport numpy as np\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy', metrics=[keras.metrics.F1Score(threshold=0.5)])\n"
        "model.fit(np.ones((4, 4)), np.ones((4, 1)), verbose=0)",
        target="tensorflow==2.21.0",
        related=("KD103", "KD129"),
    ),
    on_failure=on_failure,
)

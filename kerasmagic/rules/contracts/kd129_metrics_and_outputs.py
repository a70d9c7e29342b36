"""Metrics, loss weights and outputs that do not fit one another."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .keys_of_labels import keys_of_labels
from .labels_of_several_outputs import labels_of_one
from .metrics_of_outputs import metrics_of_outputs
from .values_of_evaluate import numbers_of_evaluate

_REFUSALS = (
    Refusal(
        "pop from an empty set",
        "fit gets no data",
        "There is nothing to go through.",
        "Give it data: model.fit(x, y), or a dataset of pairs.",
        "fit(x)",
    ),
    Refusal(
        "in the `loss` argument, can't be found in either",
        "compile is given another number of losses, or another form of them, than the model has outputs",
        "The losses have the form of the outputs: one, a list with one for each, or a dictionary with their names.",
        "Give as many losses as outputs; print(model.output_names) shows them.",
        "compile(loss)",
    ),
    Refusal(
        "The PyDataset has length 0",
        "The Sequence or PyDataset gives no batches: its __len__ is 0",
        "Keras asks __len__ for the number of batches.",
        "Look at __len__, and at the data: fewer samples than batch_size give 0 where it divides with //; "
        "math.ceil(n / batch_size) counts the last, smaller batch.",
        "keras.utils.PyDataset",
    ),
    Refusal(
        "Target data is missing",
        "The model gets no labels, and its loss compares with them",
        "They come as the second argument, or as the second part of what a dataset or generator gives.",
        "Give fit, evaluate and train_on_batch labels, fit(x, y), or a dataset of pairs.",
        "fit(y)",
    ),
    Refusal(
        "Missing data for input",
        "The data has no {0}, which is an input of the model: it has {1}",
        "In a dictionary of data the keys are the names of the inputs.",
        "Write the keys as the inputs are called, {2}; keras.Input(shape=…, name='age') gives the names.",
        "fit(x)",
        r"input \"(.*?)\".*?with keys (\[.*?\])\. Expected the following keys: (\[.*?\])",
    ),
    Refusal(
        "it should have as many entries as the model has outputs",
        "The model has {1} outputs, and the list of metrics has {0}",
        "Keras 3 gives the first metric to the first output, and so on; Keras 2 gave each metric to all of them.",
        "Give a list for each output, metrics=[['mae'], ['mae']], or a dictionary with the outputs' names: {{'a': "
        "['mae']}}.",
        "compile(metrics)",
        r"of length (\d+) whereas the model has (\d+) outputs",
    ),
    Refusal(
        "should contain metrics objects and",
        "The {0} of compile have another form than the outputs of the model: {1}",
        "Each output has metrics of its own, in the same order or by the same names.",
        "Give {0} in that form, with a list of metrics for each X, or a dictionary with the names of the outputs.",
        "compile({0})",
        r"Invalid `(\w+)`\. .*structure of the model: (.*?)\. Received",
    ),
    Refusal(
        "does not correspond to any model output",
        "No output of the model is called {1}",
        "In a dictionary of {0} the keys are the names of the outputs, which are those of their layers.",
        "print(model.output_names) shows them; name the layers: Dense(1, name={1}).",
        "compile({0})",
        r"dict argument `(\w+)`, key ('.*?')",
    ),
    Refusal(
        "can only be provided as a dict when the model also returns a dict of outputs",
        "{0} is a dictionary, and the model gives no dictionary",
        "The model's outputs have no names to look up.",
        "Give {0} as a list, or make the model with outputs={{'a': a, 'b': b}}.",
        "compile({0})",
        r"Argument `(\w+)` can only",
    ),
    Refusal(
        "list to be metric objects",
        "The list of {0} holds something that is no metric",
        "Each entry is the name of a metric, a function of (y_true, y_pred), or an object of keras.metrics.",
        "Call classes, keras.metrics.AUC(), and write names as text: 'accuracy'.",
        "compile({0})",
        r"in the `(\w+)` list",
    ),
    Refusal(
        "sublists of the `",
        "The list of {0} holds something that is no metric",
        "Each entry is the name of a metric, a function of (y_true, y_pred), or an object of keras.metrics.",
        "Call classes, keras.metrics.AUC(), and write names as text: 'accuracy'.",
        "compile({0})",
        r"sublists of the `(\w+)`",
    ),
    Refusal(
        "`loss_weights` must match the number of losses",
        "There are {0} losses and {1} loss_weights",
        "Each loss is multiplied by its weight.",
        "Give one number for each output: loss_weights=[1.0, 0.5].",
        "compile(loss_weights)",
        r"got (\d+) losses and (\d+) weights",
    ),
    Refusal(
        "Expected `loss_weights` argument to be",
        "loss_weights is a number for one output, a list or a dictionary for several",
        "Each loss is multiplied by its weight.",
        "Give one number for each output: loss_weights=[1.0, 0.5].",
        "compile(loss_weights)",
    ),
    Refusal(
        "y_true and y_pred have different structures",
        "The labels are put together otherwise than the model's outputs",
        "A model with several outputs takes as many arrays of labels, in the same order, or a dictionary with the "
        "outputs' names.",
        "Give y=[a, b] for outputs [a, b], y={{'a': …, 'b': …}} for a dictionary; one array for one output.",
        "fit(y)",
    ),
    Refusal(
        "`class_weight` is not supported for Python generator inputs",
        "class_weight is not taken together with a generator",
        "Keras cannot look at a generator's labels before they come.",
        "Let the generator give the weights: yield x, y, numpy.vectorize(weights.get)(y).",
        "fit(class_weight)",
    ),
    Refusal(
        "is not sufficient to split it into a validation and training set",
        "{0} samples cannot be split by validation_split={1}",
        "Both parts need one sample at least.",
        "Give more data, or validation_data=(x, y) in the place of validation_split.",
        "fit(validation_split)",
        r"contains (\d+) samples.*?validation_split=([\d.]+)",
    ),
    Refusal(
        "cannot be specified at the same time",
        "sample_weight and class_weight are given together",
        "Both become one weight for each sample.",
        "Multiply them yourself: sample_weight = sample_weight * numpy.vectorize(class_weight.get)(y).",
        "fit(sample_weight)",
        r"`sample_weight` and `class_weight`|`class_weight` and `sample_weight`",
    ),
    Refusal(
        "You cannot `class_weight` and `sample_weight` at the same time",
        "sample_weight and class_weight are given together",
        "Both become one weight for each sample.",
        "Multiply them yourself: sample_weight = sample_weight * numpy.vectorize(class_weight.get)(y).",
        "fit(sample_weight)",
    ),
)
_told = when_refused("KD129", _REFUSALS)
_NO_VALUES = re.compile(r"None values not supported|Attempt to convert a value \(None\)")
_COMPARE = (".compile_utils", ".trainer")
_CALLED = "ag_fn(y_true, y_pred"
_TAIL = 3_000


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    of_outputs = metrics_of_outputs(failure)
    if of_outputs is not None:
        yield problem("KD129", of_outputs, failing.facts_of(failure))
        return
    keys = keys_of_labels(failure)
    if keys is not None:
        yield problem("KD129", keys, failing.facts_of(failure))
        return
    end = failure.end if "NoneType' is not" in failure.message else None
    if end is not None and end.module.endswith("trainers.compile_utils") and "output_names" in end.text:
        yield problem(
            "KD129",
            Finding(
                "metrics or loss is a dictionary, and the outputs of the model have no such names",
                "In a dictionary the keys are the names of the outputs; a model with one output needs none.",
                advice=("Give a list for a single output: metrics=['mae'], loss='mse'.",),
                reference="compile(metrics)",
            ),
            None,
        )
    elif (numbers := numbers_of_evaluate(failure)) is not None:
        yield problem("KD129", numbers, None)
    elif _OF_SCIKIT_LEARN.search(failure.message) and any(
        frame.module.partition(".")[0] == "sklearn" for frame in failure.frames
    ):
        yield problem("KD129", _FUNCTION_OF_SCIKIT_LEARN, None)
    elif of_one := [*labels_of_one("KD129", failure)]:
        yield from of_one
    elif _LIST_FOR_ONE.search(failure.message):
        facts = failing.facts_of(failure)
        yield problem("KD129", _labels_in_a_list(failure, facts), facts)
    elif _NO_SHAPE.match(failure.message) and any(frame.module.endswith("data_adapter") for frame in failure.frames):
        facts = failing.facts_of(failure)
        found = _labels_in_a_list(failure, facts)
        if found.changes:
            yield problem("KD129", found, facts)
    elif _NO_VALUES.match(failure.message) and (loss := _loss_of_the_user(failure)):
        yield problem(
            "KD129",
            Finding(
                f"The loss {loss} gives None",
                "A function without return gives None, and Keras takes the loss from what it gives.",
                advice=("Let it end in return, with one number for each sample or for all.",),
                reference="compile(loss)",
            ),
            None,
        )
    elif _NO_VALUES.match(failure.message) and (
        any(frame.module.endswith(_COMPARE) or ".losses" in frame.module for frame in failure.frames)
        or _gets_no_labels(failure)
    ):
        yield problem(
            "KD129",
            Finding(
                "The loss gets None for the labels, or for the answers of the model",
                "It compares the one with the other.",
                advice=(
                    "Give fit, evaluate and train_on_batch labels, fit(x, y), or a dataset of pairs. In a train_step "
                    "of your own name both: self.compute_loss(y=y, y_pred=y_pred).",
                ),
                reference="fit(y)",
            ),
            None,
        )
    elif "'str' object is not callable" in failure.message and _CALLED in str(failure.exception)[-_TAIL:]:
        yield problem(
            "KD129",
            Finding(
                "A metric is given by a name that this Keras does not know",
                "compile takes any text for a metric here; fit then calls what it found by that name.",
                advice=(
                    "Look for a misspelling in metrics=[…]. Names are 'accuracy', 'mae', 'mse' and those of the "
                    "functions in keras.metrics; a class gets brackets: keras.metrics.AUC().",
                ),
                reference="compile(metrics)",
            ),
            None,
        )
    else:
        yield from _told(failure, world)


_OF_SCIKIT_LEARN = re.compile(r"^Expected sequence or array-like, got <class 'tensorflow")
_FUNCTION_OF_SCIKIT_LEARN = Finding(
    "A function of scikit-learn is given to compile",
    "Keras calls metrics and losses with tensors, in a graph; functions of scikit-learn take arrays.",
    advice=(
        "Take one of Keras, metrics=[keras.metrics.F1Score()], Precision, Recall or AUC; or call scikit-learn's after "
        "predict: f1_score(y, (model.predict(x) > 0.5).astype(int)).",
    ),
    reference="compile(metrics)",
)


def _loss_of_the_user(failure: Failure) -> str:
    """The name of the user's loss function that has no return with a value; empty for all others."""
    facts = failing.facts_of(failure)
    compiled = [*failing.calls_of("compile", facts)] if facts is not None else []
    given = [item.value for call in compiled for item in call.keywords if item.arg == "loss"]
    given += [call.args[1] for call in compiled if len(call.args) > 1]
    for node in given:
        name = node.id if isinstance(node, ast.Name) else ""
        for made in facts.cell.placed if facts is not None and name else ():
            if isinstance(made, ast.FunctionDef) and made.name == name:
                returns = [each for each in ast.walk(made) if isinstance(each, ast.Return)]
                if all(each.value is None or getattr(each.value, "value", 0) is None for each in returns):
                    return name
    return ""


def _gets_no_labels(failure: Failure) -> bool:
    """Whether fit or evaluate of a model with a loss was given batches without labels."""
    call = failed_training(failure)
    labels = call.given.get("y") if call is not None else None
    none = call is not None and call.y is None and (labels is None or labels.value is None)
    return none and call is not None and call.method in ("fit", "evaluate") and call.network.compiled is not False


_LIST_FOR_ONE = re.compile(r"y_true and y_pred have different structures\.\s+y_true: \[['*,\s]+\]\s+y_pred: \*\s*$")
"""One output, and a list of labels: not one of lists or arrays, which would be told as ``[['*', …]]``."""
_NO_SHAPE = re.compile(r"'(?:int|float)' object has no attribute 'shape'")
"""What tf.keras says of the same."""
_ON_ONE_BATCH = ("train_on_batch", "test_on_batch")


def _labels_in_a_list(failure: Failure, facts: CellFacts | None) -> Finding:
    """``train_on_batch(x, [1] * 16)``, of which Keras up to 2.3 made an array."""
    modules = {session.module_name(value): name for name, value in session.variables(failure.namespace)}
    changes: list[Change] = []
    for call in failing.calls(failure, facts) if facts else ():
        labels = call.args[1:2] or [item.value for item in call.keywords if item.arg == "y"]
        if facts is None or not labels or last_name(call.func) not in _ON_ONE_BATCH:
            continue
        if isinstance(labels[0], ast.List) and len(labels[0].elts) == 1 and _is_array(labels[0].elts[0], failure):
            text = failing.text_of(labels[0].elts[0], facts)
            changes.append(Change("Take the labels out of the list", ((labels[0], text),)))
        elif "numpy" in modules and _are_numbers(labels[0], failure):
            text = f"{modules['numpy']}.array({failing.text_of(labels[0], facts)})"
            changes.append(Change("Make an array of the labels", ((labels[0], text),)))
    return Finding(
        "The labels are a Python list, and the model has one output",
        "Keras takes a list for the labels of several outputs; up to 2.3 it made an array of a list of numbers.",
        changes=tuple(changes[:1]),
        advice=("Give one array: numpy.array(y) for a list of numbers, y for a list that holds the array y alone.",),
        reference="train_on_batch(y)",
    )


def _is_array(node: ast.expr, failure: Failure) -> bool:
    return session.is_exactly(failing.value_of(node, failure), "numpy", "ndarray")


def _are_numbers(node: ast.expr, failure: Failure) -> bool:
    """Whether an expression is a list of plain numbers: ``[1] * n + [0] * n``, or a variable that holds one."""
    if isinstance(node, ast.List):
        return all(isinstance(each, ast.Constant) and type(each.value) in _NUMBERS for each in node.elts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _are_numbers(node.left, failure) and _are_numbers(node.right, failure)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _are_numbers(node.left, failure)
    value = failing.value_of(node, failure)
    return type(value) is list and bool(value) and all(type(each) in _NUMBERS for each in value)


_NUMBERS = (int, float, bool)


RULE = Rule(
    code="KD129",
    name="metrics and outputs",
    lesson=Lesson(
        what="compile or fit end in a ValueError about metrics, loss_weights, class_weight or the structure of the "
        "labels, or `loss, acc = model.evaluate(…)` in one about the number of values.",
        why="Each output has its own labels, loss, metrics and weights, in the same order or by the same names. "
        "evaluate gives the loss, and a value for each metric.",
        since="keras 3.0",
        before="import keras\nimport numpy as np\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse', metrics=['mae', 'mape'])\n"
        "loss, mae = model.evaluate(np.ones((4, 4)), np.ones(4), verbose=0)",
        after="import keras\nimport numpy as np\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse', metrics=['mae', 'mape'])\n"
        "loss, mae, mape = model.evaluate(np.ones((4, 4)), np.ones(4), verbose=0)",
        target="tensorflow==2.21.0",
        related=("KD103", "KD109"),
    ),
    on_failure=on_failure,
)

"""A metric or loss that calls scikit-learn, or SciPy: those functions take arrays, and get tensors without values."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.contract.compiling import functions_of
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.network import loss_of
from ...diagnosis.contract.training import Training, failed_training, trained_variable
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.inside_keras import Foreign, foreign_function
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_NAMES = {"sklearn": "scikit-learn", "scipy": "SciPy", "pandas": "pandas", "skimage": "scikit-image", "cv2": "OpenCV"}
_OF_KERAS = {
    "precision_score": "Precision()",
    "recall_score": "Recall()",
    "roc_auc_score": "AUC()",
    "average_precision_score": "AUC(curve='PR')",
    "accuracy_score": "'accuracy'",
    "mean_squared_error": "'mse'",
    "mean_absolute_error": "'mae'",
}


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = _foreign(failure)
    if found is None:
        return
    foreign, call = found
    package, own = _NAMES.get(foreign.package, foreign.package), foreign.caller
    yield Problem(
        rule="KA379",
        severity=ERROR,
        title=f"{own} calls {foreign.name} of {package}, which takes arrays"
        if own
        else f"{foreign.name} of {package} is given to compile, and takes arrays",
        cause="Keras calls losses and metrics once, to make a graph of them: with tensors that have no values yet.",
        reference="keras.Model.compile",
        fixes=tuple(Fix("manual", text) for text in _ways(foreign, call, failure)),
    )


def calls_another_package(failure: Failure) -> bool:
    return _foreign(failure) is not None


def _foreign(failure: Failure) -> tuple[Foreign, Training] | None:
    """The function of another package that a loss or metric called, or is, with the training that failed."""
    call = failed_training(failure)
    foreign = foreign_function(failure) if call is not None else None
    given = functions_of(call.model) if call is not None else {}
    if call is None or foreign is None or not {foreign.name, foreign.caller} & {*given}:
        return None
    return foreign, call


def _ways(foreign: Foreign, call: Training, failure: Failure) -> Iterator[str]:
    of_keras, own = _OF_KERAS.get(foreign.name, ""), foreign.caller or foreign.name
    if getattr(loss_of(call.model), "__name__", "") == own:
        yield f"Write {own} with functions of TensorFlow: a loss also needs their gradients."
        return
    if of_keras:
        quoted = of_keras if of_keras.startswith("'") else f"tf.keras.metrics.{of_keras}"
        yield f"Give compile the one of Keras: metrics=[{quoted}]."
    elif foreign.name == "f1_score" and _answers_yes_or_no(call):
        tf = of_module("tensorflow", call.facts, call.namespace).text
        yield (
            f"Let {own} compute it: t = {tf}.cast({tf}.reshape(y_true, [-1]), 'float32'); "
            f"p = {tf}.round({tf}.reshape(y_pred, [-1])); return 2 * {tf}.reduce_sum(t * p) / "
            f"({tf}.reduce_sum(t) + {tf}.reduce_sum(p) + 1e-7)."
        )
    model = trained_variable(failure) or "model"
    yield f"Let it run with values: {model}.compile(…, run_eagerly=True). That is slower."


def _answers_yes_or_no(call: Training) -> bool:
    outputs = call.network.outputs
    return len(outputs) == 1 and outputs[0][-1:] == (1,)


RULE = Rule(
    code="KA379",
    name="functions of other packages",
    lesson=Lesson(
        what="A metric that calls sklearn's f1_score ends in NotImplementedError: Cannot convert a symbolic tf.Tensor, "
        "or in TypeError: Expected sequence or array-like.",
        why="fit makes a graph of the loss and the metrics: they run once, with tensors that have no values. Functions "
        "of NumPy, scikit-learn and SciPy need values.",
        since="tensorflow 2.0",
        related=("KA304", "KD129"),
    ),
    on_failure=on_failure,
)

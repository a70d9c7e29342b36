"""A loss, a callback or class weights that Keras cannot use as it uses them."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, before_run, problem, raised_by_keras
from ...diagnosis.contract.data import NOTHING
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.words import with_article
from ...diagnosis.resolve.world import World
from .makers_of_losses import maker_given
from .results_as_callbacks import result_of_a_method

_CALLED = re.compile(
    r"(?:tf__)?(\w+)\(\) (?:takes (?:from )?(\d+)(?: to \d+)? positional arguments? but (\d+) (?:was|were) given"
    r"|missing \d+ required positional arguments?: (.*))"
)
_HOOK = re.compile(
    r"'(\w+)' object has no attribute '(set_model|set_params|on_train_begin|_implements_train_batch_hooks)'"
)
_LAMBDA = re.compile(
    r"<lambda>\(\) (?:takes (?:from )?\d+(?: to \d+)? positional arguments? but \d+ (?:was|were) given"
    r"|missing \d+ required positional)"
)
_OWN_HOOK = re.compile(
    r"\b((?:\w+\.)*(on_(?:train_batch|test_batch|predict_batch|epoch|batch|train)_(?:begin|end)))\(\) "
    r"(?:takes (?:from )?\d+(?: to \d+)? positional arguments? but \d+ (?:was|were) given"
    r"|missing \d+ required positional)"
)
_CLASS_HOOK = re.compile(r"set_(?:model|params)\(\) missing 1 required positional argument")
_WEIGHTS = re.compile(
    r"'(?:str|list|numpy\.ndarray|tuple|Series)' object has no attribute '(?:get|keys|items|values)'|class_weight"
    r"|truth value of an array"
)

_MOST_CLASSES = 1_000

_FUNCTION = re.compile(r"<function (?:[\w.<>]+\.)?(?:tf__)?(\w+)\.<locals>\.(?:\w+|<lambda>) at 0x")
"""A function that another one made, where a number was wanted."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (TypeError, AttributeError, ValueError, RuntimeError)):
        return
    if not raised_by_keras(failure):
        return
    call = failed_training(failure)
    if call is None:
        return
    made = _FUNCTION.search(failure.message)
    findings = maker_given(made[1], call, failure) if made else _findings(failure, call)
    for finding in findings:
        yield problem("KD110", finding, call.facts)
        return


def _findings(failure: Failure, call: Training) -> Iterator[Finding]:
    message = failure.message
    own_hook = _OWN_HOOK.search(message)
    hook, called = _HOOK.search(message), _CALLED.search(message)
    if hook or _CLASS_HOOK.search(message):
        yield result_of_a_method(call, failure) or _callback(call, hook[1] if hook else "")
    elif _LAMBDA.search(message) and _has_functions(call):
        yield _finding(
            "A function of LambdaCallback takes another number of arguments than Keras gives it",
            "on_epoch_begin and on_epoch_end get epoch and logs, on_batch_end and the like batch and logs; "
            "on_train_begin and on_train_end get logs only.",
            "Write on_epoch_end=lambda epoch, logs: ….",
        )
    elif own_hook:
        taken = "epoch" if "epoch" in own_hook[2] else "batch"
        given = "logs=None" if "_train_" in own_hook[2] else f"{taken}, logs=None"
        yield _finding(
            f"{own_hook[1]} takes another number of arguments than Keras gives it",
            "Keras calls it by place, with self in front.",
            f"Write def {own_hook[2]}(self, {given}): ….",
        )
    elif _WEIGHTS.search(message) and "class_weight" in call.given and call.given["class_weight"].form != NOTHING:
        yield from _class_weights(call)
    elif called:
        yield from _loss(called, failure)


def _has_functions(call: Training) -> bool:
    """Whether one of the callbacks is made of functions."""
    held = _callbacks(call)
    return any(session.is_kind(each, "LambdaCallback") for each in (*session.members(held), held))


def _callbacks(call: Training) -> Any:
    """What was given for callbacks; fit of TensorFlow 2.4 has put it into a list of its own by then."""
    given = call.given.get("callbacks")
    held: Any = given.value if given is not None else None
    return session.own(held, "callbacks") if session.is_kind(held, "CallbackList") else held


def _callback(call: Training, kind: str) -> Finding:
    held = _callbacks(call)
    wrong = [
        each for each in (held if type(held) in (list, tuple) else [held]) if not session.is_kind(each, "Callback")
    ]
    first: Any = wrong[0] if wrong else None
    if type(held) in (set, frozenset):
        return _of_a_set(call)
    if isinstance(first, type):
        name = session.name_of(first)
        return _finding(
            f"{name} is a class, and callbacks takes instances", "The call makes the callback.", f"Write {name}(…)."
        )
    if first is None and type(held) is list and not wrong:
        home = {"tensorflow": "tensorflow.keras"}.get(call.network.keras, call.network.keras)
        others = {
            session.class_name(each) for each in held if session.root(each) not in (call.network.keras, "__main__")
        }
        names = ", ".join(sorted(others)) or "…"
        return _finding(
            f"One of the callbacks is of another Keras than the model: {names}"
            if others
            else "One of the callbacks is of another Keras",
            "keras, tf_keras and tensorflow.keras each know their own.",
            f"Import the callbacks from the Keras of the model: from {home} .callbacks import {names}.".replace(
                " .", "."
            )
            if home
            else "Import the callbacks from the Keras that makes the model.",
        )
    if session.is_kind(first, "LearningRateSchedule"):
        return _finding(
            f"{session.class_name(first)} is a schedule of the optimizer, and no callback",
            "The optimizer asks it for the rate at each step.",
            "Give it to the optimizer: keras.optimizers.Adam(learning_rate=schedule). A callback is "
            "LearningRateScheduler(function), which is asked once an epoch.",
        )
    shown = repr(first)[:40] if type(first) in (str, int, float, list, type(None)) else session.class_name(first)
    return _finding(
        f"{shown} is no callback",
        "Keras calls set_model, on_epoch_end and so on of each of them.",
        "Give objects: callbacks=[keras.callbacks.EarlyStopping(monitor='val_loss')].",
    )


def _of_a_set(call: Training) -> Finding:
    """``callbacks={EarlyStopping()}``, written in the call, or given a name in the cell."""
    node: ast.expr | None
    node, facts = call.written.get("callbacks"), call.facts
    if isinstance(node, ast.Name) and facts is not None:
        name = node.id
        values = [
            each.value
            for each in facts.cell.placed
            if isinstance(each, ast.Assign) and any(isinstance(at, ast.Name) and at.id == name for at in each.targets)
        ]
        node = values[0] if len(values) == 1 else None
    change: tuple[Change, ...] = ()
    if isinstance(node, ast.Set) and facts is not None:
        text = failing.text_of(node, facts)
        change = (Change("Write a list", ((node, f"[{text[1:-1]}]"),), evidence="It holds the same callbacks."),)
    return Finding(
        "callbacks is a set, {…}, and takes a list",
        "Keras takes everything that is no list or tuple for one callback.",
        changes=change,
        advice=("Write square brackets: callbacks=[…].",),
        reference="fit(callbacks)",
    )


def _class_weights(call: Training) -> Iterator[Finding]:
    given = call.given["class_weight"]
    if type(given.value) is dict:  # its keys are another rule's
        return
    name = call.text("class_weight")
    if type(given.value) is str:
        yield _finding(
            f"class_weight is the text {given.value[:30]!r}, and has to be a dictionary",
            "'balanced' is a word of scikit-learn. Keras takes a weight for each class number.",
            "Compute them: dict(enumerate(sklearn.utils.class_weight.compute_class_weight('balanced', "
            "classes=numpy.unique(y), y=y))).",
        )
        return
    written = f"dict(enumerate({name}))"
    node = call.written.get("class_weight")
    yield Finding(
        f"class_weight has to be a dictionary, and {name} is {with_article(session.class_name(given.value))}",
        "Its keys are the class numbers, its values the weights.",
        changes=(Change("Number the weights", ((node, written),), _unless_numbered(call)),) if node is not None else (),
        advice=(f"Write class_weight={written}.",),
        reference="fit(class_weight)",
    )


def _unless_numbered(call: Training) -> str:
    """What to look at where the labels are not known to be the numbers of the weights."""
    weights, labels = call.given["class_weight"].shape or (), call.y
    numbers = labels.distinct(_MOST_CLASSES) if labels is not None and labels.is_numeric else None
    is_numbered = bool(numbers) and len(weights) == 1 and numbers == [float(each) for each in range(weights[0] or 0)]
    return "" if is_numbered else "The first weight is that of class 0 then, and so on."


def _weights_without_keys(call: Training) -> Iterator[Finding]:
    """What fit is about to be given: no release takes anything but a dictionary (2.4 to 2.21)."""
    given = call.given.get("class_weight")
    value = given.value if given is not None and call.method == "fit" else None
    if type(value) in (str, list, tuple) or session.is_exactly(value, "numpy", "ndarray"):
        yield from _class_weights(call)


def _loss(called: Any, failure: Failure) -> Iterator[Finding]:
    """A function of the user's that Keras calls with the labels and the answers."""
    name = called[1]
    function: Any = (failure.namespace or {}).get(name)
    if type(function).__name__ != "function" or session.root(function) != "builtins" or called[3] not in ("2", None):
        return
    code = function.__code__
    taken = code.co_varnames[: code.co_argcount]
    inner = any(type(each).__name__ == "code" and each.co_argcount == 2 for each in code.co_consts)
    advice = (
        f"It makes a loss for its own arguments: give what it returns, loss={name}(…)."
        if inner
        else f"Write def {name}(y_true, y_pred):."
    )
    yield _finding(
        f"{name} takes {len(taken)} {'argument' if len(taken) == 1 else 'arguments'} ({', '.join(taken)}), and Keras "
        "gives 2",
        "A loss or metric is called with the labels and what the model gives: y_true, y_pred.",
        advice,
    )


def _finding(title: str, cause: str, advice: str) -> Finding:
    return Finding(title, cause, advice=(advice,), reference="compile(loss)")


RULE = Rule(
    code="KD110",
    name="loss, callback, class weights",
    lesson=Lesson(
        what="`fit` ends in TypeError: my_loss() takes 1 positional argument but 2 were given, or AttributeError: "
        "'str' object has no attribute 'set_model'.",
        why="Keras calls a loss with (y_true, y_pred), callbacks by methods that the class Callback has, and looks "
        "class weights up in a dictionary.",
        since="keras 2.0",
        before="import keras\nimport numpy as np\ndef scaled(factor):\n    def loss(y_true, y_pred):\n"
        "        return factor * keras.losses.mean_squared_error(y_true, y_pred)\n    return loss\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\nmodel.compile('adam', scaled)\n"
        "model.fit(np.ones((4, 4)), np.ones(4))",
        after="import keras\nimport numpy as np\ndef scaled(factor):\n    def loss(y_true, y_pred):\n"
        "        return factor * keras.losses.mean_squared_error(y_true, y_pred)\n    return loss\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\nmodel.compile('adam', scaled(2.0))\n"
        "model.fit(np.ones((4, 4)), np.ones(4))",
        target="tensorflow==2.21.0",
        related=("KD109",),
    ),
    on_cell=before_run("KD110", _weights_without_keys),
    on_failure=on_failure,
)

"""An optimizer, a learning rate or metrics in a form that Keras does not take."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.network import is_network
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .names_of_outputs import names_of_outputs

_OPTIMIZER_CLASS = re.compile(
    r"Could not interpret optimizer identifier: <class '((?:tf_)?keras|tensorflow)[\w.]*\.(\w+)'>"
)
_OWN_OPTIMIZER = re.compile(r"Could not interpret optimizer identifier: <(?:class ')?([\w.]+?)(?: object|')")
_RATE = re.compile(
    r"`?learning_rate`? should be float.*?learning_rate=(.*)"
    r"|^Cannot convert '([\d.e-]+)' to EagerTensor of dtype float",
    re.DOTALL,
)
_METRICS = re.compile(r"Expected `(metrics|weighted_metrics)` argument to be a list, tuple, or dict")
_SCALE = re.compile(
    r"LossScaleOptimizer does not support arguments: `(\w+)`|\"?inner_optimizer\"? must be an instance of"
    r"|no attribute 'loss_scale_factor'"
)
_CLIP = re.compile(r"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set")
_LOSSES = re.compile(
    r"Expected keys \w*\(?(?P<outputs>\[.*?\])\)? in loss dict, but found loss\.keys\(\)=(?P<given>\[.*?\])"
)
# Keras 2 says it in the same words of losses and of metrics.
_KEYS = re.compile(
    r"Found unexpected (?:losses or metrics|keys) that do not correspond to any Model output: "
    r"dict_keys\((?P<given>\[.*?\])\)\. (?:Expected|Valid mode output names): (?P<outputs>\[.*?\])"
)
_NOTHING = re.compile(r"^None values not supported\.?$")
_PROPERTY = re.compile(r"'property' object is not iterable|missing \d+ required positional argument: 'self'")
_NO_OPTIMIZER = re.compile(r"'NoneType' object has no attribute '(?:apply_gradients|minimize|apply|iterations|build)'")
_WITHOUT_OPTIMIZER = Finding(
    "The model has no optimizer",
    "compile was given None for it, or a train_step of your own uses one that was not given.",
    advice=("Give compile one: model.compile(optimizer='adam', loss=…).",),
    reference="compile(optimizer)",
)
_OURS = ("keras", "tf_keras", "tensorflow")

_TRAINING = ("fit", "evaluate", "train_on_batch", "test_on_batch")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (ValueError, TypeError, AttributeError)) or not failing.in_library(failure):
        return
    facts = failing.facts_of(failure)
    if _NO_OPTIMIZER.match(failure.message) and failed_training(failure) is not None:
        yield problem("KD109", _WITHOUT_OPTIMIZER, None)
        return
    names = _LOSSES.search(failure.message) or _KEYS.search(failure.message)
    if names:
        yield names_of_outputs("KD109", failure, names["given"], names["outputs"])
        return
    for finding in _findings(failure, facts):
        yield problem("KD109", finding, facts)
        return


def _without_epsilon(failure: Failure, facts: CellFacts | None) -> Iterator[Finding]:
    """``Adam(epsilon=None)``, as old notebooks write it: it fails at the first step of training."""
    if failed_training(failure) is None:
        return
    models = (thing for _, thing in session.variables(failure.namespace) if is_network(thing))
    optimizers = (session.own(model, "optimizer", "_optimizer") for model in models)
    kind = next((session.class_name(each) for each in optimizers if session.held(each).get("epsilon", 0) is None), "")
    if not kind:
        return
    given = [
        (item.value, "1e-07")
        for call in (failing.calls_of(kind, facts) if facts else ())
        for item in call.keywords
        if item.arg == "epsilon" and isinstance(item.value, ast.Constant) and item.value.value is None
    ]
    yield Finding(
        title=f"The optimizer {kind} has epsilon=None, and computes with it",
        cause="Up to TensorFlow 2.10, None stood for the usual 1e-07.",
        changes=(Change("Write the number", tuple(given), evidence="It is the value that None stood for."),)
        if given
        else (),
        advice=(f"Leave epsilon out, {kind}(learning_rate=…), or write epsilon=1e-07; then compile again.",),
        reference=f"{kind}(epsilon)",
    )


def _findings(failure: Failure, facts: CellFacts | None) -> Iterator[Finding]:
    message = failure.message
    if _NOTHING.search(message):
        yield from _without_epsilon(failure, facts)
    own, rate, metrics = (pattern.search(message) for pattern in (_OWN_OPTIMIZER, _RATE, _METRICS))
    if _OPTIMIZER_CLASS.search(message):
        yield _class(_OPTIMIZER_CLASS.search(message), failure, facts)
    elif own and own[1].partition(".")[0] not in _OURS:
        yield _foreign(own[1], failure)
    elif rate and (rate[1] or _is_of_an_optimizer(failure, facts)):
        yield _learning_rate((rate[1] or rate[2]).strip(), failure, facts)
    elif metrics:
        yield _in_a_list(metrics[1], failure, facts)
    elif _SCALE.search(message):
        yield _finding(
            "LossScaleOptimizer takes an optimizer object, and sets its scale by itself",
            "Its arguments changed with TensorFlow 2.4 and with Keras 3: loss_scale='dynamic' is how it works anyway.",
            "Write keras.mixed_precision.LossScaleOptimizer(keras.optimizers.Adam()); with the policy 'mixed_float16' "
            "compile wraps the optimizer itself.",
        )
    elif _CLIP.search(message):
        yield _finding(
            "An optimizer clips gradients in one way: clipnorm, clipvalue or global_clipnorm",
            "Up to Keras 2 the last one given counted in silence, or both were applied.",
            "Keep one of them: clipnorm= bounds the gradient of each variable, clipvalue= each number in it.",
        )
    elif facts:
        yield from _loss_class(failure, facts)
        yield from _metric_class(failure, facts)


def _finding(title: str, cause: str, *advice: str) -> Finding:
    return Finding(title, cause, advice=advice, reference="compile")


def _class(found: Any, failure: Failure, facts: CellFacts | None) -> Finding:
    name = found[2]
    changes = []
    for call in failing.calls_of("compile", facts) if facts else ():
        for node in [*call.args[:1], *(item.value for item in call.keywords if item.arg == "optimizer")]:
            text = failing.text_of(node, facts) if facts and isinstance(node, (ast.Name, ast.Attribute)) else ""
            given = failing.value_of(node, failure) if text else None
            if text.endswith(name) or (isinstance(given, type) and session.name_of(given) == name):
                changes.append(Change("Make an optimizer of it", ((node, f"{text}()"),)))
    return Finding(
        title=f"{name} is a class, and compile takes an instance",
        cause=f"The call makes the optimizer: {name}(), with its own learning rate if one is given.",
        changes=tuple(changes[:1]),
        advice=(f"Write {name}().",),
        reference="compile(optimizer)",
    )


def _loss_class(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """Keras 2 calls the class with the labels and predictions: it fails in training, with a message about an object."""
    for call in failing.calls(failure, facts):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in _TRAINING:
            continue
        loss = session.held(failing.value_of(call.func.value, failure)).get("loss")
        if not isinstance(loss, type) or session.root_of(loss) not in _OURS:
            continue
        name = session.name_of(loss)
        given = [
            node
            for compiled in failing.calls_of("compile", facts)
            for node in [*compiled.args[1:2], *(item.value for item in compiled.keywords if item.arg == "loss")]
            if isinstance(node, (ast.Name, ast.Attribute)) and failing.text_of(node, facts).endswith(name)
        ]
        yield Finding(
            title=f"{name} is a class, and compile takes an instance as loss",
            cause="Keras 2 calls it with the labels and the predictions, as if they were its settings.",
            changes=tuple(
                Change("Make a loss of it", ((node, failing.text_of(node, facts) + "()"),)) for node in given[:1]
            ),
            advice=(f"Write loss={name}() in compile, and run that cell again.",),
            reference="compile(loss)",
        )
        return


def _metric_class(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``metrics=[Precision]``: Keras 2 asks the class for what its objects hold."""
    if not _PROPERTY.search(failure.message):
        return
    for compiled in failing.calls_of("compile", facts):
        given = [item.value for item in compiled.keywords if item.arg in ("metrics", "weighted_metrics")]
        nodes = [each for node in given for each in (node.elts if isinstance(node, ast.List) else [node])]
        classes = {each: failing.value_of(each, failure) for each in nodes}
        classes = {each: thing for each, thing in classes.items() if isinstance(thing, type)}
        if classes:
            names = " and ".join(session.name_of(thing) for thing in classes.values())
            edits = tuple((each, f"{failing.text_of(each, facts)}()") for each in classes)
            if not isinstance(given[0], ast.List):
                edits = tuple((each, f"[{text}]") for each, text in edits)
            yield Finding(
                title=f"{names} in metrics is a class, and compile takes instances",
                cause="The call makes the metric.",
                changes=(Change("Make a metric of it", edits),),
                advice=(f"Write metrics=[{names}()].",),
                reference="compile(metrics)",
            )
            return


def _foreign(name: str, failure: Failure) -> Finding:
    package = name.partition(".")[0]
    if package == "__main__":
        return _finding(
            f"{name.rpartition('.')[2]} is no Optimizer of this Keras",
            "Keras takes instances of its class Optimizer; a class of your own has to be derived from it.",
            "Write class MyOptimizer(keras.optimizers.Optimizer), with build, update_step and get_config, of the Keras "
            "that makes the model.",
        )
    return _finding(
        f"The optimizer is of the package {package}, and Keras takes its own only",
        f"{name} is not made from the class Optimizer of this Keras.",
        "Take the one of the same name in keras.optimizers: Adam, AdamW, SGD, Lamb, Lion.",
    )


def _learning_rate(value: str, failure: Failure, facts: CellFacts | None) -> Finding:
    changes = []
    given = []
    for call in failing.calls(failure, facts) if facts else ():
        named = [item.value for item in call.keywords if item.arg in ("learning_rate", "lr")]
        positional = call.args[:1] if failing.text_of(call.func, facts)[-1:] and not named else []  # type: ignore[arg-type]
        given += named or positional
    node = given[0] if given else None
    if facts and isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_number(node.value):
        changes = [Change("Give a number", ((node, node.value),))]
    elif facts and isinstance(node, (ast.Name, ast.Call, ast.Attribute)) and "Variable" in value:
        changes = [Change("Give its value", ((node, f"float({failing.text_of(node, facts)})"),))]
    what = "a variable" if "Variable" in value else "a string" if changes else f"{value[:40]}"
    return Finding(
        title=f"learning_rate is {what}, and has to be a float or a schedule",
        cause=f"It got {value[:60]}. Keras makes the variable itself; optimizer.learning_rate = 0.01 changes it later.",
        changes=tuple(changes),
        advice=("Give a float, such as 0.001, or one of keras.optimizers.schedules.",),
        reference="Adam(learning_rate)",
    )


def _is_of_an_optimizer(failure: Failure, facts: CellFacts | None) -> bool:
    """Whether the failing line makes an optimizer, or trains with one: other classes take floats, too."""
    called = [failing.value_of(call.func, failure) for call in failing.calls(failure, facts)] if facts else []
    classes = [thing for thing in called if isinstance(thing, type)]
    bases = {session.name_of(base) for each in classes for base in session.bases_of(each)}
    return any("Optimizer" in name for name in bases) or failed_training(failure) is not None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _in_a_list(name: str, failure: Failure, facts: CellFacts | None) -> Finding:
    changes = []
    for call in failing.calls_of("compile", facts) if facts else ():
        for item in call.keywords:
            if facts and item.arg == name and not isinstance(item.value, (ast.List, ast.Tuple, ast.Dict)):
                called = "()" if isinstance(failing.value_of(item.value, failure), type) else ""  # a metric's class
                text = f"[{failing.text_of(item.value, facts)}{called}]"
                changes.append(Change("Give a list", ((item.value, text),)))
    return Finding(
        title=f"{name} has to be a list",
        cause="Keras 2 took a single name, too; Keras 3 does not.",
        changes=tuple(changes[:1]),
        advice=(f"Write {name}=['accuracy'].",),
        reference=f"compile({name})",
    )


RULE = Rule(
    code="KD109",
    name="optimizer, learning rate, metrics",
    lesson=Lesson(
        what="`compile` or an optimizer ends in ValueError: Could not interpret optimizer identifier, learning_rate "
        "should be float, or Expected `metrics` argument to be a list.",
        why="compile takes the name of an optimizer or an instance of this Keras's Optimizer; a learning rate is a "
        "float or a schedule; metrics are a list.",
        since="keras 3.0",
        before="import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile(optimizer=keras.optimizers.Adam, loss='mse')",
        after="import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile(optimizer=keras.optimizers.Adam(), loss='mse')",
        target="tensorflow==2.21.0",
        related=("KA306", "KA302", "KO104"),
    ),
    on_failure=on_failure,
)

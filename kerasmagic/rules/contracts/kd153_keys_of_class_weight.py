"""class_weight whose keys are no class numbers from 0 on: names of outputs, names of classes, numbers that lack."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, Mapping

from ...diagnosis.contract.answer import Change, Finding, before_run, problem, raised_by_keras
from ...diagnosis.contract.data import ARRAY, DATASET, DICT, LIST, TABLE, TENSOR, Data
from ...diagnosis.contract.fitting import COLUMNS, Compared, compared, form_of
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.training import TRAINING, Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_REFUSAL = re.compile(r"`?class_weight|can only concatenate str|is not in \[0, \d+\)|'str' and 'int'|'dict'")
_MOST_CLASSES = 50


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    message = f"{failure.message} {str(failure.exception)[-1000:]}"
    call = failed_training(failure) if raised_by_keras(failure) and _REFUSAL.search(message) else None
    for finding in (*check(call), *_classes(call)) if call is not None else ():
        yield problem("KD153", finding, call.facts if call is not None else None)
        return


def check(call: Training) -> Iterator[Finding]:
    weights = _weights(call)
    if not weights or call.method not in TRAINING:
        return
    if all(type(each) is dict for each in weights.values()):
        yield _of_outputs(call, weights) if len(call.network.outputs) > 1 else _of_one_output(call, weights)
    elif all(type(key) is str for key in weights):
        numbered = ", ".join(f"{place}: {weight!r}" for place, weight in enumerate(weights.values()))
        yield Finding(
            title=f"class_weight has the names of classes for keys: {', '.join(map(repr, [*weights][:4]))}",
            cause="Its keys are the class numbers, from 0 on. Keras 3 passes over other keys, or fails.",
            advice=(f"Write class_weight={{{numbered}}}, if {next(iter(weights))!r} is class 0, and so on.",),
            reference="fit(class_weight)",
        )


def _weights(call: Training) -> Mapping[Any, Any]:
    given = call.given.get("class_weight")
    value = given.value if given is not None else None
    return value if type(value) is dict and 0 < len(value) <= _MOST_CLASSES else {}


def _of_one_output(call: Training, weights: Mapping[Any, Any]) -> Finding:
    """``{'out': {0: 1.0, 1: 5.0}}``"""
    node, key = call.written.get("class_weight"), next(iter(weights))
    inner = repr(weights[key])
    if isinstance(node, ast.Name):
        inner = f"{node.id}[{key!r}]"
    change = (
        Change("Give the weights of the classes", ((node, inner),)) if node is not None and len(weights) == 1 else None
    )
    return Finding(
        title=f"class_weight holds weights for an output, {key!r}, and the model has one output",
        cause="Its keys are the class numbers, from 0 on.",
        changes=(change,) if change is not None else (),
        advice=(f"Write class_weight={inner}.",),
        reference="fit(class_weight)",
    )


def _of_outputs(call: Training, weights: Mapping[Any, Any]) -> Finding:
    x, labels = call.given.get("x"), call.labels
    ways: Iterator[str] = iter(())
    if x is not None and x.form == DATASET and labels is not None:
        ways = _mapped(call, weights, labels)
    elif x is not None and x.form in (ARRAY, TABLE, TENSOR, LIST, DICT):
        ways = _as_sample_weights(call, weights)
    written = next(ways, "")
    node = call.call
    changes = (Change("Give each sample its weight", ((node, written),)),) if written and node is not None else ()
    return Finding(
        title=f"class_weight is for models with one output, and this one has {len(call.network.outputs)}",
        cause=f"Its keys are class numbers, and here they are outputs: {', '.join(map(repr, [*weights][:4]))}. Several "
        "outputs take a weight for each sample.",
        changes=changes,
        advice=(
            "Leave class_weight out, and give each output weights of the samples, in the order of the outputs: "
            "sample_weight=[w_a, w_b], or a third part of the dataset, (x, (y_a, y_b), (w_a, w_b)).",
        ),
        reference="fit(class_weight)",
    )


def _mapped(call: Training, weights: Mapping[Any, Any], labels: Data) -> Iterator[str]:
    """The call with a dataset that gives weights, too. Keras 3 takes them in the order of the outputs only."""
    node, tf = call.written.get("x"), of_module("tensorflow", call.facts, call.namespace)
    names = call.network.names
    if not isinstance(node, ast.Name) or not tf.is_bound or len(labels.parts) != len(names) or len(call.batch) != 2:
        return
    if labels.form == DICT and set(labels.names) != set(names):
        return
    parts = dict(zip(labels.names, labels.parts)) if labels.form == DICT else dict(zip(names, labels.parts))
    texts = {name: f"y[{name!r}]" if labels.form == DICT else f"y[{at}]" for at, name in enumerate(names)}
    each = [_looked_up(tf.text, texts[name], parts[name], weights.get(name)) for name in names]
    if all(each):
        given = ", ".join(texts[name] for name in names)
        mapped = f"{node.id}.map(lambda x, y: (x, ({given}), ({', '.join(each)})))"
        yield from _rewritten(call, {"x": mapped}, "")


def _looked_up(tf: str, text: str, labels: Data, weights: Any) -> str:
    """The weights of a batch of labels; empty where the form of these is not known."""
    if labels.shape is None:
        return ""
    if type(weights) is not dict:
        return f"{tf}.ones({tf}.shape({text})[:1])"
    if not weights or not all(type(key) is int for key in weights):
        return ""
    table = [float(weights.get(each, 1.0)) for each in range(max(weights) + 1)]
    numbers = f"{tf}.cast({text}, {tf}.int32)"
    if len(labels.shape) > 1:
        numbers = f"{tf}.argmax({text}, -1)" if labels.shape[-1] != 1 else f"{tf}.cast({text}[:, 0], {tf}.int32)"
    return f"{tf}.gather({table}, {numbers})"


def _as_sample_weights(call: Training, weights: Mapping[Any, Any]) -> Iterator[str]:
    """The call with sample_weight, of labels that are written as a list or a dictionary."""
    node, names, facts = call.written.get("y"), call.network.names, call.facts
    numpy, given = of_module("numpy", call.facts, call.namespace), call.written.get("class_weight")
    if facts is None or not numpy.is_bound:
        return
    if isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
        written = dict(zip(keys, node.values)) if set(keys) == set(names) else {}
    else:
        items = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
        written = dict(zip(names, items)) if len(items) == len(names) else {}
    if not written:
        return
    texts, each = [failing.text_of(written[name], facts) for name in names], []
    for name, text in zip(names, texts):
        of_name = f"{given.id}[{name!r}]" if isinstance(given, ast.Name) else repr(weights.get(name))
        known = type(weights.get(name)) is dict
        each.append(f"{numpy.text}.vectorize({of_name}.get)({text})" if known else f"{numpy.text}.ones(len({text}))")
    yield from _rewritten(call, {"y": f"[{', '.join(texts)}]"}, f"sample_weight=[{', '.join(each)}]")


def _rewritten(call: Training, new: Mapping[str, str], instead: str) -> Iterator[str]:
    """The text of the call with other arguments, and another one in the place of class_weight."""
    facts, given = call.facts, call.written.get("class_weight")
    if call.call is None or facts is None or given is None:
        return
    text = failing.text_of(call.call, facts)
    for role, replaced in new.items():
        old = re.escape(failing.text_of(call.written[role], facts))
        text = re.sub(rf"(?<=[(,=\s]){old}(?=\s*[,)])", replaced.replace("\\", r"\\"), text, count=1)
    value = re.escape(failing.text_of(given, facts))
    if instead:
        yield re.sub(rf"\bclass_weight\s*=\s*{value}", lambda _: instead, text, count=1)
    else:
        yield re.sub(rf",\s*class_weight\s*=\s*{value}", "", text, count=1)


def _classes(call: Training) -> Iterator[Finding]:
    """Class numbers that do not begin with 0, or that the labels have and class_weight has not: Keras 2 wants all."""
    weights, of = _weights(call), compared(call)
    plain = len(of) == 1 and len(of[0].made) == 2 and all(type(key) is int for key in weights)
    if not weights or not plain:
        return
    classes = _class_numbers(of[0])
    count = max([*weights, *classes]) + 1
    missing = [each for each in range(count) if each not in weights]
    if not missing:
        return
    node, name = call.written.get("class_weight"), call.text("class_weight")
    shifted = min(weights) == 1 and classes and max(classes) < max(weights) and len(weights) == max(weights)
    full = {each: weights.get(each + 1 if shifted else each, 1.0) for each in range(max(weights) if shifted else count)}
    new, differs = repr(full), "" if shifted else "The weight 1.0 leaves a class as it is."
    if isinstance(node, ast.Name):
        new = f"{{each - 1: weight for each, weight in {name}.items()}}" if shifted else new
    title = "class_weight counts the classes from 1, and the labels count from 0"
    listed = ", ".join(map(str, missing[:5]))
    yield Finding(
        title=title if shifted else f"class_weight has no weight for class {listed}",
        cause=f"Its keys are all class numbers, from 0 on: here to {len(full) - 1}.",
        changes=(Change("Give each class its weight", ((node, new),), differs),) if node is not None else (),
        advice=(f"Write class_weight={new}.",),
        reference="fit(class_weight)",
    )


def _class_numbers(of: Compared) -> list[int]:
    """The classes that labels hold, or have columns for; empty where that is not known."""
    columns = of.made[-1] or 1
    if columns > 1 and form_of(of.labels, of.made) == COLUMNS:
        return list(range(columns))
    return [int(each) for each in of.labels.distinct(_MOST_CLASSES) or []]


RULE = Rule(
    code="KD153",
    name="keys of class_weight",
    lesson=Lesson(
        what="`fit(…, class_weight={'sick': {0: 1.0, 1: 6.0}})`, or with names of classes for keys, ends in "
        "TypeError: can only concatenate str, or in ValueError: Expected `class_weight` to be a dict with keys from 0.",
        why="class_weight is one weight for each class number, from 0 on, of the only output. Keras 3 passes over "
        "other keys where the labels are an array.",
        since="keras 2.0",
        before="import keras\nimport numpy as np\nx, y = np.ones((4, 3)), np.array([0, 1, 1, 0])\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy')\n"
        "model.fit(x, y, class_weight={'no': 1.0, 'yes': 5.0}, verbose=0)",
        after="import keras\nimport numpy as np\nx, y = np.ones((4, 3)), np.array([0, 1, 1, 0])\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy')\nmodel.fit(x, y, class_weight={0: 1.0, 1: 5.0}, verbose=0)",
        target="tensorflow==2.15.1",
        related=("KD142", "KD110"),
    ),
    on_cell=before_run("KD153", check),
    on_failure=on_failure,
)

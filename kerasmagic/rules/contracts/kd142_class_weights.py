"""class_weight where fit cannot make weights of samples from it: several outputs, masks, labels for each step."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem, said
from ...diagnosis.contract.data import shown
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_OUTPUTS = "`class_weight` is only supported for Models with a single output"
_AXES = re.compile(
    r"`class_weight` not supported for 3\+ dimensional targets|only (?:length-1|size-1|0-dimensional) arrays"
    r"|\[\d+,\d+\] vs\. \[\d+\]|is not in \[0, \d+\)"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """Keras says ``only length-1 arrays`` of masks in 3.13, and shapes that differ of labels for each step; the models
    take the weights as sample_weight in 2.4, 2.10, 2.15 and 3.13 alike (measured)."""
    call = failed_training(failure) if _OUTPUTS in failure.message or _AXES.search(said(failure)) else None
    weights = call.given.get("class_weight") if call is not None else None
    if call is None or weights is None or type(weights.value) is not dict:
        return
    if any(type(each) is dict for each in weights.value.values()):
        return  # KD153: its keys are names of outputs
    labels = call.y if call.y is not None else call.given.get("y")
    if _OUTPUTS in failure.message and len(call.network.outputs) > 1:
        yield problem("KD142", _of_outputs(call, len(call.network.outputs), failure), call.facts)
    elif _OUTPUTS in failure.message:
        yield problem("KD142", _in_a_container(call), call.facts)
    elif labels is not None and labels.shape is not None and len(labels.shape) > 1 and _is_for_parts(call):
        yield problem("KD142", _of_parts(call, failure), call.facts)


def _is_for_parts(call: Training) -> bool:
    """Whether the model gives an answer for each pixel, or each step, of a sample."""
    return any(len(shape) > 2 for shape in call.network.outputs)


def _of_outputs(call: Training, count: int, failure: Failure) -> Finding:
    node, numpy = call.written.get("y"), _numpy(failure)
    weights = call.text("class_weight")
    changes: tuple[Change, ...] = ()
    if isinstance(node, ast.List) and len(node.elts) == count and call.facts is not None and numpy:
        texts = [failing.text_of(each, call.facts) for each in node.elts]
        given = ", ".join(f"{numpy}.vectorize({weights}.get)({text})" for text in texts)
        changes = _as_sample_weights(
            call,
            f"[{given}]",
            "Each output gets weights by its own labels; check that class_weight is meant for all outputs.",
        )
    return Finding(
        title=f"class_weight is for models with one output, and this one has {count}",
        cause="The classes of several outputs are not the same.",
        changes=changes,
        advice=(
            f"Give a weight for each sample, in a list as the labels: y=[y1, y2], sample_weight=[w1, w2], with "
            f"w1 = numpy.vectorize({weights}.get)(y1), and numpy.ones(len(y2)) for an output without weights.",
        ),
        reference="fit(class_weight)",
    )


def _in_a_container(call: Training) -> Finding:
    """One output, and ``{'out': y}`` or ``[y]`` for its labels."""
    node = call.written.get("y")
    inner = node.values if isinstance(node, ast.Dict) else node.elts if isinstance(node, ast.List) else []
    changes: tuple[Change, ...] = ()
    if node is not None and len(inner) == 1 and call.facts is not None:
        edit = (node, failing.text_of(inner[0], call.facts))
        changes = (Change("Give the labels as an array", (edit,), evidence="The model has one output."),)
    return Finding(
        title="class_weight takes labels as one array, and they come in a dictionary or list",
        cause="Keras looks up the weight of each label, and takes what is in a dictionary or list for several outputs.",
        changes=changes,
        advice=("Give y itself: model.fit(x, y, class_weight=…).",),
        reference="fit(class_weight)",
    )


def _of_parts(call: Training, failure: Failure) -> Finding:
    shape, made = (call.y.shape if call.y is not None else None) or (), call.network.outputs[0]
    node, numpy, weights = call.written.get("y"), _numpy(failure), call.text("class_weight")
    name = call.text("y")
    if len(shape) < len(made):
        classes = name
    elif shape[-1] == 1:
        classes = f"{name}[..., 0]"
    else:
        classes = f"{name}.argmax(axis=-1)"
    given = f"{numpy or 'numpy'}.vectorize({weights}.get)({classes})"
    return Finding(
        title=f"class_weight is for one label a sample, and {name} has shape {shown(shape)}",
        cause="Keras looks up one weight for each sample; here each pixel or step has a class.",
        changes=_as_sample_weights(call, given, "") if isinstance(node, (ast.Name, ast.Attribute)) and numpy else (),
        advice=(f"Give each pixel or step its weight: sample_weight={given}.",),
        reference="fit(class_weight)",
    )


def _as_sample_weights(call: Training, text: str, differs: str) -> tuple[Change, ...]:
    keywords = call.call.keywords if call.call is not None else []
    item = next((each for each in keywords if each.arg == "class_weight"), None)
    if call.call is None or item is None or call.facts is None:
        return ()
    if any(each.arg == "sample_weight" for each in keywords):
        return ()
    if call.text("class_weight") == "class_weight" and not isinstance(item.value, ast.Name):
        return ()  # too long to be repeated
    # Up to Python 3.8 a keyword has no place in the text, so the whole call is written anew.
    before = failing.text_of(call.call, call.facts)
    value = re.escape(failing.text_of(item.value, call.facts))
    after = re.sub(rf"\bclass_weight\s*=\s*{value}", lambda _: f"sample_weight={text}", before, count=1)
    evidence = "Keras itself turns class_weight into one weight for each sample."
    return (Change("Give the weights as sample_weight", ((call.call, after),), differs, evidence),)


def _numpy(failure: Failure) -> str:
    """What the session calls NumPy; empty where it has not imported it."""
    names = {session.module_name(value): name for name, value in session.variables(failure.namespace)}
    return str(names.get("numpy", ""))


RULE = Rule(
    code="KD142",
    name="class_weight",
    lesson=Lesson(
        what="`fit(…, class_weight={0: 1.0, 1: 5.0})` ends in ValueError: `class_weight` is only supported for Models "
        "with a single output, or not supported for 3+ dimensional targets.",
        why="Keras makes one weight for each sample of class_weight, by its label. For several outputs, pixels and "
        "steps the weights are given as sample_weight, in the form of the labels.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nx, y = np.ones((4, 8, 8, 1)), np.ones((4, 8, 8, 1), int)\n"
        "model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(1, 1, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy')\nmodel.fit(x, y, class_weight={0: 1.0, 1: 5.0}, verbose=0)",
        after="import keras\nimport numpy as np\nx, y = np.ones((4, 8, 8, 1)), np.ones((4, 8, 8, 1), int)\n"
        "model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(1, 1, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy')\n"
        "model.fit(x, y, sample_weight=np.vectorize({0: 1.0, 1: 5.0}.get)(y[..., 0]), verbose=0)",
        target="tensorflow==2.20.0",
        related=("KD129", "KD103"),
    ),
    on_failure=on_failure,
)

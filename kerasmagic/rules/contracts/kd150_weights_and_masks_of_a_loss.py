"""Weights of samples, and a mask, that do not fit the numbers that a loss gives."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, before_run, problem
from ...diagnosis.contract.comparison import two_shapes
from ...diagnosis.contract.data import GENERATOR, NOTHING, OTHER, Data, Shape, shown
from ...diagnosis.contract.fitting import BINARY, labels_of_each
from ...diagnosis.contract.masks import StrayMask, stray_mask
from ...diagnosis.contract.training import TRAINING, Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.earlier import Writing, written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.inside_keras import compares
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .weights_of_several_outputs import weights_of_outputs

_NUMBER_BY_NUMBER = (BINARY, "mean_squared_error", "mean_absolute_error", "huber", "log_cosh", "")
"""Losses that compare number by number, so that a weight for each number makes sense; "" is one of the user's."""
_OF_ONE = {1: "sample", 2: "step", 3: "pixel"}
_LIBRARIES = ("keras", "tf_keras", "tensorflow")
_WEIGHING = re.compile(r"weighted_loss|compile_loss/\w+/mul(?:_\d+)?\b|reduce_weighted_values")
_OTHER_AXES = "Cannot take the length of shape with unknown rank"
"""Of the weights, where the model got some with another number of axes before."""
_SQUEEZED = re.compile(r"an not squeeze dim\[(\d+)\], expected a dimension of 1, got (\d+)")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    by_name = weights_of_outputs(failure)
    if by_name is not None:
        yield problem("KD150", by_name[0], by_name[1].facts)
        return
    call = failed_training(failure) if compares(failure) or _OTHER_AXES in failure.message else None
    if call is None:
        return
    stray = stray_mask(call.model)
    writing = _class_of(stray, failure) if stray is not None else None
    if stray is not None:
        facts = failing.facts_of(writing.failure if writing is not None else failure)
        found = problem("KD150", _of_mask(stray, writing), facts)
        yield found._replace(earlier=writing.cell if writing is not None else None)
        return
    calls = call.with_validation
    known: list[tuple[Training, Data | None]] = [
        (each, each.weights) for each in calls if each.weights is not None and each.weights.form != OTHER
    ]
    for each, weights in known or [(call, _told_weights(failure, call))]:
        for finding in _of_weights(each, weights, expands=not world.keras_3):
            yield problem("KD150", finding, call.facts)
            return


def _told_weights(failure: Failure, call: Training) -> Data | None:
    """The weights that a generator or a Sequence gives, as far as the message tells of their shape."""
    given, x = call.given.get("class_weight"), call.given.get("x")
    seen = x is not None and x.form not in (GENERATOR, OTHER)
    if seen or (given is not None and given.form != NOTHING) or not _WEIGHING.search(str(failure.exception)):
        return None
    squeezed, shapes = _SQUEEZED.search(str(failure.exception)), two_shapes(failure)
    if squeezed:
        return Data(None, OTHER, (*[None] * int(squeezed[1]), int(squeezed[2])))
    longer = max(shapes, key=len, default=())
    return Data(None, OTHER, longer) if len({len(each) for each in shapes}) == 2 else None


def check(call: Training) -> Iterator[Finding]:
    stray = stray_mask(call.model) if call.network.loss and call.method in TRAINING else None
    if stray is not None:
        yield _of_mask(stray, None)
    yield from _of_weights(call, call.weights)


def _class_of(stray: StrayMask, failure: Failure) -> Writing | None:
    """Where the class of a layer was written."""
    call = session.defined(type(stray.layer), "call")
    return written_in(call.__code__, failure) if type(call) is FunctionType else None


def _of_mask(stray: StrayMask, writing: Writing | None) -> Finding:
    kind = session.class_name(stray.layer)
    facts = failing.facts_of(writing.failure) if writing is not None else None
    tree = facts.cell.tree if facts is not None else None
    written = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == kind] if tree else []
    changes: tuple[Change, ...] = ()
    if written and facts is not None and session.root(stray.layer) not in _LIBRARIES:
        changes = tuple(_without_mask(written[-1], failing.text_of(written[-1].body[-1], facts)))
    return Finding(
        title=f"The layer {kind} takes {shown(stray.taken)} and gives {shown(stray.made)}, and passes the mask "
        f"{shown(stray.mask)} on",
        cause="Keras multiplies the loss by the mask that reaches the last layer, and that one is of axes that are "
        "gone by then.",
        changes=changes,
        advice=(_mask_advice(stray, kind),),
        reference="Layer.compute_mask",
    )


def _mask_advice(stray: StrayMask, kind: str) -> str:
    if kind == "Lambda":
        return "Leave mask= out of the Lambda: then the mask ends there."
    if session.root(stray.layer) in _LIBRARIES:
        return "Leave the mask out where it begins: Embedding without mask_zero=True, no Masking layer."
    method = session.defined(type(stray.layer), "compute_mask")
    if type(method) is FunctionType and str(method.__module__).partition(".")[0] not in _LIBRARIES:
        return f"Let compute_mask of {kind} return None."
    return f"Add to the class {kind}: def compute_mask(self, inputs, mask=None): return None."


def _without_mask(written: ast.ClassDef, last: str) -> Iterator[Change]:
    if any(isinstance(node, ast.FunctionDef) and node.name == "compute_mask" for node in written.body):
        return
    indent = " " * written.body[0].col_offset
    method = f"\n{indent}def compute_mask(self, inputs, mask=None):\n{indent}    return None"
    evidence = "With it the mask ends in this layer, which has used it by then."
    yield Change(f"Let {written.name} keep the mask to itself", ((written.body[-1], last + method),), "", evidence)


def _of_weights(call: Training, weights: Data | None, expands: bool = True) -> Iterator[Finding]:
    """Weights of another shape than the numbers that the loss gives.

    Arguments:
        expands: whether Keras adds a last axis to weights that lack one, as Keras 2 does.
    """
    outputs = call.network.outputs
    if weights is None or not outputs:
        return
    single = len(outputs) == 1 and not weights.names
    for made, given in zip(outputs, [weights] if single else labels_of_each(weights, call.network)):
        if given.shape is not None and len(made) > 1 and not _fits(given.shape, made[:-1], expands):
            yield _misfit(call, given.shape, made)


def _fits(weights: Shape, losses: Shape, expands: bool) -> bool:
    """Keras takes a last axis of one away, and multiplies."""
    if len(weights) == len(losses) + 1 and weights[-1] == 1:
        weights = weights[:-1]
    if not weights or not len(losses) - expands <= len(weights) <= len(losses):
        return False
    return all(None in pair or pair[0] == pair[1] or pair[0] == 1 for pair in zip(weights[1:], losses[1:]))


def _misfit(call: Training, given: Shape, made: Shape) -> Finding:
    name, wanted = call.name_of("sample_weight"), (given[0], *made[1:-1])
    one = _OF_ONE.get(len(wanted), "answer")
    if len(given) == len(made) and given[1:] == made[1:] and call.network.loss in _NUMBER_BY_NUMBER:
        y = call.text("y") if "y" in call.written else "y"
        sizes = ", ".join(str(size) for size in (*made[1:], 1))
        advice = (
            f"For a weight for each number end the model with keras.layers.Reshape(({sizes})), and give {y}[..., None] "
            f"as labels; for one weight a {one} give weights of shape {_of_batches(wanted)}."
        )
    elif len(given) < len(wanted):
        axes = ", ".join([":"] * len(given) + ["None"] * (len(wanted) - len(given)))
        advice = f"Give the weights these axes, too: {'w' if ' ' in name else name}[{axes}]."
    else:
        advice = f"Give weights of shape {_of_batches(wanted)}: one for each {one}."
    title = f"T{name[1:]} have" if name.startswith("the ") else f"{name} has"
    return Finding(
        title=f"{title} shape {_of_batches(given)}, and the loss gives one number for each {one}: "
        f"{_of_batches(wanted)}",
        cause=f"The model gives {shown(made)}. The loss makes one number of the last axis, and multiplies it by the "
        "weight.",
        advice=(advice,),
        reference="fit(sample_weight)",
        certain=len(given) > len(wanted) and call.network.loss != "",
    )


def _of_batches(shape: Shape) -> str:
    """(batch, 12) where the number of samples is not known."""
    return shown(shape).replace("(None", "(batch", 1)


RULE = Rule(
    code="KD150",
    name="weights and masks of a loss",
    lesson=Lesson(
        what="`fit(…, sample_weight=w)`, or a model with a mask, ends in Can not squeeze dim[1], or Incompatible "
        "shapes: [32] vs. [32,10], in an operation of the loss.",
        why="A loss gives one number for each sample, or step, or pixel: the last axis of the answers is taken "
        "together in it. The weights and the mask are multiplied with that.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nx, y, w = np.ones((6, 4)), np.ones((6, 3)), np.ones((6, 3))\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\nmodel.compile('adam', 'mse')\n"
        "model.fit(x, y, sample_weight=w, verbose=0)",
        after="import keras\nimport numpy as np\nx, y, w = np.ones((6, 4)), np.ones((6, 3)), np.ones((6, 3))\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Reshape((3, 1))])\n"
        "model.compile('adam', 'mse')\nmodel.fit(x, y[..., None], sample_weight=w, verbose=0)",
        target="tensorflow==2.21.0",
        related=("KD103", "KD142"),
    ),
    on_cell=before_run("KD150", check),
    on_failure=on_failure,
)

"""Labels and answers of other sizes in a loss or metric of the user's, or where no more is known than those sizes."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.comparison import OwnComparison, own_comparison
from ...diagnosis.contract.data import Shape, shown
from ...diagnosis.contract.fitting import CLASS_NUMBERS, form_of
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .loss_of_a_loop import columns_for_numbers

_OF_IMAGES = (
    "The labels have another size than what the model gives: {0} and {1}",
    "This loss compares the one with the other, point by point.",
    "Let the layers keep the size: padding='same' in all of them, and a height and width that all poolings divide "
    "without rest (three poolings by 2: a multiple of 8): resize or pad the images and the labels alike.",
    "fit(y)",
)
_OF_ANSWERS = ("`target` and `output` must have the same rank", "`target` and `output` must have the same shape")
_GIVEN = r"Received: target\.shape=(\(.*?\)), output\.shape=(\(.*?\))"
_REFUSALS = (
    Refusal(
        "Condition x == y did not hold element-wise",
        *_OF_IMAGES,
        reads=r"SparseSoftmaxCrossEntropyWithLogits.*?= \] (\[[\d ]+\]).*?= \] (\[[\d ]+\])",
    ),
    Refusal(
        "must have the same shape up until the last dimension",
        *_OF_IMAGES,
        reads=r"target\.shape=(\(.*?\)), output\.shape=(\(.*?\))",
    ),
    Refusal(
        "`target` and `output` must have the same shape",
        *_OF_IMAGES,
        reads=r"Received: target\.shape=(\((?:\w+, ){2,}\w+\)), output\.shape=(\((?:\w+, ){2,}\w+\))",
    ),
    Refusal(
        "`target` and `output` must have the same shape",
        "There are labels for {0} samples, and the model answers for {1}",
        "Each sample has a label.",
        "Give as many labels as samples: np.ones((len(x), 1)) for a batch of generated ones, half of it for half of x.",
        "train_on_batch(y)",
        r"target\.shape=\((\d+)(?:, \w+)*,?\), output\.shape=\((?!\1\b)(\d+)",
    ),
    Refusal(
        _OF_ANSWERS[0],
        "The labels have shape {0}, and the model gives {1}",
        "The labels are one number for each sample; this loss compares number by number.",
        "For class numbers take the loss 'sparse_categorical_crossentropy'.",
        "fit(y)",
        r"target\.shape=(\(\w+,?\)), output\.shape=(\(\w+, (?!1\))\d+\))",
    ),
    *(
        Refusal(
            sign,
            "The labels have shape {0}, and the model gives {1}",
            "This loss compares the one with the other, number by number.",
            "Let the last layer give what the labels are: as many axes, and as many units as columns.",
            "fit(y)",
            _GIVEN,
        )
        for sign in _OF_ANSWERS
    ),
)
_told = when_refused("KD152", _REFUSALS)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    own, there = own_comparison(failure), failing.facts_of(failure)
    in_loop = columns_for_numbers(failure, there) if there is not None and failing.in_library(failure) else None
    if in_loop is not None:
        yield problem("KD152", in_loop, there)
    elif own is None:
        yield from _told(failure, world)
    else:
        yield from _of_own(own, failure)


def _of_own(own: OwnComparison, failure: Failure) -> Iterator[Problem]:
    writing = written_in(own.function.__code__, failure)
    facts = failing.facts_of(writing.failure) if writing is not None else None
    found = problem("KD152", _in_own(own, facts), facts)
    yield found._replace(earlier=writing.cell if writing is not None else None)


def _in_own(own: OwnComparison, facts: CellFacts | None) -> Finding:
    name, given = own.function.__name__, own.labels.shape or ()
    labels, answers = (*own.function.__code__.co_varnames[:2], "y_true", "y_pred")[:2]
    changes: tuple[Change, ...] = ()
    if form_of(own.labels, own.made) == CLASS_NUMBERS:
        what = f"{labels} holds class numbers and {answers} has a column for each class"
        first = _one_hot(labels, given, own.made, facts)
        advice = f"Begin {name} with {first}."
        changes = tuple(_begun(own, first, facts))
    elif len(given) == len(own.made) and given[1:-1] == own.made[1:-1]:
        what = f"{labels} has {given[-1]} columns and {answers} {own.made[-1]}"
        advice = f"Let the last layer have {given[-1]} units, as many as the labels have columns."
    else:
        what = f"{labels} and {answers} have other sizes"
        advice = f"Bring the labels and the last layer to one shape: {shown(own.made)} or {_of_batch(given)}."
    return Finding(
        title=f"In {name} {what}: {_of_batch(given)} and {shown(own.made)}",
        cause="Keras gives the function the labels and what the model makes of the inputs, a batch of each.",
        changes=changes,
        advice=(advice,),
        reference="compile(loss)",
    )


def _of_batch(shape: Shape) -> str:
    return shown((None, *shape[1:]))


def _one_hot(labels: str, given: Shape, made: Shape, facts: CellFacts | None) -> str:
    """The line that makes columns of class numbers. Keras 2 gives a single axis of labels as (batch, 1)."""
    tf = of_module("tensorflow", facts).text
    inner = labels
    if len(made) == 2:
        inner = f"{tf}.reshape({labels}, [-1])"
    elif len(given) == len(made):
        inner = f"{tf}.squeeze({labels}, -1)"
    return f"{labels} = {tf}.one_hot({tf}.cast({inner}, {tf}.int32), {made[-1]})"


def _begun(own: OwnComparison, line: str, facts: CellFacts | None) -> Iterator[Change]:
    """The function with that line in front of its first statement."""
    if facts is None or not of_module("tensorflow", facts).is_bound or not own.labels.is_whole:
        return
    for node in facts.cell.placed:
        if isinstance(node, ast.FunctionDef) and node.name == own.function.__name__ and node.body:
            said = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
            first = node.body[1 if said and len(node.body) > 1 else 0]
            if first.lineno > node.lineno:
                text = f"{line}\n{' ' * first.col_offset}{failing.text_of(first, facts)}"
                differs = "Each class has a column then, in the labels as in the answers."
                yield Change("Make columns of the class numbers", ((first, text),), differs)
                return


RULE = Rule(
    code="KD152",
    name="sizes that a loss compares",
    lesson=Lesson(
        what="`fit` ends in Dimensions must be equal, or Arguments `target` and `output` must have the same shape, in "
        "a loss or metric.",
        why="A loss compares the labels with what the model gives, number by number: both have to be of one shape.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "def dice(y_true, y_pred):\n    return 1 - 2 * tf.reduce_sum(y_true * y_pred)\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', dice)\nmodel.fit(np.ones((6, 4)), np.array([0., 1., 2., 0., 1., 2.]), verbose=0)",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "def dice(y_true, y_pred):\n    y_true = tf.one_hot(tf.cast(tf.reshape(y_true, [-1]), tf.int32), 3)\n"
        "    return 1 - 2 * tf.reduce_sum(y_true * y_pred)\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', dice)\nmodel.fit(np.ones((6, 4)), np.array([0., 1., 2., 0., 1., 2.]), verbose=0)",
        target="tensorflow==2.21.0",
        related=("KD103", "KD132"),
    ),
    on_failure=on_failure,
    is_general=True,
)

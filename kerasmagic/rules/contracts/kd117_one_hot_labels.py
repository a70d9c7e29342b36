"""Labels that to_categorical cannot number: text, and numbers that do not fit num_classes."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.data import Data, describe
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (ValueError, IndexError)):
        return
    given = _given(failure)
    facts = failing.facts_of(failure)
    if given is not None and facts is not None:
        for finding in _findings(describe(given.get("x", given.get("y"))), given.get("num_classes"), facts):
            yield problem("KD117", finding, facts)
            return


def _given(failure: Failure) -> Mapping[str, Any] | None:
    """What to_categorical was called with; None where it is not what raised."""
    step, found = failure.exception.__traceback__, None
    while step is not None:
        ours = str(step.tb_frame.f_globals.get("__name__", "")).partition(".")[0] in ("keras", "tf_keras", "tensorflow")
        if step.tb_frame.f_code.co_name == "to_categorical" and ours:
            found = step.tb_frame.f_locals
        step = step.tb_next
    return found


def _findings(labels: Data, classes: Any, facts: CellFacts) -> Iterator[Finding]:
    call = next(failing.calls_of("to_categorical", facts), None)
    node = call.args[0] if call is not None and call.args else None
    name = node.id if node is not None and hasattr(node, "id") else "y"
    span = labels.range()
    if labels.is_text or (labels.dtype == "object" and any(type(each) is str for each in labels.first())):
        yield Finding(
            title=f"{name} holds text, and to_categorical takes class numbers",
            cause="Each number becomes a row with a 1 in its place.",
            advice=(f"Number the classes: names, {name} = numpy.unique({name}, return_inverse=True); then it works.",),
            reference="to_categorical(y)",
        )
    elif span is not None and type(classes) is int and span[1] >= classes:
        low, high = (int(each) for each in span)
        plain = name != "y" or (node is not None and hasattr(node, "id"))
        counted = low == 1 and high == classes and plain and node is not None
        yield Finding(
            title=f"{name} holds class numbers from {low} to {high}, and num_classes is {classes}",
            cause=f"The classes are numbered from 0, here to {classes - 1}.",
            changes=(Change("Count the classes from 0", ((node, f"{name} - 1"),), "The model's answers count from 0."),)
            if counted and node is not None
            else (),
            advice=(f"{f'Count them from 0, {name} - 1, or give' if low == 1 else 'Give'} num_classes={high + 1}.",),
            reference="to_categorical(num_classes)",
        )


RULE = Rule(
    code="KD117",
    name="labels for one-hot rows",
    lesson=Lesson(
        what="`to_categorical(y, num_classes=3)` ends in IndexError: index 3 is out of bounds, or ValueError: invalid "
        "literal for int().",
        why="Class numbers go from 0 to num_classes - 1. Names of classes are numbered first.",
        since="keras 2.0",
        before="import numpy as np\nfrom keras.utils import to_categorical\ny = np.array([1, 2, 3])\n"
        "rows = to_categorical(y, num_classes=3)",
        after="import numpy as np\nfrom keras.utils import to_categorical\ny = np.array([1, 2, 3])\n"
        "rows = to_categorical(y - 1, num_classes=3)",
        target="tensorflow==2.21.0",
        related=("KD103", "KD104"),
    ),
    on_failure=on_failure,
)

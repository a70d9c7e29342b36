"""skipgrams draws its own seed with a float, which Python 3.12 refuses."""

from __future__ import annotations

import ast
import random
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import
from ...source.nodes import last_name
from ...source.position import Range


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not isinstance(failure.exception, TypeError) or not _draws(failure):
        return
    call = next((node for node in failing.calls(failure, facts) if _has_no_seed(node)), None)
    taken = failure.variables.get("random", random) is not random
    edits = _seeded(call, facts) if call and not taken else []
    yield Problem(
        rule="KD141",
        severity=ERROR,
        title="skipgrams needs a seed in this Python",
        cause="Without one it asks for random.randint(0, 10e6), and since Python 3.12 both numbers have to be whole.",
        range=facts.cell.range(call) if call else None,
        reference="keras.preprocessing.sequence.skipgrams",
        fixes=() if edits else (Fix("manual", "Give it one: skipgrams(…, seed=random.randint(0, 10**7))."),),
        proposals=(Proposal("Draw the seed", tuple(edits), "It is what skipgrams did itself."),) if edits else (),
    )


def _draws(failure: Failure) -> bool:
    """Whether skipgrams of Keras called a function of the module random that refuses what it got."""
    names = []
    step = failure.exception.__traceback__
    while step is not None:
        module = str(step.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        names.append((module, step.tb_frame.f_code.co_name))
        step = step.tb_next
    drawn = any(each in names for each in (("keras", "skipgrams"), ("tf_keras", "skipgrams")))
    return drawn and names[-1][0] == "random"


def _has_no_seed(node: ast.Call) -> bool:
    named = {item.arg for item in node.keywords}
    return (
        last_name(node.func) == "skipgrams"
        and bool(node.args or node.keywords)
        and not named & {"seed", None}
        and len(node.args) < 8
    )


def _seeded(call: ast.Call, facts: CellFacts) -> list[Edit]:
    last = max(
        (*call.args, *(item.value for item in call.keywords)), key=lambda each: (each.end_lineno, each.end_col_offset)
    )
    where = facts.cell.range(last)
    behind = Range(where.end_line, where.end_column, where.end_line, where.end_column)
    added = Edit(behind, ", seed=random.randint(0, 10**7)")
    return [*ensure_import(facts.cell, "import random", facts.cell.range(call)), added]


RULE = Rule(
    code="KD141",
    name="skipgrams without a seed",
    lesson=Lesson(
        what="`skipgrams(sequence, vocabulary_size)` ends in TypeError: 'float' object cannot be interpreted as an "
        "integer.",
        why="Without a seed, Keras draws one with random.randint(0, 10e6). Since Python 3.12 that takes no floats.",
        since="Python 3.12",
        before="from tensorflow.keras.preprocessing.sequence import skipgrams\ncouples, labels = skipgrams([1, 2], 5)",
        after="import random\nfrom tensorflow.keras.preprocessing.sequence import skipgrams\n"
        "couples, labels = skipgrams([1, 2], 5, seed=random.randint(0, 10**7))",
        target="tensorflow==2.20.0",
        related=("KD108",),
    ),
    on_failure=on_failure,
)

"""``Model(input=x, output=y)`` of Keras 1: no signature shows what Model takes."""

from __future__ import annotations

import re
from typing import Iterable, Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import ERROR, INFO, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.arguments import keyword_range
from ...diagnosis.resolve.world import World
from ...source.imports import rename_keyword
from ...source.reference import Reference

_MODEL = re.compile(r"(?:tensorflow\.)?keras\.(?:models\.)?Model$")
_NEW = {"input": "inputs", "output": "outputs"}


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference in facts.by_kind.get("call", ()):
        old = _old(reference)
        if not old or not _MODEL.match(reference.name) or not _is_keras_3(reference, world):
            continue
        yield Problem(
            rule="KA315",
            severity=INFO if reference.guarded else ERROR,
            title=f"Model takes no argument {' and no argument '.join(old)} in Keras 3",
            cause="Keras 1 called them input and output. They are inputs and outputs since Keras 2.",
            range=keyword_range(facts, reference, old[0]) or reference.range,
            reference=reference.name,
            keyword=old[0],
        )


def _old(reference: Reference) -> list[str]:
    """The old names in a call that gives nothing by the new ones."""
    given = set(reference.keywords)
    return [] if given & set(_NEW.values()) else [name for name in _NEW if name in given]


def _is_keras_3(reference: Reference, world: World) -> bool:
    return (world.version(world.product(reference.name)) or "").startswith("3.")


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    for reference in facts.by_kind.get("call", ()):
        if problem.range not in (reference.range, keyword_range(facts, reference, problem.keyword)):
            continue
        edits = [edit for old in _old(reference) for edit in rename_keyword(facts.cell, reference, old, _NEW[old])]
        yield Proposal("Write inputs= and outputs=", tuple(edits), "Keras 2 gave these arguments their new names.")
        return


RULE = Rule(
    code="KA315",
    name="input and output of a Model",
    lesson=Lesson(
        what="`Model(input=x, output=y)` ends in ValueError: Unrecognized keyword arguments passed to Model.",
        why="Keras 2 called them inputs and outputs, and accepted the old names with a warning. Model(…) takes any "
        "argument at first and looks at them later, so no signature shows these two.",
        since="keras 3.0",
        before="from keras.layers import Dense, Input\nfrom keras.models import Model\nx = Input((3,))\n"
        "Model(input=x, output=Dense(1)(x))",
        after="from keras.layers import Dense, Input\nfrom keras.models import Model\nx = Input((3,))\n"
        "Model(inputs=x, outputs=Dense(1)(x))",
        target="tensorflow==2.16.2",
        related=("KA101",),
    ),
    on_cell=on_cell,
    fixes=_fixes,
)

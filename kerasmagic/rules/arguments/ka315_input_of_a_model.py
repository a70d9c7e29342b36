"""``Model(input=x, output=y)`` of Keras 1, and one of the two misspelt: no signature shows what Model takes."""

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
_OTHERS = ("name", "trainable", "dtype")
"""What a Model takes besides."""


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference in facts.by_kind.get("call", ()):
        renamed = _renamed(reference)
        if not renamed or not _MODEL.match(reference.name):
            continue
        if set(renamed) <= set(_NEW) and not _is_keras_3(reference, world):
            continue  # in Keras 2 they are KA101's
        yield Problem(
            rule="KA315",
            severity=INFO if reference.guarded else ERROR,
            title=f"Model takes no argument {' and no argument '.join(renamed)}",
            cause="Keras 1 called them input and output. They are inputs and outputs since Keras 2."
            if set(renamed) <= set(_NEW)
            else "A Model of tensors takes inputs and outputs.",
            range=keyword_range(facts, reference, next(iter(renamed))) or reference.range,
            reference=reference.name,
            keyword=next(iter(renamed)),
        )


def _renamed(reference: Reference) -> dict[str, str]:
    """What a call gives by another name than inputs and outputs, and which of them that is."""
    given = set(reference.keywords)
    old = {name: new for name, new in _NEW.items() if name in given and new not in given}
    lacking = [new for name, new in _NEW.items() if new not in given and name not in given]
    strange = [name for name in reference.keywords if name not in (*_NEW, *_NEW.values(), *_OTHERS)]
    if not old and len(lacking) == len(strange) == 1 and not reference.positional:
        return {strange[0]: lacking[0]}
    return old


def _is_keras_3(reference: Reference, world: World) -> bool:
    return (world.version(world.product(reference.name)) or "").startswith("3.")


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    for reference in facts.by_kind.get("call", ()):
        if problem.range not in (reference.range, keyword_range(facts, reference, problem.keyword)):
            continue
        renamed = _renamed(reference)
        edits = [edit for old, new in renamed.items() for edit in rename_keyword(facts.cell, reference, old, new)]
        guessed = [f"{old}= is taken for {new}=." for old, new in renamed.items() if old not in _NEW]
        title = " and ".join(f"{new}=" for new in renamed.values())
        yield Proposal(
            f"Write {title}", tuple(edits), "Keras 2 gave these arguments their new names.", " ".join(guessed)
        )
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

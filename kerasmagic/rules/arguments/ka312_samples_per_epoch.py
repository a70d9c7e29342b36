"""``samples_per_epoch=``, ``nb_val_samples=`` and ``val_samples=`` of Keras 1: batches are counted today."""

from __future__ import annotations

from typing import Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.argument import Argument
from ...diagnosis.model.problem import Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.arguments import finder, refused_call
from ...diagnosis.resolve.world import World
from ...source.imports import without_keywords
from .steps import COUNTED, in_batches, namespace_of

_TRAINING = r"([\w.]*\.)?(fit|fit_generator|evaluate|predict|evaluate_generator|predict_generator)$"

ARGUMENTS = tuple(
    Argument(old, advice=f"Write {new}=, which counts batches: divide by the batch size, and round up.", of=_TRAINING)
    for old, new in COUNTED.items()
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    found = refused_call(problem, facts)
    steps = in_batches(found[1], facts, namespace_of(world)) if found else None
    if found is not None and steps is not None:
        edits = (*steps.edits, *without_keywords(facts.cell, found[1], steps.left_out))
        evidence = "An epoch has as many batches as it had." if steps.exact else ""
        differs = "" if steps.exact else steps.about
        yield Proposal("Count batches", edits, evidence, differs)
    yield from (Fix("manual", each.advice) for each in ARGUMENTS if each.keyword == problem.keyword)


RULE = Rule(
    code="KA312",
    name="epoch counted in samples",
    lesson=Lesson(
        what="`fit(flow, samples_per_epoch=2000)`: TypeError: unexpected keyword argument.",
        why="Keras 1 counted the samples of an epoch, Keras 2 and 3 count its batches. steps_per_epoch=2000 would be "
        "an epoch as many times longer as a batch has samples.",
        since="keras 2.0",
        before="import numpy as np\nfrom keras import Input, Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Input((2,)), Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "flow = ((np.ones((16, 2)), np.ones(16)) for _ in range(100))\n"
        "model.fit(flow, samples_per_epoch=64)",
        after="import numpy as np\nfrom keras import Input, Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Input((2,)), Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "flow = ((np.ones((16, 2)), np.ones(16)) for _ in range(100))\n"
        "model.fit(flow, steps_per_epoch=64 // 16)",
        target="tensorflow==2.16.2",
        related=("KA101", "KA201"),
    ),
    arguments=ARGUMENTS,
    on_cell=finder("KA312", ARGUMENTS),
    fixes=_fixes,
)

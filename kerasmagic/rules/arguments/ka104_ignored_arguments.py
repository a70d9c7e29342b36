"""An argument that is taken with a warning and changes nothing: worse than an error, since training goes on."""

from __future__ import annotations

from typing import Iterator

from ...catalog.store import version_key
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.argument import Argument
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import INFO, WARNING, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.arguments import fixes_from
from ...diagnosis.resolve.missing import releases
from ...diagnosis.resolve.world import World
from ...source.reference import Reference

ARGUMENTS = (
    Argument("lr", ("learning_rate",), of=r"optimizers\."),
    Argument(
        "decay",
        of=r"optimizers\.",
        advice="Use a schedule: learning_rate=keras.optimizers.schedules.InverseTimeDecay(rate, 1, decay).",
    ),
    Argument("input_length", dropped=True, of=r"layers\.Embedding"),
    Argument("nb_words", ("num_words",), of=r"datasets\."),
    Argument("epsilon", ("min_delta",), of=r"callbacks\.ReduceLROnPlateau"),
)
_SWALLOWS = {"datasets.imdb.load_data": (3, 6), "callbacks.ReduceLROnPlateau": (3, 0)}
"""What takes any keyword and looks at none that it does not show, from which release of Keras on."""


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference in facts.references:
        if reference.kind != "call" or not reference.keywords:
            continue
        swallowed = _swallowed(reference, world)
        for keyword in (*world.ignored(reference.name, reference.keywords), *swallowed):
            yield Problem(
                rule="KA104",
                severity=INFO if reference.guarded else WARNING,
                title=f"{reference.name.rpartition('.')[2]} ignores {keyword}= in {releases(reference.name, world)}",
                cause="It is taken, and nobody looks at it."
                if keyword in swallowed
                else "It is accepted with a warning and has no effect.",
                range=reference.range,
                reference=f"{reference.name}({keyword})",
                keyword=keyword,
            )


def _swallowed(reference: Reference, world: World) -> list[str]:
    """Keywords that end in a ``**kwargs`` that nobody reads."""
    split, signature = split_tree(reference.name), world.parameters(reference.name)
    if not split or split[1] not in _SWALLOWS or signature is None or not signature.open:
        return []
    since = _SWALLOWS[split[1]]
    if world.product(reference.name) != "keras" or version_key(world.version("keras") or "0") < since:
        return []
    return [keyword for keyword in reference.keywords if keyword not in signature.names]


RULE = Rule(
    code="KA104",
    name="argument accepted but ignored",
    lesson=Lesson(
        what="`Adam(decay=1e-4)` in Keras 3, or `Adam(lr=0.1)` in TensorFlow 2.11 to 2.15, warns once and then "
        "trains without it.",
        why="The argument was removed, but it is still accepted so that old code runs. It has no effect.",
        since="TensorFlow 2.11",
        before="from tensorflow.keras.optimizers import Adam\nAdam(learning_rate=0.1, decay=1e-4)",
        after="from tensorflow.keras.optimizers import Adam\n"
        "from tensorflow.keras.optimizers.schedules import InverseTimeDecay\n"
        "Adam(learning_rate=InverseTimeDecay(0.1, decay_steps=1, decay_rate=1e-4))",
        target="tensorflow==2.16.2",
        related=("KA101", "KA102"),
    ),
    on_cell=on_cell,
    fixes=fixes_from(ARGUMENTS),
)

"""Small functions of Keras that are gone, or not there yet: a program can hold them itself."""

from __future__ import annotations

from typing import Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import Move
from ...diagnosis.model.problem import Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.repair.written_out import above, can_be_written, instead_of_import
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import replace_name
from ...source.reference import Reference

_HOMES = {
    "engine.training": ("slice_X", "slice_arrays"),
    "engine.training_utils": ("slice_arrays",),
    "models": ("slice_X",),
    "utils.generic_utils": ("slice_arrays",),
    "utils.np_utils": ("probas_to_classes", "categorical_probas_to_classes", "accuracy"),
    "utils": ("set_random_seed",),
    "metrics": ("precision", "recall", "fbeta_score", "fmeasure", "matthews_correlation"),
}
_ADVICE = {
    "precision": "Use the class keras.metrics.Precision(), which counts over all batches of an epoch.",
    "recall": "Use the class keras.metrics.Recall(), which counts over all batches of an epoch.",
    "fbeta_score": "Use keras.metrics.FBetaScore(), which TensorFlow 2.13 and later have.",
    "fmeasure": "Use keras.metrics.F1Score(), which TensorFlow 2.13 and later have.",
}
MOVES = tuple(
    Move(f"keras.{home}.{name}", advice=_ADVICE.get(name, "Write the function into the program."))
    for home, names in _HOMES.items()
    for name in names
)


_EVIDENCE = "It does what the function of Keras does."


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    name = reference.name.rpartition(".")[2] if reference else ""
    if reference is not None and can_be_written(name, world):
        edits = instead_of_import(name, reference, facts) if reference.kind == "from" else _uses(reference, facts)
        if edits:
            imported = (reference.bound,) if reference.kind == "from" else ()
            yield Proposal(f"Write {name} into the program", tuple(edits), _EVIDENCE, unbinds=imported)
    yield from fixes(problem, facts, world)


def _uses(reference: Reference, facts: CellFacts) -> list[Edit]:
    """``np_utils.probas_to_classes``, wherever the cell says so."""
    name = reference.name.rpartition(".")[2]
    same = [each for each in facts.references if each.name == reference.name and each.kind in ("attribute", "call")]
    replaced = [edit for each in same for edit in replace_name(facts.cell, each, name)]
    defined = above(name, min(each.range for each in same), facts) if replaced else None
    return list(dict.fromkeys([*defined, *replaced])) if defined is not None else []


RULE = Rule(
    code="KI163",
    name="small function that is gone",
    lesson=Lesson(
        what="`from keras.engine.training import slice_X` or `from keras.metrics import fmeasure` ends in ImportError.",
        why="Keras 2 dropped small functions that are a few lines each. Metrics that are counted batch by batch and "
        "averaged mislead, so classes that count over the whole epoch took their place.",
        since="keras 2.0",
        before="from keras.engine.training import slice_X\nfirst = slice_X([[1, 2], [3, 4]], 0, 1)",
        after="def slice_X(arrays, start=None, stop=None):\n"
        '    rows = start if hasattr(start, "__len__") else slice(start, stop)\n'
        "    return [each[rows] for each in arrays] if isinstance(arrays, list) else arrays[rows]\n"
        "first = slice_X([[1, 2], [3, 4]], 0, 1)",
        target="tensorflow==2.16.2",
        related=("KI111",),
    ),
    moves=MOVES,
    on_cell=finder("KI163"),
    fixes=_fixes,
)

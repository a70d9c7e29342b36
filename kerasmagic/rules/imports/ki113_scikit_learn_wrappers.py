"""KerasClassifier and KerasRegressor: from Keras to SciKeras."""

from __future__ import annotations

from ...diagnosis.model.move import Move
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

_SCIKERAS = (
    "SciKeras replaces them: after the install, from scikeras.wrappers import KerasClassifier, KerasRegressor. "
    "What was build_fn= is model= there."
)

MOVES = (
    Move("keras.wrappers.scikit_learn", advice=_SCIKERAS, commands=("scikeras",)),
    Move("keras.wrappers.sckit_learn", advice=_SCIKERAS, commands=("scikeras",)),
    Move("keras.wrappers", advice=_SCIKERAS, commands=("scikeras",)),
)

RULE = Rule(
    code="KI113",
    name="scikit-learn wrappers",
    lesson=Lesson(
        what="`from keras.wrappers.scikit_learn import KerasClassifier` fails.",
        why="Keras 2.13 removed the wrappers; the package SciKeras replaces them. Since 3.8 there is "
        "`keras.wrappers` again, with other classes (SKLearnClassifier).",
        since="keras 2.13",
        before="from keras.wrappers.scikit_learn import KerasClassifier",
        after="from keras.wrappers import SKLearnClassifier",
        target="tensorflow==2.21.0",
        related=("KI101",),
    ),
    moves=MOVES,
    on_cell=finder("KI113"),
    fixes=fixes,
)

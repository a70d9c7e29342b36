"""``from tf.keras import …``: tf is a variable, and the import system knows modules only."""

from __future__ import annotations

from ...diagnosis.model.rule import ALIAS, Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

RULE = Rule(
    code="KI104",
    name="tf used as a module",
    lesson=Lesson(
        what="`from tf.keras.layers import Dense` fails in every release: ModuleNotFoundError: No module named 'tf'.",
        why="`import tensorflow as tf` makes a variable `tf`, not a module with that name. An import statement "
        "looks for modules, so it needs the real name; the expression `tf.keras.layers.Dense` uses the "
        "variable and works.",
        before="import tensorflow as tf\nfrom tf.keras.layers import Dense",
        after="import tensorflow as tf\nfrom tensorflow.keras.layers import Dense",
        target="tensorflow==2.15.1",
        related=("KI107",),
    ),
    tells=ALIAS,
    on_cell=finder("KI104"),
    fixes=fixes,
)

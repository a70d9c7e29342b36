"""Case, a misspelling, or a letter that only looks like the right one."""

from __future__ import annotations

from ...diagnosis.model.rule import CASE, Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

RULE = Rule(
    code="KI107",
    name="misspelled name",
    lesson=Lesson(
        what="A name is nearly right: `import TensorFlow`, `keras.layers.Batchnormalization`, or a Cyrillic "
        "letter, copied from a web page, that looks like a Latin one.",
        why='Python compares names letter by letter, and IPython does not show Python\'s "Did you mean" hints.',
        before="import TensorFlow as tf",
        after="import tensorflow as tf",
        target="tensorflow==2.15.1",
        related=("KI104",),
    ),
    tells=CASE,
    on_cell=finder("KI107"),
    fixes=fixes,
)

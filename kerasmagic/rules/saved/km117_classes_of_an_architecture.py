"""model_from_json or from_config of a model with a class of the user's."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_CLASS = re.compile(
    r"Could not locate class '(\w+)'|^Unknown layer:? '?(\w+)'?|Cannot deserialize object of type `(\w+)`"
)
_READING = re.compile(r"\b(?:model_from_(?:json|config)|from_config)\(")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = _CLASS.search(failure.message)
    name = found[found.lastindex or 0] if found else ""
    made = (failure.namespace or {}).get(name)
    if not name or not isinstance(made, type) or not _READING.search(failure.source) or not failing.in_library(failure):
        return
    yield Problem(
        rule="KM117",
        severity=ERROR,
        title=f"The architecture holds a class of your own, {name}, and Keras does not know where it is",
        cause="A file or text names the classes of its layers; those of Keras are found by themselves.",
        reference="keras.models.model_from_json",
        fixes=(
            Fix(
                "manual",
                f"Give it: custom_objects={{'{name}': {name}}}; or write "
                f"@keras.saving.register_keras_serializable() above "
                "the class before the model is made and written.",
            ),
        ),
    )


RULE = Rule(
    code="KM117",
    name="classes of an architecture",
    lesson=Lesson(
        what="model_from_json or from_config ends in TypeError: Could not locate class, of a class that is in the "
        "session.",
        why="Keras looks for classes under the names that the text has. A class of yours has to be given, or "
        "registered before the text was made.",
        since="keras 3.0",
        before="import keras\nclass Same(keras.layers.Layer):\n    def call(self, x):\n        return x\n"
        "text = keras.Sequential([keras.Input((4,)), Same()]).to_json()\nkeras.models.model_from_json(text)",
        after="import keras\nclass Same(keras.layers.Layer):\n    def call(self, x):\n        return x\n"
        "text = keras.Sequential([keras.Input((4,)), Same()]).to_json()\n"
        "keras.models.model_from_json(text, custom_objects={'Same': Same})",
        target="tensorflow==2.21.0",
        related=("KM107", "KM116"),
    ),
    on_failure=on_failure,
)

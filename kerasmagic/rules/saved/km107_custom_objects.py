"""The file names classes or functions of its author."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, INFO, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...diagnosis.saved_models import failed_load, when_loading_fails
from ...saved.loader import Loader
from ...saved.model import Component, SavedModel
from .authors import authors_own

_UNKNOWN = re.compile(r"Unknown layer: '?([\w.>]+)'?")


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    own = authors_own(model)
    if own:
        # Whether they are there is up to the program that loads the file: nothing is wrong with the file.
        yield _problem(model.path, own, loader, INFO)


def _problem(path: str, custom: tuple[Component, ...], loader: Loader, severity: str) -> Problem:
    names = ", ".join(dict.fromkeys(part.name for part in custom))
    mapping = ", ".join(f"{part.key!r}: {part.name}" for part in custom)
    one = len(custom) == 1
    return Problem(
        rule="KM107",
        severity=severity,
        title=f"This model needs {'an object' if one else 'objects'} from its author: {names}",
        cause=f"The file contains names and settings, not the code. Define or import {'it' if one else 'them'} as "
        "in the program that saved the model, then pass them as custom_objects.",
        fixes=(
            Fix(
                "manual",
                f"Define {names}, then pass custom_objects",
                commands=(f"model = {loader.calls}.models.load_model({path!r}, custom_objects={{{mapping}}})",),
                evidence="The names are read from the file.",
            ),
        ),
    )


def _missing(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    own = authors_own(model)
    if own:
        yield _problem(model.path, own, loader, ERROR)


_on_known = when_loading_fails(
    _missing,
    r"Unknown|Could not (locate|deserialize)|Cannot deserialize|could not be deserialized|string indices"
    r"|must be an instance of class Layer",
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = list(_on_known(failure, world))
    unknown = _UNKNOWN.search(failure.message)
    loading = failed_load(failure)
    if unknown and loading and not found:
        # No record of the release that wrote the file; but the exception names what is not known here.
        name = unknown.group(1)
        found = [_problem(loading[0], (Component(name, "", name, (), "layer"),), loading[1], ERROR)]
    yield from found


RULE = Rule(
    code="KM107",
    name="custom objects",
    lesson=Lesson(
        what="load_model ends in Unknown layer or Could not locate class: the model uses a class, loss or metric that "
        "somebody wrote.",
        why="A saved model contains names, settings and weights, but no code. So the program that loads it needs "
        "the same definitions, and custom_objects tells Keras which is which. Classes registered with "
        "register_keras_serializable are found as soon as their definition has run.",
        before=(
            "import keras\n"
            "\n"
            "\n"
            "class Double(keras.layers.Layer):\n"
            "    def call(self, inputs):\n"
            "        return inputs * 2\n"
            "\n"
            "\n"
            'keras.Sequential([keras.layers.Input((4,)), Double()]).save("model.keras")\n'
            'keras.models.load_model("model.keras")'
        ),
        after=(
            "import keras\n"
            "\n"
            "\n"
            "class Double(keras.layers.Layer):\n"
            "    def call(self, inputs):\n"
            "        return inputs * 2\n"
            "\n"
            "\n"
            'keras.models.load_model("model.keras", custom_objects={"Double": Double})'
        ),
        target="tensorflow==2.21.0",
        related=("KM108",),
    ),
    on_model=on_model,
    on_failure=on_failure,
)

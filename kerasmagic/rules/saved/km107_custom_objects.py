"""The file names classes or functions of its author."""

from __future__ import annotations

import re
from types import FunctionType
from typing import Iterator

from ...diagnosis.evidence import session
from ...diagnosis.evidence.failed_cell import python_frames
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
    lacking = _LACKING.search(failure.message) if failed_load(failure) is not None else None
    if lacking is not None:
        yield _without_arguments(lacking[1] or _made_with(lacking[2], failure), lacking[2])
        return
    given = _given(failure)
    found = [each for each in _on_known(failure, world) if not given or not _needs_only(each, given)]
    unknown = _UNKNOWN.search(failure.message)
    loading = failed_load(failure)
    if unknown and loading and not found:
        # No record of the release that wrote the file; but the exception names what is not known here.
        name = unknown.group(1)
        found = [_problem(loading[0], (Component(name, "", name, (), "layer"),), loading[1], ERROR)]
    yield from found


_LACKING = re.compile(r"(?:(\w+)\.)?__init__\(\) missing \d+ required positional arguments?: ('\w+'[^\n]*)")


def _made_with(names: str, failure: Failure) -> str:
    """The class of the session that takes these arguments: up to Python 3.9 the message does not name it."""
    listed = set(re.findall(r"'(\w+)'", names))
    for name, made in session.variables(failure.namespace):
        start = session.defined(made, "__init__") if session.is_class_of_keras(made) else None
        if type(start) is FunctionType and listed <= set(start.__code__.co_varnames):
            return name
    return "the class"


def _without_arguments(owner: str, names: str) -> Problem:
    """The class is found, and the file does not say what to make the object with."""
    listed = re.findall(r"'(\w+)'", names)
    shown = ", ".join(listed)
    returned = ", ".join(f"'{name}': self.{name}" for name in listed)
    return Problem(
        rule="KM107",
        severity=ERROR,
        title=f"The file does not hold {shown}, which {owner} is made with",
        cause="Keras makes the object from what its get_config returned when the model was saved.",
        reference=f"{owner}.get_config",
        fixes=(
            Fix(
                "manual",
                f"Let get_config of {owner} return {shown}, {{**super().get_config(), {returned}}}, and save the "
                "model again.",
            ),
            Fix(
                "manual",
                "For the file that is there: build the model from its code, and load the weights alone, "
                "model.load_weights(path).",
            ),
        ),
    )


def _given(failure: Failure) -> set[str]:
    """The names that load_model was given as custom_objects."""
    for frame in python_frames(failure):
        named = frame.f_locals.get("kwargs")
        given = frame.f_locals.get("custom_objects") or (named.get("custom_objects") if type(named) is dict else None)
        if type(given) is dict:
            return {name for name in given if type(name) is str}
    return set()


def _needs_only(problem: Problem, given: set[str]) -> bool:
    """Whether a problem asks for nothing but what was given."""
    wanted = re.findall(r"'([^']+)': ", "".join(command for fix in problem.fixes for command in fix.commands))
    return bool(wanted) and set(wanted) <= given


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

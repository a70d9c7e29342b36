"""The file names classes or functions of its author."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Iterable, Iterator

from ...diagnosis.contract.training import TRAINING, trained_variable
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failed_cell import python_frames
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.load_call import LoadCall, load_call, load_of, was_loaded
from ...diagnosis.model.problem import ERROR, INFO, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...diagnosis.saved_models import failed_load, failed_model
from ...saved.classes import only_in_keras_2
from ...saved.loader import Loader
from ...saved.model import Component, SavedModel
from ...source.edits import Edit
from .authors import InSession, authors_own, in_session
from .km106_stored_compile_settings import unreadable_settings
from .km123_own_functions_in_hdf5 import functions_not_found
from .loading_again import recompiled

_UNKNOWN = re.compile(r"Unknown layer: '?([\w.>]+)'?")
_SAYS = re.compile(
    r"Unknown|Could not (locate|deserialize)|Cannot deserialize|could not be deserialized|string indices"
    r"|must be an instance of class Layer"
)


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    lost = functions_not_found(model, loader)
    own = [part for part in authors_own(model) if part not in lost]
    if own:
        # Whether they are there is up to the program that loads the file: nothing is wrong with the file.
        names = ", ".join(dict.fromkeys(part.name for part in own))
        entries = ", ".join(f"{part.key!r}: {part.name}" for part in own)
        one = len(own) == 1
        yield Problem(
            rule="KM107",
            severity=INFO,
            title=f"This model needs {'an object' if one else 'objects'} from its author: {names}",
            cause=f"The file contains names and settings, not the code. Define or import {'it' if one else 'them'} as "
            "in the program that saved the model, then pass them as custom_objects.",
            fixes=(_given_to(model.path, loader, f"{{{entries}}}", f"Define {names}, then pass custom_objects"),),
        )


def _given_to(path: str, loader: Loader, objects: str, title: str) -> Fix:
    line = loader.line(path, f"custom_objects={objects}")
    return Fix("manual", title, commands=(line,), evidence="The names are read from the file.")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    lacking = _LACKING.search(failure.message) if failed_load(failure) is not None else None
    if lacking is not None:
        call = load_call(failure)
        weights = f"{call.variable or 'model'}.load_weights({call.path or 'path'})" if call is not None else _WEIGHTS
        if _OF_A_GRAPH.search(failure.message):
            yield _without_graph(_REVIVED.search(failure.message), weights)
        else:
            yield _without_arguments(lacking[1] or _made_with(lacking[2], failure), lacking[2], weights)
        return
    late = _LATE.search(failure.message)
    if late is not None:
        yield from _found_late(late[1], failure)
        return
    found = failed_model(failure) if _SAYS.search(failure.message) else None
    if found is None or only_in_keras_2(*found) or functions_not_found(*found):
        return
    model, loader = found
    call = load_call(failure)
    compiles = call is None or getattr(call.argument("compile"), "value", None) is not False
    # What no object helps Keras to read is loaded without, and compiled again.
    without = compiles and bool(unreadable_settings(model, loader))
    missing = _missing(model, compiles and not without, failure)
    if not missing:
        return
    here = in_session(missing, failure.namespace)
    ways: list[Proposal] = []
    if call is not None and here.is_whole:
        again = without or _trains_on(call, model, loader)
        new = recompiled(call, model, loader, failure.namespace) if again else None
        if new is None and not without:
            new = _with_objects(call, here)
        ways = [new] if new else []
    yield _problem(model.path, loader, here)._replace(proposals=tuple(ways))


def _trains_on(call: LoadCall, model: SavedModel, loader: Loader) -> bool:
    """Whether the cell trains what it loads, for which Keras 3 cannot use an optimizer of an HDF5 file (KO102)."""
    trained = (each for name in TRAINING for each in failing.calls_of(name, call.facts))
    owners = [failing.text_of(each.func.value, call.facts) for each in trained if isinstance(each.func, ast.Attribute)]
    stored = loader.major >= 3 and bool(model.optimizer) and model.path.endswith((".h5", ".hdf5"))
    return stored and call.variable in owners


def _missing(model: SavedModel, compiled: bool, failure: Failure) -> list[Component]:
    """The author's own classes and functions that load_model was not given."""
    own = authors_own(model, compiled)
    unknown = _UNKNOWN.search(failure.message)
    if unknown and not own:
        # No record of the release that wrote the file; but the exception names what is not known here.
        own = (Component(unknown[1], "", unknown[1], (), "layer"),)
    given = _given(failure)
    return [part for part in own if not {part.key, part.name} & given]


def _problem(path: str, loader: Loader, here: InSession) -> Problem:
    names = _listed(here.written)
    them = "it" if len(here.written) == 1 else "them"
    if here.lost:
        title = f"This file needs {_listed(here.lost)} of its author, which this session does not have"
        way = f" Define or import {them} as in the program that saved the model, then pass custom_objects."
    else:
        title = f"This file needs your {names}, and load_model was not given {them}"
        way = ""
    if here.made:
        way += f" {here.made} of this session makes such a function: give it the arguments of the training."
    return Problem(
        rule="KM107",
        severity=ERROR,
        title=title,
        cause=f"A file holds the names and settings of classes and functions, not their code.{way}",
        fixes=(_given_to(path, loader, here.objects, f"Define {names}, then pass custom_objects"),),
    )


_LATE = re.compile(r"^Could not interpret (?:metric|loss) (?:function )?identifier: (\w+)$")


def _found_late(name: str, failure: Failure) -> Iterator[Problem]:
    """Keras 3 loads an HDF5 file whose metric it does not know, and fails when it uses it."""
    here = in_session([Component(name, "", name, (), "function")], failure.namespace)
    variable = trained_variable(failure)
    call = load_of(variable, failure) if variable and here.is_whole else None
    if call is None and not (here.is_whole and was_loaded(variable, failure)):
        return
    proposal = _with_objects(call, here) if call is not None else None
    yield Problem(
        rule="KM107",
        severity=ERROR,
        title=f"The file of {variable} needs your {name}, and load_model was not given it",
        cause="A file holds the names and settings of functions, not their code. Keras 3 loads it and fails later.",
        reference="load_model",
        fixes=(Fix("manual", f"Load {variable} again, and give load_model custom_objects={here.objects}."),),
        proposals=(proposal,) if proposal is not None else (),
    )


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _with_objects(call: LoadCall, here: InSession) -> Proposal | None:
    """The call with these custom objects, besides those that it has."""
    edits = _edits(call, here.objects)
    if not edits:
        return None
    return Proposal(
        "Give load_model what is yours in the file",
        tuple(edits),
        evidence=f"The names are read from the file, and defined in this session: {_listed(here.written)}.",
        differs=f"{here.made} makes the function with its defaults." if here.made else "",
    )


def _edits(call: LoadCall, objects: str) -> list[Edit]:
    there = call.argument("custom_objects")
    if len(call.call.args) > 1:
        return []
    if there is None:
        return call.given(custom_objects=objects)
    written = failing.text_of(there, call.facts)
    if isinstance(there, ast.Dict) and there.keys:
        return call.given(custom_objects=f"{written.rstrip('} ,')}, {objects[1:]}") if "\n" not in written else []
    return call.given(custom_objects=f"{{**{written}, {objects[1:]}")


_LACKING = re.compile(r"(?:(\w+)\.)?__init__\(\) missing \d+ required positional arguments?: ('\w+'[^\n]*)")


def _made_with(names: str, failure: Failure) -> str:
    """The class of the session that takes these arguments: up to Python 3.9 the message does not name it."""
    listed = set(re.findall(r"'(\w+)'", names))
    for name, made in session.variables(failure.namespace):
        start = session.defined(made, "__init__") if session.is_class_of_keras(made) else None
        if type(start) is FunctionType and listed <= set(start.__code__.co_varnames):
            return name
    return "the class"


_WEIGHTS = "model.load_weights(path)"


def _without_arguments(owner: str, names: str, weights: str) -> Problem:
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
                f"For the file that is there: build the model from its code, and load the weights alone, {weights}.",
            ),
        ),
    )


_OF_A_GRAPH = re.compile(r"\bmissing 2 required positional arguments: 'inputs' and 'outputs'")
_REVIVED = re.compile(r"<class '[\w.]*?(\w+)'>")


def _without_graph(named: re.Match[str] | None, weights: str) -> Problem:
    """A functional model of the author's class: Keras keeps its layers only where the class is made like a Model."""
    owner = named[1] if named else "the class"
    return Problem(
        rule="KM107",
        severity=ERROR,
        title=f"The file does not hold the layers of {owner}",
        cause="Keras keeps them only if __init__ takes inputs and outputs by name, and passes all on to super(): def "
        "__init__(self, inputs, outputs, name=None, trainable=True, **kwargs). Save the model again after that.",
        reference=f"{owner}.__init__",
        fixes=(Fix("manual", f"For the file that is there: make the {owner} with its code again, then {weights}."),),
    )


def _given(failure: Failure) -> set[str]:
    """The names that load_model was given as custom_objects."""
    for frame in python_frames(failure):
        named = frame.f_locals.get("kwargs")
        given = frame.f_locals.get("custom_objects") or (named.get("custom_objects") if type(named) is dict else None)
        if type(given) is dict:
            return {name for name in given if type(name) is str}
    return set()


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

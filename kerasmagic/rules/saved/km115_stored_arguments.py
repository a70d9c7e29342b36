"""Arguments in a saved configuration that this Keras does not take."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.load_call import load_call
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...diagnosis.saved_models import failed_load, failed_model
from ...saved.compile_line import compile_call
from .authors import authors_own
from .loading_again import recompiled

_CLASS = re.compile(r"Error when deserializing class '(\w+)' using config=", re.DOTALL)
_REFUSED = re.compile(
    r"Unrecognized keyword arguments?(?: passed to (\w+))?: [\[{(]?(.*?)[\]})]?\s*$|unexpected keyword argument '(\w+)'"
    r"|Argument\(s\) not recognized: \{(.*?)\}",
    re.DOTALL | re.MULTILINE,
)
_KEY = re.compile(r"'(\w+)'(?=\s*:|\s*[,\]})]|$)")
# Names of Keras 1 that a configuration may hold, and what they are called since Keras 2.
_KERAS_1 = {
    "output_dim": "units",
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "border_mode": "padding",
    "subsample": "strides",
    "dim_ordering": "data_format",
    "nb_filter": "filters",
    "p": "rate",
}


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    message = failure.message
    made, found = _CLASS.search(message), list(_REFUSED.finditer(message))
    refused = found[-1] if found else None
    if refused is None or not failing.in_library(failure):
        return
    keys = _keys(refused[2] or refused[4] or "") or ((refused[3],) if refused[3] else ())
    load = failed_load(failure)
    if keys == ("go_backwards",) and any(frame.module.endswith(".bidirectional") for frame in failure.frames):
        return  # Bidirectional(Dense(3)) copies the layer: nothing was stored (KD124)
    if not keys or (made is None and (load is None or refused[4] is None)):
        return
    if load is not None and refused[4] is not None:
        yield _optimizer(keys, load[0], failure)
    elif made is not None and load is None:
        yield _configuration(made[1], keys)


def _keys(text: str) -> tuple[str, ...]:
    """The names in what Keras lists: the keys of a dictionary, or the elements of a list."""
    return tuple(re.findall(r"'(\w+)'\s*:", text) or _KEY.findall(text))


def _optimizer(keys: tuple[str, ...], path: str, failure: Failure) -> Problem:
    found, call = failed_model(failure), load_call(failure)
    lines: tuple[str, ...] = (f"model = keras.models.load_model({path!r}, compile=False)",)
    proposal = None
    if found is not None:
        model, loader = found
        compiling = compile_call(model, loader, {part.name: part.name for part in authors_own(model)})
        again = (f"{loader.variable}.{compiling}",) if compiling else ()
        lines = (loader.line(path, "compile=False"), *again)
        proposal = recompiled(call, model, loader, failure.namespace) if call is not None else None
    return Problem(
        rule="KM115",
        severity=ERROR,
        title=f"The optimizer in {path} was saved with {', '.join(keys)}, which this Keras does not take",
        cause="The file holds what compile was given; the layers and their weights are not concerned.",
        reference="load_model",
        fixes=(Fix("manual", "Load it without, then compile it again", commands=lines),),
        proposals=(proposal,) if proposal is not None else (),
    )


def _configuration(name: str, keys: tuple[str, ...]) -> Problem:
    listed = ", ".join(keys)
    renamed = [f"{key} is {_KERAS_1[key]}" for key in keys if key in _KERAS_1]
    how = f"Since Keras 2 {', '.join(renamed)}." if renamed else f"Take {listed} out of the configuration."
    return Problem(
        rule="KM115",
        severity=ERROR,
        title=f"The configuration of {name} holds {listed}, which this Keras does not take",
        cause="It was written by another release: Keras 1 and 2 had arguments that are renamed or gone.",
        reference=f"{name}.from_config",
        fixes=(
            Fix(
                "manual",
                f"{how} Or read it with the Keras that wrote it, and save it as .keras.",
            ),
        ),
    )


RULE = Rule(
    code="KM115",
    name="stored arguments that are refused",
    lesson=Lesson(
        what="from_config or load_model ends in: Error when deserializing class 'Dense', Unrecognized keyword "
        "arguments; "
        "or: Argument(s) not recognized: {'lr': …}.",
        why="A saved model holds the arguments of its layers and of its optimizer by the names of the release that "
        "wrote "
        "it.",
        since="keras 3.0",
        before="import keras\nlayer = keras.layers.Dense.from_config({'name': 'd', 'units': 4, 'input_dtype': "
        "'float32'})",
        after="import keras\nlayer = keras.layers.Dense.from_config({'name': 'd', 'units': 4})",
        target="tensorflow==2.21.0",
        related=("KM102", "KM106"),
    ),
    on_failure=on_failure,
)

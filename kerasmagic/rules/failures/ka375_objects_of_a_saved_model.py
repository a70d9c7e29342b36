"""``model = tf.saved_model.load(folder)`` and ``model.predict(x)``: what comes back has the functions of the folder,
and none of Keras's methods."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any, Iterator, NamedTuple

from ...catalog.target import Found
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.history import Ran, bindings_of, cells_run
from ...diagnosis.model.problem import ERROR, EarlierCell, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE
from ...diagnosis.repair.library_names import Names
from ...diagnosis.resolve.world import World, minor
from ...source.edits import Edit
from ...source.nodes import last_name
from .lost_names import MODEL

_RESTORED = ("_UserObject", "AutoTrackable")
"""The classes of what ``tf.saved_model.load`` gives."""
_ANSWERS = ("predict", "predict_on_batch", "predict_classes", "predict_proba", "call")
"""Methods that only compute the answers, as calling it does."""


def is_restored(thing: Any) -> bool:
    return session.is_exactly(thing, "tensorflow", *_RESTORED) and "signatures" in session.held(thing)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted, facts = failure.wanted, failing.facts_of(failure)
    if wanted is None or wanted.kind != ATTRIBUTE or facts is None:
        return
    thing, member = failing.subject(failure), wanted.member
    of_models = member in _ANSWERS or isinstance(world.method(MODEL, member), Found)
    if not is_restored(thing) or not of_models:
        return
    asking = _asking(member, failure, facts)
    name = failing.text_of(asking.value, facts)[:40] if asking is not None else "It"
    problem = Problem(
        "KA375",
        ERROR,
        f"{name} comes from tf.saved_model.load, which gives no Keras model: it has no {member}",
        "tf.saved_model.load restores the functions that the folder holds, without the methods of Keras.",
        reference="tf.saved_model.load",
    )
    load = _load(asking, failure, facts)
    by_keras = _by_keras(load, thing, failure, world) if load is not None else None
    if load is not None and by_keras is not None:
        is_earlier = not load.ran.failed
        found = problem._replace(proposals=(by_keras,))
        yield found._replace(earlier=EarlierCell(load.ran.cell.text, load.ran.number)) if is_earlier else found
        return
    called = _called(asking, thing, failure, facts) if member in _ANSWERS and asking is not None else None
    yield problem.with_ways([*([called] if called else []), Fix("manual", _advice(name, member, load, thing, world))])


def _asking(member: str, failure: Failure, facts: CellFacts) -> ast.Attribute | None:
    """``model.predict``"""
    found = (node for node in failing.nodes(failure, facts) if isinstance(node, ast.Attribute) and node.attr == member)
    return next(found, None)


class _Load(NamedTuple):
    """``tf.saved_model.load(folder)``"""

    ran: Ran
    """The cell that has it."""
    call: ast.Call
    path: ast.expr
    text: str
    """The folder as it is written there."""


def _load(asking: ast.Attribute | None, failure: Failure, facts: CellFacts) -> _Load | None:
    """The call that gave the object: the last one that its name was given to, or the only one of the cell."""
    cells = cells_run(failure)
    name = asking.value.id if asking is not None and isinstance(asking.value, ast.Name) else ""
    bound = bindings_of(name, cells) if name else []
    if bound and not (bound[-1].ran.failed and isinstance(bound[-1].statement, ast.FunctionDef)):
        value = bound[-1].value
        calls = [value] if isinstance(value, ast.Call) else []
        ran = bound[-1].ran
    else:
        calls = [node for node in facts.cell.placed if isinstance(node, ast.Call)]
        ran = Ran(facts.cell, None, True)
    loads = [call for call in calls if last_name(call.func) == "load" and _path(call) is not None]
    path = _path(loads[0]) if len(loads) == 1 else None
    return _Load(ran, loads[0], path, ran.text(path)) if path is not None else None


def _path(call: ast.Call) -> ast.expr | None:
    named = (item.value for item in call.keywords if item.arg in ("export_dir", "path"))
    return next(iter(call.args), None) or next(named, None)


def _by_keras(load: _Load, thing: Any, failure: Failure, world: World) -> Proposal | None:
    """The same folder as a model of Keras, where Keras wrote it and this one reads it."""
    by_keras_2 = not world.keras_3 or world.product(MODEL) == "tf_keras"
    folder = failing.constant(load.path, failure)
    is_whole = (minor(world.version("tensorflow")) or (0, 0)) < (2, 5) or (
        type(folder) is str and Path(folder, "keras_metadata.pb").exists()
    )
    if not by_keras_2 or not is_whole or "keras_api" not in session.held(thing):
        return None
    facts = replace(failure, source=load.ran.cell.text).facts
    where = load.ran.cell.range(load.call)
    names = Names(facts, where, "tensorflow")
    text = f"{names.spelled('models.load_model')}({load.text})"
    evidence = "The folder holds a model that Keras saved."
    return Proposal("Load it as a model of Keras", (Edit(where, text), *names.imports), evidence)


def _called(asking: ast.Attribute, thing: Any, failure: Failure, facts: CellFacts) -> Proposal | None:
    """``model.serve(x)`` or ``model(x)`` for ``model.predict(x)``."""
    calls = [call for call in failing.calls(failure, facts) if call.func is asking and call.args]
    function = ".serve" if "serve" in session.held(thing) else "" if session.defines(thing, "__call__") else None
    if not calls or function is None:
        return None
    given = failing.text_of(calls[0].args[0], facts)
    value = failing.value_of(calls[0].args[0], failure)
    if session.is_exactly(value, "numpy", "ndarray") and str(session.attribute(value, "dtype")) == "float64":
        given = f"{given}.astype('float32')"
    text = f"{failing.text_of(asking.value, facts)}{function}({given})"
    differs = "It computes everything in one step, and gives a tensor: .numpy() makes an array of it."
    return Proposal("Call the function of the folder", (Edit(facts.cell.range(calls[0]), text),), differs=differs)


def _advice(name: str, member: str, load: _Load | None, thing: Any, world: World) -> str:
    keras = "tf.keras" if not world.keras_3 else "keras"
    whole = f"load a file that model.save wrote: {keras}.models.load_model('model{'.keras' if world.keras_3 else ''}')"
    folder = load.text if load is not None else "folder"
    endpoint = "serve" if "serve" in session.held(thing) else "serving_default"
    layer = f"keras.layers.TFSMLayer({folder}, call_endpoint='{endpoint}')" if world.keras_3 else ""
    if member in _ANSWERS:
        function = f"{name}.signatures['serving_default']"
        inside = f" As a layer of Keras it is {layer}." if layer else ""
        called = f"{function}(tf.constant(x, tf.float32)) gives a dictionary of tensors"
        return f"Call the function of the folder: {called}.{inside}"
    answers = f" The folder itself can be called only: {layer or f'{name}.signatures'}." if folder else ""
    return f"For {member}, {whole}.{answers}"


RULE = Rule(
    code="KA375",
    name="object of tf.saved_model.load",
    lesson=Lesson(
        what="`model = tf.saved_model.load(folder)` and then `model.predict(x)`, `.summary()` or `.fit` ends in "
        "AttributeError: '_UserObject' object has no attribute 'predict'.",
        why="tf.saved_model.load restores functions of TensorFlow, whoever wrote the folder. The methods of Keras come "
        "with tf.keras.models.load_model, in Keras 2 also from a folder; Keras 3 reads .keras files, and calls such a "
        "folder through keras.layers.TFSMLayer.",
        since="tensorflow 2.0",
        before="import numpy as np\nimport tensorflow as tf\n"
        "net = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])\nnet.save('net')\n"
        "model = tf.saved_model.load('net')\nmodel.predict(np.ones((1, 2)))",
        after="import numpy as np\nimport tensorflow as tf\n"
        "net = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])\nnet.save('net')\n"
        "model = tf.keras.models.load_model('net')\nmodel.predict(np.ones((1, 2)))",
        target="tensorflow==2.10.1",
        related=("KA202", "KM122"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

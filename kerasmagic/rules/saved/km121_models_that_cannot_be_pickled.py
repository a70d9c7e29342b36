"""A model in a pickle, or in a deep copy, which is made in the same way."""

from __future__ import annotations

import ast
import re
from pathlib import PurePath
from typing import Iterator

from ...diagnosis.contract.network import is_network
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.library_names import Names
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.lines import behind, statement_of
from ...source.nodes import last_name

_REFUSED = re.compile(r"(?:cannot|can't) pickle ")
_UNKNOWN = re.compile(r"Could not locate class|Cannot deserialize object of type|^Unknown layer")
"""What a copy says that Keras makes by saving and loading the model."""
_WRITERS = ("dump", "dumps", "deepcopy")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    refused, unknown = _REFUSED.search(failure.message), _UNKNOWN.search(failure.message)
    facts = failing.facts_of(failure) if refused or unknown else None
    for call in failing.calls(failure, facts) if facts is not None else ():
        copies = last_name(call.func) == "deepcopy"
        inside = [
            each for given in call.args for each in ast.walk(given) if isinstance(each, (ast.Name, ast.Attribute))
        ]
        node = next((each for each in inside if is_network(failing.value_of(each, failure))), None)
        if facts is not None and node is not None and last_name(call.func) in _WRITERS and (refused or copies):
            yield _copied(call, node, failure, facts) if copies else _written(call, node, facts, world)
            return


def _written(call: ast.Call, node: ast.expr, facts: CellFacts, world: World) -> Problem:
    model = failing.text_of(node, facts)
    ending = ".keras" if world.keras_3 else ".h5"
    path = repr(f"{_stem(call, facts) or last_name(node) or 'model'}{ending}")
    return Problem(
        rule="KM121",
        severity=ERROR,
        title=f"{model} cannot be pickled: Keras saves a model to a file of its own",
        cause="A model of this release holds locks and references that no pickle can hold.",
        reference="Model.save",
        fixes=(
            Fix(
                "manual",
                "Save the model with Keras, and load it with load_model; pickle only what else there is",
                commands=(f"{model}.save({path})",),
                evidence=f"It is read by load_model({path}).",
            ),
        ),
    )


def _stem(call: ast.Call, facts: CellFacts) -> str:
    """The name of the file that the cell opens for the pickle, without its ending."""
    target = call.args[1] if len(call.args) > 1 else None
    opened = target
    if isinstance(target, ast.Name):
        values = [node.value for node in facts.cell.placed if isinstance(node, ast.Assign) and _binds(node, target.id)]
        within = [each for node in facts.cell.placed if isinstance(node, ast.With) for each in node.items]
        values += [each.context_expr for each in within if getattr(each.optional_vars, "id", "") == target.id]
        opened = values[0] if len(values) == 1 else None
    if isinstance(opened, ast.Call):
        opened = next(iter(opened.args), None)
    text = opened.value if isinstance(opened, ast.Constant) and isinstance(opened.value, str) else ""
    return str(PurePath(text).with_suffix("")) if text else ""


def _binds(node: ast.Assign, name: str) -> bool:
    return [getattr(each, "id", "") for each in node.targets] == [name]


def _copied(call: ast.Call, node: ast.expr, failure: Failure, facts: CellFacts) -> Problem:
    model, live = failing.text_of(node, facts), failing.value_of(node, failure)
    statement = statement_of(call, facts.cell)
    target = statement.targets[0] if isinstance(statement, ast.Assign) and statement.value is call else None
    copy = failing.text_of(target, facts) if isinstance(target, (ast.Name, ast.Attribute)) else "copy"
    is_graph = session.is_kind(live, "Sequential") or session.is_kind(live, "Functional")
    names = Names(facts, facts.cell.range(call), "tensorflow" if session.root(live) == "tensorflow" else "keras")
    clone = f"{names.spelled('models.clone_model')}({model})"
    weights = f"{copy}.set_weights({model}.get_weights())"
    edits: list[Edit] = []
    if is_graph and statement is not None and target is not None and copy != "copy":
        last = behind(statement, facts.cell, weights)
        edits = [*names.imports, Edit(facts.cell.range(call), clone), *last] if last else []
    other = f"{session.class_name(live)}(…)"
    advice = f"{copy} = {clone}; {weights}."
    if not is_graph:
        advice = f"Make a second {other}, call it on a few samples as {model} was, and then {weights}."
    return Problem(
        rule="KM121",
        severity=ERROR,
        title=f"{model} cannot be copied by copy.deepcopy",
        cause="It copies a model as pickle does: by what can be stored of it. Some of this model cannot.",
        reference="clone_model",
        fixes=(Fix("manual", advice),),
        proposals=(Proposal("Copy the layers, then the weights", tuple(edits), differs=_COMPILE),) if edits else (),
    )


_COMPILE = "The copy is not compiled: compile it before fit and evaluate."

RULE = Rule(
    code="KM121",
    name="models that cannot be pickled",
    lesson=Lesson(
        what="pickle.dump(model, file), joblib.dump or copy.deepcopy(model) ends in TypeError: cannot pickle 'weakref' "
        "object, or can't pickle _thread.RLock objects.",
        why="A model of TensorFlow up to 2.8 holds locks and references of the process. model.save and load_model keep "
        "it in a file; clone_model and set_weights copy it.",
        since="tensorflow 2.0",
        before="import pickle\nimport tensorflow as tf\n"
        "model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(3,))])\npickle.dumps(model)",
        after="import tensorflow as tf\n"
        "model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(3,))])\nmodel.save('model.h5')",
        target="tensorflow==2.4.4",
        related=("KM113",),
    ),
    on_failure=on_failure,
)

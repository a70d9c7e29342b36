"""What an HDF5 file of Keras 2 cannot hold: a model that is made as a class, and layers with a table."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from ..arguments.endings import literal_of
from ..arguments.file_groups import named_files, same_texts

_OF_A_CLASS = "Saving the model to HDF5 format requires the model to be a Functional model or a Sequential model"
_TABLE = re.compile(
    r"weights that is not an instance of `tf\.Variable` is not supported in h5.*model or layer (\w+)", re.S
)
_ENDING = re.compile(r"\.(?:h5|hdf5|keras)$", re.IGNORECASE)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    table = _TABLE.search(failure.message)
    if table is None and _OF_A_CLASS not in failure.message:
        return
    facts = failing.facts_of(failure)
    call = _writing(failure, facts) if facts is not None else None
    path = _path(call) if call is not None else None
    edits = _as_folder(path, facts) if path is not None and facts is not None else []
    fix = Fix("manual", _advice(call, path, failure, table is not None))
    title = "A model made as a class cannot be saved to an .h5 file"
    cause = "What it computes is Python code, and an HDF5 file holds layers and their weights alone."
    if table is not None:
        title = f"An .h5 file cannot hold the table of {table[1]}"
        cause = "It keeps its words in a table of TensorFlow, and an HDF5 file holds arrays alone. A folder holds both."
    yield Problem(
        rule="KA332",
        severity=ERROR,
        title=title,
        cause=cause,
        reference="Model.save",
        fixes=(fix,),
        proposals=(Proposal("Save it as a folder", tuple(edits), differs=_FOLDER),) if edits else (),
    )


_FOLDER = "It writes a folder of this name, a SavedModel: load_model reads it by the same name."


def _writing(failure: Failure, facts: CellFacts) -> ast.Call | None:
    """The call that names the file: save, or the ModelCheckpoint that fit was given."""
    on_line = [call for call in failing.calls(failure, facts) if last_name(call.func) in ("save", "save_model")]
    made = [*failing.calls_of("ModelCheckpoint", facts)]
    return on_line[0] if on_line else made[0] if len(made) == 1 else None


def _path(call: ast.Call) -> ast.expr | None:
    named = {item.arg: item.value for item in call.keywords if item.arg}
    place = 1 if last_name(call.func) == "save_model" else 0
    return named.get("filepath") or next(iter(call.args[place:]), None)


def _as_folder(path: ast.expr, facts: CellFacts) -> list[Edit]:
    """The name without its ending, wherever the cell has it."""
    literal = literal_of(path, facts.cell)
    same = same_texts(literal, facts.cell) if literal is not None else []
    if not same or set(same) - set(named_files(same, facts.cell)) - {literal}:
        return []
    edits = []
    for node in same:
        where = facts.cell.range(node)
        text = facts.cell.segment(where)
        short = _ENDING.sub("", text[:-1])
        if text[-1:] not in ("'", '"') or text.endswith(('"""', "'" * 3)) or short == text[:-1]:
            return []
        edits.append(Edit(where, short + text[-1]))
    return edits


def _advice(call: ast.Call | None, path: ast.expr | None, failure: Failure, has_table: bool) -> str:
    name = _of_a_checkpoint(failure) or (failing.constant(path, failure) if path is not None else None)
    bare = _ENDING.sub("", name) if type(name) is str else "name"
    by_checkpoint = _of_a_checkpoint(failure) or (call is not None and last_name(call.func) == "ModelCheckpoint")
    if by_checkpoint:
        only = "" if has_table else "; or save_weights_only=True"
        return f"Give ModelCheckpoint a name without .h5, {bare!r}, which makes a folder{only}."
    owner = call.func.value if call is not None and isinstance(call.func, ast.Attribute) else None
    model = failing.text_of(owner, failure.facts) if owner is not None else "model"
    other = "" if has_table else f"; or save the weights alone, {model}.save_weights('{bare}.weights.h5')"
    return f"Save a folder, to a name without .h5: {model}.save({bare!r}){other}."


def _of_a_checkpoint(failure: Failure) -> str:
    """The file name of the ModelCheckpoint that was saving; empty where none was."""
    training = failed_training(failure)
    given = training.given.get("callbacks") if training is not None else None
    listed = session.members(given.value) if given is not None else ()
    working = (frame.f_locals.get("self") for frame in failing.python_frames(failure))
    found = next((each for each in (*working, *listed) if session.is_kind(each, "ModelCheckpoint")), None)
    name = session.own(found, "filepath")
    return name if type(name) is str else ""


RULE = Rule(
    code="KA332",
    name="models that HDF5 cannot hold",
    lesson=Lesson(
        what="model.save('m.h5') ends in NotImplementedError: Saving the model to HDF5 format requires the model to be "
        "a Functional model, or: weights that is not an instance of tf.Variable is not supported in h5.",
        why="An HDF5 file holds the layers' settings and arrays. It holds no Python code, so no model that is made as "
        "a class, and no table, so no TextVectorization or StringLookup. The folder that Keras 2 writes to a name "
        "without .h5 holds both.",
        since="tensorflow 2.0",
        before="import numpy as np\nimport tensorflow as tf\n\n\nclass Net(tf.keras.Model):\n    def call(self, x):\n"
        "        return x * 2\n\n\nmodel = Net()\nmodel(np.ones((1, 3)))\nmodel.save('net.h5')",
        after="import numpy as np\nimport tensorflow as tf\n\n\nclass Net(tf.keras.Model):\n    def call(self, x):\n"
        "        return x * 2\n\n\nmodel = Net()\nmodel(np.ones((1, 3)))\nmodel.save('net')",
        target="tensorflow==2.12.1",
        related=("KA305", "KM120"),
    ),
    on_failure=on_failure,
)

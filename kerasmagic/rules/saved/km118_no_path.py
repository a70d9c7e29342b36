"""A path that is None: ``tf.train.latest_checkpoint`` found nothing."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Iterator

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.contract.building import Unbuilt, unbuilt
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.load_call import LoadCall, load_call
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name

_ENDINGS = {"load_weights": (".h5", ".hdf5"), "load_model": (".keras", ".h5", ".hdf5")}
_FINDER = "latest_checkpoint"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    call = load_call(failure)
    if call is None or "None" not in failure.message or not raised_by_keras(failure):
        return
    search = _search(call)
    if search is None:
        return
    folder = _folder(search, failure)
    method = last_name(call.call.func)
    newest = _newest(folder, _ENDINGS.get(method, ())) if folder else ""
    where = failing.text_of(search.args[0], call.facts) if search.args else "the folder"
    edits = _edits(search, newest, call, failure) if newest else []
    advice = (
        f"Give {method} the file itself: {_path(search, newest, call.facts, failure)}, the newest one there."
        if newest
        else f"Look into {where} with !ls, and give {method} the file itself; save one first, if there is none."
    )
    first = _unbuilt(failure, call.facts)
    if first is not None and not edits:
        advice += f" Build {first.written} before, by a call with data or with build."
    yield Problem(
        rule="KM118",
        severity=ERROR,
        title=f"{_FINDER} found nothing in {where}: it gives None in the place of a path",
        cause="It looks for checkpoints of TensorFlow (cp.index, cp.data-…). Files that end in .h5 or .keras are none.",
        reference="tensorflow.train.latest_checkpoint",
        fixes=(Fix("manual", advice),),
        proposals=(Proposal(f"Name the newest file: {newest}", tuple(edits), _NEWEST),) if edits else (),
    )


_NEWEST = "It is the newest file there by its date."


def _search(call: LoadCall) -> ast.Call | None:
    """``tf.train.latest_checkpoint(folder)``, in the place of the path or in the statement that makes it."""
    node = call.path_node
    if isinstance(node, ast.Name) and call.facts.cell.tree is not None:
        bound = [each for each in call.facts.cell.tree.body if isinstance(each, ast.Assign)]
        values = [each.value for each in bound if [getattr(target, "id", "") for target in each.targets] == [node.id]]
        node = values[-1] if values else None
    return node if isinstance(node, ast.Call) and last_name(node.func) == _FINDER else None


def _folder(search: ast.Call, failure: Failure) -> Path | None:
    value = failing.constant(search.args[0], failure) if search.args else None
    return Path(value) if type(value) is str else None


def _newest(folder: Path, endings: tuple[str, ...]) -> str:
    try:
        files = [each for each in folder.iterdir() if each.name.endswith(endings) and each.is_file()]
        return max(files, key=lambda each: each.stat().st_mtime).name if files and endings else ""
    except OSError:
        return ""


def _path(search: ast.Call, name: str, facts: CellFacts, failure: Failure) -> str:
    """The path of a file in the folder, as the cell would write it."""
    node = search.args[0]
    if isinstance(node, ast.Constant):
        return repr(f"{str(node.value).rstrip('/')}/{name}")
    folder = failing.text_of(node, facts)
    joins = session.module_name(failure.variables.get("os")) == "os"
    return f"os.path.join({folder}, {name!r})" if joins else f"{folder} + {'/' + name!r}"


def _edits(search: ast.Call, name: str, call: LoadCall, failure: Failure) -> list[Edit]:
    """The file in the place of the search, and what builds the model before its weights are loaded."""
    edits = [Edit(call.facts.cell.range(search), _path(search, name, call.facts, failure))]
    model = _unbuilt(failure, call.facts)
    built = model.built() if model is not None else None
    return [*edits, *built[1]] if built is not None else edits if model is None else []


def _unbuilt(failure: Failure, facts: CellFacts) -> Unbuilt | None:
    """The model, if it has no weights yet."""
    found = unbuilt(failure, facts)
    return found if found is not None and session.own(found.model, "built") is False else None


RULE = Rule(
    code="KM118",
    name="path that is None",
    lesson=Lesson(
        what="load_weights(tf.train.latest_checkpoint(folder)) says File format not supported: filepath=None, or "
        "'NoneType' object has no attribute 'endswith'.",
        why="latest_checkpoint reads the file named checkpoint, which only checkpoints of TensorFlow have, and gives "
        "None without it. What ModelCheckpoint and save_weights of Keras 3 write, .weights.h5 and .keras, it does not "
        "find: give the name of the file.",
        since="keras 3.0",
        before="import keras\nimport tensorflow as tf\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(1)])\n"
        "model.save_weights('cp.weights.h5')\nmodel.load_weights(tf.train.latest_checkpoint('.'))",
        after="import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.save_weights('cp.weights.h5')\nmodel.load_weights('cp.weights.h5')",
        target="tensorflow==2.21.0",
        related=("KM109", "KM111"),
    ),
    on_failure=on_failure,
)

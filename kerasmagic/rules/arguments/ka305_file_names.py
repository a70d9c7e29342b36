"""A file name whose ending Keras 3 does not accept."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, INFO, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from .endings import Written, wrong_endings
from .file_groups import FileGroup, file_group
from .folders import made_first

_WEIGHTS = re.compile(r"must end in `\.weights\.h5`")
_MODEL = re.compile(r"must end in `\.keras`|Invalid filepath extension for saving|`save_format` argument is deprecated")
_ELSEWHERE = "The file gets another name: what reads it elsewhere must be changed, too."
_WHOLE = "The file holds the weights under the names of their layers, which is what load_weights(by_name=True) takes."
_BY_NAME = re.compile(r"`by_name` only supports loading legacy(?:.*Received: \S+(\.keras|\.weights\.h5)$)?", re.M)
_WRITERS = ("ModelCheckpoint", "save", "save_weights", "save_model")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for wrong in wrong_endings(facts, world):
        what = "weights" if "weights" in wrong.ending else "a model"
        yield Problem(
            rule="KA305",
            severity=INFO if wrong.reference.guarded else ERROR,
            title=f"Keras 3 writes {what} only to a file whose name ends in {wrong.ending}",
            cause="The ending decides the format: .keras is a model, .weights.h5 its weights.",
            range=facts.cell.range(wrong.node),
            reference=f"file:{wrong.ending}",
        )


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterator[Way]:
    wrong = next((each for each in wrong_endings(facts, world) if facts.cell.range(each.node) == problem.range), None)
    group = file_group(wrong, facts.cell, [facts.cell]) if wrong else None
    if wrong and group:
        yield _proposal(group, wrong.ending, f"{world.name} writes files with this ending.")
    yield Fix("manual", f"End the file name in {problem.reference.partition(':')[2]}.")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    by_name = _BY_NAME.search(failure.message)
    if by_name is not None:
        yield _by_name(failure, failing.facts_of(failure) if by_name[1] else None)
        return
    weights = _WEIGHTS.search(failure.message) is not None
    if not isinstance(failure.exception, ValueError) or not (weights or _MODEL.search(failure.message)):
        return
    ending = ".weights.h5" if weights else ".keras"
    facts = failing.facts_of(failure)
    fixes = [Fix("manual", f"End the file name in {ending}.")]
    if "model.export" in failure.message:
        fixes.append(Fix("manual", "For TensorFlow Serving or TFLite, which need a folder, use model.export(folder)."))
    yield Problem(
        rule="KA305",
        severity=ERROR,
        title=f"Keras 3 writes {'weights' if weights else 'a model'} only to a file whose name ends in {ending}",
        cause="The ending decides the format: .keras is a model, .weights.h5 its weights.",
        reference=f"file:{ending}",
        fixes=tuple(fixes),
        proposals=tuple(_renamed(failure, facts, ending)) if facts else (),
    )


def _by_name(failure: Failure, facts: CellFacts | None) -> Problem:
    loads = [call for call in failing.calls(failure, facts) if last_name(call.func) == "load_weights"] if facts else []
    proposals = [_by_order(call, facts) for call in loads[:1] if facts is not None and call.args]
    return Problem(
        rule="KA305",
        severity=ERROR,
        title="Keras 3 loads by the names of layers only from a file of Keras 2's form",
        cause="A .keras or .weights.h5 file of Keras 3 keeps the weights by the places of the layers.",
        reference="file:.h5",
        fixes=(
            Fix("manual", "Write the file with model.save('name.h5'), and load that one with by_name=True."),
            Fix("manual", "Or give each layer its weights: model.get_layer(name).set_weights(values)."),
        ),
        proposals=tuple(each for each in proposals if each is not None),
    )


def _by_order(call: ast.Call, facts: CellFacts) -> Proposal | None:
    """The call without ``by_name``."""
    given = next((item for item in call.keywords if item.arg == "by_name"), None)
    if given is None:
        return None
    kept = [failing.text_of(node, facts) for node in call.args]
    others = (item for item in call.keywords if item is not given and item.arg)
    kept += [f"{item.arg}={failing.text_of(item.value, facts)}" for item in others]
    differs = "Layers are matched by their order in the model, and not by their names."
    edit = Edit(failing.brackets(call, facts), f"({', '.join(kept)})")
    return Proposal("Leave by_name out", (edit,), differs=differs)


def _renamed(failure: Failure, facts: CellFacts, ending: str) -> Iterator[Proposal]:
    for call in failing.calls(failure, facts):
        keywords = {item.arg: item.value for item in call.keywords if item.arg}
        place = 1 if last_name(call.func) == "save_model" else 0
        name = keywords.get("filepath") or next(iter(call.args[place:]), None)
        if last_name(call.func) not in _WRITERS or name is None or "save_format" in keywords:
            continue
        group = file_group(Written(name, ending), facts.cell, [facts.cell])
        if group:
            yield _in_a_folder(_proposal(group, ending, "Its message says so."), call, name, facts)
        return


def _in_a_folder(proposal: Proposal, call: ast.Call, name: ast.expr, facts: CellFacts) -> Proposal:
    if last_name(call.func) == "ModelCheckpoint" or not isinstance(name, ast.Constant):
        return proposal
    return proposal._replace(edits=(*made_first(name, str(name.value), call, facts, None), *proposal.edits))


def _proposal(group: FileGroup, ending: str, evidence: str) -> Proposal:
    if group.by_name:
        return Proposal("Save the whole model: by_name=True reads no other file", group.edits[0], _WHOLE)
    differs = "" if group.is_read else _ELSEWHERE
    return Proposal(f"End the file name in {ending}", group.edits[0], evidence, differs)


RULE = Rule(
    code="KA305",
    name="file name ending",
    lesson=Lesson(
        what="`ModelCheckpoint('best.h5')`, `model.save_weights('w.h5')` or `model.save('folder')` ends in "
        "ValueError: The filepath provided must end in .keras.",
        why="In Keras 3 the ending decides the format. Keras 2 accepted any name and wrote a SavedModel folder if "
        "there was no ending.",
        since="keras 3.0",
        before="from keras.callbacks import ModelCheckpoint\nModelCheckpoint('best.hdf5')",
        after="from keras.callbacks import ModelCheckpoint\nModelCheckpoint('best.keras')",
        target="tensorflow==2.16.2",
        related=("KM105",),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
    fixes=fixes,
)

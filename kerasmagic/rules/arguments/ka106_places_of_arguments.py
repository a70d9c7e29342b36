"""A call whose arguments do not fit: too many without a name, some lacking, or one given twice."""

from __future__ import annotations

import ast
import re
from typing import Iterable, Iterator, Sequence

from ...catalog.signature import Call
from ...diagnosis.contract.settings import tensor_for_settings
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, INFO, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.translate import translations
from ...diagnosis.resolve.calls import misfits
from ...diagnosis.resolve.meaning import meanings
from ...diagnosis.resolve.missing import releases
from ...diagnosis.resolve.world import World
from ...source.arguments import in_one_list
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.nodes import last_name
from ...source.reference import Reference
from ..contracts.pairs_of_gradients import put_together, two_lists

_SIGNS = re.compile(r"positional argument|multiple values for|Too many arguments were given")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference, call in misfits(facts, world):
        yield _problem(reference, call, world)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure) if _SIGNS.search(failure.message) else None
    if facts is None or not isinstance(failure.exception, TypeError):
        return
    on_line = set(failing.calls(failure, facts))
    for reference, call in misfits(facts, world):
        if call_node(facts.cell, reference) in on_line:
            if tensor_for_settings(failure, facts) is not None:
                return  # the tensor belongs behind the settings (KD118)
            problem = _problem(reference, call, world)
            yield problem.with_ways(fixes(problem, facts, world))
            return


def _problem(reference: Reference, call: Call, world: World) -> Problem:
    signature = world.parameters(reference.name)
    order = ", ".join(item.name for item in signature.places) if signature else ""
    return Problem(
        rule="KA106",
        severity=INFO if reference.guarded else ERROR,
        title=_title(reference, call, releases(reference.name, world)),
        cause=f"Its arguments are, in this order: {order}." if order else "It takes none.",
        range=reference.range,
        reference=reference.name,
    )


def _title(reference: Reference, call: Call, here: str) -> str:
    called = reference.name.rpartition(".")[2]
    if call.twice:
        return f"{called} is given {', '.join(call.twice)} twice in {here}, by place and by name"
    if call.lacking:
        return f"{called} needs {', '.join(call.lacking)} in {here}"
    return f"{called} takes {call.most} arguments without a name in {here}, and {reference.positional} are given"


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    if reference is None:
        return
    node = call_node(facts.cell, reference)
    if node is not None and two_lists(node):
        evidence = "Each gradient goes with the variable that it was taken of."
        yield Proposal("Pair the gradients with the variables", (put_together(node, facts),), evidence)
        return
    lacking = next((call.lacking for each, call in misfits(facts, world) if each == reference), ())
    if node is not None and lacking[:2] == ("y_true", "y_pred") and not node.args and not node.keywords:
        edit = Edit(failing.brackets(node, facts), "")
        evidence = "Keras calls it itself, with the labels and what the model gives."
        yield Proposal("Give the function itself, without ()", (edit,), evidence)
    listed = _as_one_list(node, reference, facts, world) if node is not None else None
    if listed is not None:
        yield listed
        return
    yield from translations(reference, meanings(reference, node, world), facts, world)
    yield Fix("manual", _advice(reference, lacking))


def _as_one_list(node: ast.Call, reference: Reference, facts: CellFacts, world: World) -> Proposal | None:
    """``concatenate([a, b, c])`` for ``concatenate(a, b, c)``: the functions that merge tensors take them as a list."""
    signature, name = world.parameters(reference.name), last_name(node.func)
    merges = signature is not None and [item.name for item in signature.places[:1]] == ["inputs"] and name.islower()
    edit = in_one_list(facts.cell, node)
    if not merges or edit is None or any(item.arg == "inputs" for item in node.keywords):
        return None
    return Proposal("Put them into a list", (edit,), "Its first parameter, inputs, takes all tensors as one list.")


def _advice(reference: Reference, lacking: Sequence[str]) -> str:
    if not lacking:
        return "Give the arguments by their names, those that it takes."
    given = "…, " if reference.positional or reference.keywords else ""
    return f"Write {reference.name.rpartition('.')[2]}({given}{', '.join(f'{name}=…' for name in lacking)})."


RULE = Rule(
    code="KA106",
    name="arguments that find no place",
    lesson=Lesson(
        what="`TensorBoard('./logs', 0, 32, write_graph=True)`, `model.save('m.keras', True, True, 'h5')`: "
        "TypeError: got multiple values for argument, takes from 1 to 4 positional arguments, missing 1 required "
        "argument.",
        why="Arguments without a name are taken in the order of the signature, and releases add, remove and move "
        "parameters.",
        before="from keras.callbacks import TensorBoard\nTensorBoard('./logs', 0, 32, write_graph=True)",
        after="from keras.callbacks import TensorBoard\nTensorBoard('./logs', 0, write_graph=True)",
        target="tensorflow==2.16.2",
        related=("KA101", "KA103"),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
    fixes=fixes,
)

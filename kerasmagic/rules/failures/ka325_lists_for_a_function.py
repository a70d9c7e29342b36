"""A list of arrays as one input of K.function: Keras 1 and 2 made one array of it."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not failing.in_library(failure):
        return
    for call in failing.calls(failure, facts):
        lists = _lists(call, failure)
        if lists:
            name = failing.text_of(lists[0], facts)
            yield Problem(
                rule="KA325",
                severity=ERROR,
                title=f"{name} is a list of arrays, and one input of the function",
                cause="Keras 1 and 2 made one array of it; the function of today takes each array of it for an input.",
                reference="keras.backend.function",
                fixes=(Fix("manual", f"Make one array of it: numpy.array({name})."),),
                proposals=(_as_arrays(lists, failure, facts),),
            )
            return


def _lists(call: ast.Call, failure: Failure) -> list[ast.expr]:
    """The inputs in ``function([a, b])`` that are lists of arrays, each like the others."""
    inputs = call.args[0] if len(call.args) == 1 and not call.keywords else None
    if not isinstance(inputs, (ast.List, ast.Tuple)) or not _is_function(failing.value_of(call.func, failure)):
        return []
    return [item for item in inputs.elts if _is_list_of_arrays(failing.value_of(item, failure))]


def _is_function(thing: object) -> bool:
    """Whether it is what K.function gives: of a static graph, or of TensorFlow 2."""
    if session.is_plain(thing, FunctionType):
        return str(session.attribute(thing, "__module__")).endswith(".backend")
    return session.is_kind(thing, "GraphExecutionFunction")


def _is_list_of_arrays(value: object) -> bool:
    arrays = value if type(value) is list else []
    shapes = {each.shape for each in arrays if session.is_exactly(each, "numpy", "ndarray")}
    return len(shapes) == 1 and all(session.is_exactly(each, "numpy", "ndarray") for each in arrays)


def _as_arrays(lists: list[ast.expr], failure: Failure, facts: CellFacts) -> Proposal:
    modules = {session.module_name(value): name for name, value in session.variables(failure.namespace)}
    numpy = modules.get("numpy", "np")
    edits = [Edit(facts.cell.range(item), f"{numpy}.array({failing.text_of(item, facts)})") for item in lists]
    imported = [] if "numpy" in modules else ensure_import(facts.cell, "import numpy as np")
    return Proposal("Make one array of the list", (*imported, *edits), "Keras 1 and 2 did so themselves.")


RULE = Rule(
    code="KA325",
    name="list of arrays for a function",
    lesson=Lesson(
        what="`f = K.function([x], [y])`, then `f([[image]])`, ends in an InvalidArgumentError about the number of "
        "dimensions, or in a kernel that dies.",
        why="TensorFlow 1 made an array of whatever an input was given. Since TensorFlow 2 lists are taken apart, and "
        "each array in them is an input.",
        since="tensorflow 2.0",
        before="import numpy\nfrom tf_keras import Input, backend as K\nx = Input((2,))\n"
        "f = K.function([x], [K.sum(x, axis=1)])\nimage = [numpy.ones(2)]\nf([image])",
        after="import numpy\nfrom tf_keras import Input, backend as K\nx = Input((2,))\n"
        "f = K.function([x], [K.sum(x, axis=1)])\nimage = [numpy.ones(2)]\nf([numpy.array(image)])",
        target="tensorflow==2.20.0,keras==3.13.2,tf_keras==2.20.1",
        related=("KA320",),
    ),
    on_failure=on_failure,
)

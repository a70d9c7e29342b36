"""A class of the user's that computes like a layer, has weights, and is no layer: Keras would not train them.

To take other functions would make the line run, and leave the weights as they are.
"""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.repair import rewrite
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_OURS = ("keras", "tf_keras", "tensorflow")
_PASSED_ON = ("name", "trainable", "dtype")


def without_a_base(code: str, failure: Failure, facts: CellFacts) -> Problem | None:
    """The class whose method got a tensor of keras.Input; None where it is a layer, or has no weights."""
    owners = (frame.f_locals.get("self") for frame in failing.python_frames(failure))
    owner = next((each for each in owners if each is not None and _has_weights(each)), None)
    if owner is None:
        return None
    name = session.class_name(owner)
    advice = (
        f"Write class {name}(keras.layers.Layer), super().__init__() as first line of __init__, self.add_weight(shape="
        "…) for each tf.Variable, and call in the place of __call__."
    )
    return Problem(
        rule=code,
        severity=ERROR,
        title=f"{name} has weights and is no layer: Keras 3 calls it with a tensor that has no values yet",
        cause="Keras trains the weights that layers hold, and gives call() of a layer tensors that TensorFlow takes.",
        reference="keras.Input",
        fixes=(Fix("manual", advice),),
        proposals=tuple(_as_layer(name, facts)),
    )


def _has_weights(thing: Any) -> bool:
    if session.root(thing) in _OURS or session.is_kind(thing, "Layer"):
        return False
    for value in session.held(thing).values():
        inner = value.values() if type(value) is dict else session.members(value)
        if any(session.root(each) == "tensorflow" and _is_variable(each) for each in (value, *inner)):
            return True
    return False


def _is_variable(thing: Any) -> bool:
    return any(session.name_of(base) in ("ResourceVariable", "BaseResourceVariable") for base in session.bases(thing))


def _as_layer(name: str, facts: CellFacts) -> Iterator[Proposal]:
    """The class with a layer as its base. keras.Variable takes what tf.Variable takes, and is found by the layer."""
    made = next((node for node in facts.cell.placed if isinstance(node, ast.ClassDef) and node.name == name), None)
    methods = {node.name: node for node in (made.body if made else ()) if isinstance(node, ast.FunctionDef)}
    start, run = methods.get("__init__"), methods.get("__call__")
    if made is None or start is None or run is None or "call" in methods or made.keywords:
        return
    where = facts.cell.range(made)
    layer = rewrite.spelled(facts.cell, ("tensorflow.keras.layers.Layer", "keras.layers.Layer"), facts.after, where)
    head = _head(made, layer[0], facts) if layer is not None else None
    variables = [each for each in ast.walk(made) if isinstance(each, ast.Call) and last_name(each.func) == "Variable"]
    variable = rewrite.spelled(facts.cell, ("tensorflow.keras.Variable", "keras.Variable"), facts.after, where)
    plain = all(len(each.args) == 1 and {item.arg for item in each.keywords} <= {*_PASSED_ON} for each in variables)
    if head is None or layer is None or variable is None or not variables or not plain:
        return
    if "super(" in failing.text_of(start, facts):
        return
    first = facts.cell.range(start.body[0])
    indent = facts.cell.lines[first.line - 1][: first.column]
    line = facts.cell.lines[run.lineno - 1]
    column = line.find("__call__")
    if indent.strip() or column < 0:
        return
    edits = [
        *layer[1],
        *variable[1],
        head,
        Edit(Range(first.line, first.column, first.line, first.column), f"super().__init__()\n{indent}"),
        Edit(Range(run.lineno, column, run.lineno, column + len("__call__")), "call"),
        *(Edit(facts.cell.range(each.func), variable[0]) for each in variables),
    ]
    yield Proposal(f"Make {name} a layer", tuple(dict.fromkeys(edits)), "Keras finds its weights, and trains them.")


def _head(made: ast.ClassDef, layer: str, facts: CellFacts) -> Edit | None:
    """``class MyDense(object):`` with the layer for its base."""
    line = facts.cell.lines[made.lineno - 1]
    found = re.search(rf"class\s+{made.name}(\s*\(\s*(?:object)?\s*\))?\s*:", line)
    if found is None:
        return None
    return Edit(Range(made.lineno, found.start(), made.lineno, found.end()), f"class {made.name}({layer}):")

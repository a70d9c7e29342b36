"""``b, h, w, c = keras.ops.shape(x)``: sizes that are None, and the line that took them from a tensor."""

from __future__ import annotations

import ast
from typing import NamedTuple, Sequence

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.repair import rewrite
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_SHAPING = ("reshape", "tile", "zeros", "ones", "fill", "broadcast_to", "normal", "uniform")
_FUNCTIONS = ("shape", "int_shape", "get_shape")


class Sizes(NamedTuple):
    names: tuple[str, ...]
    """Those on the line that failed that are None."""
    tensor: str
    """As it is written where they are taken from its shape."""
    taken: ast.expr
    """``x.shape``, ``keras.ops.shape(x)``"""
    batch: str
    """The name of the number of samples, if it is one of them; else empty."""


def sizes_by_name(failure: Failure, facts: CellFacts, world: World) -> Finding | None:
    found = _sizes(failure, facts)
    if found is None:
        return None
    several = len(found.names) > 1
    in_call = failing.asked_by_keras(failure)
    change = _in_call(found, facts, world) if in_call else None
    return Finding(
        title=f"{_listed(found.names)} {'are' if several else 'is'} None: {found.tensor} has "
        f"{'these sizes' if several else 'this size'} only with the data",
        cause="A model takes any number of samples, and any size where the Input says None; there is no number to "
        "calculate with.",
        changes=(change,) if change else (),
        advice=(_advice(found, in_call, "keras.ops.shape" if world.keras_3 else "tf.shape"),),
        reference="keras.ops.shape",
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _advice(found: Sizes, in_call: bool, function: str) -> str:
    if in_call:
        return f"Take what is None from {function}({found.tensor}), which has the number when the data is there."
    declared = [name for name in found.names if name != found.batch]
    numbers = "numbers" if len(declared) > 1 else "a number"
    ways = [f"give {_listed(declared)} as {numbers} in keras.Input(shape=…)"] if declared else []
    ways += [f"write -1 for {found.batch} in reshape"] if found.batch else []
    now = ", and ".join(ways)
    later = f"in the call of a layer, where {function}({found.tensor}) has the numbers when the data is there"
    return f"{now[0].upper()}{now[1:]}. Or calculate {later}."


def _sizes(failure: Failure, facts: CellFacts) -> Sizes | None:
    on_line = (node.id for node in failing.nodes(failure, facts) if isinstance(node, ast.Name))
    names = [name for name in dict.fromkeys(on_line) if failure.variables.get(name, facts) is None]
    for statement in facts.cell.placed:
        if not isinstance(statement, ast.Assign) or not names:
            continue
        target = statement.targets[0]
        bound = [last_name(each) for each in (target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target])]
        here = tuple(name for name in names if name in bound)
        shape = next((node for node in ast.walk(statement.value) if _is_shape(node, failure)), None) if here else None
        if isinstance(shape, ast.expr):
            first = isinstance(target, (ast.Tuple, ast.List)) and bound[0] in here
            return Sizes(here, failing.text_of(_tensor(shape), facts), shape, bound[0] if first else "")
    return None


def _is_shape(node: ast.AST, failure: Failure) -> bool:
    """``x.shape``, or a function of shapes, of a tensor without values."""
    if isinstance(node, ast.Call):
        taken = last_name(node.func) in _FUNCTIONS and (bool(node.args) or last_name(node.func) == "get_shape")
    else:
        taken = isinstance(node, ast.Attribute) and node.attr == "shape" and not isinstance(node.value, ast.Call)
    if not taken or not isinstance(node, ast.expr):
        return False
    thing = failing.value_of(_tensor(node), failure)
    return (
        thing is not None and session.root(thing) in ("keras", "tensorflow", "tf_keras") and not isinstance(thing, type)
    )


def _tensor(shape: ast.expr) -> ast.expr:
    if isinstance(shape, ast.Call):
        return shape.args[0] if shape.args or not isinstance(shape.func, ast.Attribute) else shape.func.value
    return shape.value if isinstance(shape, ast.Attribute) else shape


def _in_call(found: Sizes, facts: CellFacts, world: World) -> Change | None:
    """``keras.ops.shape(x)`` for ``x.shape`` in the call of a layer."""
    where = facts.cell.range(found.taken)
    names = ("keras.ops.shape", "tensorflow.keras.ops.shape")
    name = rewrite.spelled(facts.cell, names, facts.after, where) if lookup("keras.ops.shape", world) else None
    if name is None or name[1] or not isinstance(found.taken, ast.Attribute) or not _only_for_shapes(found, facts):
        return None
    return Change(
        "Take the sizes when the data is there",
        ((found.taken, f"{name[0]}({found.tensor})"),),
        differs="What is not known before is a tensor then.",
        evidence="It gives numbers where they are known.",
    )


def _only_for_shapes(found: Sizes, facts: CellFacts) -> bool:
    """Whether the sizes go into new shapes alone, which take tensors."""
    shaping = [call for call in facts.cell.calls.values() if last_name(call.func) in _SHAPING]
    inside = {node for call in shaping for node in ast.walk(call)}
    used = [each for each in facts.cell.placed if isinstance(each, ast.Name) and each.id in found.names]
    return all(isinstance(each.ctx, ast.Store) or each in inside for each in used)

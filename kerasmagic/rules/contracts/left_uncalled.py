"""What was not called: ``self.hidden = MyLayer`` keeps the class, and ``return self.out`` gives the layer itself.

The error comes later, where the layer that came of it is given to a loss or to another layer in the place of a tensor.
"""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import Writing, written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...source.edits import Edit
from ...source.nodes import last_name, returned


def uncalled(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """The class or layer on the failing line that nothing has called."""
    for call in failing.calls(failure, facts):
        made: Any = failing.value_of(call.func, failure)
        if _is_another_name(call.func, made):
            yield from _of_a_class(call.func, made, facts)
            return
        for node in (*call.args, *(item.value for item in call.keywords)):
            thing = failing.value_of(node, failure)
            origin = _origin(node, call, facts) if session.is_kind(thing, "Layer") else None
            if origin is None:
                continue
            kept: Any = failing.value_of(origin.func, failure)
            if _is_another_name(origin.func, kept):
                yield from _of_a_class(origin.func, kept, facts)
            else:
                yield from _returned(thing, kept, failing.text_of(node, facts), failure)
            return


def _is_another_name(node: ast.expr, made: Any) -> bool:
    """Whether ``self.hidden`` or ``model`` stands for a class of layers or models, which has a name of its own."""
    is_layer = isinstance(made, type) and any(
        session.name_of(base) == "Layer" and session.is_class_of_keras(base) for base in session.bases_of(made)
    )
    return is_layer and last_name(node) not in ("", session.name_of(made))


def _origin(node: ast.expr, call: ast.Call, facts: CellFacts) -> ast.Call | None:
    """The call that made what a name stands for, in the lines before."""
    if not isinstance(node, ast.Name):
        return node if isinstance(node, ast.Call) else None
    found = [
        each
        for each in facts.cell.placed
        if isinstance(each, ast.Assign) and each.lineno < call.lineno and isinstance(each.targets[0], ast.Name)
        if each.targets[0].id == node.id
    ]
    value = max(found, key=lambda each: each.lineno).value if found else None
    return value if isinstance(value, ast.Call) else None


def _of_a_class(node: ast.expr, made: Any, facts: CellFacts) -> Iterator[Problem]:
    """``model = MyModel``, and then ``model(x)``."""
    text, name = failing.text_of(node, facts), session.name_of(made)
    lines = [
        each.value
        for each in facts.cell.placed
        if isinstance(each, ast.Assign) and failing.text_of(each.targets[0], facts) == text
        if isinstance(each.value, (ast.Name, ast.Attribute)) and last_name(each.value) == name
    ]
    if len(lines) != 1:
        return
    lacking, defaults = _parameters(made)
    given = ", ".join(lacking)
    differs = f"It takes its defaults: {', '.join(defaults)}." if defaults else ""
    call = Proposal(
        f"Call {name}",
        (Edit(failing.end_range(lines[0], facts), "()"),),
        "It is made without arguments.",
        differs,
    )
    yield Problem(
        rule="KD133",
        severity=ERROR,
        title=f"{text} is the class {name} itself, and no layer or model made from it",
        cause=f"The call of a class makes an object: each {text}(…) makes a new one, and computes nothing.",
        reference=name,
        fixes=(Fix("manual", f"Write {text} = {name}({given})" + (", with the values for it." if given else ".")),),
        proposals=() if lacking else (call,),
    )


def _parameters(made: Any) -> tuple[list[str], list[str]]:
    """What an object of a class cannot be made without, and the defaults of the rest: "units=8"."""
    start = session.defined(made, "__init__")
    if type(start) is not FunctionType or session.root_of(made) in ("keras", "tf_keras", "tensorflow"):
        return (["…"], [])
    if str(start.__module__).partition(".")[0] in ("keras", "tf_keras", "tensorflow"):
        return ([], [])  # that of the base class, which needs nothing
    code, values = start.__code__, start.__defaults__ or ()
    names = code.co_varnames[1 : code.co_argcount]
    plain = names[: len(names) - len(values)]
    pairs = zip(names[len(names) - len(values) :], values)
    shown = [f"{name}={value!r}" for name, value in pairs if type(value) in (int, float, str, bool)]
    return list(plain), shown


class _Given(NamedTuple):
    """A function of the user's that gives a layer back."""

    name: str
    node: ast.expr
    argument: str
    """What the layer is to be called with: the name that the function computed last; empty where that is not sure."""


def _returned(layer: Any, function: Any, made: str, failure: Failure) -> Iterator[Problem]:
    """``return self.out``"""
    if type(function) is not FunctionType:
        owner = type(function)
        function = session.defined(owner, "call") if session.is_kind(function, "Layer") else None
    if type(function) is not FunctionType:
        return
    writing: Writing | None = written_in(function.__code__, failure)
    there = failing.facts_of(writing.failure) if writing is not None else None
    found = _gives(function, layer, there) if there is not None else None
    if writing is None or there is None or found is None:
        return
    text = failing.text_of(found.node, there)
    edit = Edit(failing.end_range(found.node, there), f"({found.argument})")
    evidence = f"{found.argument} is what {found.name} computed last, and nothing uses it."
    yield Problem(
        rule="KD133",
        severity=ERROR,
        title=f"{made} is a layer: {found.name} returns {text}, and does not call it",
        cause="A layer computes where it is called with a tensor.",
        reference=found.name,
        fixes=(Fix("manual", f"Write return {text}({found.argument or 'x'}), with the tensor that goes into it."),),
        proposals=(Proposal(f"Call {text}", (edit,), evidence),) if found.argument else (),
        earlier=writing.cell,
    )


def _gives(function: FunctionType, layer: Any, facts: CellFacts) -> _Given | None:
    code = function.__code__
    for node in facts.cell.placed:
        if not isinstance(node, ast.FunctionDef) or node.name != code.co_name:
            continue
        if [each.arg for each in node.args.args] != list(code.co_varnames[: code.co_argcount]):
            continue
        for value in returned(node):
            if isinstance(value, (ast.Name, ast.Attribute)) and _is_of_the_name(value, layer, function):
                return _Given(_whole_name(function), value, _last(node, value))
    return None


def _is_of_the_name(node: ast.Name | ast.Attribute, layer: Any, function: FunctionType) -> bool:
    """``self.out`` where an object of the session's classes may hold the layer: by the class that the line names."""
    return isinstance(node, ast.Attribute) or function.__globals__.get(node.id) is layer


def _whole_name(function: FunctionType) -> str:
    return function.__qualname__.rpartition("<locals>.")[2]


def _last(function: ast.FunctionDef, given: ast.expr) -> str:
    """The name that was given a value last, where nothing after that uses it; with no such line the first parameter
    behind self."""
    last = [each for each in function.body if isinstance(each, ast.Assign)]
    if not last:
        taken = [each.arg for each in function.args.args if each.arg not in ("self", "training", "mask")]
        return taken[0] if len(taken) == 1 else ""
    target = last[-1].targets[0]
    behind = function.body[function.body.index(last[-1]) + 1 :]
    alone = len(behind) == 1 and isinstance(behind[0], ast.Return) and isinstance(target, ast.Name)
    return target.id if alone and isinstance(target, ast.Name) else ""

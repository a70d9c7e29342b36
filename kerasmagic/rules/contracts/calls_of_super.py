"""``super().__init__()``: it comes first, and a functional model made as a class calls it once, with its tensors."""

from __future__ import annotations

import ast
import re
from typing import Iterator, NamedTuple

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name, parameters

ONCE_MORE = (
    "missing 2 required positional arguments: 'inputs' and 'outputs'",
    "must come from `tf.keras.Input`. Received: None (missing previous layer metadata)",
)
"""What the second object of such a class says: the first one has made the class a functional model."""


_UNMADE = re.compile(r"^'(\w+)' object has no attribute")
"""The object that lacks what its base class makes: a layer of the model that is called, maybe."""


class _Start(NamedTuple):
    """The ``__init__`` of a class in the cell."""

    owner: ast.ClassDef
    method: ast.FunctionDef
    calls: tuple[ast.Expr, ...]
    """The statements that call that of its base."""

    @property
    def me(self) -> str:
        return self.method.args.args[0].arg if self.method.args.args else "self"


def without_super(failure: Failure, facts: CellFacts | None) -> Finding:
    start = _start(failure, facts) if facts is not None else None
    changes = tuple(_first(start, facts)) if start is not None and facts is not None else ()
    given = f"**{start.method.args.kwarg.arg}" if start is not None and start.method.args.kwarg else ""
    return Finding(
        title=f"{start.owner.name if start else 'A class of your own'} does not call super().__init__() first",
        cause="The base class makes what layers and weights are kept in, and has to do so before any is assigned.",
        changes=changes,
        advice=(f"Let __init__ begin with super().__init__({given}), before the first self.… = ….",),
        reference="Layer.__init__",
    )


def called_twice(failure: Failure, facts: CellFacts | None) -> Finding | None:
    """A functional model whose class calls ``super().__init__()`` first, and again with its tensors."""
    start = _start(failure, facts) if facts is not None else None
    if facts is None or start is None or len(start.calls) != 2 or _given(start.calls[0]) or not _given(start.calls[1]):
        return None
    first = start.calls[0]
    between = start.method.body[start.method.body.index(first) + 1 : start.method.body.index(start.calls[1])]
    base = failing.text_of(start.owner.bases[0], facts)
    change = Change(
        "Leave the first super().__init__() out",
        ((failing.whole_lines(first, facts), ""),),
        evidence="The second one is enough.",
    )
    if any(_sets(start.me, node) for statement in between for node in ast.walk(statement)):
        call = f"{base}.__init__({start.me})"
        change = Change(
            f"Call {base}.__init__ first", ((first, call),), evidence="It is the plain base in every object."
        )
    return Finding(
        title=f"{start.owner.name} calls super().__init__ twice",
        cause="Given inputs and outputs, the first object makes its class a functional model: then super().__init__() "
        "lacks them.",
        changes=(change,),
        advice=(f"Call super().__init__(inputs, outputs) alone; before it set nothing of {start.me}.",),
        reference="keras.Model.__init__",
    )


def _start(failure: Failure, facts: CellFacts) -> _Start | None:
    """The class of the cell whose object was being made, or was used; its own ``__init__``."""
    mine = [session.class_name(frame.f_locals.get(_me(frame))) for frame in failing.python_frames(failure)]
    mine += [session.class_name(layer) for layer, _ in failing.called_layers(failure)]
    mine += _UNMADE.findall(failure.message)
    classes = {node.name: node for node in facts.cell.placed if isinstance(node, ast.ClassDef)}
    owner = next((classes[name] for name in reversed(mine) if name in classes), None)
    method = next((node for node in _methods(owner) if node.name == "__init__"), None) if owner else None
    if owner is None or method is None or not owner.bases:
        return None
    calls = tuple(node for node in method.body if isinstance(node, ast.Expr) and _is_super(node.value))
    return _Start(owner, method, calls)


def _me(frame: object) -> str:
    code = frame.f_code  # type: ignore[attr-defined]
    return code.co_varnames[0] if code.co_argcount else ""


def _methods(owner: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (node for node in owner.body if isinstance(node, ast.FunctionDef))


def _is_super(node: ast.expr) -> bool:
    inner = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    return isinstance(inner, ast.Call) and last_name(inner.func) == "super" and last_name(node.func) == "__init__"  # type: ignore[attr-defined]


def _given(statement: ast.Expr) -> bool:
    call = statement.value
    return isinstance(call, ast.Call) and bool(call.args or call.keywords)


def _sets(me: str, node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and last_name(node.value) == me


def _first(start: _Start, facts: CellFacts) -> Iterator[Change]:
    """The call as the first statement: a new one, or the one that comes too late."""
    body = start.method.body[1:] if ast.get_docstring(start.method) is not None else start.method.body
    if not body or len(start.calls) > 1 or body[0] in start.calls:
        return
    indent = "\n" + " " * facts.cell.range(body[0]).column
    head = failing.text_of(body[0], facts)
    late = start.calls[0] if start.calls else None
    if late is None:
        taken = start.method.args.kwarg
        call = f"super().__init__({f'**{taken.arg}' if taken else ''})"
        yield Change("Call it first", ((body[0], f"{call}{indent}{head}"),), evidence="It makes what the rest needs.")
    elif (given := _names_given(late.value)) <= {each.arg for each in parameters(start.method.args)} - {start.me}:
        if given & _names_used(body[: body.index(late)]):
            return  # kwargs.pop(…) comes before it
        moved = ((body[0], f"{failing.text_of(late, facts)}{indent}{head}"), (failing.whole_lines(late, facts), ""))
        yield Change("Call it first", moved, evidence="It is given the same.")
    else:  # the tensors of a functional model, which are not there yet
        call = f"{failing.text_of(start.owner.bases[0], facts)}.__init__({start.me})"
        yield Change(
            f"Call {call} first", ((body[0], f"{call}{indent}{head}"),), evidence="super() gets the tensors later."
        )


def _names_used(statements: list[ast.stmt]) -> set[str]:
    return {each.id for node in statements for each in ast.walk(node) if isinstance(each, ast.Name)}


def _names_given(call: ast.expr) -> set[str]:
    given = [*call.args, *(item.value for item in call.keywords)] if isinstance(call, ast.Call) else []
    return {each.id for node in given for each in ast.walk(node) if isinstance(each, ast.Name)}

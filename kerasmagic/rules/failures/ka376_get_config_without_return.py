"""``get_config`` of the user's that makes a dictionary and does not return it."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

_REFUSED = re.compile(
    r"`get_config\(\)` method of <?(?:[\w.]*\.)?(\w+) .*should return a dict\. It returned: None"
    r"|^'NoneType' object has no attribute 'items'"
    r"|argument after \*\* must be a mapping, not NoneType"
    r"|argument of type 'NoneType' is not (?:iterable|a container)",
    re.MULTILINE,
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    refused = _REFUSED.search(failure.message)
    if refused is None or not failing.in_library(failure):
        return
    for cls in _own_classes(failure):
        method = session.members_by_name(cls).get("get_config")
        name = session.name_of(cls)
        if type(method) is not FunctionType or (refused[1] and refused[1] != name):
            continue
        writing = written_in(method.__code__, failure)
        facts = failing.facts_of(writing.failure) if writing is not None else None
        made = _without_return(name, facts) if facts is not None else None
        if writing is None or facts is None or made is None:
            continue
        edit, returned = _returning(made, facts)
        yield Problem(
            "KA376",
            ERROR,
            f"get_config of {name} returns nothing",
            "A method without return gives None, and Keras stores what get_config returns.",
            reference=f"{name}.get_config",
            fixes=(Fix("manual", f"End get_config of {name} with: {returned}"),),
            proposals=(Proposal(f"Return the dictionary: {returned}", (edit,), "It is what get_config makes."),)
            if edit is not None
            else (),
            earlier=writing.cell,
        )
        return


def _own_classes(failure: Failure) -> Iterator[type]:
    """The classes of the session that are made from one of Keras."""
    for _, thing in session.variables(failure.namespace):
        if isinstance(thing, type) and session.is_class_of_keras(thing):
            yield thing


def _without_return(name: str, facts: CellFacts) -> ast.FunctionDef | None:
    """The method, where nothing in it returns a value."""
    classes = [node for node in facts.cell.placed if isinstance(node, ast.ClassDef) and node.name == name]
    for node in classes[-1].body if classes else []:
        if isinstance(node, ast.FunctionDef) and node.name == "get_config":
            returns = any(isinstance(each, ast.Return) and each.value is not None for each in ast.walk(node))
            return None if returns else node
    return None


def _returning(made: ast.FunctionDef, facts: CellFacts) -> tuple[Edit | None, str]:
    """What to add to a method, and its last line then."""
    last = made.body[-1]
    where = facts.cell.range(last)
    if isinstance(last, ast.Expr) and isinstance(last.value, (ast.Dict, ast.Call)) and not _changed(last):
        return Edit(Range(where.line, where.column, where.line, where.column), "return "), "return …"
    name = _changed(last)
    if not name:
        return None, "return {**super().get_config(), …}"
    indent = facts.cell.lines[where.line - 1][: where.column]
    edit = Edit(failing.end_range(last, facts), f"\n{indent}return {name}")
    return (edit if not indent.strip() else None), f"return {name}"


def _changed(last: ast.stmt) -> str:
    """The dictionary that a statement makes or adds to: ``config.update(…)``, ``config['size'] = …``."""
    target: ast.AST | None = None
    if isinstance(last, ast.Assign) and len(last.targets) == 1:
        target = last.targets[0]
        target = target.value if isinstance(target, ast.Subscript) else target
    elif isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        function = last.value.func
        target = function.value if isinstance(function, ast.Attribute) and function.attr == "update" else None
    return target.id if isinstance(target, ast.Name) else ""


RULE = Rule(
    code="KA376",
    name="get_config without return",
    lesson=Lesson(
        what="model.save ends in TypeError: The `get_config()` method of … should return a dict. It returned: None; "
        "in Keras 2 in AttributeError: 'NoneType' object has no attribute 'items'.",
        why="get_config of an own class makes the dictionary, and lacks the last line: return config.",
        since="keras 2.0",
        before="import keras\n\n\nclass Twice(keras.layers.Layer):\n    def call(self, x):\n        return 2 * x\n\n"
        "    def get_config(self):\n        config = super().get_config()\n        config['factor'] = 2\n\n\n"
        "model = keras.Sequential([keras.Input((3,)), Twice()])\nmodel.save('twice.keras')",
        after="import keras\n\n\nclass Twice(keras.layers.Layer):\n    def call(self, x):\n        return 2 * x\n\n"
        "    def get_config(self):\n        config = super().get_config()\n        config['factor'] = 2\n"
        "        return config\n\n\n"
        "model = keras.Sequential([keras.Input((3,)), Twice()])\nmodel.save('twice.keras')",
        target="tensorflow==2.21.0",
        related=("KD143",),
    ),
    on_failure=on_failure,
    is_cause=True,
)

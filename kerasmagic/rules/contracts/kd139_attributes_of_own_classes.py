"""``self.dens`` in a layer or model of one's own that has ``self.dense``, or none of the kind."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE
from ...diagnosis.resolve.spelling import doubt, near_name
from ...diagnosis.resolve.world import World

_KERAS = ("keras", "tf_keras", "tensorflow")
_MADE_IN = ("__init__", "build")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted, facts = failure.wanted, failing.facts_of(failure)
    if wanted is None or wanted.kind != ATTRIBUTE or facts is None or wanted.member.startswith("_"):
        return
    thing = failing.subject(failure)
    if not session.is_of_keras(thing) or isinstance(thing, type) or session.root(thing) in _KERAS:
        return
    asked = [*_asked(wanted.member, thing, failure, facts)]
    if asked:
        yield problem("KD139", _finding(wanted.member, thing, asked, facts), facts)


def _asked(member: str, thing: Any, failure: Failure, facts: CellFacts) -> Iterator[ast.Attribute]:
    """Where the failing line asks the object for it: a line of the user's, in the class or behind it."""
    for node in failing.nodes(failure, facts):
        if isinstance(node, ast.Attribute) and node.attr == member and isinstance(node.ctx, ast.Load):
            value = failing.value_of(node.value, failure)
            if value is thing or (isinstance(node.value, ast.Name) and node.value.id == "self"):
                yield node


def _finding(member: str, thing: Any, asked: list[ast.Attribute], facts: CellFacts) -> Finding:
    owner = session.class_name(thing)
    classes = [base for base in session.bases(thing) if session.root_of(base) not in _KERAS]
    own = {name for base in classes for name in vars(base)} | (_set_by(classes) & set(session.held(thing)))
    near = near_name(member, tuple(sorted(name for name in own if not name.startswith("_"))))
    changes: tuple[Change, ...] = ()
    if near:
        edits = tuple((node, f"{failing.text_of(node.value, facts)}.{near}") for node in asked)
        changes = (Change(f"Write .{near}", edits, doubt(member, near), f"{owner} has it."),)
    return Finding(
        title=f"{owner} has no {member}",
        cause=f"It has {near}." if near else "No method of the class that ran has set it.",
        changes=changes,
        advice=(
            f"Set it before it is used: self.{member} = … in __init__, behind super().__init__(), or a weight in "
            "build(self, input_shape). Look whether __init__ and build are written so: Keras calls them by name.",
        ),
        reference=f"{owner}.{member}",
    )


def _set_by(classes: list[Any]) -> set[str]:
    """The attributes that ``__init__`` and ``build`` of the user's classes name."""
    methods = [vars(base).get(name) for base in classes for name in _MADE_IN]
    return {name for method in methods for name in getattr(getattr(method, "__code__", None), "co_names", ())}


RULE = Rule(
    code="KD139",
    name="attributes of own classes",
    lesson=Lesson(
        what="A layer or model of your own ends in AttributeError: 'Mine' object has no attribute 'dens'.",
        why="An object has what its __init__ and build have set, under the very same name.",
        before="import keras\nclass Mine(keras.layers.Layer):\n    def __init__(self):\n        super().__init__()\n"
        "        self.dense = keras.layers.Dense(2)\n    def call(self, x):\n        return self.dens(x)\n"
        "Mine()(keras.Input((3,)))",
        after="import keras\nclass Mine(keras.layers.Layer):\n    def __init__(self):\n        super().__init__()\n"
        "        self.dense = keras.layers.Dense(2)\n    def call(self, x):\n        return self.dense(x)\n"
        "Mine()(keras.Input((3,)))",
        target="tensorflow==2.21.0",
        related=("KD113", "KA202"),
    ),
    on_failure=on_failure,
    is_general=True,
)

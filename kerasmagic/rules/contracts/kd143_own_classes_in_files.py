"""A layer or model of the user's that is saved, and does not say what it was made with."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.library_names import Names
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range
from .stored_arguments import FUNCTION, OTHER, Stored, stored_class, takes_keywords

_REFUSED = re.compile(
    r"(?:Object|Layer) (\w+) was created by passing\s+non-serializable argument values"
    r"|Layer (\w+) (?:has|was created by passing)\s+(?:arguments|non-serializable argument values).*?get_config"
    r"|must override `?get_config",
    re.DOTALL,
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    refused = _REFUSED.search(failure.message) if isinstance(failure.exception, NotImplementedError) else None
    if refused is None or not failing.in_library(failure):
        return
    name = refused[1] or refused[2] or session.class_name(failing.raising(failure))
    stored, facts = stored_class(name, failure), failing.facts_of(failure)
    problem = Problem(
        rule="KD143",
        severity=ERROR,
        title=f"{name} cannot be saved: it does not say what it was made with",
        cause="To save and load an object, Keras needs the arguments of its __init__, which get_config returns.",
        reference=f"{name}.get_config",
        fixes=(
            Fix("manual", f"Add to {name} a method get_config that returns each argument of __init__ by its name."),
        ),
    )
    yield _told(problem, stored, facts) if stored is not None and facts is not None else problem


def _told(problem: Problem, stored: Stored, facts: CellFacts) -> Problem:
    made = _definition(stored.name, facts)
    names = Names(facts, facts.cell.range(made or facts.cell.placed[-1]))
    methods = stored.methods(names.spelled)
    others = " and ".join(session.name_of(each) for each in stored.own_classes)
    closed = " and ".join(session.name_of(each) for each in stored.own_classes if not takes_keywords(each))
    these = "this method" if len(methods) == 1 else "these methods"
    parts = [
        f"Add {these} to {stored.name}: Keras stores what get_config returns.",
        stored.demands,
        f"Write @{names.spelled('utils.register_keras_serializable')}() above {others}, too." if others else "",
        f"{closed} must take **kwargs as well." if closed else "",
    ]
    edits = _added(made, stored, methods, facts) if made is not None and not others else []
    doubtful = [each.name for each in stored.arguments if each.kind in (FUNCTION, OTHER) and each.kept]
    return problem._replace(
        cause=" ".join(filter(None, parts)),
        fixes=(Fix("manual", f"Add get_config to {stored.name}", commands=methods),),
        proposals=(
            Proposal(
                f"Let {stored.name} say what it was made with",
                (*names.imports, *edits),
                "These are the arguments of its __init__.",
                differs=f"Look whether a file can hold {', '.join(doubtful)}." if doubtful else "",
            ),
        )
        if edits
        else (),
    )


def _definition(name: str, facts: CellFacts) -> ast.ClassDef | None:
    found = [node for node in facts.cell.placed if isinstance(node, ast.ClassDef) and node.name == name]
    return found[0] if len(found) == 1 else None


def _added(made: ast.ClassDef, stored: Stored, methods: tuple[str, ...], facts: CellFacts) -> list[Edit]:
    """The methods behind the last one of the class, and what its ``__init__`` lacks; nothing where that is not sure."""
    start = next((node for node in made.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"), None)
    last = facts.cell.range(made.body[-1])
    column = made.body[0].col_offset
    if start is None or facts.cell.lines[last.end_line - 1].rstrip()[last.end_column :].strip():
        return []
    opening = _opening(start, stored, facts)
    if opening is None:
        return []
    end = len(facts.cell.lines[last.end_line - 1].rstrip("\r\n"))
    text = "".join(f"\n{' ' * column}{line}" for line in methods)
    return [*opening, Edit(Range(last.end_line, end, last.end_line, end), text)]


def _opening(start: ast.FunctionDef, stored: Stored, facts: CellFacts) -> list[Edit] | None:
    """``**kwargs`` passed on, and the arguments kept, right behind ``super().__init__``."""
    calls = [node for node in start.body if isinstance(node, ast.Expr) and _is_super(node.value)]
    if len(calls) != 1 or not isinstance(calls[0].value, ast.Call):
        return None
    call, edits = calls[0].value, []
    if not stored.takes_more and not stored.is_schedule:
        if call.args or call.keywords or start.args.kwonlyargs or start.args.vararg or not start.args.args:
            return None
        last = start.args.defaults[-1] if start.args.defaults else start.args.args[-1]
        edits = [Edit(failing.end_range(last, facts), ", **kwargs")]
        edits.append(Edit(facts.cell.range(call), f"{failing.text_of(call.func, facts)}(**kwargs)"))
    lost = [each.name for each in stored.arguments if not each.kept]
    where = failing.end_range(calls[0], facts)
    if lost:
        indent = "\n" + " " * calls[0].col_offset
        edits.append(Edit(where, "".join(f"{indent}self.{name} = {name}" for name in lost)))
    return edits


def _is_super(node: ast.expr) -> bool:
    """``super().__init__(…)``"""
    function = node.func if isinstance(node, ast.Call) else None
    owner = function.value if isinstance(function, ast.Attribute) and function.attr == "__init__" else None
    return isinstance(owner, ast.Call) and getattr(owner.func, "id", "") == "super"


RULE = Rule(
    code="KD143",
    name="own classes in files",
    lesson=Lesson(
        what="model.save ends in NotImplementedError: Layer … has arguments in `__init__` and therefore must override "
        "`get_config`, or: Object … was created by passing non-serializable argument values.",
        why="A file holds no objects, but what they were made with. get_config returns that, and from_config makes an "
        "object of it again. Layers among the arguments are stored by keras.layers.serialize, and made again by "
        "keras.layers.deserialize.",
        since="keras 2.0",
        before="import keras\n\n\nclass Twice(keras.layers.Layer):\n    def __init__(self, inner, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.inner = inner\n\n    def call(self, x):\n"
        "        return self.inner(self.inner(x))\n\n\n"
        "model = keras.Sequential([keras.Input((3,)), Twice(keras.layers.Dense(3))])\nmodel.save('twice.keras')",
        after="import keras\n\n\nclass Twice(keras.layers.Layer):\n    def __init__(self, inner, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.inner = inner\n\n    def call(self, x):\n"
        "        return self.inner(self.inner(x))\n\n    def get_config(self):\n"
        "        return {**super().get_config(), 'inner': keras.layers.serialize(self.inner)}\n\n    @classmethod\n"
        "    def from_config(cls, config):\n"
        "        return cls(inner=keras.layers.deserialize(config.pop('inner')), **config)\n\n\n"
        "model = keras.Sequential([keras.Input((3,)), Twice(keras.layers.Dense(3))])\nmodel.save('twice.keras')",
        target="tensorflow==2.21.0",
        related=("KD113", "KM107", "KM119"),
    ),
    on_failure=on_failure,
)

"""Functions that make the first values of weights, and do not take the type that Keras gives them."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Any, Iterator, Union

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import parameters

_REFUSED = re.compile(r"(?:^|\n|\x1b\[1m)(?:[\w.]*\.)?(\w+|<lambda>)\(\) got an unexpected keyword argument 'dtype'")
_MADE_OF = Union[ast.FunctionDef, ast.Lambda]


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    refused = _REFUSED.search(failure.message) if isinstance(failure.exception, TypeError) else None
    facts = failing.facts_of(failure)
    if refused is None or facts is None or not raised_by_keras(failure):
        return
    given = [node for node in facts.cell.placed if isinstance(node, ast.keyword) and _is_initializer(node)]
    functions = [
        found
        for node in sorted(given, key=lambda node: _place(node.value))
        for found in _without_type(node.value, refused[1], failure, facts)
    ]
    names = list(dict.fromkeys(name for name, _ in functions))
    if refused[1] not in names:
        return
    edits = {node: edit for _, node in functions if node is not None for edit in [_with_type(node, facts)]}
    here = all(node is not None for _, node in functions)
    several = len(names) > 1
    yield Problem(
        rule="KD155",
        severity=ERROR,
        title=f"{' and '.join(names)} {'do' if several else 'does'} not take dtype, which Keras gives an initializer",
        cause="Keras calls it with the shape of the weight and dtype=….",
        reference="kernel_initializer",
        fixes=(Fix("manual", f"Add the parameter dtype=None to {names[0]}, and run the cell that defines it again."),),
        proposals=(Proposal("Take dtype, too", tuple(edits.values()), "Only a parameter is added."),) if here else (),
    )


def _is_initializer(node: ast.keyword) -> bool:
    return bool(node.arg) and str(node.arg).endswith("initializer")


def _without_type(
    given: ast.expr, refused: str, failure: Failure, facts: CellFacts
) -> Iterator[tuple[str, _MADE_OF | None]]:
    """The function that an argument gives, where it takes no dtype, by its name, with its definition in the cell."""
    if isinstance(given, ast.Lambda):
        if refused == "<lambda>" and not _takes(given.args, "dtype"):
            yield refused, given
        return
    value: Any = failing.value_of(given, failure)
    if type(value) is not FunctionType or failing.is_ours(value) or not isinstance(given, ast.Name):
        return
    code = value.__code__
    keywords = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    if "dtype" in keywords or code.co_flags & _TAKES_ALL:
        return
    found = [node for node in facts.cell.placed if isinstance(node, ast.FunctionDef) and node.name == value.__name__]
    yield value.__name__, found[0] if len(found) == 1 and not found[0].args.kwarg else None


_TAKES_ALL = 0x08
"""Of a function with ``**kwargs`` (inspect.CO_VARKEYWORDS)."""


def _takes(arguments: ast.arguments, name: str) -> bool:
    return arguments.kwarg is not None or any(each.arg == name for each in parameters(arguments))


def _with_type(node: _MADE_OF, facts: CellFacts) -> Edit:
    """``dtype=None`` behind the last parameter."""
    last = max(
        (*node.args.args, *node.args.kwonlyargs, *node.args.defaults, *_given(node.args.kw_defaults)), key=_place
    )
    return Edit(failing.end_range(last, facts), ", dtype=None")


def _given(values: list[ast.expr | None]) -> list[ast.expr]:
    return [value for value in values if value is not None]


def _place(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


RULE = Rule(
    code="KD155",
    name="own initializers",
    lesson=Lesson(
        what="Building a layer ends in TypeError: my_init() got an unexpected keyword argument 'dtype'.",
        why="Since TensorFlow 2 Keras calls an initializer as my_init(shape, dtype=…). Examples of Keras 1 and 2.2 "
        "define it with shape and name only.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\n\n\ndef small(shape, name=None):\n"
        "    return np.random.normal(scale=0.01, size=shape)\n\n\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_initializer=small)])",
        after="import keras\nimport numpy as np\n\n\ndef small(shape, name=None, dtype=None):\n"
        "    return np.random.normal(scale=0.01, size=shape)\n\n\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_initializer=small)])",
        target="tensorflow==2.20.0",
        related=("KI162",),
    ),
    on_failure=on_failure,
)

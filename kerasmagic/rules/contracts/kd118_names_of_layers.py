"""``get_layer`` with a name that no layer of the model has."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.spelling import near_name
from ...diagnosis.resolve.world import World

_REFUSAL = re.compile(r"^No such layer: ([\w/.:-]+?)\.(?: Existing layers are: \[?(.*?)\]?\.?)?$", re.DOTALL)
_NAME = re.compile(r"['\"]([^'\"]+)['\"]")
_NUMBER = re.compile(r"_\d+$")
_SHOWN = 12


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = _REFUSAL.search(failure.message) if isinstance(failure.exception, ValueError) else None
    if found and failing.in_library(failure):
        facts = failing.facts_of(failure)
        yield problem("KD118", _finding(found[1], tuple(_NAME.findall(found[2] or "")), facts), facts)


def _finding(asked: str, names: tuple[str, ...], facts: CellFacts | None) -> Finding:
    new = _meant(asked, names)
    edits = tuple(_edits(asked, new, names, facts)) if new and facts else ()
    listed = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    numbered = _NUMBER.sub("", asked) in {_NUMBER.sub("", name) for name in names}
    return Finding(
        title=f"No layer of the model is called {asked!r}",
        cause="A layer without a name of its own is numbered in its process: conv2d_3 is conv2d in a new kernel."
        if numbered
        else f"Its layers are {listed}."
        if names
        else "",
        changes=(Change(f"Take the layer {new}", edits, "Look whether it is this one."),) if edits else (),
        advice=(f"Take one of {listed}; or a place, model.layers[-1]." if names else "Look at model.summary().",),
        reference="get_layer",
    )


def _edits(asked: str, new: str, names: tuple[str, ...], facts: CellFacts) -> Iterator[tuple[ast.AST, str]]:
    """The name that was meant; for one that is numbered anew in each run, its place in the model."""
    numbered = _NUMBER.sub("", asked) == _NUMBER.sub("", new)
    for call in failing.calls_of("get_layer", facts):
        named = next((item.value for item in call.keywords if item.arg == "name"), None)
        node = call.args[0] if call.args else named
        if not isinstance(node, ast.Constant) or node.value != asked or not isinstance(call.func, ast.Attribute):
            continue
        if numbered:
            yield call, f"{failing.text_of(call.func.value, facts)}.layers[{names.index(new)}]"
        else:
            yield node, repr(new)


def _meant(asked: str, names: tuple[str, ...]) -> str:
    """The layer of nearly that name, or the only one of that kind, which has another number in this process."""
    kind = [name for name in names if _NUMBER.sub("", name) == _NUMBER.sub("", asked)]
    if len(kind) == 1:
        return kind[0]
    return near_name(asked, names) or ""


RULE = Rule(
    code="KD118",
    name="name of a layer",
    lesson=Lesson(
        what="`model.get_layer('conv2d_3')` ends in ValueError: No such layer.",
        why="Names that Keras makes are numbered from the start of the process, so they differ from kernel to kernel "
        "and from run to run. A layer that is to be found again gets a name: name='features'.",
        since="keras 2.0",
        before="import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, name='answer')])\n"
        "model.get_layer('anwser')",
        after="import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, name='answer')])\n"
        "model.get_layer('answer')",
        target="tensorflow==2.21.0",
        related=("KD107",),
    ),
    on_failure=on_failure,
)

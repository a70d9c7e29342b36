"""A tensor with an axis of length one more than a model takes: Keras 2 let it pass, Keras 3 does not."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.rewrite import spelled
from ...diagnosis.resolve.world import World
from ...source.edits import Edit

_REFUSAL = re.compile(r"is incompatible with the layer: expected shape=\(([^)]*)\), found shape=\(([^)]*)\)")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found, facts = _REFUSAL.search(failure.message), failing.facts_of(failure)
    if found is None or facts is None or not failing.in_library(failure):
        return
    expected, given = (tuple(part.strip() for part in shape.split(",") if part.strip()) for shape in found.groups())
    rest = tuple(part for part in given[1:] if part != "1")
    if given == expected or rest != expected[1:] or not rest or not all(part.isdigit() for part in rest):
        return
    edits = _without_the_axis(failure, facts, rest)
    if edits:
        yield Problem(
            rule="KA322",
            severity=ERROR,
            title=f"The model takes ({', '.join(expected)}), and is given ({', '.join(given)})",
            cause="Keras 2 looked at the last axis only; Keras 3 wants the shape that the model was built with.",
            reference="keras.Model.__call__",
            proposals=(
                Proposal(
                    "Take the axis of length one away",
                    tuple(edits),
                    "The numbers are the same.",
                    "What comes out of the model has one axis less than it had.",
                ),
            ),
        )


def _without_the_axis(failure: Failure, facts: CellFacts, shape: tuple[str, ...]) -> list[Edit]:
    """``model(x)`` on the line that failed becomes ``model(Reshape((100,))(x))``."""
    calls = [call for call in failing.calls(failure, facts) if _is_of_model(call)]
    if len(calls) != 1 or not failure.line_text:
        return []
    (tensor,) = calls[0].args
    where = facts.cell.range(tensor)
    tree = "keras" if any(each.name.startswith("keras.") for each in facts.references) else "tensorflow.keras"
    layer = spelled(facts.cell, (f"{tree}.layers.Reshape",), facts.after, where)
    if layer is None:
        return []
    text, imports = layer
    target = f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(shape)})"
    return [*imports, Edit(where, f"{text}({target})({facts.cell.segment(where)})")]


def _is_of_model(call: ast.Call) -> bool:
    """``model(x)``"""
    plain = isinstance(call.func, ast.Name) and len(call.args) == 1 and not call.keywords
    return plain and isinstance(call.args[0], ast.Name)


RULE = Rule(
    code="KA322",
    name="axis of length one too many",
    lesson=Lesson(
        what="`model(x)` ends in ValueError: expected shape=(None, 100), found shape=(None, 1, 100).",
        why="In Keras 2 a model took whatever its first layer took, and Dense looks at the last axis only. In Keras 3 "
        "a model takes the shape that it was built with: an axis of length one is taken away before.",
        since="keras 3.0",
        before="from keras import Input, Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Input((100,)), Dense(2)])\nx = Input((1, 100))\nmodel(x)",
        after="from keras import Input, Sequential\nfrom keras.layers import Dense, Reshape\n"
        "model = Sequential([Input((100,)), Dense(2)])\nx = Input((1, 100))\nmodel(Reshape((100,))(x))",
        target="tensorflow==2.16.2",
    ),
    on_failure=on_failure,
)

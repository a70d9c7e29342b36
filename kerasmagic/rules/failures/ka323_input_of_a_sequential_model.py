"""``model.input`` of a Sequential model that was never called: its inputs are there, and its input is not."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit

_REFUSAL = re.compile(r"has never been called and thus has no defined (input|output)\b")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found, facts = _REFUSAL.search(failure.message), failing.facts_of(failure)
    if found is None or facts is None:
        return
    member = found.group(1)
    asked = [
        node
        for node in failing.nodes(failure, facts)
        if isinstance(node, ast.Attribute) and node.attr in ("input", "output") and _is_built(node.value, failure)
    ]
    edits = [Edit(failing.end_range(node, facts), "s[0]") for node in asked]
    if any(node.attr == member for node in asked):
        yield Problem(
            rule="KA323",
            severity=ERROR,
            title=f"A Sequential model that was never called has no {member}",
            cause=f"Its {member}s are known from its layers all the same.",
            reference=f"keras.Sequential.{member}",
            proposals=(
                Proposal(
                    f"Write .{member}s[0] for .{member}", tuple(edits), f"It is the same tensor: the only {member}."
                ),
            ),
        )


def _is_built(node: ast.expr, failure: Failure) -> bool:
    """Whether an expression is a Sequential model whose layers have been connected."""
    model = session.value_of(node, failure.namespace or {})
    return session.is_kind(model, "Sequential") and session.own(model, "_functional") is not None


RULE = Rule(
    code="KA323",
    name="input of a Sequential model",
    lesson=Lesson(
        what="`model.input` or `model.output` of a Sequential model ends in AttributeError: has never been called "
        "and thus has no defined input.",
        why="Keras 3 asks for the place where the model was called, and a Sequential model that stands by itself was "
        "called nowhere. Its lists inputs and outputs have the tensor.",
        since="keras 3.0",
        before="from keras import Input, Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Input((3,)), Dense(1)])\nmodel.input",
        after="from keras import Input, Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Input((3,)), Dense(1)])\nmodel.inputs[0]",
        target="tensorflow==2.16.2",
        related=("KA202",),
    ),
    on_failure=on_failure,
)

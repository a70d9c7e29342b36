"""A metric that is looked up by its name in ``model.metrics_names``, which Keras 3 does not fill with them."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_ASKED = "metrics_names"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not isinstance(failure.exception, (KeyError, ValueError, IndexError)) or not world.keras_3:
        return
    if isinstance(failure.exception, ValueError) and "is not in list" not in failure.message:
        return
    if not _asks_a_model(failure, facts):
        return
    yield Problem(
        rule="KA327",
        severity=ERROR,
        title="In Keras 3, metrics_names has no names of single metrics",
        cause="It holds 'loss' and 'compile_metrics', which stands for all metrics that compile got.",
        reference="Model.metrics_names",
        fixes=(
            Fix(
                "manual",
                "Ask for a dictionary: results = model.evaluate(x, y, return_dict=True), then results['mae']; "
                "model.get_metrics_result() has the same names after it.",
            ),
        ),
    )


def _asks_a_model(failure: Failure, facts: CellFacts) -> bool:
    """Whether the line that failed, or what it looks into, was made of a live model's metrics_names."""
    assert facts.cell.tree is not None
    on_line = failing.nodes(failure, facts)
    if any(_is_of_a_model(node, failure) for node in on_line):
        return True
    looked_into = {
        node.value.id for node in on_line if isinstance(node, ast.Subscript) and type(node.value) is ast.Name
    }
    return any(
        isinstance(target, ast.Name) and target.id in looked_into
        for node in ast.walk(facts.cell.tree)
        if isinstance(node, ast.Assign) and any(_is_of_a_model(each, failure) for each in ast.walk(node.value))
        for target in node.targets
    )


def _is_of_a_model(node: ast.AST, failure: Failure) -> bool:
    named = isinstance(node, ast.Attribute) and node.attr == _ASKED
    return named and session.is_kind(failing.value_of(node.value, failure), "Model")  # type: ignore[attr-defined]


RULE = Rule(
    code="KA327",
    name="names of metrics",
    lesson=Lesson(
        what="`dict(zip(model.metrics_names, model.evaluate(x, y)))['mae']` ends in KeyError, "
        "`model.metrics_names.index('mae')` in ValueError: 'mae' is not in list.",
        why="Keras 3 keeps the metrics of compile in one object, and metrics_names has that one's name. evaluate with "
        "return_dict=True gives each value with its name, in Keras 2, too.",
        since="keras 3.0",
        before="import keras\nimport numpy as np\nx, y = np.ones((4, 2)), np.ones(4)\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse', metrics=['mae'])\n"
        "error = dict(zip(model.metrics_names, model.evaluate(x, y)))['mae']",
        after="import keras\nimport numpy as np\nx, y = np.ones((4, 2)), np.ones(4)\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse', metrics=['mae'])\n"
        "error = model.evaluate(x, y, return_dict=True)['mae']",
        target="tensorflow==2.21.0",
        related=("KA301",),
    ),
    on_failure=on_failure,
)

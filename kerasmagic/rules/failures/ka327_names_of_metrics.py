"""A metric that is looked up by its name in ``model.metrics_names``, which Keras 3 does not fill with them."""

from __future__ import annotations

import ast
import re
from typing import Iterator, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.arguments import Written, arguments_of, rewritten
from ...source.edits import Edit
from ...source.nodes import index, last_name

_ASKED = "metrics_names"
_ALL = "compile_metrics"
_GIVE_VALUES = ("evaluate", "train_on_batch", "test_on_batch")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not isinstance(failure.exception, (KeyError, ValueError, IndexError)) or not world.keras_3:
        return
    if isinstance(failure.exception, ValueError) and "is not in list" not in failure.message:
        return
    if not _asks_a_model(failure, facts):
        return
    places = [*_places(failure, facts)]
    call = next((place.values for place in places if isinstance(place.values, ast.Call)), None)
    example = failing.text_of(call, facts)[:-1] if call is not None else "model.evaluate(x, y"
    yield Problem(
        rule="KA327",
        severity=ERROR,
        title="In Keras 3, metrics_names has no names of single metrics",
        cause="It holds 'loss' and 'compile_metrics', which stands for all metrics that compile got.",
        reference="Model.metrics_names",
        fixes=(
            Fix(
                "manual",
                f"Ask for a dictionary: results = {example}, return_dict=True), then results['{_key(failure)}']; "
                "model.get_metrics_result() has the same names after it.",
            ),
        ),
        proposals=tuple(_with_names(places, facts)),
    )


def _key(failure: Failure) -> str:
    """The name that was looked up."""
    found = re.search(r"'(\w+)'", str(failure.exception))
    return found[1] if found else "mae"


def _asks_a_model(failure: Failure, facts: CellFacts) -> bool:
    """Whether the line that failed, or what it looks into, was made of a live model's metrics_names."""
    assert facts.cell.tree is not None
    on_line = failing.nodes(failure, facts)
    if any(_is_of_a_model(node, failure) for node in on_line):
        return True
    looked_into = {
        node.value.id for node in on_line if isinstance(node, ast.Subscript) and type(node.value) is ast.Name
    }
    found = [failure.variables.get(name) for name in looked_into]
    if any(type(each) is dict and _ALL in each for each in found):  # which was made in an earlier cell, perhaps
        return True
    return any(
        isinstance(target, ast.Name) and target.id in looked_into
        for node in ast.walk(facts.cell.tree)
        if isinstance(node, ast.Assign) and any(_is_of_a_model(each, failure) for each in ast.walk(node.value))
        for target in node.targets
    )


def _is_of_a_model(node: ast.AST, failure: Failure) -> bool:
    named = isinstance(node, ast.Attribute) and node.attr == _ASKED
    return named and session.is_kind(failing.value_of(node.value, failure), "Model")  # type: ignore[attr-defined]


class _Place(NamedTuple):
    """Where names and values of metrics are put together."""

    whole: ast.expr
    values: ast.expr
    """The call that gives them, or the name that holds what it gave."""
    key: ast.expr | None = None
    """The name that is looked up in them."""


def _places(failure: Failure, facts: CellFacts) -> Iterator[_Place]:
    """``dict(zip(model.metrics_names, values))`` and ``values[model.metrics_names.index("mae")]``."""
    for node in facts.cell.placed:
        if isinstance(node, ast.Call) and last_name(node.func) == "dict" and len(node.args) == 1:
            zipped = node.args[0]
            pairs = zipped.args if isinstance(zipped, ast.Call) and last_name(zipped.func) == "zip" else []
            if len(pairs) == 2 and _is_of_a_model(pairs[0], failure):
                yield _Place(node, pairs[1])
        elif isinstance(node, ast.Subscript):
            place = index(node)
            asked = isinstance(place, ast.Call) and isinstance(place.func, ast.Attribute) and place.func.attr == "index"
            if asked and len(place.args) == 1 and _is_of_a_model(place.func.value, failure):
                yield _Place(node, node.value, place.args[0])


def _with_names(places: list[_Place], facts: CellFacts) -> Iterator[Proposal]:
    """All these with a dictionary that evaluate gives itself, where the cell shows all that is done with the values."""
    edits: list[Edit] = []
    held: list[str] = []
    for place in places:
        name = place.values.id if isinstance(place.values, ast.Name) else ""
        call = _given_by(name, places, facts) if name else place.values
        if not isinstance(call, ast.Call) or last_name(call.func) not in _GIVE_VALUES:
            return
        asked = f"[{failing.text_of(place.key, facts)}]" if place.key is not None else ""
        as_dictionary = _as_dictionary(call, facts)
        if not as_dictionary:
            return
        if name:
            held.append(name)
            edits += [*as_dictionary, Edit(facts.cell.range(place.whole), f"{name}{asked}")]
        else:
            whole, inner = facts.cell.range(place.whole), facts.cell.range(call)
            before = whole._replace(end_line=inner.line, end_column=inner.column)
            after = whole._replace(line=inner.end_line, column=inner.end_column)
            edits += [Edit(before, ""), *as_dictionary, Edit(after, asked)]
    if edits:
        differs = f"{' and '.join(dict.fromkeys(held))} is a dictionary then, with these names." if held else ""
        evidence = "It gives each value with its name."
        yield Proposal("Ask evaluate for a dictionary", tuple(dict.fromkeys(edits)), evidence, differs)


def _given_by(name: str, places: list[_Place], facts: CellFacts) -> ast.expr | None:
    """The one call that a name gets its value from, where nothing else in the cell looks into it."""
    named = [node for node in facts.cell.placed if isinstance(node, ast.Name) and node.id == name]
    made = [node for node in facts.cell.placed if isinstance(node, ast.Assign) and node.targets[0] in named]
    known = [place.values for place in places]
    others = [node for node in named if node not in known and not any(node in each.targets for each in made)]
    return made[0].value if len(made) == 1 and not others else None


def _as_dictionary(call: ast.Call, facts: CellFacts) -> list[Edit]:
    arguments = arguments_of(facts.cell, call) or []
    named = [each.name for each in arguments]
    plan = [Written(each) for each in named]
    return [] if "return_dict" in named else rewritten(facts.cell, call, plan, ["return_dict=True"])


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

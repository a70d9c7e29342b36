"""``weights=`` of a layer: the values that it starts with are its initializers'."""

from __future__ import annotations

import ast
import re
from typing import Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.argument import Argument
from ...diagnosis.model.problem import Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.rewrite import spelled
from ...diagnosis.resolve.arguments import finder, refused_call
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import keyword_range, without_keywords

_ORDER = (
    (re.compile(r"\.(?:Dense|(?:Separable|Atrous)?Conv(?:olution)?[123]D(?:Transpose)?)$"), ("kernel", "bias")),
    (re.compile(r"\.Embedding$"), ("embeddings",)),
    (re.compile(r"\.BatchNormalization$"), ("gamma", "beta", "moving_mean", "moving_variance")),
)
"""What a layer's weights are, in the order in which ``get_weights`` gives them. Recurrent layers add to their bias."""

ARGUMENTS = (
    Argument(
        "weights",
        advice="Give each array to its initializer: kernel_initializer=keras.initializers.Constant(array), and "
        "bias_initializer= likewise. Or build the layer, then call its set_weights(…).",
        of=r"layers\b",
    ),
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    proposal = _without_none(problem, facts) or _initializers(problem, facts, world)
    if proposal is not None:
        yield proposal
    yield Fix("manual", ARGUMENTS[0].advice)


def _without_none(problem: Problem, facts: CellFacts) -> Proposal | None:
    found = refused_call(problem, facts)
    values = [item.value for item in found[1].keywords if item.arg == "weights"] if found else []
    if found is None or not all(isinstance(value, ast.Constant) and value.value is None for value in values):
        return None
    edits = without_keywords(facts.cell, found[1], ("weights",))
    return Proposal("Leave weights= out", tuple(edits), "None was the same as no weights.")


def _initializers(problem: Problem, facts: CellFacts, world: World) -> Proposal | None:
    found = refused_call(problem, facts)
    names = next((names for pattern, names in _ORDER if found and pattern.search(found[0].name)), ())
    if found is None or not names or found[0].open_ended:
        return None
    reference, call = found
    value = next(item.value for item in call.keywords if item.arg == "weights")
    arrays = _arrays(value, names if _has_all(call) else (), facts)
    parameters = [f"{name}_initializer" for name in names[: len(arrays)]]
    where = keyword_range(facts.cell, call, "weights")
    if not arrays or len(arrays) > len(names) or where is None or set(parameters) & set(reference.keywords):
        return None
    tree = reference.name.partition(".layers.")[0]
    constant = spelled(facts.cell, (f"{tree}.initializers.Constant",), facts.after, reference.range)
    if constant is None:
        return None
    text, imports = constant
    written = ", ".join(f"{name}={text}({array})" for name, array in zip(parameters, arrays))
    return Proposal(
        f"Give the values to {' and '.join(parameters)}",
        (*imports, Edit(where, written)),
        "A constant initializer starts a weight with the array that it is given, as weights= did.",
    )


def _has_all(call: ast.Call) -> bool:
    """Whether nothing is said of which weights the layer has: then it has all of its kind."""
    return not {item.arg for item in call.keywords} & {"use_bias", "bias", "center", "scale"}


def _arrays(value: ast.expr, names: tuple[str, ...], facts: CellFacts) -> list[str]:
    """The arrays of ``weights=[kernel, bias]``, or of a list by its name, which must have one for each weight."""
    if isinstance(value, ast.Name):
        return [f"{value.id}[{index}]" for index in range(len(names))]
    items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else []
    if any(isinstance(item, ast.Starred) for item in items):
        return []
    return [facts.cell.segment(facts.cell.range(item)) for item in items]


RULE = Rule(
    code="KA310",
    name="weights given to a layer",
    lesson=Lesson(
        what="`Embedding(1000, 100, weights=[matrix])`, `Dense(10, weights=[w, b])`: the argument is refused.",
        why="Layers of Keras 3 take their first values from initializers only. keras.initializers.Constant(array) "
        "starts a weight with the array, so the network is the same.",
        since="keras 3.0",
        before="import numpy as np\nfrom keras.layers import Dense\nDense(2, weights=[np.ones((3, 2)), np.zeros(2)])",
        after="import numpy as np\nfrom keras.initializers import Constant\nfrom keras.layers import Dense\n"
        "Dense(2, kernel_initializer=Constant(np.ones((3, 2))), bias_initializer=Constant(np.zeros(2)))",
        target="tensorflow==2.16.2",
        related=("KA102",),
    ),
    arguments=ARGUMENTS,
    on_cell=finder("KA310", ARGUMENTS),
    fixes=_fixes,
)

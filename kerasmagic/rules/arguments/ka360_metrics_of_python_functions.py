"""A metric that a function of Python computes: TensorFlow does not know its shape, which Keras 3 asks for."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.data import lacks_shapes
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name

_SAYS = "Cannot take the length of shape with unknown rank"
_WRAPPERS = ("py_func", "numpy_function", "py_function")
_EVIDENCE = "The metric is the mean of these values, as Keras 2 took it: of one value, that value."


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    if not world.keras_3 or not any(name in facts.text for name in _WRAPPERS):
        return
    program = "\n".join((*facts.after.program, facts.text))
    for function, call in _computed_in_python(facts):
        if re.search(rf"metrics\s*=\s*(?:\[[^\]]*)?\b{re.escape(function.name)}\b", program):
            yield _problem(function.name, facts, call)._replace(range=facts.cell.range(call))


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure) if _SAYS in failure.message and failing.in_library(failure) else None
    if facts is None or not world.keras_3 or _is_of_the_data(failure):
        return
    found = next(_computed_in_python(facts), None)
    if found is not None:
        yield _problem(found[0].name, facts, found[1])
    elif any(failing.calls_of("fit", facts)) or any(failing.calls_of("evaluate", facts)):
        advice = "In the metric that calls tf.numpy_function or tf.py_func, give what it returns a shape: "
        yield _problem("")._replace(fixes=(Fix("manual", f"{advice}tf.reshape(…, [-1])."),))


def _is_of_the_data(failure: Failure) -> bool:
    """Whether it is the dataset that lacks shapes."""
    call = failed_training(failure)
    data = call.given.get("x") if call is not None else None
    return data is not None and lacks_shapes(data)


def _problem(name: str, facts: CellFacts | None = None, call: ast.Call | None = None) -> Problem:
    proposals: tuple[Proposal, ...] = ()
    if facts is not None and call is not None:
        where = facts.cell.range(call)
        owner = failing.text_of(call.func, facts).partition(".")[0]
        edit = Edit(where, f"{owner}.reshape({facts.cell.segment(where)}, [-1])")
        proposals = (Proposal("Give its values a shape", (edit,), _EVIDENCE),)
    return Problem(
        rule="KA360",
        severity=ERROR,
        title=f"The metric {name} has values of unknown shape".replace("  ", " "),
        cause="TensorFlow cannot know the shape of what a function of Python returns, and Keras 3 asks for it.",
        reference="tf.numpy_function",
        proposals=proposals,
    )


def _computed_in_python(facts: CellFacts) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    """``def metric(y, p): return tf.py_func(f, [y, p], tf.float64)``: the function, and the call."""
    for function in facts.cell.placed:
        if isinstance(function, ast.FunctionDef) and len(function.args.args) == 2:
            value = function.body[-1].value if isinstance(function.body[-1], ast.Return) else None
            if isinstance(value, ast.Call) and last_name(value.func) in _WRAPPERS and _gives_one(value):
                root = failing.text_of(value.func, facts).partition(".")[0]
                if str(facts.after.names.get(root, "")).startswith("tensorflow"):
                    yield function, value


def _gives_one(call: ast.Call) -> bool:
    """Whether it gives one tensor: a list of types gives a list of tensors."""
    types = [*call.args[2:3], *(item.value for item in call.keywords if item.arg == "Tout")]
    return bool(types) and not isinstance(types[0], (ast.List, ast.Tuple))


RULE = Rule(
    code="KA360",
    name="metric that Python computes",
    lesson=Lesson(
        what="A metric that returns tf.numpy_function(…) or tf.py_func(…) ends in ValueError: Cannot take the length "
        "of shape with unknown rank.",
        why="A function of Python may return anything, so TensorFlow leaves its shape open. Keras 2 took the mean of "
        "whatever came; Keras 3 looks at the shape first. tf.reshape(…, [-1]) gives it one.",
        since="keras 3.0",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "def same(y, p):\n    return tf.numpy_function(lambda a, b: np.mean(a == b), [y, p], tf.float64)\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse', metrics=[same])\nmodel.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "def same(y, p):\n"
        "    return tf.reshape(tf.numpy_function(lambda a, b: np.mean(a == b), [y, p], tf.float64), [-1])\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse', metrics=[same])\nmodel.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)",
        target="tensorflow==2.21.0",
        related=("KD110", "KD121"),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
)

"""``get_initial_state`` of a cell of the user's own: Keras 3 tells it the number of samples, and no type."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_METHOD = "get_initial_state"
_NOT_TOLD = ("dtype", "inputs")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not world.keras_3:
        return
    for frame in failing.python_frames(failure):
        cell = frame.f_locals.get("self")
        is_own = frame.f_code.co_name == _METHOD and not session.root(cell).startswith(("keras", "tensorflow"))
        missing = [name for name in _NOT_TOLD if frame.f_locals.get(name, cell) is None]
        if not is_own or not session.is_kind(cell, "Layer") or "dtype" not in missing:
            continue
        writing = written_in(frame.f_code, failure)
        facts = failing.facts_of(writing.failure) if writing is not None else None
        found = problem("KD156", _finding(session.class_name(cell), facts), facts)
        yield found._replace(earlier=writing.cell if writing is not None else None)
        return


def _finding(owner: str, facts: CellFacts | None) -> Finding:
    edits = tuple((node, "dtype or self.compute_dtype") for node in _uses(owner, facts)) if facts is not None else ()
    return Finding(
        title=f"{_METHOD} of {owner} gets no dtype: Keras 3 gives it batch_size only",
        cause="Keras 2 gave it inputs, batch_size and dtype; here the other two are None. The type of a layer is "
        "self.compute_dtype.",
        changes=(Change("Take the type of the cell", edits, evidence="A dtype that is given goes first."),)
        if edits
        else (),
        advice=(
            f"In {_METHOD} write dtype=dtype or self.compute_dtype; or leave the method out: with state_size alone, "
            "Keras begins with zeros.",
        ),
        reference="keras.layers.RNN",
    )


def _uses(owner: str, facts: CellFacts) -> Iterator[ast.AST]:
    """What the method gives on: ``tf.zeros(shape, dtype)``, ``tf.zeros(shape, dtype=dtype)``."""
    for made in facts.cell.placed:
        if isinstance(made, ast.ClassDef) and made.name == owner:
            methods = [each for each in made.body if isinstance(each, ast.FunctionDef) and each.name == _METHOD]
            calls = (each for method in methods for each in ast.walk(method) if isinstance(each, ast.Call))
            given: list[Any] = [node for call in calls for node in (*call.args, *(key.value for key in call.keywords))]
            yield from (node for node in given if isinstance(node, ast.Name) and node.id == "dtype")


RULE = Rule(
    code="KD156",
    name="first state of own cells",
    lesson=Lesson(
        what="A class for `keras.layers.RNN` with `get_initial_state(self, inputs, batch_size, dtype)` ends in "
        "TypeError: Cannot convert the argument `type_value`: None to a TensorFlow DType.",
        why="Keras 3 calls get_initial_state(batch_size=…), and nothing else. The default makes zeros of state_size in "
        "the type of the layer.",
        since="keras 3.0",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\nclass Cell(keras.layers.Layer):\n"
        "    state_size = output_size = 3\n"
        "    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):\n"
        "        return [tf.zeros([batch_size, 3], dtype=dtype)]\n    def call(self, x, states):\n"
        "        return x, [x]\nkeras.layers.RNN(Cell())(np.ones((2, 4, 3)))",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\nclass Cell(keras.layers.Layer):\n"
        "    state_size = output_size = 3\n"
        "    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):\n"
        "        return [tf.zeros([batch_size, 3], dtype=dtype or self.compute_dtype)]\n"
        "    def call(self, x, states):\n        return x, [x]\nkeras.layers.RNN(Cell())(np.ones((2, 4, 3)))",
        target="tensorflow==2.21.0",
        related=("KD113", "KD116"),
    ),
    on_failure=on_failure,
)

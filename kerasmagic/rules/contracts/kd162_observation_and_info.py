"""``state = env.reset()``: since gym 0.26 that is a tuple (observation, info), and a model takes an array."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.data import ARRAY, TENSOR, describe
from ...diagnosis.contract.network import Network, network_of
from ...diagnosis.contract.refusals import is_refused
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import texts_of_session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not is_refused(failure) or not any(".reset(" in text for text in texts_of_session(failure)):
        return
    used = (node for node in failing.nodes(failure, facts) if isinstance(getattr(node, "ctx", None), ast.Load))
    given = next((node for node in used if is_reset(failing.value_of(node, failure))), None)
    if given is not None:
        yield problem("KD162", _finding(given, failure, facts), facts)


def is_reset(value: Any) -> bool:
    """Whether something has the form of what reset gives: an array, and a dictionary of facts about it."""
    if type(value) is not tuple or len(value) != 2 or type(value[1]) is not dict:
        return False
    plain = all(type(key) is str for key in value[1])
    return plain and (describe(value[0]).form in (ARRAY, TENSOR) or type(value[0]) in (int, float))


def _finding(given: ast.expr, failure: Failure, facts: CellFacts) -> Finding:
    name = failing.text_of(given, facts)
    resets = [*_resets(name, facts)]
    environment = failing.text_of(resets[0].func, facts) if resets else "env.reset"
    network, training = _called_with(given, failure, facts), failed_training(failure)
    inside = training.network if training is not None else None
    lacks_batch = _lacks_batch(failing.value_of(given, failure)[0], network or inside)
    batch = [(given, f"{name}[None]")] if lacks_batch and network is not None else []
    left = " The model takes a batch, too: give it the observation with [None]." if lacks_batch and not batch else ""
    edits = (*((each, f"{failing.text_of(each, facts)}[0]") for each in resets), *batch)
    change = Change(
        f"Take the observation{', and give the model a batch of one' if batch else ''}",
        edits,
        differs=left.strip(),
        evidence="The second part is a dictionary of facts about the environment.",
    )
    advice = f"Write {name}, info = {environment}()"
    if lacks_batch:
        advice += f", and give the model a batch of one: {name}[None]"
    return Finding(
        title=f"{name} is a tuple (observation, info), and what gets it takes an array",
        cause="reset gives both since gym 0.26, and in gymnasium; before it gave the observation alone.",
        changes=(change,) if resets else (),
        advice=(f"{advice}.",),
        reference="env.reset",
    )


def _resets(name: str, facts: CellFacts) -> Iterator[ast.Call]:
    """The calls of reset whose whole result the variable is."""
    for node in facts.cell.placed:
        named = isinstance(node, ast.Assign) and any(failing.text_of(each, facts) == name for each in node.targets)
        made = node.value if isinstance(node, ast.Assign) and named else None
        if isinstance(made, ast.Call) and last_name(made.func) == "reset":
            yield made


def _lacks_batch(observation: Any, network: Network | None) -> bool:
    """Whether a model takes the observation with one axis more."""
    shape, inputs = describe(observation).shape, network.inputs if network is not None else ()
    if shape is None or len(inputs) != 1 or len(inputs[0]) != len(shape) + 1:
        return False
    return all(None in pair or pair[0] == pair[1] for pair in zip(inputs[0][1:], shape))


def _called_with(given: ast.expr, failure: Failure, facts: CellFacts) -> Network | None:
    """The model that the line calls with the variable: by itself, or by a method."""
    training = failed_training(failure)
    if training is not None and training.written.get("x") is given:
        return training.network
    called = (each for each in failing.calls(failure, facts) if each.args[:1] == [given])
    return next(filter(None, (network_of(failing.value_of(each.func, failure)) for each in called)), None)


RULE = Rule(
    code="KD162",
    name="observation and info",
    lesson=Lesson(
        what="`state = env.reset()` and `model.predict(state)` end in ValueError: Failed to find data adapter, Invalid "
        "input shape, or Attempt to convert a value with an unsupported type to a Tensor.",
        why="Since gym 0.26, and in gymnasium, reset gives a tuple (observation, info), and step gives five values: "
        "observation, reward, terminated, truncated, info. A model takes the observation, with an axis for the batch "
        "in front.",
        since="gym 0.26",
        before="import keras\n"
        "import numpy as np\n"
        "class Pole:\n"
        "    def reset(self):\n"
        "        return np.zeros(4), {}\n"
        "env = Pole()\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"
        "state = env.reset()\n"
        "model.predict(state)",
        after="import keras\n"
        "import numpy as np\n"
        "class Pole:\n"
        "    def reset(self):\n"
        "        return np.zeros(4), {}\n"
        "env = Pole()\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"
        "state, info = env.reset()\n"
        "model.predict(state[None])",
        target="tensorflow==2.21.0",
        related=("KD101",),
    ),
    on_failure=on_failure,
    is_cause=True,
)

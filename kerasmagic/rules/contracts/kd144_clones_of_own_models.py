"""``clone_model`` of a model that a class of the user's makes."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.contract.data import dimensions
from ...diagnosis.contract.network import is_network
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.lines import behind, statement_of
from ...source.nodes import last_name
from .stored_arguments import stored_class

_REFUSED = "argument to be a functional `Model` instance, but got a subclass"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure) if _REFUSED in failure.message else None
    calls = failing.calls(failure, facts) if facts is not None else ()
    call = next((each for each in calls if last_name(each.func) == "clone_model" and each.args), None)
    model = failing.value_of(call.args[0], failure) if call is not None else None
    if call is None or facts is None or not is_network(model):
        return
    kind, written = session.class_name(model), failing.text_of(call.args[0], facts)
    statement = statement_of(call, facts.cell)
    target = statement.targets[0] if isinstance(statement, ast.Assign) and statement.value is call else None
    copy = failing.text_of(target, facts) if isinstance(target, (ast.Name, ast.Attribute)) else "copy"
    again, shape = _made_again(kind, written, failure), _input_shape(model)
    builds = f"{copy}.build({shape})" if shape else ""
    edits: list[Edit] = []
    if statement is not None and target is not None and "…" not in again and builds:
        last = behind(statement, facts.cell, builds)
        edits = [Edit(facts.cell.range(call), again), *last] if last else []
    then = f"build it, {builds}" if builds else f"call it on a few samples, as {written} was"
    same = f"{copy}.set_weights({written}.get_weights())"
    plain = _by_default(kind, failure)
    differs = _WEIGHTS.format(same) + (_DEFAULTS.format(", ".join(plain)) if plain else "")
    yield Problem(
        rule="KD144",
        severity=ERROR,
        title=f"clone_model cannot copy {written}: it is made by a class of your own, {kind}",
        cause="It makes the layers of a Sequential or functional model anew. What a class computes is code, so make a "
        "second object of it.",
        reference="clone_model",
        fixes=(Fix("manual", f"Write {copy} = {again} and {then}; then, for the same weights, {same}."),),
        proposals=(Proposal(f"Make a second {kind}", tuple(edits), differs=differs),) if edits else (),
    )


_DEFAULTS = " It gets the default of {}."
_WEIGHTS = "Its weights are new, as clone_model makes them. To begin with the same ones, add {}."


def _made_again(kind: str, model: str, failure: Failure) -> str:
    """The call that makes another object: with what the first one keeps of its arguments."""
    stored = stored_class(kind, failure)
    if stored is None:
        return f"{kind}()"
    given = [f"{each.name}={model}.{each.name}" for each in stored.arguments if each.kept]
    lost = [f"{each.name}=…" for each in stored.arguments if not each.kept and not each.has_default]
    return f"{kind}({', '.join([*given, *lost])})"


def _by_default(kind: str, failure: Failure) -> list[str]:
    """The arguments that the first object does not keep, and that have a default."""
    stored = stored_class(kind, failure)
    return [each.name for each in stored.arguments if not each.kept and each.has_default] if stored else []


def _input_shape(model: Any) -> str:
    """The shape of a batch that it was called with: "(None, 6)"; empty where that is not known."""
    spec = session.own(model, "_saved_model_inputs_spec")
    built = session.own(model, "_build_input_shape")
    shape = built if built is not None else session.attribute(spec, "shape")
    sizes = dimensions(shape) if shape is not None else None
    return str((None, *sizes[1:])) if sizes else ""


RULE = Rule(
    code="KD144",
    name="clone of an own model",
    lesson=Lesson(
        what="clone_model ends in ValueError: Expected `model` argument to be a functional `Model` instance, but got a "
        "subclass model instead.",
        why="clone_model makes the layers of a Sequential or functional model anew, from their settings. A model that "
        "is made as a class has its settings in its __init__: make another object of the class, and copy the weights.",
        since="tensorflow 2.0",
        before="import numpy as np\nimport tensorflow as tf\n\n\nclass Net(tf.keras.Model):\n    def __init__(self):\n"
        "        super().__init__()\n        self.dense = tf.keras.layers.Dense(2)\n\n    def call(self, x):\n"
        "        return self.dense(x)\n\n\nnet = Net()\nnet(np.ones((1, 3)))\n"
        "second = tf.keras.models.clone_model(net)",
        after="import numpy as np\nimport tensorflow as tf\n\n\nclass Net(tf.keras.Model):\n    def __init__(self):\n"
        "        super().__init__()\n        self.dense = tf.keras.layers.Dense(2)\n\n    def call(self, x):\n"
        "        return self.dense(x)\n\n\nnet = Net()\nnet(np.ones((1, 3)))\nsecond = Net()\n"
        "second.build((None, 3))\nsecond.set_weights(net.get_weights())",
        target="tensorflow==2.4.4",
        related=("KD143", "KM121"),
    ),
    on_failure=on_failure,
)

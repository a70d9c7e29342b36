"""A program that builds a static graph, as Keras did before TensorFlow 2: it needs Keras 2 as a whole."""

from __future__ import annotations

import ast
from types import ModuleType
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import GRAPH, Lesson, Rule
from ...diagnosis.repair import keras2
from ...diagnosis.repair.loss_layer import loss_in_a_layer
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_PLAN = (
    "Three steps: make the loss a function of the input, with layers and functions of keras.ops; take its gradient "
    "with tf.GradientTape (tape.watch(x), then tape.gradient(loss, x)); and call that function where K.function was "
    "called."
)
_KERAS_2 = (
    "Or keep the whole program on Keras 2: the package tf_keras, with tf.compat.v1.disable_eager_execution() first."
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not _is_ours(failure):
        return
    computes = keras2.adds_a_symbolic_loss(facts) and keras2.is_about_symbols(failure)
    adds = ("add_loss" in failure.line_text or computes) and world.keras_3
    proposal = keras2.way_out(failure, facts, world)
    asks = keras2.asks_for_gradients(failure, facts) and world.keras_3
    if proposal is None and not adds and not asks:
        return
    in_a_layer = loss_in_a_layer(failure, facts) if adds else None
    proposals = tuple(each for each in (in_a_layer, proposal) if each is not None)
    yield Problem(
        rule="KA320",
        severity=ERROR,
        title="The program computes with tensors that have no values yet, as Keras did before TensorFlow 2",
        cause="Keras 3 knows such tensors only while a model is made: a loss, a gradient or an input made of them has "
        "to be computed when the data comes.",
        reference="keras.Model.add_loss" if adds else "keras.backend.gradients",
        fixes=(Fix("manual", _in_a_layer(facts) if adds else _PLAN), *(() if proposal else (Fix("manual", _KERAS_2),))),
        proposals=proposals,
    )


def _in_a_layer(facts: CellFacts) -> str:
    """What to write, by the names of the cell."""
    model, loss = "model", "loss"
    for call in failing.calls_of("add_loss", facts):
        if isinstance(call.func, ast.Attribute) and call.args and last_name(call.func.value) != "self":
            model, loss = failing.text_of(call.func.value, facts), failing.text_of(call.args[0], facts)
    return (
        "Compute the whole loss in the call of a layer: class WithLoss(keras.layers.Layer): def call(self, tensors): "
        f"inputs, outputs, … = tensors; self.add_loss({loss}); return outputs. Before self.add_loss comes what "
        f"computes {loss}. Make {model} with WithLoss()([inputs, outputs, …]) as its output, and leave "
        f"{model}.add_loss out."
    )


def _is_ours(failure: Failure) -> bool:
    """Whether TensorFlow or Keras raised it, or an object of theirs was asked for what it has not.

    A name that a module has not is told of by other rules, which know where it went.
    """
    if isinstance(failure.exception, AttributeError) and keras2.is_about_symbols(failure):
        return failing.in_library(failure)  # a string of Keras was taken for a type of TensorFlow
    if isinstance(failure.exception, (ImportError, AttributeError)):
        thing = failing.subject(failure)
        return thing is not None and failing.is_ours(thing) and not isinstance(thing, ModuleType)
    if failure.end is None:
        return False
    return failing.in_library(failure) or keras2.is_about_symbols(
        failure
    )  # Keras hides its frames around a user's call


RULE = Rule(
    code="KA320",
    name="program that builds a static graph",
    lesson=Lesson(
        what="`K.gradients(loss, model.input)`, `K.function`, `vae.add_loss(loss)`, `Input(tensor=…)`: "
        "programs from before TensorFlow 2 fail one line after the other.",
        why="They compute with tensors that get their values later. TensorFlow 2 computes at once, and Keras 3 knows "
        "such tensors only inside of layers. The package tf_keras is Keras 2: there the whole program runs as it was "
        "written. To go on with Keras 3, the loss becomes a function, and tf.GradientTape takes its gradient.",
        since="keras 3.0",
        before="from keras import Input, Model\nfrom keras.layers import Dense\nx = Input((4,))\ny = Dense(4)(x)\n"
        "model = Model(x, y)\nmodel.add_loss(y)",
        after="from tf_keras import Input, Model\nfrom tf_keras.layers import Dense\nx = Input((4,))\ny = Dense(4)(x)\n"
        "model = Model(x, y)\nmodel.add_loss(y)",
        target="tensorflow==2.20.0,keras==3.13.2,tf_keras==2.20.1",
        related=("KA304", "KI112"),
    ),
    tells=GRAPH,
    on_failure=on_failure,
)

"""A model that is not compiled, not built, or has no loss."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, before_run, problem
from ...diagnosis.contract.building import Unbuilt, unbuilt
from ...diagnosis.contract.compiling import compile_call, given_to, lacks_loss, last_argument
from ...diagnosis.contract.data import shown
from ...diagnosis.contract.fitting import NUMBERS, Fitting, fitting_losses
from ...diagnosis.contract.named import of_keras
from ...diagnosis.contract.training import TRAINING, Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .names_of_keras_called import called_for_a_layer

_COMPILE = re.compile(r"You must (?:call `compile\(\)`|compile your model) before")
_LOSS = re.compile(r"No loss to compute|No loss found|The model cannot be compiled because it has no loss")
_CALLED = re.compile(
    r"has never been called and thus has no defined (?:input|output)\b(?! shape)|has no inbound nodes"
    r"|is not connected, no (?:input|output)"
)
_BUILT = re.compile(
    r"(?:has not yet been|never been|is not yet|isn't|not been|not) built|weights? .*(?:not been created"
    r"|before building)"
    r"|has no defined (?:input|output)s? ?(?:shape)?|has never been called|does not have a defined input"
    r"|[Uu]nable to create weights|before the weights are|must build the layer before accessing"
    r"|which has not created its variables yet|expected 0 variables, but received"
    r"|was expecting 0 weights"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if isinstance(failure.exception, IndexError):
        yield from _index_of_no_weights(failure)
        return
    if not isinstance(failure.exception, (ValueError, RuntimeError, AttributeError)) or not failing.in_library(failure):
        return
    found = [*_needing_weights(failure)] or [
        problem("KD111", each, failing.facts_of(failure)) for each in _findings(failure)
    ]
    yield from found[:1]


def _index_of_no_weights(failure: Failure) -> Iterator[Problem]:
    """``layer.get_weights()[0]``, where the layer has none yet."""
    facts = failing.facts_of(failure)
    for node in failing.nodes(failure, facts) if facts is not None else ():
        held = node.value if isinstance(node, ast.Subscript) else None
        held = held.func if isinstance(held, ast.Call) and not held.args else held
        if not isinstance(held, ast.Attribute) or held.attr not in _WEIGHTS or facts is None:
            continue
        layer = failing.value_of(held.value, failure)
        if session.is_kind(layer, "Layer") and session.own(layer, "built") is False:
            name = failing.text_of(held.value, facts)[:40]
            found = Finding(
                title=f"{name} has no weights yet",
                cause="A layer makes them when it first gets data, or the shape of data: before, it knows no sizes.",
                advice=(
                    "Begin the model with keras.Input(shape=…), call it with a batch, or build it: "
                    "model.build((None, features)). Then ask for the weights.",
                ),
                reference="Layer.get_weights",
            )
            yield problem("KD111", found, facts)
            return


_WEIGHTS = ("get_weights", "weights", "trainable_weights", "trainable_variables", "variables")


def _needing_weights(failure: Failure) -> Iterator[Problem]:
    """``model.load_weights(path)`` and the like, of a model that has no weights yet."""
    message = failure.message[:400]
    facts = failing.facts_of(failure) if _BUILT.search(message) and not _CALLED.search(message) else None
    model = unbuilt(failure, facts) if facts is not None else None
    if model is not None and last_name(model.call.func) not in (*TRAINING, "evaluate", "predict"):
        yield _needs_its_shape(model)


def _findings(failure: Failure) -> Iterator[Finding]:
    message = failure.message[:400]
    call = failed_training(failure)
    if _COMPILE.search(message):
        yield _not_compiled(call, "fit")
    elif _LOSS.search(message) or (_NO_GRADIENTS in message and call is not None and lacks_loss(call.model)):
        yield _without_test_step(call) or _without_loss(call)
    elif _CALLED.search(message):
        yield from _never_called(failure)
    elif _BUILT.search(message):
        layer = failing.raising(failure)
        if session.is_kind(layer, "Layer") and not session.is_kind(layer, "Model"):
            yield _layer_not_built(layer)
        elif session.is_kind(layer, "Optimizer") or session.is_kind(layer, "BaseOptimizer"):
            yield _finding(
                "The optimizer is not built: it has no variables yet",
                "Its momentum and the like are made for the variables that it trains, by the first step of training.",
                f"Call {_building_of_an_optimizer(failure)} first.",
            )
        else:
            yield _not_built()


def _without_test_step(call: Training | None) -> Finding | None:
    """A model with a training step of its own, whose validation Keras does by its own test_step."""
    model = call.model if call is not None else None
    if call is None or model is None or not (call.method == "evaluate" or "validation_data" in call.given):
        return None
    steps = [session.defined(type(model), name) for name in ("train_step", "test_step")]
    own = [session.root(each) == "builtins" and not _is_of_keras(each) for each in steps]
    if own != [True, False]:
        return None
    name = session.class_name(model)
    return _finding(
        f"{name} has a train_step of its own, and no test_step",
        "evaluate, and fit for validation_data, compute it by test_step; that of Keras needs compile's loss.",
        f"Give {name} a test_step(self, data) that computes the same loss without the gradients, and returns the same "
        "dictionary; or leave validation_data out.",
    )


def _is_of_keras(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).partition(".")[0] in ("keras", "tf_keras", "tensorflow")


def _without_loss(call: Training | None) -> Finding:
    compiled = compile_call(call) if call is not None else None
    given = given_to(compiled, "loss") if compiled is not None else None
    losses = fitting_losses(call) if call is not None else ()
    title = "The model was compiled without a loss"
    if call is not None and given is not None and not isinstance(given, ast.Constant) and call.facts is not None:
        text = failing.text_of(given, call.facts)
        returns = "a function that makes a loss needs a return. " if isinstance(given, ast.Call) else ""
        return _finding(
            f"{title}: {text[:40]} is None",
            "Training makes a loss smaller, and there is none.",
            f"Look where it is made: {returns}{_named(losses, call)}".strip(),
        )
    if call is None or not losses:
        return _finding(
            title,
            "Training makes a loss smaller, and there is none.",
            "Give compile the loss that fits the labels and the last layer: model.compile(optimizer=…, loss=…).",
        )
    return Finding(
        title,
        " ".join(each.why for each in losses[:2]),
        changes=tuple(_with_loss(compiled, given, losses, call)),
        advice=(_named(losses, call),),
        reference="compile",
    )


def _named(losses: tuple[Fitting, ...], call: Training) -> str:
    """The losses to give, in a sentence; empty where they are not known."""
    return f"Give compile loss={_written(losses, call)}, and run its cell again before this one." if losses else ""


def _written(losses: tuple[Fitting, ...], call: Training) -> str:
    keras = of_keras("losses", call.network.keras, call.facts).text.rpartition(".")[0] or "keras"
    texts = [each.written(keras) for each in losses]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _with_loss(
    compiled: ast.Call | None, given: ast.expr | None, losses: tuple[Fitting, ...], call: Training
) -> Iterator[Change]:
    """The loss put into the call of compile in this cell."""
    is_bound = of_keras("losses", call.network.keras, call.facts).is_bound or not any(each.logits for each in losses)
    if compiled is None or call.facts is None or not is_bound:
        return
    text = f"loss={_written(losses, call)}"
    differs = ""
    if any(each.name == NUMBERS for each in losses):
        differs = "mse is for numbers that are to be as near as possible."
    if not all(each.is_seen for each in losses):
        differs = "The labels are not known here: this loss takes 0 and 1."
    last = last_argument(compiled)
    if given is not None:
        edit = (given, text.partition("=")[2])
    elif last is not None:
        edit = (last, f"{failing.text_of(last, call.facts)}, {text}")
    else:
        edit = (compiled, f"{failing.text_of(compiled.func, call.facts)}({text})")
    yield Change("Give compile the loss", (edit,), differs, "The last layer and the labels are read from this kernel.")


def _not_built() -> Finding:
    return _finding(
        "The model is not built: it does not know the shape of its input yet",
        "Weights are made when the input's shape is known: by an Input as the first layer, by build, or by the "
        "first data. Loading weights, counting and saving come after that.",
        "Begin the model with keras.Input(shape=(…)), or call model.build((None, …)) with the shape of the data.",
    )


def _needs_its_shape(model: Unbuilt) -> Problem:
    """A model that the cell names: what it is given later, or its own build, can come first."""
    name, method = model.written, last_name(model.call.func)
    found = model.built()
    title = f"{name} is not built yet, and {method} needs its weights"
    before = "on a few samples first, " + f"{name}(x[:1]), or call {name}.build with the shape of a batch, (None, …)"
    evidence = f"It stands before {method} and makes the weights that {method} needs."
    advice = f"Call {name} {before}; x is what you fit it with."
    if model.shape is not None:
        advice = f"Before it write {name}.build({shown(model.shape)})."
    if not model.is_of_a_class:
        advice = f"Begin {name} with keras.Input(shape=(…)), or call it {before.partition(', or')[0]}."
    return Problem(
        rule="KD111",
        severity=ERROR,
        title=title,
        cause="A model makes its weights when it knows the shape of its input: by the first data, by build, or by an "
        "Input as its first layer.",
        reference="Model.build",
        fixes=(Fix("manual", advice),),
        proposals=(Proposal(f"Build {name} first: {found[0]}", tuple(found[1]), evidence),) if found else (),
    )


def _building_of_an_optimizer(failure: Failure) -> str:
    """``model.optimizer.build(model.trainable_variables)``, in the names of the cell."""
    facts = failing.facts_of(failure)
    for call in failing.calls(failure, facts) if facts is not None else ():
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if facts is not None and isinstance(owner, ast.Attribute) and owner.attr == "optimizer":
            model = failing.text_of(owner.value, facts)
            return f"{model}.optimizer.build({model}.trainable_variables)"
    return "optimizer.build(model.trainable_variables)"


def _layer_not_built(layer: Any) -> Finding:
    return _finding(
        f"The layer {session.class_name(layer)} is not built: it has no weights yet",
        "Weights are made when the input's shape is known: by build, or by the first data.",
        "Call it with data first, or call layer.build((None, …)) with the shape of the data.",
    )


def _never_called(failure: Failure) -> Iterator[Finding]:
    """``input`` and ``output`` of what was not called with a tensor of keras.Input."""
    layer = failing.raising(failure)
    if not session.is_kind(layer, "Layer"):
        return
    if session.is_kind(layer, "Sequential"):
        if session.own(layer, "_functional") is None:
            yield _not_built()
    elif session.is_kind(layer, "Model") and (called := called_for_a_layer(layer, failure)) is not None:
        yield called
    elif session.is_kind(layer, "Model"):
        yield _finding(
            "A model made as a class has no input and output of its own",
            "Its call can do anything, so there is no graph from one tensor to another.",
            "Make the graph: inputs = keras.Input(shape=(…)); model = keras.Model(inputs, my_model(inputs)).",
        )
    else:
        yield _finding(
            f"The layer {session.class_name(layer)} has no input and output yet",
            "It has them once it was called with a tensor of keras.Input, or is part of a model that was.",
            "Call it: outputs = layer(inputs), with inputs = keras.Input(shape=(…)).",
        )


_NO_GRADIENTS = "No gradients provided for any variable"
"""What TensorFlow 2.4 says of a model without a loss."""


def _check(call: Training) -> Iterator[Finding]:
    if call.method in (*TRAINING, "evaluate") and call.network.compiled is False:
        yield _not_compiled(call, call.method)


def _not_compiled(call: Training | None, method: str) -> Finding:
    name = _name_of_model(call) if call is not None else "model"
    losses = fitting_losses(call) if call is not None else ()
    metrics = ", metrics=['accuracy']" if len(losses) == 1 and losses[0].name != NUMBERS else ""
    loss = _written(losses, call) if call is not None and losses else "…"
    return _finding(
        f"{'The model' if name == 'model' else name} is not compiled, and {call.method if call else method} needs that",
        losses[0].why
        if len(losses) == 1
        else "compile says which optimizer and loss are used. A model that is made or loaded anew has none.",
        f"Before it: {_trainable(call, name)}{name}.compile(optimizer='adam', loss={loss}{metrics})"
        + ("." if losses else ", with the loss that fits the labels."),
    )


def _name_of_model(call: Training) -> str:
    """How the cell names the model; "model" where it is no plain name."""
    owner = call.call.func.value if call.call is not None and isinstance(call.call.func, ast.Attribute) else None
    return owner.id if isinstance(owner, ast.Name) else "model"


def _trainable(call: Training | None, name: str) -> str:
    """What has to come before compile where the model was frozen, as the discriminator in a GAN is: compile takes the
    weights that are to be trained as they are then."""
    if call is None or call.method not in TRAINING or not call.network.frozen:
        return ""
    return f"{name}.trainable = True (it is frozen, and nothing would be trained), then "


def _finding(title: str, cause: str, advice: str) -> Finding:
    return Finding(title, cause, advice=(advice,), reference="compile")


RULE = Rule(
    code="KD111",
    name="model that is not ready",
    lesson=Lesson(
        what="`fit` ends in: You must call `compile()` before using the model; `save_weights` or `load_weights` "
        "in: a model that has not yet been built.",
        why="A model is made in steps: layers, input shape (then it is built: it has weights), compile. A new object "
        "starts at the first one.",
        since="keras 2.0",
        before="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(1)])\n"
        "model.fit(np.ones((4, 4)), np.ones(4))",
        after="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nmodel.fit(np.ones((4, 4)), np.ones(4))",
        target="tensorflow==2.21.0",
        related=("KD109", "KD106"),
    ),
    on_cell=before_run("KD111", _check),
    on_failure=on_failure,
)

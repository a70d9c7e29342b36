"""Methods of models and optimizers that are gone."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any, Iterable, Iterator, Mapping

from ...catalog.target import Found
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failed_cell import calls, facts_of
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import METHOD, Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE
from ...diagnosis.repair.arguments import new_name
from ...diagnosis.resolve.arguments import known_to_rules, taken
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.spelling import doubt, near_name, whole_name
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import rename_keyword, without_keywords
from ...source.nodes import last_name
from ...source.reference import Reference
from .generators_of_predict import in_tuples
from .methods_of_models import predicted_classes, reset_states
from .steps import COUNTED, counts_samples, in_batches, namespace_of

# Generators went into the plain methods; what stood in their second place is not what stands there in these.
_GENERATORS = {
    "fit_generator": (
        "fit",
        ("steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data", "validation_steps"),
    ),
    "evaluate_generator": ("evaluate", ("steps",)),
    "predict_generator": ("predict", ("steps",)),
}
_PERHAPS_SAMPLES = (
    "The number behind the generator is taken for batches, as since Keras 2. In a program of Keras 1 it counts "
    "samples: divide it by the batch size."
)
_SAME = {"predict_proba": "predict", "reset_states": "reset_state", "get_scaled_loss": "scale_loss"}
_OF_TORCH = {"compute": ("result",)}
"""What a metric of torchmetrics calls its methods, beside update and reset."""
_STATES = "Reset the stateful layers: for layer in model.layers: if hasattr(layer, 'reset_state'): layer.reset_state()."
_ADVICE = {  # {0}: the optimizer as written, {1}: its variables, which are a method in some releases
    "predict_classes": "For one sigmoid output write (model.predict(x) > 0.5).astype('int32'); for a softmax output "
    "model.predict(x).argmax(axis=-1).",
    "get_weights": "Use {0}.{1}, and [v.numpy() for v in {0}.{1}] for the values.",
    "set_weights": "Assign to each: for v, value in zip({0}.{1}, values): v.assign(value).",
    "_decayed_lr": "Use {0}.learning_rate; with a schedule, too, it is the current value.",
    "get_slot": "Look in {0}.{1}: the name of each holds the name of the weight that it belongs to.",
    "get_updates": "It was for graphs. Train on data: with tf.GradientTape() as tape: loss = … of model(data). Then "
    "{0}.apply_gradients(zip(tape.gradient(loss, weights), weights)), with weights = model.trainable_weights; or "
    "compile the model with that loss, and call model.train_on_batch.",
    "get_gradients": "Use tf.GradientTape, then {0}.apply_gradients(zip(gradients, variables)).",
    "get_unscaled_gradients": "Leave it out: apply_gradients of a LossScaleOptimizer divides by the scale itself.",
    "minimize": "Use tf.GradientTape, then {0}.apply_gradients(zip(gradients, variables)).",
    "reset_metrics": "Use model.reset_metrics of Keras 2, or reset_state() of each metric in model.metrics.",
    "to_yaml": "Use model.to_json(); YAML was removed for security reasons.",
}


def instead(method: str) -> str:
    """What to do in the place of calling a method that is gone; empty where that is not known."""
    new = _GENERATORS[method][0] if method in _GENERATORS else _SAME.get(method)
    return f"Call {new}." if new else _ADVICE.get(method, "").format("optimizer", "variables")


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    if reference is None:
        return
    owner, _, method = reference.name.rpartition(".")
    if method in _GENERATORS:
        new, names = _GENERATORS[method]
        yield from _renamed(reference, new, names, facts, world)
    elif method in _SAME:
        if method == "reset_states" and owner.endswith((".Model", ".Sequential")):
            yield from _done_otherwise(reference, facts, world)
            yield Fix("manual", _STATES)
        else:
            yield from _renamed(reference, _SAME[method], (), facts, world)
    elif method == "predict_classes":
        yield from _done_otherwise(reference, facts, world)
    elif method == "get_unscaled_gradients":
        yield from _its_argument(reference, facts)
    elif method == "get_weights":
        yield from _values(reference, _variables(owner, world), facts)
    elif method not in _ADVICE:
        here = world.names(owner)
        whole = whole_name(method, here) or next((name for name in _OF_TORCH.get(method, ()) if name in here), None)
        near = whole or near_name(method, (*here, *(name for name in _ADVICE if name not in here)))
        if near and near not in here:
            method = near
        elif near:
            unsure = "" if whole else doubt(method, near)
            yield from (
                each._replace(differs=each.differs or unsure) for each in _renamed(reference, near, (), facts, world)
            )
    if method in _ADVICE:
        asked = reference.written.rpartition(".")[0] or "optimizer"
        yield Fix("manual", _ADVICE[method].format(asked, _variables(owner, world)))


def _variables(owner: str, world: World) -> str:
    """How a class of optimizers gives its variables: a method in TensorFlow 2.11 and before, then an attribute."""
    found = world.attribute(f"{owner}.variables")
    return "variables()" if isinstance(found, Found) and found.kind == "function" else "variables"


def _values(reference: Reference, variables: str, facts: CellFacts) -> Iterator[Proposal]:
    """``optimizer.get_weights()``"""
    call = _call(reference, facts)
    if call is not None and not call.args and not call.keywords:
        asked = reference.written.rpartition(".")[0]
        edit = Edit(facts.cell.range(call), f"[v.numpy() for v in {asked}.{variables}]")
        differs = "The order is that of this release: a list that TensorFlow 2.10 has saved does not fit."
        yield Proposal("Read the values of its variables", (edit,), differs=differs)


def _its_argument(reference: Reference, facts: CellFacts) -> Iterator[Proposal]:
    call = _call(reference, facts)
    if call is not None and len(call.args) == 1 and not call.keywords:
        edit = Edit(facts.cell.range(call), facts.cell.segment(facts.cell.range(call.args[0])))
        yield Proposal("Leave it to apply_gradients", (edit,), "It divides the gradients by the scale in Keras 3.")


def _renamed(
    reference: Reference, new: str, names: tuple[str, ...], facts: CellFacts, world: World
) -> Iterable[Proposal]:
    owner = reference.name.rpartition(".")[0]
    if not isinstance(world.attribute(f"{owner}.{new}"), Found):
        return
    edits: list[Edit] = [Edit(reference.range, new)]
    call = _call(reference, facts)
    positional = call.args[1:] if call and names else []
    if len(positional) > len(names) or any(isinstance(item, ast.Starred) for item in positional):
        return
    in_samples = counts_samples(reference, positional[0], world) if positional else False
    counts = {old: item for item, name in zip(positional, names) for old in COUNTED if COUNTED[old] == name}
    places = {**dict(zip(names, positional)), **counts} if in_samples else {}
    steps = in_batches(call, facts, namespace_of(world), places) if call and names else None
    for item, name in zip(positional, names):
        if steps is None or item not in counts.values() or not in_samples:
            at = facts.cell.range(item)
            edits.append(Edit(type(at)(at.line, at.column, at.line, at.column), f"{name}="))
    edits += _arguments(reference, f"{owner}.{new}", facts, world, steps.left_out if steps else ())
    edits += steps.edits if steps else ()
    differs = steps.about if steps and not steps.exact else _PERHAPS_SAMPLES if in_samples is None else ""
    if call is not None and world.keras_3 and reference.name.endswith(".predict_generator"):
        batches = in_tuples(call, facts, namespace_of(world))
        edits += batches.edits
        differs = batches.about or differs
    counted = [name for name in (*reference.keywords, *places) if name in COUNTED] if steps is None else []
    blank = f"{COUNTED[counted[0]]} counts batches: divide {counted[0]} by the batch size." if counted else ""
    yield Proposal(f"Call {new}", tuple(edits), f"{owner}.{new} is {world.where(owner)}.", differs, blank)


def _arguments(
    reference: Reference, new: str, facts: CellFacts, world: World, left_out: tuple[str, ...]
) -> Iterator[Edit]:
    """What the method of today calls the arguments, or does without."""
    there, here = reference._replace(name=new), world.parameters(new)
    shown = {item.name for item in here.parameters} if here else set()
    dropped = list(left_out)
    unknown = [each for each in reference.keywords if each not in (*shown, *left_out)]
    for keyword in unknown:  # evaluate(**kwargs) refuses them later
        argument = next((argument for _, argument in known_to_rules(there, keyword, world)), None)
        name = new_name(there, argument, taken(there, world)) if argument else None
        if keyword == "generator" and reference.name.rpartition(".")[2] in _GENERATORS:
            name = "x"
        if name is not None:
            yield from rename_keyword(facts.cell, reference, keyword, name)
        elif argument is not None and argument.dropped:
            dropped.append(keyword)
    call = _call(reference, facts)
    yield from without_keywords(facts.cell, call, dropped) if call else ()


def _done_otherwise(reference: Reference, facts: CellFacts, world: World) -> Iterable[Proposal]:
    call = _call(reference, facts)
    if call is not None:
        yield from _of_model(call, facts, namespace_of(world))


def _of_model(call: ast.Call, facts: CellFacts, namespace: Mapping[str, Any] | None) -> Iterable[Proposal]:
    """``model.predict_classes(x)`` and ``model.reset_states()`` in another form."""
    if last_name(call.func) == "predict_classes":
        yield predicted_classes(call, facts, _outputs(call, namespace))
    elif last_name(call.func) == "reset_states":
        proposal = reset_states(call, facts)
        if proposal is not None:
            yield proposal


def _outputs(call: ast.Call, namespace: Mapping[str, Any] | None) -> int | None:
    """How many outputs a live model has, where its last layer says a number."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    model = session.value_of(owner, namespace or {})
    layers = session.members(session.own(model, "_layers")) if session.is_of_keras(model) else ()
    if not layers or not session.is_exactly(layers[-1], session.root(model), "Dense"):
        return None
    units = session.own(layers[-1], "units")
    return units if type(units) is int else None


def _call(reference: Reference, facts: CellFacts) -> ast.Call | None:
    end = (reference.range.end_line, reference.range.end_column)
    assert facts.cell.tree is not None
    for node in ast.walk(facts.cell.tree):
        if isinstance(node, ast.Call):
            function = facts.cell.range(node.func)
            if (function.end_line, function.end_column) == end:
                return node
    return None


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """An object whose class the cell does not show: the exception itself tells what it was."""
    wanted = failure.wanted
    if wanted is None or wanted.kind != ATTRIBUTE or wanted.member not in (*_ADVICE, "reset_states"):
        return
    thing = failing.subject(failure)
    if not session.is_of_keras(thing) or (failure.end and failure.end.place != "cell"):
        return
    variables = "variables()" if type(session.defined(type(thing), "variables")) is FunctionType else "variables"
    yield Problem(
        rule="KA201",
        severity=ERROR,
        title=f"{wanted.owner} has no {wanted.member} in this release",
        cause=f"{failure.message.rstrip('.')}.",
        reference=wanted.member,
        fixes=(Fix("manual", _ADVICE.get(wanted.member, _STATES).format(_asked(failure), variables)),),
        proposals=tuple(_on_line(failure)),
    )


def _asked(failure: Failure) -> str:
    """What is asked for it, as the line that failed has it."""
    facts, wanted = facts_of(failure), failure.wanted
    nodes = failing.nodes(failure, facts) if facts is not None and wanted is not None else []
    asked = [node.value for node in nodes if isinstance(node, ast.Attribute) and wanted and node.attr == wanted.member]
    return failing.text_of(asked[0], facts) if asked and facts is not None else "optimizer"


def _on_line(failure: Failure) -> Iterator[Proposal]:
    facts, wanted = facts_of(failure), failure.wanted
    if facts is not None and wanted is not None:
        asked = [call for call in calls(failure, facts) if last_name(call.func) == wanted.member]
        for call in asked[:1]:
            yield from _of_model(call, facts, failure.namespace)


RULE = Rule(
    code="KA201",
    name="removed method",
    lesson=Lesson(
        what="`model.predict_classes(x)` or `model.fit_generator(…)` ends in AttributeError: object has no attribute.",
        why="Since TensorFlow 2.1, fit, evaluate and predict accept generators, so Keras 3 dropped the methods for "
        "generators. predict_classes and predict_proba, which worked for some models only, left with "
        "TensorFlow 2.6.",
        since="keras 2.6",
        before="from keras.models import Sequential\nmodel = Sequential()\nmodel.fit_generator",
        after="from keras.models import Sequential\nmodel = Sequential()\nmodel.fit",
        target="tensorflow==2.16.2",
        related=("KA101",),
    ),
    tells=METHOD,
    instead=instead,
    on_cell=finder("KA201"),
    on_failure=on_failure,
    fixes=fixes,
)

"""``a, b = …`` of something of Keras that gives another number of values."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...catalog.target import Found
from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.network import is_network
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import CONVERTED, Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .counted_batches import counted

_UNPACKED = re.compile(r"(?:too many|not enough) values to unpack \(expected (?:at least )?(\d+)")
_STEPS = ("train_step", "test_step")
_UNPACK = "unpack_x_y_sample_weight"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts, end = failing.facts_of(failure), failure.end
    wanted = _UNPACKED.match(failure.message) if isinstance(failure.exception, ValueError) else None
    inside = end is not None and end.place != "cell" and CONVERTED not in end.path
    if wanted is None or facts is None or (inside and not failure.converted_line):
        return
    for node in _unpacked(failure, facts):
        for finding in _findings(node, int(wanted[1]), failure, facts, world):
            yield problem("KD138", finding, facts)
            return


def _names(node: ast.expr, facts: CellFacts) -> ast.expr | None:
    """What stands left of the = where this stands right of it; None where a loop goes through it."""
    made = (each for each in ast.walk(facts.cell.tree or node) if isinstance(each, ast.Assign))
    return next((each.targets[0] for each in made if each.value is node), None)


def _gives(dataset: Any) -> int:
    """How many parts each element has."""
    spec = session.attribute(dataset, "element_spec")
    return len(spec) if type(spec) is tuple else 1


def _of_a_dataset(node: ast.expr, names: ast.expr, facts: CellFacts) -> Finding:
    """``x, y = train``: Python goes through the batches, and puts one into each name."""
    taken, text = failing.text_of(names, facts).strip("()[]"), failing.text_of(node, facts)
    return Finding(
        title=f"{text} is a dataset, and is taken apart as if it were {taken}",
        cause="It is a plan of reading, and gives its elements one after the other; fit takes it as it is.",
        advice=(f"Go through it: for {taken} in {text}: …; or take the first one: {taken} = next(iter({text})).",),
        reference="tf.data.Dataset",
    )


def _unpacked(failure: Failure, facts: CellFacts) -> Iterator[ast.expr]:
    """What stands right of the = on the line that failed, or is gone through by its for."""
    on_line = {id(node) for node in failing.nodes(failure, facts)}
    for node in ast.walk(facts.cell.tree or ast.Module([], [])):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Tuple, ast.List)):
            given: ast.expr = node.value
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, (ast.Tuple, ast.List)):
            given = node.iter
        else:
            continue
        if id(given) in on_line:
            yield given


def _findings(node: ast.expr, wanted: int, failure: Failure, facts: CellFacts, world: World) -> Iterator[Finding]:
    if isinstance(node, ast.Name) and _is_data(node, facts):
        yield _of_a_step(node, wanted, facts, world)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = failing.value_of(node.func.value, failure)
        if last_name(node.func) in ("predict", "predict_on_batch") and session.is_kind(owner, "Model"):
            yield from _of_a_model(owner, wanted)
        elif last_name(node.func) == "get_weights" and session.is_kind(owner, "Layer") and not is_network(owner):
            yield _of_weights(owner, wanted)
    whole = failing.value_of(node, failure)
    names = _names(node, facts)
    if names is not None and session.is_kind(whole, "DatasetV2") and _gives(whole) == wanted:
        yield _of_a_dataset(node, names, facts)
        return
    dataset = failing.value_of(_dataset(node), failure)
    if session.is_kind(dataset, "DatasetV2"):
        number = counted(node, dataset, facts)
        if number is not None:
            yield number
        yield from _of_elements(dataset, wanted)


def _is_data(node: ast.Name, facts: CellFacts) -> bool:
    """Whether it is the argument of a train_step that the user wrote."""
    steps = (each for each in ast.walk(facts.cell.tree or ast.Module([], [])) if isinstance(each, ast.FunctionDef))
    return any(
        step.name in _STEPS and node.id in [each.arg for each in step.args.args] and node in ast.walk(step)
        for step in steps
    )


def _of_a_step(node: ast.Name, wanted: int, facts: CellFacts, world: World) -> Finding:
    """``x, y, sample_weight = data``"""
    names = facts.after.names
    keras = next((name for name, value in names.items() if value in ("keras", "tf_keras", "tensorflow.keras")), "")
    root = keras or next((f"{name}.keras" for name, value in names.items() if value == "tensorflow"), "")
    of = names.get(keras, "tensorflow.keras")
    there = isinstance(world.attribute(f"{of}.utils.{_UNPACK}"), Found)
    text = f"{root}.utils.{_UNPACK}({node.id})"
    change = Change("Unpack what fit was given", ((node, text),), evidence="It gives None for what there is not.")
    return Finding(
        title=f"{node.id} of a train_step does not hold {wanted} parts here",
        cause="It holds what fit was given: x alone, x and y, or x, y and the weights of the samples.",
        changes=(change,) if root and there and wanted == 3 else (),
        advice=(
            f"Write x, y, sample_weight = keras.utils.{_UNPACK}({node.id}), which gives None for what there is not; or "
            "give fit as many parts.",
        ),
        reference="Model.train_step",
    )


def _of_a_model(model: Any, wanted: int) -> Iterator[Finding]:
    outputs = len(session.members(session.attribute(model, "outputs")))
    if outputs and outputs != wanted:
        yield Finding(
            title=f"The model has {outputs} output{'s' if outputs > 1 else ''}, and the line takes {wanted}",
            cause="predict gives a list with an array for each output; for a single one it gives the array itself.",
            advice=(
                f"Take {outputs} values."
                if outputs > 1
                else "Take the array: y = model.predict(x); a row is a sample.",
            ),
            reference="Model.predict",
        )


def _of_weights(layer: Any, wanted: int) -> Finding:
    name = session.class_name(layer)
    built = session.own(layer, "built", "_built") is True
    return Finding(
        title=f"{name} does not have {wanted} weights" + ("" if built else ": it is not built"),
        cause="get_weights gives an array for each weight: kernel and bias of most, none of layers without weights."
        if built
        else "Weights are made when the input's shape is known: by build, or by the first data.",
        advice=(
            "Print [w.shape for w in layer.get_weights()]; use_bias=False leaves one of them out."
            if built
            else "Call the layer with data first, or layer.build((None, …)) with the shape of the data.",
        ),
        reference="Layer.get_weights",
    )


def _dataset(node: ast.expr) -> ast.expr:
    """``ds`` of ``ds``, ``ds.take(1)`` and ``next(iter(ds))``"""
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            node = node.func.value
        elif node.args and last_name(node.func) in ("next", "iter"):
            node = node.args[0]
        else:
            break
    return node


def _of_elements(dataset: Any, wanted: int) -> Iterator[Finding]:
    spec = session.attribute(dataset, "element_spec")
    parts = len(spec) if type(spec) is tuple else 1
    if parts != wanted:
        yield Finding(
            title=f"An element of the dataset has {parts} part{'s' if parts > 1 else ''}, and the line takes {wanted}",
            cause="Images and labels are two parts where the dataset was made of both; labels=None gives images alone.",
            advice=("Print ds.element_spec, and take what is there: for x in ds, or for x, y in ds.",),
            reference="tf.data.Dataset",
        )


RULE = Rule(
    code="KD138",
    name="numbers of values",
    lesson=Lesson(
        what="`x, y, sample_weight = data` in a train_step, or `a, b = model.predict(x)`, ends in ValueError: not "
        "enough values to unpack.",
        why="data holds what fit was given, predict gives an array for each output, and a dataset the parts that it "
        "was made of.",
        since="keras 2.4",
        before="import tensorflow as tf\nds = tf.data.Dataset.from_tensor_slices(tf.zeros((4, 3))).batch(4)\n"
        "for x, y in ds:\n    pass",
        after="import tensorflow as tf\nds = tf.data.Dataset.from_tensor_slices(tf.zeros((4, 3))).batch(4)\n"
        "for x in ds:\n    pass",
        target="tensorflow==2.21.0",
        related=("KD116", "KD129"),
    ),
    on_failure=on_failure,
)

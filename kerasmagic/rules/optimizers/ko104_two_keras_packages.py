"""Objects of two Keras packages in one model."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.taken_from_one import makes, taken_from_one
from ...diagnosis.resolve.origin import keras_package
from ...diagnosis.resolve.world import World
from ...source.reference import Passed, Reference

_LAYERS = (".layers.", ".models.", ".Sequential", ".Model", ".Input")
_OPTIMIZERS = (".optimizers.", ".optimizer_v2.")
_TAKES_LAYERS = (".Sequential", ".Sequential.add", ".Bidirectional", ".TimeDistributed")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    """``keras.Sequential([tf.keras.layers.Dense(1)])`` where these are two packages, and what is like it."""
    for reference in facts.references:
        for given in reference.passes:
            what = _refused(reference, given)
            if not what or _tree(_owner(reference)) == _tree(given.value.base):
                continue
            here, there = (keras_package(name, world) for name in (_owner(reference), given.value.base))
            if not here or not there or here == there:
                continue
            if _lets_through(reference, here, there, world):
                continue
            yield Problem(
                rule="KO104",
                severity="info" if reference.guarded else "error",
                title=f"{_last(_owner(reference))} is from {here}, and this {what} is from {there}",
                cause=f"{here} accepts only its own {what}s: {given.value.base} comes from {there} in {world.name}.",
                range=given.range,
                reference=given.value.base,
                fixes=(Fix("manual", f"Use one package for both: import the {what} from {here}, too."),),
                proposals=tuple(_from_one(reference, given, facts, world)),
            )


def _from_one(reference: Reference, given: Passed, facts: CellFacts, world: World) -> Iterator[Proposal]:
    """What is made in the same cell, made of the package that gets it."""
    split, public = split_tree(given.value.base), split_tree(_owner(reference))
    made = _last(given.value.base)
    if split is not None and public is not None and makes(made, split[0], facts):
        proposal = taken_from_one(facts, split[0], public[0], made, world)
        if proposal is not None:
            yield proposal


def _refused(reference: Reference, given: Passed) -> str:
    """What an argument is, where an object of another package is refused; measured with keras and tf_keras."""
    if given.keyword in ("0", "optimizer") and reference.name.endswith(".compile"):
        return "optimizer" if any(part in given.value.base for part in _OPTIMIZERS) else ""
    if given.keyword in ("0", "layer", "layers") and reference.name.endswith(_TAKES_LAYERS):
        return "layer" if any(part in given.value.base for part in _LAYERS) else ""
    return ""


def _lets_through(reference: Reference, here: str, there: str, world: World) -> bool:
    """Keras 2 and the old copy inside TensorFlow take each other's layers in a Sequential."""
    others = {here, there} - {"tensorflow.python.keras"}
    one_generation = len(others) == 1 and not (world.version(others.pop()) or "").startswith("3.")
    return one_generation and reference.name.endswith((".Sequential", ".add"))


def _owner(reference: Reference) -> str:
    """The class that is called, or whose method is."""
    return reference.name.rpartition(".")[0] if reference.kind == "method" else reference.name


def _tree(name: str) -> str:
    """The two first parts of a name of TensorFlow's, the first of any other: where these are the same, so is Keras."""
    parts = name.split(".", 3)
    return ".".join(parts[: 3 if parts[1:2] == ["python"] else 2]) if parts[0] == "tensorflow" else parts[0]


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _on_optimizer(optimizer: Any, model: Any, namespace: Mapping[str, Any]) -> Iterator[Problem]:
    if model is None:
        return
    parts: dict[str, list[str]] = {}
    for what, value in (
        ("the model", model),
        ("its optimizer", optimizer),
        *((f"layer {layer.name}", layer) for layer in getattr(model, "layers", None) or ()),
    ):
        package = _package(value)
        if package:
            parts.setdefault(package, []).append(what)
    if len(parts) > 1:
        listed = "; ".join(f"{package}: {', '.join(found[:3])}" for package, found in parts.items())
        yield Problem(
            rule="KO104",
            severity="error",
            title=f"Objects of {len(parts)} Keras packages in one model: {listed}",
            cause="Each package accepts only its own layers, variables and optimizers; isinstance is false for the "
            "others, and training fails, often far from here.",
            reference=next(iter(parts)),
            fixes=(Fix("manual", f"Import everything from {_package(model)}"),),
        )


def _package(value: Any) -> str:
    """The Keras package that the nearest base class of Keras comes from."""
    for base in type(value).__mro__:
        if base.__module__.startswith("tensorflow.python.keras"):
            return "tensorflow.python.keras"
        root = base.__module__.partition(".")[0]
        if root in ("keras", "tf_keras"):
            return root
    return ""


RULE = Rule(
    code="KO104",
    name="two Keras packages in one model",
    lesson=Lesson(
        what="A model of one Keras contains a layer or an optimizer of another.",
        why="keras, tf_keras and the old tensorflow.python.keras each have classes of the same names that have "
        "nothing in common.",
        since="tensorflow 2.6",
        before="import keras\nimport tf_keras\n\nmodel = keras.Sequential([tf_keras.layers.Dense(1)])",
        after="import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])",
        target="tensorflow==2.19.1,keras==3.15.1,tf_keras==2.19.0",
        related=("KO103",),
    ),
    on_cell=on_cell,
    on_optimizer=_on_optimizer,
)

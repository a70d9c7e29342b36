"""``self.metrics = []`` in a layer or model of one's own: Keras computes what has that name."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_KEPT = re.compile(
    r"Can't set the attribute \"(\w+)\", likely because it conflicts with an existing read-only @property"
    r"|property '(\w+)' of '\w+' object has no setter"
    r"|can't set attribute(?: '(\w+)')?"
    r"|`\w+\.(\w+)` attribute is reserved"
)
_OF_THE_BASE = ("name", "dtype", "trainable")
"""What the base class takes when it is made."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    kept = _KEPT.search(failure.message) if isinstance(failure.exception, AttributeError) else None
    facts, thing = failing.facts_of(failure), failing.raising(failure)
    if kept is None or facts is None or not session.is_of_keras(thing) or session.is_kind(thing, "BaseOptimizer"):
        return  # an optimizer of the user's for another Keras (KO107)
    if session.is_kind(thing, "Callback") and "model" in (*kept.groups(), *_unnamed(kept)):
        yield problem("KD134", _OF_A_CALLBACK, None)
        return
    if kept[2] in _WEIGHTS and session.is_kind(thing, "Layer") and session.root(thing) in _LIBRARIES:
        yield problem("KD134", _of_a_weight(kept[2], failure, facts), facts)
        return
    if not raised_by_keras(failure):
        return
    if session.is_kind(thing, "Model") and session.root(thing) in _LIBRARIES:
        yield problem("KD134", _OF_A_MODEL, None)
        return
    owner = _definition(thing, facts)
    for node in failing.nodes(failure, facts) if owner is not None else ():
        own = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
        if own and isinstance(node, ast.Attribute) and node.attr in (*kept.groups(), *_unnamed(kept)):
            yield problem("KD134", _finding(owner, node, facts), facts)
            return


_OF_A_MODEL = Finding(
    title="The inputs, outputs and layers of a model cannot be replaced",
    cause="A model is made once, of its tensors; layers.pop() takes nothing out of it either.",
    advice=(
        "Make a new model of the tensors: keras.Model(model.inputs, model.layers[-2].output) ends before the last "
        "layer. Both share the layers and their weights.",
    ),
    reference="Model.outputs",
)


_LIBRARIES = ("keras", "tf_keras", "tensorflow")
_WEIGHTS = ("kernel", "bias", "embeddings", "gamma", "beta", "recurrent_kernel")


def _of_a_weight(name: str, failure: Failure, facts: CellFacts) -> Finding:
    """``layer.kernel = array``"""
    made = (node for node in ast.walk(facts.cell.tree or ast.Module([], [])) if isinstance(node, ast.Assign))
    on_line = {id(node) for node in failing.nodes(failure, facts)}
    edits = [
        (node, f"{failing.text_of(node.targets[0], facts)}.assign({failing.text_of(node.value, facts)})")
        for node in made
        if isinstance(node.targets[0], ast.Attribute)
        and node.targets[0].attr == name
        and id(node.targets[0]) in on_line
    ]
    return Finding(
        title=f"A layer's {name} is a variable, and gets values by assign",
        cause="The layer made it when it was built, and keeps it.",
        changes=(Change("Assign the values", tuple(edits), evidence="Variables have assign in every release."),)
        if len(edits) == 1
        else (),
        advice=(f"Write layer.{name}.assign(array); layer.set_weights([…]) sets all of them.",),
        reference=f"Layer.{name}",
    )


_OF_A_CALLBACK = Finding(
    title="A callback cannot set its model: Keras does so when fit begins",
    cause="model is a property of Callback in this release.",
    advice=("Leave self.model = model out: self.model is the model that is trained. Another model gets another name.",),
    reference="Callback.model",
)


def _unnamed(kept: re.Match[str]) -> tuple[str, ...]:
    """The property of a message that names none: Python up to 3.9."""
    return () if any(kept.groups()) else ("model", "metrics", "layers", "weights", "variables", "losses", *_OF_THE_BASE)


def _definition(thing: Any, facts: CellFacts) -> ast.ClassDef | None:
    """The class in the cell that an object is made from."""
    names = [session.name_of(base) for base in session.bases(thing)]
    found = [node for node in ast.walk(facts.cell.tree or ast.Module([], [])) if isinstance(node, ast.ClassDef)]
    return next((node for name in names for node in found if node.name == name), None)


def _finding(owner: ast.ClassDef | None, asked: ast.Attribute, facts: CellFacts) -> Finding:
    assert owner is not None and isinstance(asked.value, ast.Name)
    name = asked.attr
    asking = (node for node in ast.walk(owner) if isinstance(node, ast.Attribute) and node.attr == name)
    uses = [node for node in asking if failing.text_of(node.value, facts) == asked.value.id]
    renamed = tuple((node, f"{asked.value.id}.{name}_") for node in uses)
    evidence = f"Keras keeps {name} for itself; {name}_ is the class's own."
    given = f"Give it to the base class: super().__init__({name}={name}), and leave the line out."
    return Finding(
        title=f"{owner.name} cannot set {name}: Keras keeps this name for itself",
        cause=f"A layer or model computes what its {name} is.",
        changes=() if name in _OF_THE_BASE else (Change(f"Call it {name}_", renamed, evidence=evidence),),
        advice=(given if name in _OF_THE_BASE else f"Choose another name than {name}.",),
        reference=f"Layer.{name}",
    )


RULE = Rule(
    code="KD134",
    name="names that Keras keeps",
    lesson=Lesson(
        what="`self.layers = […]` or `self.metrics = […]` in a class made from keras.Model or Layer ends in "
        "AttributeError: attribute is reserved, can't set, or property has no setter.",
        why="Keras computes these attributes from what the object holds: layers, metrics, weights, losses, input, "
        "output. Attributes of your own need other names.",
        since="keras 2.0",
        before="import keras\nclass Mine(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layers = []\nMine()",
        after="import keras\nclass Mine(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layers_ = []\nMine()",
        target="tensorflow==2.21.0",
        related=("KD113",),
    ),
    on_failure=on_failure,
)

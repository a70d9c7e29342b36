"""An attribute that models, layers, optimizers, tensors or data sets had in another release."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...catalog.target import Found
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.scoped import Scoped
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE
from ...diagnosis.repair.keras2 import builds_a_graph, builds_graphs
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import
from ...source.nodes import last_name
from ...source.position import Range
from .attributes_today import ways_today
from .data_of_callbacks import validation_data
from .gradients_by_tape import OF_A_LOSS, by_tape
from .ka375_objects_of_a_saved_model import is_restored
from .layers_that_prepare import as_a_layer
from .text_for_an_optimizer import text_for_an_optimizer

_AS_ARGUMENT = {"next": "next", "make_one_shot_iterator": "iter"}
"""Methods that are functions of Python."""
_ADVICE = {
    "make_one_shot_iterator": "Loop over the data set: for batch in dataset: …. Or use iterator = iter(dataset) "
    "and next(iterator).",
    "make_initializable_iterator": "Loop over the data set: for batch in dataset: …, or iter(dataset).",
    "output_shapes": "Use dataset.element_spec.",
    "output_types": "Use dataset.element_spec.",
    "_hyper": "Optimizers keep their settings as attributes: optimizer.learning_rate, or optimizer.get_config().",
    "validation_data": "Keras gives callbacks no data since TensorFlow 2: give it to yours, in __init__, and keep it "
    "as self.x_val, self.y_val.",
    "total_loss": "A model holds no tensor of its loss: model.evaluate(x, y) computes it. In a loop of your own "
    "compute it inside of tf.GradientTape, and ask the tape for gradients.",
    "targets": "A model holds no tensors for its labels: give y to fit and evaluate, or to your own function.",
    "sample_weights": "A model holds no tensors for weights of samples: give sample_weight to fit and evaluate.",
    "uses_learning_phase": "Keras 3 has no learning phase: say in the call what is meant, model(x, training=True).",
    "decay": "Since Keras 2.11 optimizers have no decay: their rate is optimizer.learning_rate. Leave the decay out of "
    "what you compute; for a rate that falls, give learning_rate a schedule.",
    "model": "It is the model itself: leave .model out.",
    "vocabulary": "Call get_vocabulary() for the words, and vocabulary_size() for their number.",
    "history": "fit gives it: history = model.fit(…), then history.history['loss'].",
    "updates": "Keras 3 has no list of updates: a layer assigns to its variables in call.",
}

_ONLY_OF = {"model": "Model", "decay": "Optimizer", "sample_weights": "Model"}
"""Whose attribute the advice is about, where others may have one of that name."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted, end = failure.wanted, failure.end
    if wanted is None and "NoneType" in failure.message:
        yield from _data_that_is_none(failure)
    if wanted is None or wanted.kind != ATTRIBUTE:
        return
    if wanted.owner == "NoneType" and wanted.member in _OF_MODELS:
        yield from _model_that_is_none(wanted.member, failure)
        return
    if (wanted.owner, wanted.member) == ("tuple", "as_list"):
        yield from _shape_as_list(failure)
        return
    if (wanted.owner, wanted.member) in (("int", "value"), ("NoneType", "value")):
        yield from _dimension(failure)
        return
    thing, facts = failing.subject(failure), failing.facts_of(failure)
    if wanted.owner == "str" and facts is not None:
        yield from text_for_an_optimizer(wanted.member, failure, facts)
        return
    if thing is None or facts is None or isinstance(thing, type) or not failing.is_ours(thing):
        return
    if is_restored(thing):
        return
    if end is not None and end.place == "package" and not _is_asked(thing, wanted.member, failure, facts):
        return
    member = wanted.member
    ways: list[Way] = [*as_a_layer(thing, member, failure, facts)]
    ways = ways or [*ways_today(thing, member, failure, facts, world)]
    if member in _AS_ARGUMENT:
        ways += _as_argument(thing, member, failure, facts)
    if member == "validation_data":
        ways += validation_data(thing, failure, facts)
    tape = by_tape(thing, member, failure, facts) if member in OF_A_LOSS and session.is_kind(thing, "Model") else None
    if tape is not None:
        ways.append(tape)
    elif member in _ADVICE and (member not in _ONLY_OF or session.is_kind(thing, _ONLY_OF[member])):
        ways.append(Fix("manual", _ADVICE[member]))
    owner = "" if ways else _class_with(member, thing, world)
    if owner:
        ways.append(_of_another_class(owner, thing, member, failure, facts))
    if ways:
        cause = "Names that begin with an underscore may change with every release." if member[0] == "_" else ""
        here = f": it is a method of {owner}" if owner else " in this release"
        title = f"{type(thing).__name__} has no {member}{here}"
        yield Problem("KA202", ERROR, title, cause, reference=member).with_ways(ways)


def _model_that_is_none(member: str, failure: Failure) -> Iterator[Problem]:
    """``model = model.compile(…)``, and then ``model.fit(…)``: compile returns nothing."""
    facts = failing.facts_of(failure)
    for node in failing.nodes(failure, facts) if facts is not None else ():
        if not isinstance(node, ast.Attribute) or node.attr != member or not isinstance(node.value, ast.Name):
            continue
        name = node.value.id
        made = failing.last_made_by(name, failure)
        if made in _OF_MODELS:
            yield Problem(
                "KA202",
                ERROR,
                f"{name} is None: {made} returns nothing, and its line gives the name {name} to that",
                f"{made} changes the model itself.",
                reference=member,
                fixes=(
                    Fix(
                        "manual",
                        f"Write {name}.{made}(…) on a line of its own, without {name} =, and run the cells again from "
                        "where the model is made.",
                    ),
                ),
            )
        elif facts is not None:
            yield from _without_return(name, member, facts)
        return


def _without_return(name: str, member: str, facts: CellFacts) -> Iterator[Problem]:
    """``model = build_model()`` of a function that makes a model and does not return it."""
    tree = facts.cell.tree or ast.Module([], [])
    called = [
        node.value.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
    ]
    for made in ast.walk(tree):
        if not isinstance(made, ast.FunctionDef) or made.name not in called:
            continue
        if any(isinstance(node, ast.Return) and node.value is not None for node in ast.walk(made)):
            continue
        inside = [
            node.targets[0].id
            for node in made.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Call)
            and last_name(node.value.func) in ("Sequential", "Model")
        ]
        end = failing.end_range(made.body[-1], facts)
        indent = " " * facts.cell.range(made.body[-1]).column
        edits = (Edit(end, f"\n{indent}return {inside[-1]}"),) if inside else ()
        yield Problem(
            "KA202",
            ERROR,
            f"{name} is None: the function {made.name} returns nothing",
            "What a function makes is lost without a return.",
            reference=member,
            fixes=(Fix("manual", f"Let {made.name} end in return {inside[-1] if inside else 'model'}."),),
        ).with_ways([Proposal(f"Return {inside[-1]}", edits, f"{made.name} makes it.")] if inside else [])
        return


_OF_MODELS = ("compile", "fit", "add", "build", "summary", "load_weights", "save", "predict", "evaluate", "layers")


def _class_with(member: str, thing: Any, world: World) -> str:
    """The class that has the method which is asked of an object of another class."""
    answers = ((name, world.method(name, member)) for name in _CLASSES)
    owner = next((name for name, found in answers if isinstance(found, Found) and found.kind == "function"), "")
    name = owner.rpartition(".")[2]
    return name if name and not session.is_kind(thing, name) else ""


def _of_another_class(owner: str, thing: Any, member: str, failure: Failure, facts: CellFacts) -> Fix:
    """``images.flow_from_directory(…)`` where ``images`` is what flow_from_directory gave."""
    asked = (node for node in failing.nodes(failure, facts) if isinstance(node, ast.Attribute) and node.attr == member)
    name = next((failing.text_of(node.value, facts) for node in asked), "This object")
    kind = session.class_name(thing)
    return Fix(
        "manual",
        f"{name} is a {kind}: call {member} on the {owner}. Where a line has put the {kind} under the {owner}'s own "
        "name, as model = model.fit(…) does, give it another.",
    )


_CLASSES = (
    "tensorflow.keras.Model",
    "tensorflow.keras.preprocessing.image.ImageDataGenerator",
    "tensorflow.keras.preprocessing.text.Tokenizer",
    "tensorflow.data.Dataset",
    "tensorflow.keras.layers.Layer",
    "tensorflow.keras.optimizers.Optimizer",
    "tensorflow.keras.callbacks.History",
)
"""Whose methods are asked of other objects: of what they gave, most often."""


def _data_that_is_none(failure: Failure) -> Iterator[Problem]:
    """``self.validation_data[0]`` with Keras 2 of TensorFlow 2, where every callback has it, and it is None."""
    callback, facts = failing.raising(failure), failing.facts_of(failure)
    lines = [frame.text for frame in failure.frames if frame.place == "cell"]  # of this cell, and of earlier ones
    if facts is None or "self.validation_data" not in "".join(lines[-1:]) or not session.is_kind(callback, "Callback"):
        return
    if session.held(callback).get("validation_data", facts) is None:
        ways: list[Way] = [*validation_data(callback, failure, facts)]
        ways.append(Fix("manual", _ADVICE["validation_data"]))
        title = f"{type(callback).__name__}.validation_data is None in this release"
        yield Problem("KA202", ERROR, title, "", reference="validation_data").with_ways(ways)


def _as_argument(thing: Any, member: str, failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """``flow.next()`` as ``next(flow)``."""
    static = builds_graphs(facts) and member != "next"
    if member != "next" and not static and builds_a_graph(facts):
        return  # the whole program needs another way
    function = f"tf.compat.v1.data.{member}" if static else _AS_ARGUMENT[member]
    scoped = Scoped(failure, facts)
    edits = [
        Edit(facts.cell.range(call), f"{function}({failing.text_of(call.func.value, facts)})")
        for call in failing.calls_of(member, facts)
        if isinstance(call.func, ast.Attribute) and not call.args and not call.keywords
        if call in scoped.on_line or any(type(each) is type(thing) for each in scoped.values(call.func.value))
    ]
    if edits and static:
        edits += ensure_import(facts.cell, "import tensorflow as tf", edits[0].range)
    if edits:
        yield Proposal(f"Write {function}(…)", tuple(edits), "It gives the same elements in turn.")


def _is_asked(thing: Any, member: str, failure: Failure, facts: CellFacts) -> bool:
    """Whether the cell itself asks for it: classes with a lookup of their own raise from inside of their package."""
    asked = (node for node in failing.nodes(failure, facts) if isinstance(node, ast.Attribute) and node.attr == member)
    return any(failing.value_of(node.value, failure) is thing for node in asked)


def _dimension(failure: Failure) -> Iterator[Problem]:
    """``x.shape[1].value``: the parts of a shape are numbers since TensorFlow 2."""
    facts = failing.facts_of(failure)
    if facts is None:
        return
    asked = [node for node in failing.nodes(failure, facts) if _of_a_shape(node, facts)]
    if asked:
        others = (node for node in facts.cell.placed if isinstance(node, ast.expr) and node not in asked)
        asked += [node for node in others if _of_a_shape(node, facts) and _SHAPE.search(failing.text_of(node, facts))]
        edits = [_without_value(node, facts) for node in asked]
        yield Problem(
            rule="KA202",
            severity=ERROR,
            title="The dimensions of a shape are plain numbers and have no attribute value",
            cause="In TensorFlow 1 they were objects.",
            reference="value",
            proposals=(Proposal("Leave .value out", tuple(edits), "The dimension itself is a number."),),
        )


def _shape_as_list(failure: Failure) -> Iterator[Problem]:
    """``x.shape.as_list()``: the shape of a tensor of Keras 3 is a tuple."""
    facts = failing.facts_of(failure)
    on_line = [*failing.calls(failure, facts)] if facts is not None else []
    asked = [
        (call, call.func.value)
        for call in (failing.calls_of("as_list", facts) if facts is not None else ())
        if isinstance(call.func, ast.Attribute) and not call.args
        if call in on_line or last_name(call.func.value) == "shape"  # of a tensor of TensorFlow, too, it is a list then
    ]
    if facts is None or not any(call in on_line for call, _ in asked):
        return
    edits = tuple(Edit(facts.cell.range(call), f"list({failing.text_of(value, facts)})") for call, value in asked)
    yield Problem(
        rule="KA202",
        severity=ERROR,
        title="The shape of a tensor of Keras 3 is a tuple, which has no as_list",
        cause="Only the shapes of TensorFlow's own tensors have it.",
        reference="as_list",
        fixes=(Fix("manual", "Write list(x.shape)."),),
        proposals=(Proposal("Make a list of it", edits, "It gives the same numbers, and None where one is open."),),
    )


def _of_a_shape(node: ast.expr, facts: CellFacts) -> bool:
    """``….shape[0].value``"""
    named = isinstance(node, ast.Attribute) and node.attr == "value" and isinstance(node.value, ast.Subscript)
    return named and "shape" in failing.text_of(node, facts).rpartition("[")[0]


_SHAPE = re.compile(r"(?:\.shape|\.get_shape\(\))\[[^\[\]]*\]\.value$")


def _without_value(node: ast.expr, facts: CellFacts) -> Edit:
    end = facts.cell.range(node)
    return Edit(Range(end.end_line, end.end_column - len(".value"), end.end_line, end.end_column), "")


RULE = Rule(
    code="KA202",
    name="missing attribute of an object",
    lesson=Lesson(
        what="`optimizer.lr`, `layer.output_shape` or `layer.get_output_at(0)` ends in AttributeError: object has "
        "no attribute.",
        why="Keras 3 has one name for each thing: the rate is learning_rate, and a shape belongs to a tensor. "
        "Names that begin with an underscore are private.",
        since="keras 3.0",
        before="from keras.optimizers import Adam\nAdam().lr",
        after="from keras.optimizers import Adam\nAdam().learning_rate",
        target="tensorflow==2.16.2",
        related=("KA201",),
    ),
    on_failure=on_failure,
)

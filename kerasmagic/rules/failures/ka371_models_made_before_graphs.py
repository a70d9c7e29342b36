"""A model that was made before eager execution was switched off, by the program or by a package that it imports."""

from __future__ import annotations

import linecache
import re
import sys
from typing import Any, Iterator

from ...diagnosis.contract.held_layers import layers_in, model_in
from ...diagnosis.contract.network import is_network
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failed_cell import package_between
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...kernel.settings import builds_graphs

_SAYS = re.compile(
    r"in graph mode is not supported when the `Model` instance was constructed with eager mode|invalid state"
    r"|has no attribute '_compile_time_distribution_strategy'|The Session graph is empty"
    r"|numpy\(\) is only available when eager execution is enabled|capture an EagerTensor without building a function"
)
_SWITCH = re.compile(r"\b(disable_(?:eager_execution|v2_behavior))\(")
_LISTS = ("_trainable_weights", "_non_trainable_weights", "_trainable_variables", "_non_trainable_variables")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not _SAYS.search(failure.message) or not builds_graphs():
        return
    model = model_in(failure) or _in_the_session(failure)
    if model is None or not _was_made_at_once(model):
        return
    name = next((name for name, thing in session.variables(failure.namespace) if thing is model), "")
    who, off = _switched_off_by(failure)
    keras_3 = session.root(model) == "keras" and world.keras_3
    yield Problem(
        rule="KA371",
        severity=ERROR,
        title=f"{name or 'The model'} was made before eager execution was switched off",
        cause=f"{who} switches it off. A model that was made before has weights that cannot be used then.",
        reference="tensorflow.compat.v1.disable_eager_execution",
        fixes=tuple(_ways(name or "the model", who, bool(off), keras_3)),
    )


def _ways(name: str, who: str, by_import: bool, keras_3: bool) -> Iterator[Fix]:
    line = who.replace("The import", "the import").replace(_UNKNOWN, "the call of disable_eager_execution()")
    if keras_3:
        because = "Keras 3 cannot train or predict without eager execution."
        yield Fix("manual", f"Restart the kernel, and leave {line} out. {because}")
        return
    yield Fix("manual", f"Run the cell that makes {name} again, and put it behind {line}.")
    if not by_import:
        yield Fix("manual", f"Or restart the kernel, and leave {line} out, if nothing needs a static graph.")


def _in_the_session(failure: Failure) -> Any:
    """The only model that the user has."""
    found = [thing for _, thing in session.variables(failure.namespace) if is_network(thing)]
    return found[0] if found and all(each is found[0] for each in found) else None


def _was_made_at_once(model: Any) -> bool:
    """Whether the model has weights that hold their values, as eager execution makes them."""
    for layer in layers_in(model):
        for name in _LISTS:
            for weight in session.members(session.own(layer, name)):
                variable = session.own(weight, "_value") if "_value" in session.held(weight) else weight
                if session.held(variable).get("_in_graph_mode") is False:
                    return True
    return False


def _switched_off_by(failure: Failure) -> tuple[str, str]:
    """Who did it, in words that begin a sentence, and the package if it was one."""
    for text in (failure.source, *session.cells(failure.namespace)):
        found = _SWITCH.search(text)
        if found:
            return f"tf.compat.v1.{found[1]}()", ""
    package = package_between(failure)
    for root in (package, *(each for each in _imported(failure) if each != package)):
        for module in [each for each in list(sys.modules) if root and each.partition(".")[0] == root]:
            path = session.held(sys.modules[module]).get("__file__")
            if type(path) is str and any(map(_ALONE.match, linecache.getlines(path))):
                return f"The import of {root}", root
    return _UNKNOWN, ""


_UNKNOWN = "A line that ran before"
_ALONE = re.compile(r"(?:\w[\w.]*\.)?disable_(?:eager_execution|v2_behavior)\(")
"""A line of a module that is no part of a function: it is run by the import."""


def _imported(failure: Failure) -> Iterator[str]:
    """The packages of what the session has, apart from TensorFlow and Keras."""
    ours = ("keras", "tensorflow", "tf_keras", "builtins", "numpy", "__main__")
    roots = [session.root_of(thing) for _, thing in session.variables(failure.namespace) if isinstance(thing, type)]
    yield from (root for root in dict.fromkeys(roots) if root not in ours)


RULE = Rule(
    code="KA371",
    name="model made before static graphs",
    lesson=Lesson(
        what="After `tf.compat.v1.disable_eager_execution()`, or the import of a package that calls it, `model.fit` "
        'ends in "Calling `Model.fit` in graph mode is not supported when the `Model` instance was constructed with '
        'eager mode enabled", and other calls in AttributeError or RuntimeError.',
        why="A model made before has weights that hold their values. Those of a static graph get them in a session. "
        "Switch first and make the model then, or do not switch.",
        since="tensorflow 2.0",
        related=("KA320", "KD127"),
    ),
    on_failure=on_failure,
)

"""``list_physical_devices('GPU')[0]`` in a kernel where TensorFlow sees no GPU."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_LISTS = ("list_physical_devices", "list_logical_devices")
_TAKE_ONE = ("set_memory_growth", "set_virtual_device_configuration", "set_logical_device_configuration")
"""Of tf.config and tf.config.experimental: what is called with the device."""
_EACH = (
    "Do it for each GPU that there is: for gpu in tf.config.list_physical_devices('GPU'): "
    "tf.config.experimental.set_memory_growth(gpu, True). Without a GPU that does nothing. %keras_env says why "
    "TensorFlow sees none; in Colab and Kaggle it has to be chosen for the notebook."
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, IndexError) or failing.in_library(failure):
        return
    facts = failing.facts_of(failure)
    asked = [node for node in failing.nodes(failure, facts) if isinstance(node, ast.Subscript)] if facts else []
    given = [each for call in failing.calls(failure, facts) for each in _devices(call)] if facts else []
    if any(_is_list_of_devices(each.value) or (each in given and _is_empty(each.value, failure)) for each in asked):
        yield Problem(
            rule="KE162",
            severity=ERROR,
            title="TensorFlow sees no GPU in this kernel, and the program takes the first",
            cause="The list of devices is empty.",
            reference="tensorflow.config.list_physical_devices",
            fixes=(Fix("manual", _EACH),),
        )


def _is_list_of_devices(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in _LISTS


def _devices(call: ast.Call) -> list[ast.expr]:
    """What a call gets as its device."""
    named = [item.value for item in call.keywords if item.arg == "device"]
    return [*call.args[:1], *named] if last_name(call.func) in _TAKE_ONE else []


def _is_empty(node: ast.expr, failure: Failure) -> bool:
    value = failing.value_of(node, failure)
    return type(value) is list and not value


RULE = Rule(
    code="KE162",
    name="no GPU",
    lesson=Lesson(
        what="`tf.config.list_physical_devices('GPU')[0]` ends in IndexError: list index out of range.",
        why="The list holds the GPUs that TensorFlow can use, and there is none in this kernel. A loop over the list "
        "runs with a GPU and without.",
        since="tensorflow 2.1",
        before="import tensorflow as tf\ngpu = tf.config.list_physical_devices('GPU')[0]\n"
        "tf.config.experimental.set_memory_growth(gpu, True)",
        after="import tensorflow as tf\nfor gpu in tf.config.list_physical_devices('GPU'):\n"
        "    tf.config.experimental.set_memory_growth(gpu, True)",
        target="tensorflow==2.21.0",
        related=("KE161",),
    ),
    on_failure=on_failure,
)

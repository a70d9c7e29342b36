"""A tensor that stands for data to come, used as if it had a value."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.model_makers import tensor_for_a_maker
from ...diagnosis.contract.outer_tensors import outer_tensors
from ...diagnosis.contract.settings import tensor_for_settings
from ...diagnosis.contract.states import one_taken_apart
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import VALUE, Lesson, Rule
from ...diagnosis.repair import keras2
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from .ka306_objects_of_another_keras import meets_another_keras
from .ka379_functions_of_other_packages import calls_another_package
from .layers_without_a_base import without_a_base
from .numpy_on_tensors import instead
from .tensorflow_on_tensors import through_keras
from .values_of_traced_tensors import without_numpy

_KERAS_3 = "A KerasTensor cannot be used as input to a TensorFlow function"
_NO_SPEC = re.compile(r"Could not build a TypeSpec for .*KerasTensor", re.DOTALL)
_SYMBOLIC = re.compile(
    r"A KerasTensor is symbolic|symbolic KerasTensor|KerasTensor' has no len|Keras symbolic inputs/outputs"
    r"|You are passing KerasTensor|symbolic Keras input/output|cannot be Keras symbolic tensors"
    r"|'KerasTensor' object has no attribute 'numpy'|Iterating over a symbolic KerasTensor"
)
_TRACED = re.compile(
    r"'(?:SymbolicTensor|Tensor)' object has no attribute 'numpy'|Cannot convert a symbolic (?:tf\.)?Tensor"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if meets_another_keras(failure):
        return  # then it is not the function that is wrong (KA306)
    if world.keras_3 and failing.package_between(failure) not in ("", "numpy"):
        return  # no line of the user's (KI131)
    facts = failing.facts_of(failure)
    if facts and keras2.way_out(failure, facts, world) is not None:
        return  # no line by itself is wrong: another rule tells of the program
    if facts and world.keras_3 and keras2.adds_a_symbolic_loss(facts):
        return  # no model of Keras 3 takes what is computed here (KA320)
    if facts and keras2.asks_for_gradients(failure, facts) and world.keras_3:
        return  # they are what has to be computed otherwise (KA320)
    if facts and tensor_for_settings(failure, facts) is not None:
        return  # the tensor is only in the wrong place (KD118)
    if facts and one_taken_apart(failure, facts) is not None:
        return  # the layer gives one tensor, and several are taken (KD116)
    if tensor_for_a_maker(failure) is not None:
        return  # a function that makes a model got it in the place of a size (KD166)
    if calls_another_package(failure):
        return  # no line of the user's has the function that needs values (KA379)
    if outer_tensors(failure) is not None:
        return  # no other function gives them values there (KA374)
    if facts and _is_mapped(failure, facts):
        return  # it is no function of a training (KD137)
    base = without_a_base("KA304", failure, facts) if facts and _KERAS_3 in failure.message else None
    if base is not None:
        yield base
    elif _KERAS_3 in failure.message or _by_old_backend(failure) or _NO_SPEC.match(failure.message):
        yield _problem(
            "A TensorFlow function gets a tensor that keras.Input made",
            "In Keras 3 such a tensor has no values yet: only layers and functions of keras.ops accept it."
            if world.keras_3
            else "It has no values yet, and Keras does not make a layer of this function.",
            (Fix("manual", "Use it in a layer's call(), or use the function of keras.ops that does the same."),)
            if world.keras_3
            else (Fix("manual", "Use it in a layer's call()."),),
            tuple(through_keras(failure, facts, world)) if facts else (),
        )
    elif _SYMBOLIC.search(failure.message):
        numpy = tuple(instead(failure, facts, world)) if facts else ()
        yield _problem(
            "This tensor, made by keras.Input, has no values yet",
            "Its shape is known; its values come with the data.",
            (
                Fix(
                    "manual",
                    f"Use layers and functions of {_functions(world)} on it. To get values, give the model data: "
                    "model.predict(x).",
                ),
            ),
            numpy,
        )
    elif _TRACED.search(failure.message):
        yield _problem(
            "Inside a compiled function, and so during fit, a tensor has no values",
            "TensorFlow runs the Python code once to build a graph; .numpy() and NumPy functions need values.",
            (
                Fix(
                    "manual",
                    f"Use functions of {_functions(world)} there. To look at values while training, use "
                    "compile(run_eagerly=True).",
                ),
            ),
            (*without_numpy(failure, facts), *instead(failure, facts, world)) if facts else (),
        )


def _is_mapped(failure: Failure, facts: CellFacts) -> bool:
    """Whether the line that failed is in a function that the cell gives to ``dataset.map``."""
    names = {getattr(call.args[0], "id", "") for call in failing.calls_of("map", facts) if call.args}
    functions = [each for each in facts.cell.placed if isinstance(each, ast.FunctionDef) and each.name in names]
    line = failure.failing_line
    lines = [text.strip() for each in functions for text in facts.cell.lines[each.lineno - 1 : each.end_lineno]]
    return bool(line) and line in lines and ".numpy()" in line


def _by_old_backend(failure: Failure) -> bool:
    """``K.mean(x)``: tf.keras.backend keeps the functions of Keras 2, which know no tensors of Keras 3."""
    old = failure.end is not None and failure.end.module.endswith("legacy.backend")
    return old and failure.message.startswith("'str' object has no attribute") and "set_value" not in failure.source


def _functions(world: World) -> str:
    return "keras.ops" if lookup("keras.ops", world) else "TensorFlow (tf.math.log for np.log)"


def _problem(title: str, cause: str, fixes: tuple[Fix, ...], proposals: tuple[Proposal, ...] = ()) -> Problem:
    return Problem("KA304", ERROR, title, cause, reference="keras.Input", fixes=fixes, proposals=proposals)


RULE = Rule(
    code="KA304",
    name="tensor without values",
    lesson=Lesson(
        what="`tf.concat([a, b], 1)` or `np.log(x)`, on the output of keras.Input or of a layer, ends in a "
        "ValueError or TypeError about a KerasTensor.",
        why="keras.Input makes a placeholder with a shape and a type, but no values. Keras 2 turned TensorFlow "
        "functions into layers for you; Keras 3, which also runs on JAX and PyTorch, accepts layers and "
        "keras.ops only.",
        since="keras 3.0",
        before="import tensorflow as tf\nfrom keras import Input\ny = tf.nn.relu(Input((3,)))",
        after="from keras import Input, ops\ny = ops.relu(Input((3,)))",
        target="tensorflow==2.16.2",
        related=("KI112",),
    ),
    tells=VALUE,
    on_failure=on_failure,
)

"""A tensor that is used like a NumPy array, a number or a list."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.contract.settings import tensor_for_settings
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import
from .attention_masks import single_mask
from .methods_of_arrays import is_known, is_tensor, named, through_functions
from .variables_as_arrays import REFUSED, variables_given

_ASSIGNED = re.compile(r"'(?:[\w.]*\.)?(\w*Tensor|ResourceVariable)' object does not support item assignment")
_METHOD = re.compile(r"EagerTensor'? object has no attribute '(\w+)'")
_TEXT_METHOD = re.compile(r"'(?:[\w.]*\.)?(?:Eager|Symbolic)?Tensor' object has no attribute '(\w+)'")
_ANY_METHOD = re.compile(r"^'?(?:[\w.]*\.)?((?:Eager|Symbolic)?Tensor)'? object has no attribute '(\w+)'", re.MULTILINE)
_NO_TENSOR = re.compile(r"^'(?:numpy\.)?(ndarray|float32|float64|list)' object has no attribute 'numpy'")
_OURS = ("tensorflow", "keras", "tf_keras")
_SETTERS = {
    "ResourceVariable": "Assign to the part: variable[0].assign(1.0) for variable[0] = 1.0.",
    "EagerTensor": "Change a NumPy array and make the tensor of it; or make a new tensor: tf.where(mask, new, old), "
    "tf.tensor_scatter_nd_update(old, [[0]], [1.0]).",
}
_NEW = "Make a new tensor of it: where(mask, new, old) or concatenate([…]), of keras.ops or of tf."
# What NumPy's arrays have, and a function of TensorFlow does for tensors.
_FUNCTIONS = {
    "reshape": "tf.reshape(x, shape)",
    "ravel": "tf.reshape(x, [-1])",
    "flatten": "tf.reshape(x, [-1])",
    "astype": "tf.cast(x, dtype)",
    "transpose": "tf.transpose(x)",
    "T": "tf.transpose(x)",
    "mean": "tf.reduce_mean(x)",
    "sum": "tf.reduce_sum(x)",
    "max": "tf.reduce_max(x)",
    "min": "tf.reduce_min(x)",
    "argmax": "tf.argmax(x, axis=-1)",
    "argmin": "tf.argmin(x, axis=-1)",
    "clip": "tf.clip_by_value(x, low, high)",
    "squeeze": "tf.squeeze(x)",
    "round": "tf.round(x)",
    "size": "tf.size(x)",
    "copy": "tf.identity(x)",
    "tolist": "x.numpy().tolist()",
    "item": "x.numpy().item()",
    "append": "tf.concat([x, [value]], axis=0); to collect tensors, append them to a Python list and call tf.stack",
}
_OF_TEXTS = {
    "lower": "tf.strings.lower(x)",
    "upper": "tf.strings.upper(x)",
    "strip": "tf.strings.strip(x)",
    "split": "tf.strings.split(x)",
    "replace": "tf.strings.regex_replace(x, pattern, new)",
    "startswith": "tf.strings.regex_full_match(x, pattern)",
    "join": "tf.strings.join([a, b])",
}
"""What Python's texts have, and a function of TensorFlow does for tensors of texts."""
_IN_GRAPHS = "Keras and tf.function run the function once to build a graph of it; the values come with the data."
_REFUSALS = (
    Refusal(
        "as a Python `bool` is not allowed",
        "An if, while, and, or not decides by a tensor that has no value yet",
        _IN_GRAPHS,
        "Choose between values by tf.where(condition, a, b) or keras.ops.where, between branches by tf.cond or "
        "keras.ops.cond. compile(…, run_eagerly=True) runs it line by line, slowly.",
        "tf.where",
    ),
    Refusal(
        "terating over a symbolic `tf.Tensor` is not allowed",
        "A loop goes through a tensor that has no values yet",
        _IN_GRAPHS,
        "Compute with the whole tensor: tf.reduce_sum(tf.square(a - b), axis=-1). For steps: tf.unstack(x, axis=0) "
        "where their number is known, else tf.map_fn.",
        "tf.map_fn",
    ),
    Refusal(
        "The truth value of an array with more than one element is ambiguous",
        "An if decides by a tensor with several values",
        "It asks for one yes or no.",
        "Write tf.reduce_all(condition) or tf.reduce_any(condition); to choose value by value tf.where.",
        "tf.reduce_all",
    ),
    Refusal(
        "arrays can be converted to Python scalars",
        "A tensor with several values is made one number",
        "int and float take a tensor with one value.",
        "Take one value, int(x[0]), or one number of all: float(tf.reduce_mean(x)).",
        "tf.reduce_mean",
    ),
    Refusal(
        "Only scalar arrays can be converted to Python scalars",
        "A tensor with several values is made one number",
        "int and float take a tensor with one value.",
        "Take one value, int(x[0]), or one number of all: float(keras.ops.mean(x)).",
        "keras.ops.mean",
    ),
    Refusal(
        "object has no attribute '__index__'",
        "A tensor that holds a number with a fraction is taken for a whole one",
        "range, sizes and places take whole numbers.",
        "Write int(n), or tf.cast(n, tf.int32) in a graph.",
        "tf.cast",
    ),
    Refusal(
        "A Keras Variable cannot be used as a boolean",
        "An if decides by a variable of Keras",
        "It may hold many values; an if asks for one yes or no.",
        "Write `if variable is not None:` to ask whether there is one, and keras.ops.any(variable) for its values.",
        "keras.Variable",
    ),
)
_told = when_refused("KD131", _REFUSALS)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    message, facts = failure.message, failing.facts_of(failure)
    if facts is not None and tensor_for_settings(failure, facts) is not None:
        return  # the tensor is only in the wrong place (KD118)
    assigned, method, array = (each.search(message) for each in (_ASSIGNED, _METHOD, _NO_TENSOR))
    # From TensorFlow 2.5 on the tensor itself raises: who asked it stands before.
    asking = [frame for frame in failure.frames if not frame.module.startswith("tensorflow.python.framework.")]
    by_keras = bool(asking) and asking[-1].place == "package"
    text = _TEXT_METHOD.search(message) if not by_keras else None
    if REFUSED in message and facts is not None:
        variables = variables_given(failure, facts)
        yield from [variables] if variables is not None else []
        return
    in_function = _in_a_function(failure, world)
    if assigned:
        kind = assigned[1]
        what = "variable" if kind == "ResourceVariable" else "tensor"
        yield _problem(
            f"A part of a {what} cannot be set by =",
            "Tensors never change. A tf.Variable changes by its method assign.",
            _SETTERS.get(kind, _NEW),
        )
    elif in_function is not None:
        yield in_function
    elif method and method[1] in _FUNCTIONS:
        yield _problem(
            f"A tensor has no {method[1]}" + (", which NumPy's arrays have" if method[1] != "append" else ""),
            "TensorFlow has functions for it, which also work in layers, losses and under a GradientTape.",
            f"Write {_FUNCTIONS[method[1]]}.",
            *_as_array(method[1], failure),
        )
    elif text and text[1] == "decode":
        yield _problem(
            "A tensor of texts has no decode, which the bytes of a text have",
            "map and tf.function run the function once, with a tensor in the place of each path or text.",
            f"TensorFlow's own functions, such as tf.io.read_file, take it without decode. {_by_numpy(failure)}",
        )
    elif text and text[1] in _OF_TEXTS:
        yield _problem(
            f"A tensor of texts has no {text[1]}, which Python's texts have",
            "TensorFlow has functions for all texts of a tensor at once, tf.strings, which also run in layers and "
            "datasets.",
            f"Write {_OF_TEXTS[text[1]]}; for re.sub there is tf.strings.regex_replace(x, pattern, new).",
            *_with_strings(text[1], failure),
        )
    elif array:
        yield from _array_already(array[1], failure)
    elif _TRUTH in message and _made(failure):
        kind = _made(failure)
        yield _problem(
            f"{kind} is a class, and is called with the data where its settings go",
            "Keras calls what it is given as activation=, or the program does so itself.",
            f"Make the layer first: activation={kind}(), or {kind}()(x).",
        )
    elif _TRUTH in message and (mask := single_mask(failure)):
        yield _problem(
            "Attention takes a list of masks, one for query and one for value",
            "Each says which steps of its own tensor count. Keras asks in an if whether there is a list.",
            f"Write mask=[{mask}, {mask}], with None for the one that there is not.",
        )
    else:
        yield from _told(failure, world)


def _in_a_function(failure: Failure, world: World) -> Problem | None:
    """``y_true.flatten()`` where Keras runs a function of the user's: arrays are of no use there."""
    facts, asked = failing.facts_of(failure), _ANY_METHOD.search(failure.message)
    if facts is None or asked is None or not failing.asked_by_keras(failure):
        return None
    certain = asked[1] in ("SymbolicTensor", "EagerTensor") or "numpy-related methods" in failure.message
    if not is_known(asked[2]) or not (certain or any(is_tensor(each) for each in failure.variables.values())):
        return None
    return _problem(
        f"A tensor has no {asked[2]}, which NumPy's arrays have",
        "Keras gives the function tensors, and there are functions for all that arrays do by methods.",
        f"Write {named(asked[2], world)} for x.{asked[2]}(…).",
        *through_functions(failure, facts, world),
    )


_TRUTH = "The truth value of an array with more than one element is ambiguous"


def _made(failure: Failure) -> str:
    """The class of a layer that is given for a function: ``Dense(8, activation=LeakyReLU)``."""
    facts = failing.facts_of(failure)
    for call in failing.calls(failure, facts) if facts is not None else ():
        for node in (*call.args, *(item.value for item in call.keywords)):
            thing: Any = failing.value_of(node, failure)
            if session.is_layer_class(thing):
                return session.name_of(thing)
    return ""


def _by_numpy(failure: Failure) -> str:
    """How a function of Python's and NumPy's gets the bytes that it decodes."""
    facts = failing.facts_of(failure)
    on_line = {id(node) for node in failing.nodes(failure, facts)} if facts is not None else set()
    for made in facts.cell.placed if facts is not None else ():
        if isinstance(made, ast.FunctionDef) and any(id(node) in on_line for node in ast.walk(made)):
            names = ", ".join(item.arg for item in made.args.args)
            return (
                f"For numpy.load and the like: map(lambda {names}: tf.numpy_function({made.name}, [{names}], types)), "
                f"with the types of what {made.name} returns, such as [tf.float32, tf.int32]."
            )
    return "For numpy.load and the like call the function by tf.numpy_function(function, [x], types)."


def _with_strings(name: str, failure: Failure) -> Iterator[Proposal]:
    """``tf.strings.lower(x)`` for ``x.lower()``."""
    facts = failing.facts_of(failure)
    if facts is None or name not in ("lower", "upper", "strip"):
        return
    for call in failing.calls(failure, facts):
        if isinstance(call.func, ast.Attribute) and call.func.attr == name and not call.args and not call.keywords:
            imported = ensure_import(facts.cell, "import tensorflow as tf")
            edit = Edit(facts.cell.range(call), f"tf.strings.{name}({failing.text_of(call.func.value, facts)})")
            yield Proposal(f"Write tf.strings.{name}", (*imported, edit), "It does the same for each text.")
            return


def _as_array(name: str, failure: Failure) -> Iterator[Proposal]:
    """``x.numpy().reshape(2, 3)``."""
    facts = failing.facts_of(failure)
    asked = [
        node
        for node in (failing.nodes(failure, facts) if facts else ())
        if isinstance(node, ast.Attribute) and node.attr == name != "append"
    ]
    if facts is None or len(asked) != 1:
        return
    edit = Edit(failing.end_range(asked[0].value, facts), ".numpy()")
    yield Proposal(
        "Take the tensor's values as a NumPy array",
        (edit,),
        "An array has this method.",
        differs="The result is a NumPy array, and no gradient goes through it.",
    )


def _array_already(kind: str, failure: Failure) -> Iterator[Problem]:
    """``model.predict(x).numpy()``: told in a session that has TensorFlow or Keras: torch has such tensors."""
    facts = failing.facts_of(failure)
    asked = [
        node
        for node in (failing.nodes(failure, facts) if facts else ())
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "numpy"
    ]
    if facts is None or len(asked) != 1 or asked[0].args:
        return
    if not any(type(each) is str and each.startswith(_OURS) for each in facts.after.names.values()):
        return
    value = asked[0].func.value  # type: ignore[attr-defined]
    edit = Edit(facts.cell.range(asked[0]), failing.text_of(value, facts))
    proposal = Proposal("Leave .numpy() out", (edit,), "What it is asked of holds its values already.")
    what = "list" if kind == "list" else "NumPy array" if kind == "ndarray" else "number of NumPy"
    yield _problem(
        f"{failing.text_of(value, facts)[:40]} is a {what} already, and no tensor",
        "predict, evaluate, train_on_batch and functions of NumPy give arrays and numbers.",
        "Leave .numpy() out.",
        *((proposal,) if kind != "list" else ()),
    )


def _problem(title: str, cause: str, advice: str, *proposals: Proposal) -> Problem:
    return Problem(
        rule="KD131",
        severity=ERROR,
        title=title,
        cause=cause,
        reference="tf.Tensor",
        fixes=(Fix("manual", advice),),
        proposals=proposals,
    )


RULE = Rule(
    code="KD131",
    name="tensors used like arrays",
    lesson=Lesson(
        what="`tensor[0] = 1`, `tensor.reshape(…)`, or an `if` and a `for` over a tensor end in an error.",
        why="Tensors cannot be changed, have few methods, and have no values while Keras builds a graph. NumPy's "
        "arrays differ in all of this.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\nx = tf.zeros((2, 3))\nx.reshape(3, 2)",
        after="import tensorflow as tf\nx = tf.zeros((2, 3))\ntf.reshape(x, (3, 2))",
        target="tensorflow==2.21.0",
        related=("KA304", "KD132"),
    ),
    on_failure=on_failure,
)

"""``interpreter.set_tensor(index, x)``: TensorFlow Lite converts neither types nor shapes."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.data import ARRAY, LIST, TENSOR, Data, describe, shown
from ...diagnosis.contract.named import of_module
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_TYPES = re.compile(r"^Cannot set tensor: Got value of type (\w+) but expected type (\w+) for input")
_AXES = re.compile(r"^Cannot set tensor: Dimension mismatch\. Got (\d+) but expected (\d+) for input")
_SIZES = re.compile(r"^Cannot set tensor: Dimension mismatch\. Got (\d+) but expected (\d+) for dimension (\d+) of")
_SAME_NUMBERS = {("FLOAT64", "FLOAT32"), ("INT64", "INT32"), ("INT32", "INT64")}
_QUANTIZED = ("INT8", "UINT8", "INT16")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    given = _given(failure)
    if facts is None or given is None:
        return
    node = next(_written(failure, facts), None)
    for reads, of in ((_TYPES, _type), (_AXES, _axes), (_SIZES, _size)):
        said = reads.search(failure.message)
        if said is not None:
            yield problem("KD190", of(said, given, node, facts, failure), facts)
            return


def _given(failure: Failure) -> Data | None:
    """What set_tensor was given, which its frame holds."""
    for frame in failing.python_frames(failure):
        if frame.f_code.co_name == "set_tensor" and "value" in frame.f_locals:
            return describe(frame.f_locals["value"])
    return None


def _written(failure: Failure, facts: CellFacts) -> Iterator[ast.expr]:
    for call in failing.calls(failure, facts):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "set_tensor":
            yield from call.args[1:2]
            yield from (item.value for item in call.keywords if item.arg == "value")


def _type(said: re.Match[str], given: Data, node: ast.expr | None, facts: CellFacts, failure: Failure) -> Finding:
    got, wanted = said[1].lower(), said[2].lower()
    text = _short(node, facts)
    new = _converted(given, node, wanted, facts, failure.namespace)
    title = f"{text} is {got}, and the model takes {wanted}"
    cause = "TensorFlow Lite converts no types; NumPy's numbers with a fraction are float64."
    if got.startswith("float") and said[2] in _QUANTIZED:
        return Finding(
            title,
            "The model is quantized: its numbers are whole ones, on a scale of their own.",
            advice=(
                "Take scale, zero_point = interpreter.get_input_details()[0]['quantization'], and give "
                f"({text} / scale + zero_point).round().astype('{wanted}').",
            ),
            reference="Interpreter.set_tensor",
        )
    differs = "" if (said[1], said[2]) in _SAME_NUMBERS else _AS_THEY_ARE
    change = Change(f"Make it {wanted}", ((node, new),), differs) if node is not None and new else None
    return Finding(
        title,
        cause if got == "float64" else "TensorFlow Lite converts no types.",
        changes=(change,) if change else (),
        advice=(f"Give set_tensor the array as {wanted}: x.astype('{wanted}').",),
        reference="Interpreter.set_tensor",
    )


_AS_THEY_ARE = "The numbers stay as they are: scale them as for the training, too."


def _converted(given: Data, node: ast.expr | None, wanted: str, facts: CellFacts, namespace: Any) -> str:
    """The expression, with another type; empty for what is neither an array nor a list."""
    if node is None:
        return ""
    text = failing.text_of(node, facts)
    simple = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
    if given.form == ARRAY:
        return f"{text if simple else f'({text})'}.astype('{wanted}')"
    module = of_module("tensorflow" if given.form == TENSOR else "numpy", facts, namespace)
    if not module.is_bound:
        return ""
    if given.form == TENSOR:
        return f"{module.text}.cast({text}, '{wanted}')"
    return f"{module.text}.array({text}, '{wanted}')" if given.form == LIST else ""


def _axes(said: re.Match[str], given: Data, node: ast.expr | None, facts: CellFacts, failure: Failure) -> Finding:
    got, wanted = int(said[1]), int(said[2])
    text = _short(node, facts)
    one_less = wanted == got + 1 and given.form in (ARRAY, TENSOR)
    simple = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
    change: Any = None
    if one_less and node is not None and simple:
        new = f"{failing.text_of(node, facts)}[None]"
        change = Change("Make a batch of one", ((node, new),), "It is right for one sample, without its batch.")
    return Finding(
        f"{text} has {got} {'axis' if got == 1 else 'axes'}, and the model takes {wanted}",
        f"Its shape is {shown(given.shape)}; the first axis of what the model takes is that of the samples.",
        changes=(change,) if change else (),
        advice=("Give it the shape that interpreter.get_input_details()[0]['shape'] tells.",),
        reference="Interpreter.set_tensor",
    )


def _size(said: re.Match[str], given: Data, node: ast.expr | None, facts: CellFacts, failure: Failure) -> Finding:
    got, wanted, axis = said[1], said[2], int(said[3])
    text = _short(node, facts)
    several = "Give one sample at a time, x[i:i + 1]; or, before allocate_tensors(), "
    several += f"interpreter.resize_tensor_input(interpreter.get_input_details()[0]['index'], {shown(given.shape)})."
    return Finding(
        f"{text} has shape {shown(given.shape)}, and the model takes {wanted}, not {got}, along axis {axis}",
        "TensorFlow Lite makes room for one sample, if it is not told otherwise."
        if axis == 0
        else "The sizes are those of the model that was converted.",
        advice=(several if axis == 0 else "Bring the data to the size that the model was trained with.",),
        reference="Interpreter.set_tensor",
    )


def _short(node: ast.expr | None, facts: CellFacts) -> str:
    text = failing.text_of(node, facts) if node is not None else ""
    return text if text and len(text) <= 40 and "\n" not in text else "The value"


RULE = Rule(
    code="KD190",
    name="input of a TensorFlow Lite model",
    lesson=Lesson(
        what="`interpreter.set_tensor(index, x)` ends in ValueError: Cannot set tensor: Got value of type FLOAT64 but "
        "expected type FLOAT32.",
        why="Keras converts what it is given to the type of the model, and takes batches of any size. TensorFlow Lite "
        "does neither. NumPy's numbers with a fraction are float64.",
        since="tensorflow 1.15",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"
        "lite = tf.lite.TFLiteConverter.from_keras_model(model).convert()\n"
        "interpreter = tf.lite.Interpreter(model_content=lite)\ninterpreter.allocate_tensors()\n"
        "interpreter.set_tensor(interpreter.get_input_details()[0]['index'], np.ones((1, 4)))",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"
        "lite = tf.lite.TFLiteConverter.from_keras_model(model).convert()\n"
        "interpreter = tf.lite.Interpreter(model_content=lite)\ninterpreter.allocate_tensors()\n"
        "interpreter.set_tensor(interpreter.get_input_details()[0]['index'], np.ones((1, 4)).astype('float32'))",
        target="tensorflow==2.20.0",
        related=("KD121",),
    ),
    on_failure=on_failure,
)

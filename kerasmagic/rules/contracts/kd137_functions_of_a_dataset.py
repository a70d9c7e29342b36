"""A function for map or filter of a dataset that takes other arguments, or runs as plain Python only."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_METHODS = ("map", "filter", "flat_map", "interleave")
_TAKES = re.compile(r"(<lambda>|\w+)\(\) takes (\d+) positional arguments? but (\d+) (?:was|were) given")
_LACKS = re.compile(r"(<lambda>|\w+)\(\) missing (\d+) required positional arguments?")
_PLAIN = re.compile(
    r"not (?:Symbolic)?Tensor$|'(?:Symbolic)?Tensor' object has no attribute|Can't convert object to 'str'"
    r"|^(?:Symbolic)?Tensor object is not|object cannot be interpreted as an integer"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not isinstance(failure.exception, (TypeError, AttributeError)):
        return
    for call, dataset in reversed([*_calls(failure, facts)]):  # of a chain, ds.map(f).map(g), the first runs first
        for finding in _findings(failure, facts, call, dataset):
            yield problem("KD137", finding, facts)
            return


def _calls(failure: Failure, facts: CellFacts) -> Iterator[tuple[ast.Call, Any]]:
    """``ds.map(f)`` on the line that failed, with the dataset where it has a name."""
    for call in failing.calls(failure, facts):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if owner is not None and last_name(call.func) in _METHODS and call.args:
            dataset = failing.value_of(owner, failure)
            asked = any(frame.module.startswith("tensorflow.python.data") for frame in failure.frames)
            if session.is_kind(dataset, "DatasetV2") or (dataset is None and asked):
                yield call, dataset


def _findings(failure: Failure, facts: CellFacts, call: ast.Call, dataset: Any) -> Iterator[Finding]:
    takes, name = _TAKES.search(failure.message), last_name(call.func)
    called = takes or _LACKS.search(failure.message)
    if called and called[1].replace("tf__", "") == _name(call.args[0]) and _may_take(call.args[0], takes):
        spec = session.attribute(dataset, "element_spec")
        parts = int(takes[3]) if takes else len(spec) if type(spec) is tuple else _without(call.args[0], called)
        given = f"gives {parts} parts" if parts > 1 else "gives one thing"
        yield Finding(
            title=f"The function of {name} takes {takes[2] if takes else 'more'}, and each element of the dataset "
            f"{given}",
            cause="Each part of an element is an argument: the inputs, and the labels.",
            changes=tuple(_with_labels(call, facts)) if parts == 2 and name == "map" else (),
            advice=(
                "Take both and give both: ds.map(lambda x, y: (x / 255., y)). With filter: lambda x, y: y > 0."
                if parts > 1
                else "Take one argument: the dataset holds no labels; tf.data.Dataset.zip((images, labels)) joins two.",
            ),
            reference=f"tf.data.Dataset.{name}",
        )
    elif not called and _PLAIN.search(failure.message):
        yield Finding(
            title=f"The function of {name} gets a tensor without a value, where plain Python needs one",
            cause="TensorFlow runs the function once to build a graph of it; the values come when the dataset is read.",
            advice=(
                "Use functions of TensorFlow: tf.io.read_file and tf.io.decode_image for files, tf.strings for texts, "
                "tf.image for images.",
                f"Or run the Python code for each element: ds.{name}(lambda p: tf.py_function(load, [p], "
                "Tout=tf.float32)); in load the value is p.numpy(), a text p.numpy().decode().",
            ),
            reference=f"tf.data.Dataset.{name}",
        )


def _name(function: ast.expr) -> str:
    """What Python calls a function in an error: the function itself is meant, not one that it calls."""
    return "<lambda>" if isinstance(function, ast.Lambda) else last_name(function) or ""


def _may_take(function: ast.expr, takes: re.Match[str] | None) -> bool:
    """Whether it is this function that takes so many: all lambdas of a chain have one name."""
    return takes is None or not isinstance(function, ast.Lambda) or len(function.args.args) == int(takes[2])


def _without(function: ast.expr, lacks: re.Match[str]) -> int:
    """How many parts a lambda got that lacks some."""
    return len(function.args.args) - int(lacks[2]) if isinstance(function, ast.Lambda) else 1


def _with_labels(call: ast.Call, facts: CellFacts) -> Iterator[Change]:
    """``lambda x, y: (x / 255., y)`` for ``lambda x: x / 255.``"""
    function = call.args[0]
    if not isinstance(function, ast.Lambda) or len(function.args.args) != 1 or isinstance(function.body, ast.Tuple):
        return
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    label = next(name for name in ("y", "label", "labels_of_it") if name not in used)
    taken, body = function.args.args[0].arg, failing.text_of(function.body, facts)
    yield Change(
        "Take the labels, and give them on",
        ((function, f"lambda {taken}, {label}: ({body}, {label})"),),
        "The function changes the first part of each element, and leaves the second.",
    )


RULE = Rule(
    code="KD137",
    name="functions for a dataset",
    lesson=Lesson(
        what="`ds.map(lambda x: x / 255.)` ends in TypeError: takes 1 positional argument but 2 were given; "
        "`ds.map(os.path.basename)` in TypeError: expected str, not SymbolicTensor.",
        why="The function gets each part of an element as an argument, and is run once, with tensors that have no "
        "values yet.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\nds = tf.data.Dataset.from_tensor_slices((tf.zeros((4, 3)), tf.zeros(4)))\n"
        "ds = ds.map(lambda x: x / 255.)",
        after="import tensorflow as tf\nds = tf.data.Dataset.from_tensor_slices((tf.zeros((4, 3)), tf.zeros(4)))\n"
        "ds = ds.map(lambda x, y: (x / 255., y))",
        target="tensorflow==2.21.0",
        related=("KD127", "KA304"),
    ),
    on_failure=on_failure,
)

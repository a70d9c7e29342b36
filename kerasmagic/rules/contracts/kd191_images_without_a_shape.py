"""``tf.image.decode_image``: a GIF gives several images, so that not even the number of axes is known."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.position import Range

_REFUSED = re.compile(r"^'(?:images?|tensor)' contains no shape")
_PYTHON = ("py_function", "numpy_function", "py_func")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if _REFUSED.search(failure.message) and raised_by_keras(failure):
        calls = list(failing.calls_of("decode_image", facts)) if facts else []
        lacking = [call for call in calls if not any(item.arg in ("expand_animations", None) for item in call.keywords)]
        python = any(any(failing.calls_of(name, facts)) for name in _PYTHON) if facts else False
        finding = _of_python() if python and not lacking else _of_animations(lacking, facts)
        yield problem("KD191", finding, facts)


def _of_animations(calls: list[ast.Call], facts: CellFacts | None) -> Finding:
    """Up to three arguments are given by place; the fourth is expand_animations."""
    edits = tuple(_with_argument(call, facts) for call in calls if facts is not None and 0 < len(call.args) < 4)
    return Finding(
        title="The image has no known shape, not even a number of axes",
        cause="decode_image gives four axes for a GIF, and three for other files, if expand_animations is not False.",
        changes=(Change("Take the first picture of a GIF", edits, evidence="All files have three axes then."),)
        if edits
        else (),
        advice=(
            "Write tf.image.decode_image(data, channels=3, expand_animations=False); else tell the shape: "
            "image.set_shape((None, None, 3)).",
        ),
        reference="tf.image.decode_image",
    )


def _with_argument(call: ast.Call, facts: CellFacts | None) -> tuple[Range, str]:
    assert facts is not None
    last = max([*call.args, *(item.value for item in call.keywords)], key=lambda node: (node.lineno, node.col_offset))
    return failing.end_range(last, facts), ", expand_animations=False"


def _of_python() -> Finding:
    return Finding(
        title="The image has no known shape, not even a number of axes",
        cause="py_function and numpy_function tell the type of what they give, and no shape.",
        advice=("Tell the shape behind it: image.set_shape((None, None, 3)).",),
        reference="tf.py_function",
    )


RULE = Rule(
    code="KD191",
    name="images without a shape",
    lesson=Lesson(
        what="`tf.image.resize` in a function for `dataset.map` ends in ValueError: 'images' contains no shape.",
        why="In a dataset the shape is asked for before a file is read. decode_image gives three axes, and four for a "
        "GIF: with expand_animations=False it gives three for all.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\n\ndef load(path):\n"
        "    image = tf.image.decode_image(tf.io.read_file(path), 3)\n"
        "    return tf.image.resize(image, [8, 8])\n\n"
        "images = tf.data.Dataset.from_tensor_slices(['a.png']).map(load)",
        after="import tensorflow as tf\n\ndef load(path):\n"
        "    image = tf.image.decode_image(tf.io.read_file(path), 3, expand_animations=False)\n"
        "    return tf.image.resize(image, [8, 8])\n\n"
        "images = tf.data.Dataset.from_tensor_slices(['a.png']).map(load)",
        target="tensorflow==2.20.0",
        related=("KD137",),
    ),
    on_failure=on_failure,
)

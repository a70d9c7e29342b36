"""``VGG16(include_top=False)`` before Flatten and Dense: a model that is made for images of any size."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import DATASET, describe
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.arguments import arguments_of
from ...source.nodes import last_name

_SIZED = ("input_shape", "input_tensor")


def unsized_application(failure: Failure, facts: CellFacts) -> Finding | None:
    """What to do where Dense has to know its features, and the images may have any size."""
    found = [*_calls(failure, facts)]
    flattens = any(last_name(call.func) == "Flatten" for call in facts.cell.calls.values())
    if len(found) != 1 or not flattens:
        return None
    (call,) = found
    name, shape = last_name(call.func), _shape_of_images(failure, facts)
    arguments = arguments_of(facts.cell, call) or []
    last = arguments[-1].value if arguments and arguments[-1].value is not None else None
    written = failing.text_of(call, facts)
    text = f"input_shape={shape or '(224, 224, 3)'}"
    change = None
    if shape and last is not None:
        edit = (last, f"{failing.text_of(last, facts)}, {text}")
        change = Change(f"Make {name} for these images", (edit,), evidence=f"The images have the shape {shape}.")
    size = "" if shape else ", with the size of your images"
    return Finding(
        title=f"{name} is made for images of any size, and Flatten and Dense need one size",
        cause="include_top=False without input_shape gives (None, None, channels): Dense has a weight for each number "
        "that Flatten gives it.",
        changes=(change,) if change else (),
        advice=(
            f"Write {written.rstrip(')').rstrip(', ')}, {text}){size}; or GlobalAveragePooling2D() in the place of "
            "Flatten, which takes any size.",
        ),
        reference=f"keras.applications.{name}",
    )


def _calls(failure: Failure, facts: CellFacts) -> Iterator[ast.Call]:
    """The calls that make a model of keras.applications without its top, and without the size of its images."""
    for call in facts.cell.calls.values():
        given = {item.arg: item.value for item in call.keywords}
        top = given.get("include_top")
        without = isinstance(top, ast.Constant) and top.value is False and None not in given and not call.args
        if without and not any(name in given for name in _SIZED) and _is_of_applications(call, failure):
            yield call


def _is_of_applications(call: ast.Call, failure: Failure) -> bool:
    function = failing.value_of(call.func, failure)
    module = session.own(function, "__module__") or getattr(function, "__module__", "")
    return type(module) is str and ".applications" in module


def _shape_of_images(failure: Failure, facts: CellFacts) -> str:
    """The shape of a colour image of the data, where all that the cell names have one; else of those of the session."""
    things = [*session.variables(failure.variables)]
    named = [(name, thing) for name, thing in things if name in facts.words]
    for chosen in (named, things):
        shapes = {shape for _, thing in chosen for shape in _shapes(thing)}
        if shapes:
            return f"({', '.join(map(str, shapes.pop()))})" if len(shapes) == 1 else ""
    return ""


def _shapes(thing: object) -> Iterator[tuple[int, ...]]:
    data = describe(thing) if session.root(thing) in ("numpy", "tensorflow") else None
    if data is not None and data.form == DATASET:
        data = data.parts[0] if data.parts else None
    sizes = data.shape[1:] if data is not None and data.shape is not None else ()
    if len(sizes) == 3 and sizes[-1] == 3 and None not in sizes:
        yield tuple(size for size in sizes if size is not None)

"""``Concatenate()([a, b])`` where one tensor has steps, or is an image, and the other is one vector a sample."""

from __future__ import annotations

from ...diagnosis.contract.answer import Finding
from ...diagnosis.contract.data import Shape, dimensions, shown
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from .sizes_of_branches import joined_tensors, written_tensor

_TO_ONE_VECTOR = {3: "GlobalAveragePooling1D()", 4: "GlobalAveragePooling2D()", 5: "GlobalAveragePooling3D()"}
_HAS = {3: "has steps", 4: "is made of images", 5: "is made of volumes"}
_MOST_NAMED = 3


def different_axes(failure: Failure, facts: CellFacts) -> Finding | None:
    kind, tensors = joined_tensors(failure)
    shapes: list[Shape] = [dimensions(session.attribute(each, "shape")) or () for each in tensors]
    more = [place for place, shape in enumerate(shapes) if len(shape) in _TO_ONE_VECTOR]
    vectors = [place for place, shape in enumerate(shapes) if len(shape) == 2]
    if not more or not vectors or len(more) + len(vectors) != len(shapes) or len({len(shapes[at]) for at in more}) > 1:
        return None
    names = [written_tensor(each, tensors, failure, facts) for each in tensors]
    axes, first, vector = len(shapes[more[0]]), names[more[0]], names[vectors[0]]
    reduced = " and ".join(f"{_TO_ONE_VECTOR[axes]}({names[at]})" for at in more[:_MOST_NAMED])
    if axes == 3:
        one = f"For one vector a sample let the recurrent layer before {first} give its last step only, without "
        one += f"return_sequences=True, or write {reduced}."
        steps = shapes[more[0]][1]
        copies = f"For a copy of {vector} at each step write RepeatVector({steps or 'steps'})({vector})"
        copies += "." if steps else ", with the number of steps, which Input(shape=(steps, features)) has to have, too."
        ways = (one,) if len(vectors) > len(more) else (one, copies)
    else:
        ways = (f"Make one vector a sample of it: {reduced}, or Flatten(), which keeps all numbers.",)
    return Finding(
        title=f"{kind} gets {first}, which {_HAS[axes]}, {shown(shapes[more[0]])}, and {vector} without, "
        f"{shown(shapes[vectors[0]])}",
        cause="The tensors that are joined have the same number of axes.",
        advice=ways,
        reference=f"keras.layers.{kind}",
    )

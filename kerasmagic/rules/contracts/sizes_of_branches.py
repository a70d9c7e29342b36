"""Branches of a network that come to different sizes: 100 is halved to 50, 25 and 12, and 12 is doubled to 24."""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple, Sequence

from ...diagnosis.contract import tensor_graph as graph
from ...diagnosis.contract.answer import Finding
from ...diagnosis.contract.data import Shape, dimensions
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.symbols import is_symbol

_MOST_LAYERS = 1_000
_LIKE_CONCATENATE = ("Concatenate", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")


def different_sizes(failure: Failure, facts: CellFacts) -> Finding | None:
    """Two images, or sequences, that are joined and have different sizes: how one comes to the size of the other."""
    kind, tensors = joined_tensors(failure)
    shapes = [_shape(each) for each in tensors]
    if len(shapes) != 2 or not _differ_in_size(shapes):
        return None
    small, large = sorted(tensors, key=lambda each: [size or 0 for size in _shape(each)[1:-1]])
    missing = [(b or 0) - (a or 0) for a, b in zip(_shape(small)[1:-1], _shape(large)[1:-1])]
    if min(missing) < 0:
        return None
    branches = _Branches(kind, tensors, small, large, missing)
    return _by_halving(branches, failure, facts) or _otherwise(branches, failure, facts)


class _Branches(NamedTuple):
    kind: str
    """The class of the layer that joins them."""
    tensors: Sequence[Any]
    small: Any
    large: Any
    missing: list[int]
    """How much smaller the small one is in each axis."""

    def title(self) -> str:
        small, large = (_shown(_shape(each)[1:-1]) for each in (self.small, self.large))
        return f"{self.kind} gets sizes {small} and {large}"


def _by_halving(branches: _Branches, failure: Failure, facts: CellFacts) -> Finding | None:
    """The sizes of the Input that come out even, where one branch is made smaller and larger again."""
    reduced, (start, factor) = max(((each, _way(each)) for each in branches.tensors), key=lambda pair: pair[1][1])
    sizes = start[1:-1] if start is not None else ()
    odd = [size for size in sizes if type(size) is int and size % factor]
    if factor < 2 or not odd or max(branches.missing) >= factor:
        return None
    lower, upper = (_shown([_fitting(size, factor, up) for size in sizes]) for up in (0, 1))
    path = ", ".join(str(each) for each in _path(reduced, sizes.index(odd[0]) + 1))
    change = _changed(
        "ZeroPadding" if reduced is branches.small else "Cropping", [(0, each) for each in branches.missing]
    )
    return Finding(
        title=f"{branches.title()}, since {odd[0]} is no multiple of {factor}",
        cause=f"On the way to one of them the size is {path}: what cannot be divided is rounded.",
        advice=(
            f"Give an input of {lower} or {upper}, multiples of {factor}, in keras.Input and in the data. Or change "
            f"one before {branches.kind}: {change}({written_tensor(reduced, branches.tensors, failure, facts)}).",
        ),
        reference=f"keras.layers.{branches.kind}",
    )


def _otherwise(branches: _Branches, failure: Failure, facts: CellFacts) -> Finding | None:
    small, large = _shape(branches.small), _shape(branches.large)
    if branches.kind == "Concatenate" and len(small) == 3 and small[-1] == large[-1]:
        return None  # steps may be joined behind each other
    text = written_tensor(branches.large, branches.tensors, failure, facts)
    ratios = {(b or 0) / (a or 1) for a, b in zip(small[1:-1], large[1:-1])}
    ratio = ratios.pop() if len(ratios) == 1 else 0
    if ratio >= 2 and ratio == int(ratio):
        way = f"Make the larger one smaller: MaxPooling{len(small) - 2}D({int(ratio)})({text})."
    elif max(branches.missing) > _MOST_CUT and (enlarged := _without_strides(branches.small)):
        way = f"{enlarged} makes nothing larger without strides: write strides=2, padding='same' in the smaller branch."
    else:
        cut = _changed("Cropping", [(each // 2, each - each // 2) for each in branches.missing])
        way = f"Cut the larger one: {cut}({text})."
    return Finding(
        title=branches.title(),
        cause="They are joined place by place: all sizes but that of the channels have to be the same.",
        advice=(f"{way} Or give both branches the same strides and poolings, and padding='same', which keeps sizes.",),
        reference=f"keras.layers.{branches.kind}",
    )


_MOST_CUT = 4
"""How many rows and columns may be lost by rounding: more is another size."""


def _without_strides(tensor: Any) -> str:
    """The class of the transposed convolution of strides 1 that made a tensor; empty where another layer did."""
    made = graph.made_by(tensor)
    kind = session.class_name(made[0]) if made is not None else ""
    strides = session.own(made[0], "strides") if made is not None and kind.endswith("Transpose") else None
    return kind if strides in (1, (1, 1), (1,), (1, 1, 1)) else ""


def _changed(kind: str, sides: list[tuple[int, int]]) -> str:
    """``ZeroPadding2D(((0, 1), (0, 1)))``, ``Cropping1D((0, 1))``"""
    return f"{kind}{len(sides)}D({sides[0] if len(sides) == 1 else tuple(sides)})"


def joined_tensors(failure: Failure) -> tuple[str, Sequence[Any]]:
    """The layer that joins tensors and refused, and the tensors."""
    for layer, given in [*_called(failure)][::-1]:
        if session.class_name(layer) in _LIKE_CONCATENATE:
            return session.class_name(layer), [each for each in session.members(given) if is_symbol(each)]
    return "", ()


def _called(failure: Failure) -> Iterator[tuple[Any, Any]]:
    yield from failing.called_layers(failure)
    for frame in failing.python_frames(failure):
        held = frame.f_locals
        if frame.f_code.co_name == "__call__":  # TensorFlow up to 2.6 has no wrapper
            args = held.get("args")
            yield held.get("self"), held.get("inputs", args[0] if type(args) is tuple and args else None)


def _shape(tensor: Any) -> Shape:
    return dimensions(session.attribute(tensor, "shape")) or ()


def _differ_in_size(shapes: Sequence[Shape]) -> bool:
    one, other = shapes
    return len(one) == len(other) > 2 and one[1:-1] != other[1:-1] and None not in (*one[1:-1], *other[1:-1])


def _way(tensor: Any) -> tuple[Shape | None, int]:
    """The shape of the Input that a tensor comes from, and how often it is made smaller on the way: 8 for three
    halvings. Of several ways the one with the most."""
    best: dict[int, tuple[Shape | None, int]] = {}
    waiting = [tensor]
    while waiting:
        each = waiting[-1]
        above = [one for one in graph.before(each) if one is not each]
        open_ones = [one for one in above if id(one) not in best]
        if open_ones and id(each) not in best:
            best[id(each)] = (None, 1)  # not to be gone through twice
            waiting += open_ones
            continue
        waiting.pop()
        ways = [(best[id(one)][0], best[id(one)][1] * _smaller(_shape(one), _shape(each))) for one in above]
        best[id(each)] = max(ways, key=lambda way: way[1]) if ways else (_shape(each), 1)
    return best[id(tensor)]


def _smaller(before: Shape, after: Shape) -> int:
    """2 of (None, 25, 25, 8) and (None, 12, 12, 8)"""
    sizes = [(a, b) for a, b in zip(before[1:-1], after[1:-1]) if a and b]
    return max([round(a / b) for a, b in sizes if len(before) == len(after)] or [1, 1]) or 1


def _path(tensor: Any, axis: int) -> list[Any]:
    """The sizes of one axis from the Input to a tensor."""
    found: list[Any] = []
    while tensor is not None and len(found) < _MOST_LAYERS:
        found.append(_shape(tensor)[axis] if axis < len(_shape(tensor)) else None)
        tensor = next((each for each in graph.before(tensor) if each is not tensor), None)
    return [size for number, size in enumerate(found) if number == 0 or size != found[number - 1]][::-1]


def _fitting(size: Any, factor: int, up: int) -> Any:
    return size if type(size) is not int or size % factor == 0 else (size // factor + up) * factor


def _shown(sizes: Sequence[Any]) -> str:
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"


def written_tensor(tensor: Any, tensors: Sequence[Any], failure: Failure, facts: CellFacts) -> str:
    """How the cell writes a tensor: in the list that is joined, or by its name."""
    place = next(number for number, each in enumerate(tensors) if each is tensor)
    for call in failing.calls(failure, facts):
        for node in call.args:
            if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == len(tensors):
                return failing.text_of(node.elts[place], facts)
    names = (name for name, thing in failure.variables.items() if thing is tensor and not name.startswith("_"))
    return next((name for name in names if name in facts.words), "x")

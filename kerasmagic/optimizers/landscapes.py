"""Two small test problems, both deterministic, at a scale where default learning rates get somewhere in 50 steps."""

from __future__ import annotations

from typing import Callable, NamedTuple, Tuple

Point = Tuple[float, float]


class Landscape(NamedTuple):
    """A function of two variables to go down on."""

    name: str
    start: Point
    value: Callable[[float, float], float]
    gradient: Callable[[float, float], Point]


def _valley(x: float, y: float) -> float:
    return 20.0 * x * x + 2.0 * y * y


def _valley_gradient(x: float, y: float) -> Point:
    return 40.0 * x, 4.0 * y


_SCALE = 0.03


def _wells(x: float, y: float) -> float:
    u, v = x / _SCALE, y / _SCALE
    return _SCALE**2 * (3.0 * (u * u - 1.0) ** 2 + 4.0 * (v - 0.5 * u * u) ** 2)


def _wells_gradient(x: float, y: float) -> Point:
    u, v = x / _SCALE, y / _SCALE
    bend = 8.0 * (v - 0.5 * u * u)
    return _SCALE * (12.0 * u * (u * u - 1.0) - bend * u), _SCALE * bend


LANDSCAPES = (
    Landscape("convex: a valley ten times steeper across than along", (0.02, 0.03), _valley, _valley_gradient),
    Landscape("non-convex: two wells, joined by a bent valley", (0.002, 0.045), _wells, _wells_gradient),
)

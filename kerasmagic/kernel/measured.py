"""Requirements that releases have but do not state: each pair was imported together and failed.

Kept to what metadata leaves open; everything else is read from the installed packages themselves.
"""

from __future__ import annotations

from typing import Tuple

from .release import release

_Bound = Tuple[Tuple[int, ...], Tuple[int, ...], str]

# From TensorFlow, below TensorFlow, what it needs.
_BOUNDS: tuple[_Bound, ...] = (
    # 2.4.4 with protobuf 5.29.6: "Descriptors cannot be created directly"; the last patches from 2.8 on state it.
    ((2, 0), (2, 9), "protobuf<3.21"),
    # 2.10.1 and 2.11.1 with numpy 2.2.6, 2.14.0 with 2.x: "Unable to convert function return value to a Python type".
    ((2, 0), (2, 15), "numpy<2"),
)


def unstated_requirements(tensorflow_version: str) -> tuple[str, ...]:
    """What a release of TensorFlow needs beyond what its metadata says."""
    version = release(tensorflow_version)
    return tuple(requirement for first, below, requirement in _BOUNDS if first <= version < below)


# The first and the last TensorFlow that has a wheel for a Python, as `pip index versions` lists them (November 2026).
WHEELS: dict[tuple[int, ...], tuple[str, str]] = {
    (3, 8): ("2.2.0", "2.13.1"),
    (3, 9): ("2.5.0", "2.20.0"),
    (3, 10): ("2.8.0", "2.21.0"),
    (3, 11): ("2.12.0", "2.21.0"),
    (3, 12): ("2.16.1", "2.21.0"),
    (3, 13): ("2.20.0", "2.21.0"),
}

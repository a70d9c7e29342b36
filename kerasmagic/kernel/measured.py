"""Requirements that releases have but do not state: each pair was imported together and failed.

Kept to what metadata leaves open; everything else is read from the installed packages themselves.
"""

from __future__ import annotations

from typing import Tuple

from .release import release
from .stack import TENSORFLOW_VARIANTS, name_in

_Bound = Tuple[str, Tuple[int, ...], Tuple[int, ...], str]

# Which distribution, from which release on, below which, what it needs.
_BOUNDS: tuple[_Bound, ...] = (
    # 2.4.4 with protobuf 5.29.6, 2.9.0 with 4.21.1: "Descriptors cannot be created directly"; 2.9.1 states it, as the
    # last patches of 2.8 do.
    ("tensorflow", (2, 0), (2, 9, 1), "protobuf<3.21"),
    # 2.10.1 and 2.11.1 with numpy 2.2.6, 2.14.0 with 2.x: "Unable to convert function return value to a Python type".
    ("tensorflow", (2, 0), (2, 15), "numpy<2"),
    # 2.4.4 with keras 2.2.4 and 2.3.1: compile, or fit, asks tensorflow for names of TensorFlow 1.
    ("tensorflow", (2, 2), (2, 6), "keras>=2.4,<2.6"),
    # 0.18.1 and 0.14.0 with keras 2.15.0: "cannot import name 'ops' from 'keras'"; keras-hub 0.19 states it.
    ("keras-hub", (0, 0), (0, 19), "keras>=3"),
    ("keras-nlp", (0, 14), (0, 19), "keras>=3"),
    # 0.23.0, the last one, with 2.16.2: "No module named 'keras.src.engine'".
    ("tensorflow-addons", (0, 0), (1, 0), "tensorflow<2.16"),
    # 0.12.0 with keras 3.13.2: imports, and fit ends in "Could not interpret metric identifier: loss"; 0.13 states it.
    ("scikeras", (0, 0), (0, 13), "keras<3"),
    # 0.13.0, the last one, with scikit-learn 1.6.1: "'super' object has no attribute '__sklearn_tags__'"; 1.5.2 works.
    ("scikeras", (0, 0), (0, 14), "scikit-learn<1.6"),
    # 8.23.0 with typing-extensions 4.5.0: the kernel does not start; 8.24.0 states it.
    ("ipython", (8, 23), (8, 24), 'typing-extensions>=4.6; python_version < "3.12"'),
)


def unstated_requirements(name: str, version: str) -> tuple[str, ...]:
    """What a release needs beyond what its metadata says; all variants of TensorFlow are asked for as it."""
    name, numbers = "tensorflow" if name in TENSORFLOW_VARIANTS else name, release(version)
    return tuple(needs for who, first, below, needs in _BOUNDS if who == name and first <= numbers < below)


_NOT_OUT = {("scikeras", (0, 14))}
"""Releases that were not there when it was measured: what they will need is not known (November 2026)."""


def first_that_states(name: str, version: str, needed: str) -> str:
    """The next release of a distribution that states, or no longer has, a requirement which this one leaves out; empty
    where there is none yet.

    Arguments:
        needed: the distribution that it requires.
    """
    bounds = (bound for bound in _BOUNDS if bound[0] == name and name_in(bound[3]) == needed)
    found = [below for _, first, below, _ in bounds if first <= release(version) < below]
    return ".".join(map(str, found[0])) if found and (name, found[0]) not in _NOT_OUT else ""


# The release of a package with compiled parts that is made for a TensorFlow, where its own number does not tell: what
# pip chooses beside that TensorFlow (November 2026). Neither has a release for a newer one.
_MADE_FOR: dict[str, dict[tuple[int, ...], str]] = {
    "tensorflow-decision-forests": {
        (2, 12): "1.4.0",
        (2, 13): "1.5.0",
        (2, 14): "1.7.0",
        (2, 15): "1.8.1",
        (2, 16): "1.9.2",
        (2, 17): "1.10.1",
        (2, 18): "1.11.0",
        (2, 19): "1.12.0",
    },
    "tensorflow-io": {
        (2, 11): "0.31.0",
        (2, 12): "0.32.0",
        (2, 13): "0.34.0",
        (2, 14): "0.35.0",
        (2, 15): "0.36.0",
        (2, 16): "0.37.1",
    },
}


def made_for(name: str, tensorflow: str) -> str:
    """The release of a package that is made for this TensorFlow; empty where none is known."""
    return _MADE_FOR.get(name, {}).get(release(tensorflow)[:2], "")


def last_tensorflow_of(name: str) -> tuple[int, ...]:
    """The last minor release of TensorFlow that a package was made for; () where that is not known."""
    return max(_MADE_FOR.get(name, {()}))


# The first and the last TensorFlow that has a wheel for a Python, as `pip index versions` lists them (November 2026).
WHEELS: dict[tuple[int, ...], tuple[str, str]] = {
    (3, 8): ("2.2.0", "2.13.1"),
    (3, 9): ("2.5.0", "2.20.0"),
    (3, 10): ("2.8.0", "2.21.0"),
    (3, 11): ("2.12.0", "2.21.0"),
    (3, 12): ("2.16.1", "2.21.0"),
    (3, 13): ("2.20.0", "2.21.0"),
}

"""h5py 3 under a Keras that was written for h5py 2, and other misfits of h5py."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import installed
from ...kernel.release import release
from .misfits import H5PY
from .requirements import on_environment, on_failure

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure, Frame
    from ...diagnosis.resolve.world import World

# h5py 2.10 has wheels up to Python 3.8.
_LAST_PYTHON_FOR_H5PY_2 = (3, 8)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    yield from on_failure(H5PY)(failure, world)
    h5py, end = installed("h5py"), failure.end
    decodes = "'str' object has no attribute 'decode'" in failure.message
    if decodes and h5py and release(h5py.version) >= (3,) and end and _reads_hdf5(end):
        yield Problem(
            rule=H5PY,
            severity="error",
            title=f"This Keras needs h5py 2 to read HDF5 files, and h5py {h5py.version} is installed",
            cause="h5py 3 returns attributes as str where h5py 2 returned bytes; this Keras calls .decode() on them "
            f"({end.module}).",
            reference="h5py",
            fixes=(_fix(),),
        )


def _reads_hdf5(end: Frame) -> bool:
    """In Keras, or in a copy of its loading functions, as Mask R-CNN has one."""
    if end.place == "package" and ("keras" in end.module or "hdf5" in end.module):
        return True
    return "decode" in end.text and any(word in end.path for word in ("h5", "saving", "topology", "engine", "model"))


def _fix() -> Fix:
    if sys.version_info[:2] <= _LAST_PYTHON_FOR_H5PY_2:
        return Fix("install", "Install h5py 2, then restart the kernel", commands=('%pip install "h5py<3"',))
    return Fix(
        "manual",
        "Use TensorFlow 2.5 or newer: its Keras reads these files with h5py 3 (h5py 2 has no wheel for this Python)",
    )


RULE = Rule(
    code=H5PY,
    name="h5py that does not fit",
    lesson=Lesson(
        what="Loading a model or weights from an .h5 file ends in \"'str' object has no attribute 'decode'\".",
        why="h5py 3 returns the text attributes of a file as str; h5py 2 returned bytes. Keras up to "
        "TensorFlow 2.4 calls "
        "`.decode()` on them. TensorFlow 2.4 asks for h5py 2.10 in its metadata; older ones and old keras "
        "packages set no "
        "upper bound.",
        since="h5py 3.0",
        related=("KE101",),
    ),
    on_environment=on_environment(H5PY),
    on_failure=_on_failure,
)

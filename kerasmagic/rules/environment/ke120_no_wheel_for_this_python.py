"""TensorFlow is not installed, and this Python has no wheel of it, or not of every release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.measured import WHEELS
from ...kernel.release import minor
from ...kernel.snapshot import Snapshot

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_ASKED_FOR = re.compile(r"requires TensorFlow|No module named 'tensorflow'")


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    if snapshot.tensorflow or snapshot.module("tensorflow") or snapshot.moved_aside("tensorflow"):
        return
    version = minor(snapshot.interpreter.version)
    known = WHEELS.get(version)
    if known:
        first, last = known
        yield Problem(
            rule="KE120",
            severity="info",
            title="TensorFlow is not installed in this kernel",
            cause=f"Python {version[0]}.{version[1]} has wheels of TensorFlow {first} to {last} (or newer).",
            reference="tensorflow",
            fixes=(Fix("install", "Install it into this kernel", commands=("%pip install tensorflow",)),),
        )
        return
    oldest, newest = min(WHEELS), max(WHEELS)
    yield Problem(
        rule="KE120",
        severity="warning",
        title=f"TensorFlow is not installed, and no wheel for Python {version[0]}.{version[1]} is known",
        cause=f"Known are wheels for Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}; `pip install "
        f"tensorflow` "
        'then ends in "No matching distribution found".',
        reference="tensorflow",
        fixes=(
            Fix(
                "manual",
                f"Use a kernel with Python {newest[0]}.{newest[1]} ({WHEELS[newest][0]} or newer), or 3.10 to 3.12",
            ),
        ),
    )


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """An installed package asks for it: Keras, most often."""
    end = failure.end
    if not isinstance(failure.exception, ImportError) or end is None or end.place != "package":
        return
    if _ASKED_FOR.search(failure.message):
        for problem in _on_environment(failure.snapshot):
            yield problem._replace(severity="error")


RULE = Rule(
    code="KE120",
    name="no TensorFlow for this Python",
    lesson=Lesson(
        what='`pip install tensorflow==2.15` says "No matching distribution found", although that release exists.',
        why="A wheel is built for one minor Python. "
        + "; ".join(f"{a}.{b}: TensorFlow {first} to {last}" for (a, b), (first, last) in WHEELS.items())
        + " (November 2026). An older release needs an older Python, a newer Python a newer release.",
        related=("KE118",),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
    is_cause=True,
)

"""PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION asks protobuf for an implementation that it does not have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import Distribution
from ...kernel.modules import loaded
from ...kernel.release import release
from ...kernel.settings import PROTOBUF
from ...kernel.snapshot import Snapshot
from .took_part import packages

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_KNOWN = ("python", "cpp", "upb")
"""From protobuf 4 on; before, everything that is not python is cpp."""


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    value, protobuf = snapshot.settings.protobuf, snapshot.installed.get("protobuf")
    reason = _refusal(value, protobuf) if value is not None and protobuf is not None else ""
    if protobuf is None or not reason:
        return
    begun = snapshot.module("tensorflow") is not None or snapshot.module("google.protobuf") is not None
    yield Problem(
        rule="KE163",
        severity=ERROR,
        title=f"{PROTOBUF} is {value!r}, which protobuf {protobuf.version} does not have",
        cause=reason,
        reference="google.protobuf",
        fixes=(
            Fix(
                "setting",
                ("Restart the kernel, and run this" if begun else "Run this") + " before anything imports tensorflow",
                commands=("import os", f'os.environ.pop("{PROTOBUF}", None)'),
                evidence=("Restart the kernel first, and run this before all imports. " if begun else "")
                + "Without the variable protobuf takes the best that it has.",
            ),
        ),
    )


def _refusal(value: str, protobuf: Distribution) -> str:
    """Why protobuf cannot be imported with this value; empty where it can."""
    is_new = release(protobuf.version) >= (4,)
    if is_new and value not in _KNOWN:
        return f"It takes {', '.join(_KNOWN)}, and raises an error for all else."
    wants_cpp = value == "cpp" if is_new else value != "python"
    if wants_cpp and not any(Path(protobuf.location, "google", "protobuf", "pyext").glob("_message*.*")):
        instead = " protobuf 4 and newer have upb in its place." if is_new else ""
        return f"Its compiled part cpp is not installed.{instead}"
    return ""


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if "google" in packages(failure) and ("_message" in failure.message or PROTOBUF in failure.message):
        told = list(_on_environment(failure.snapshot))
        yield from told or _still_loaded(failure.snapshot)


def _still_loaded(snapshot: Snapshot) -> Iterator[Problem]:
    """The variable is gone, and protobuf has read it before."""
    protobuf = snapshot.installed.get("protobuf")
    value = (loaded("google.protobuf.internal.api_implementation") or {}).get("_implementation_type")
    if protobuf is not None and isinstance(value, str) and _refusal(value, protobuf):
        yield Problem(
            rule="KE163",
            severity=ERROR,
            title=f"protobuf still takes {value!r} for its implementation, which it does not have",
            cause=f"It read {PROTOBUF} when it was imported first; by now the variable says otherwise.",
            reference="google.protobuf",
            fixes=(Fix("restart", "Restart the kernel, then import tensorflow again"),),
        )


RULE = Rule(
    code="KE163",
    name="implementation of protobuf that is not there",
    lesson=Lesson(
        what="`import tensorflow` ends in \"cannot import name '_message' from 'google.protobuf.pyext'\".",
        why="The variable PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION chooses between the implementations of protobuf. "
        "`cpp` was the fast one of protobuf 3; protobuf 4 has upb instead, and its wheels hold no cpp. Old images "
        "and old advice still set it.",
        since="protobuf 4.21",
        related=("KE106", "KE122"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
    is_cause=True,
)

"""KERAS_BACKEND, or keras.json, names a backend that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import release
from ...kernel.snapshot import Snapshot
from ...kernel.stack import BACKENDS, KERAS_VARIANTS, TENSORFLOW_VARIANTS
from .requirements import beside_tensorflow

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_KNOWN = (*BACKENDS, "numpy")


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    setting = snapshot.settings.backend
    backend, keras = setting.effective, snapshot.installed.first(KERAS_VARIANTS)
    if setting.source == "default" or keras is None or release(keras.version) < (3,):
        return
    where = "KERAS_BACKEND" if setting.value else "keras.json"
    if backend not in _KNOWN:
        title = f"{where} names {backend!r}, which is not a backend of Keras 3"
        yield _problem(title, where, "Keras knows " + ", ".join(_KNOWN), snapshot)
    elif backend in BACKENDS and not _is_installed(backend, snapshot):
        install = Fix("install", f"Install {backend}", commands=(_command(backend, snapshot),))
        title = f"{where} chooses {backend}, which is not installed"
        yield _problem(title, where, "`import keras` fails", snapshot, install)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """``import keras`` ended in the backend: its package is missing, or there is no such backend."""
    missing = isinstance(failure.exception, ModuleNotFoundError) and failure.exception.name in BACKENDS.values()
    if missing or failure.message.startswith("Unable to import backend"):
        end = failure.end
        if end and end.place == "package" and end.module.startswith("keras."):
            yield from _on_environment(failure.snapshot)


def _command(backend: str, snapshot: Snapshot) -> str:
    return " ".join(["%pip install", *(f'"{pin}"' for pin in beside_tensorflow(snapshot)), backend])


def _is_installed(backend: str, snapshot: Snapshot) -> bool:
    names = TENSORFLOW_VARIANTS if backend == "tensorflow" else (backend,)
    return snapshot.installed.first(names) is not None or snapshot.module(BACKENDS[backend]) is not None


def _problem(title: str, where: str, cause: str, snapshot: Snapshot, *fixes: Fix) -> Problem:
    there = next((backend for backend in BACKENDS if _is_installed(backend, snapshot)), None)
    if there is not None:
        setting = ("import os", f'os.environ["KERAS_BACKEND"] = "{there}"')
        fixes = (
            *fixes,
            Fix("setting", "Choose a backend that is installed, before the first import", commands=setting),
        )
    return Problem("KE123", "error", title, cause + ".", reference=where, fixes=fixes)


RULE = Rule(
    code="KE123",
    name="backend that is not installed",
    lesson=Lesson(
        what='`import keras` ends in "No module named \'jax\'" (KERAS_BACKEND=jax), or in "Unable to import '
        'backend : foo" '
        "(keras 3.15.1).",
        why="Keras 3 imports its backend while it loads. KERAS_BACKEND decides, then keras.json, then TensorFlow.",
        since="keras 3.0",
        before=('import os\n\nos.environ["KERAS_BACKEND"] = "theano"\nimport keras'),
        after=('import os\n\nos.environ["KERAS_BACKEND"] = "tensorflow"\nimport keras'),
        target="tensorflow==2.21.0",
        related=("KE122", "KE124"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
)

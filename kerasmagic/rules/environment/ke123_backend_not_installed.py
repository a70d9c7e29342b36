"""KERAS_BACKEND, or keras.json, names a backend that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import release
from ...kernel.snapshot import Snapshot
from ...kernel.stack import BACKENDS, KERAS_VARIANTS, TENSORFLOW_VARIANTS
from .companions import beside_tensorflow

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_KNOWN = (*BACKENDS, "numpy")


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    yield from _problems(snapshot, needs_tensorflow=False)


def _problems(snapshot: Snapshot, needs_tensorflow: bool) -> Iterator[Problem]:
    setting = snapshot.settings.backend
    backend, keras = setting.effective, snapshot.installed.first(KERAS_VARIANTS)
    if setting.source == "default" or keras is None or release(keras.version) < (3,):
        return
    where, changed = _named_by(backend, snapshot)
    back = tuple(_set_back(where, snapshot))
    if backend not in _KNOWN:
        title = f"{where} {'named' if changed else 'names'} {backend!r}, which is not a backend of Keras 3"
        yield _problem(title, where, "Keras knows " + ", ".join(_KNOWN) + f".{changed}", back)
    elif backend in BACKENDS and not _is_installed(backend, snapshot) and not snapshot.moved_aside(backend):
        install = Fix("install", f"Install {backend}", commands=(_command(backend, snapshot),))
        title = f"{where} {'chose' if changed else 'chooses'} {backend}, which is not installed"
        why, ways = "`import keras` fails.", (install, *back)
        if needs_tensorflow:
            why, ways = "tf.keras is Keras with the backend tensorflow.", (*back, install)
        yield _problem(title, where, f"{why}{changed}", ways)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """``import keras`` ended in the backend: its package is missing, or there is no such backend."""
    missing = isinstance(failure.exception, ModuleNotFoundError) and failure.exception.name in BACKENDS.values()
    if missing or failure.message.startswith("Unable to import backend"):
        end = failure.end
        if end and end.place == "package" and end.module.startswith("keras."):
            roots = {reference.name.partition(".")[0] for reference in failure.facts.references}
            yield from _problems(failure.snapshot, needs_tensorflow="tensorflow" in roots)


def _named_by(backend: str, snapshot: Snapshot) -> tuple[str, str]:
    """What named the backend, and a sentence on what it says by now; empty where it still says that.

    Keras reads both when its import begins, and an import that failed leaves what it has read in memory.
    """
    value, file = snapshot.settings.backend.value, snapshot.settings.keras_json
    if value == backend:
        return "KERAS_BACKEND", ""
    named = file.values.get("backend") if file else None
    if named == backend:
        if not value:
            return "keras.json", ""
        return "keras.json", f" KERAS_BACKEND is {value} by now, and counts from the next start of the kernel on."
    now = f"is {value}" if value else "is not set"
    return "KERAS_BACKEND", f" KERAS_BACKEND {now} by now, and counts from the next start of the kernel on."


def _set_back(where: str, snapshot: Snapshot) -> Iterator[Fix]:
    """Choose a backend that is installed; Keras has to be imported by a new kernel where it was begun here."""
    there = next((backend for backend in BACKENDS if _is_installed(backend, snapshot)), None)
    if there is None:
        return
    begun = snapshot.module("keras") is not None or snapshot.settings.backend.source == "live"
    first = "Restart the kernel, and run this" if begun else "Run this"
    line = f'import os; os.environ["KERAS_BACKEND"] = "{there}"'
    choose = Fix(
        "setting",
        f"Choose a backend that is installed: {first[0].lower()}{first[1:]} before the first import",
        commands=(line,),
        evidence=f"{first} before the first import of Keras.",
    )
    file = snapshot.settings.keras_json
    if where == "keras.json" and file is not None:
        restart = ", then restart the kernel" if begun else ""
        yield Fix(
            "manual",
            f'Write "backend": "{there}" in {file.path}{restart}',
            evidence="It counts for every kernel of this user.",
        )
        choose = choose._replace(title=f"Or for one notebook: {first[0].lower()}{first[1:]} before the first import")
    yield choose


def _command(backend: str, snapshot: Snapshot) -> str:
    return " ".join(["%pip install", *(f'"{pin}"' for pin in beside_tensorflow(snapshot)), backend])


def _is_installed(backend: str, snapshot: Snapshot) -> bool:
    names = TENSORFLOW_VARIANTS if backend == "tensorflow" else (backend,)
    return snapshot.installed.first(names) is not None or snapshot.module(BACKENDS[backend]) is not None


def _problem(title: str, where: str, cause: str, fixes: tuple[Fix, ...]) -> Problem:
    return Problem("KE123", "error", title, cause, reference=where, fixes=fixes)


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

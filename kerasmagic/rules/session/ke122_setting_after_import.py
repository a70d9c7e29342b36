"""TF_USE_LEGACY_KERAS or KERAS_BACKEND was set after the import that reads it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Iterator, Sequence

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import installed, installed_on
from ...kernel.modules import loaded
from ...kernel.release import minor
from ...kernel.settings import LEGACY_VALUES, Setting, keras_backend, read_settings
from ..environment.companions import with_tf_keras

if TYPE_CHECKING:
    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World
    from ...kernel.snapshot import Snapshot
    from ...source.reference import Reference

_READER = {"TF_USE_LEGACY_KERAS": "tensorflow", "KERAS_BACKEND": "keras"}


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    """``os.environ["KERAS_BACKEND"] = "jax"`` below the import that reads it, or in a later cell."""
    for reference in facts.by_kind.get("setting", ()):
        value = reference.value
        if reference.name not in _READER or value is None or not _outermost(reference, facts):
            continue
        statement = _read_by(reference, facts, world)
        if statement and _wanted(reference.name, value) != _in_effect(reference, facts, world):
            yield Problem(
                rule="KE122",
                severity="info" if reference.guarded else "warning",
                title=f"{reference.name} is set after {statement} has read it: this has no effect",
                cause="It is read once, when Keras is loaded.",
                range=reference.range,
                reference=reference.name,
                fixes=(
                    Fix(
                        "manual",
                        f"Set {reference.name} in the first cell, above all imports, and restart the kernel",
                    ),
                ),
            )


def _outermost(reference: Reference, facts: CellFacts) -> bool:
    """Whether the statement runs where it stands: it is in no function and under no condition."""
    return not facts.cell.lines[reference.range.line - 1][:1].isspace()


def _read_by(setting: Reference, facts: CellFacts, world: World) -> str | None:
    """The import before a setting that has read it, in words."""
    above = [
        each.module if each.kind == "import" else each.name
        for each in facts.references
        if each.kind in ("import", "from") and each.range < setting.range and _outermost(each, facts)
    ]
    for name in (*facts.imported_before, *above):
        if _reads(name, setting.name, world):
            return f"the import of {name}"
    return None


def _reads(module: str, setting: str, world: World) -> bool:
    """Whether an import decides which Keras runs: TensorFlow loads ``tf.keras`` when it is first used, and, from 2.16
    on, Keras 3 with itself."""
    root = module.partition(".")[0]
    if setting == "TF_USE_LEGACY_KERAS":
        return (module + ".").startswith("tensorflow.keras.") and minor(world.version("tensorflow") or "0") >= (
            2,
            16,
        )
    if not world.keras_3:
        return False
    return root == "keras" or (root == "tensorflow" and world.target is not None and not world.target.legacy)


def _wanted(name: str, value: str) -> str:
    return str(value in LEGACY_VALUES) if name == "TF_USE_LEGACY_KERAS" else value


def _in_effect(setting: Reference, facts: CellFacts, world: World) -> str:
    """What was decided before: by a setting above, or else by the world."""
    from ...diagnosis.resolve.kernel import KernelWorld

    above = [each for each in facts.references if each.name == setting.name and each.range < setting.range]
    values = [each.value for each in (*facts.earlier(setting.name), *above) if each.value is not None]
    legacy = bool(world.target and world.target.legacy)
    if isinstance(world, KernelWorld):
        return _wanted(setting.name, str(int(legacy)) if setting.name == "TF_USE_LEGACY_KERAS" else keras_backend())
    first = values[0] if values else str(int(legacy)) if setting.name == "TF_USE_LEGACY_KERAS" else "tensorflow"
    return _wanted(setting.name, first)


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for setting in (snapshot.settings.legacy_keras, snapshot.settings.backend):
        if setting.late:
            by_itself = setting.name == "TF_USE_LEGACY_KERAS" and snapshot.module("transformers") is not None
            yield _problem(setting, by_itself)


def _on_answer(found: Sequence[Problem], failure: Failure, world: World) -> Iterator[Problem]:
    """The program asks for another Keras, or another backend, than the one that failed."""
    from .late_settings import asks_for_keras_2, meets  # which reads code

    settings = read_settings(installed_on(sys.path))
    legacy, backend = settings.legacy_keras, settings.backend
    chosen = legacy.late and legacy.value in LEGACY_VALUES and loaded("transformers") is None
    if chosen and asks_for_keras_2(found, failure, world):
        lines = () if installed("tf_keras") else with_tf_keras(failure.snapshot, "").commands
        yield _problem(legacy, False, *lines)._replace(severity=ERROR)
    elif backend.late and meets(backend.value or "", failure):
        yield _problem(backend, False)._replace(severity=ERROR)


def _problem(setting: Setting, by_itself: bool, *before: str) -> Problem:
    reader = _READER[setting.name]
    now = "not set" if setting.value is None else f"{setting.value!r}"
    line = (
        f'os.environ.pop("{setting.name}", None)'
        if setting.value is None
        else f'os.environ["{setting.name}"] = {setting.value!r}'
    )
    cause = f"{reader} reads {setting.name} once, when it is imported."
    if by_itself:
        cause += (
            " transformers sets it when it loads its TensorFlow models: they use tf_keras, but tf.keras is "
            "not tf_keras here."
        )
    return Problem(
        rule="KE122",
        severity="info" if by_itself else "warning",
        title=f"{setting.name} is {now} now, but {reader} was loaded with {setting.effective}",
        cause=cause,
        reference=setting.name,
        fixes=(
            Fix(
                "restart",
                f"Restart the kernel, and run this before anything imports {reader}",
                commands=(*before, "import os", line),
                evidence=f"Restart the kernel first, and run this before anything imports {reader}.",
            ),
        ),
    )


RULE = Rule(
    code="KE122",
    name="setting after the import",
    lesson=Lesson(
        what='`os.environ["KERAS_BACKEND"] = "jax"` after `import keras` has no effect: the backend stays. The '
        "same is true of TF_USE_LEGACY_KERAS after `import tensorflow`.",
        why="Both are read once, while the module loads. TensorFlow 2.16 and newer also import keras, so set "
        "KERAS_BACKEND before TensorFlow, too.",
        before=('import os\nimport keras\n\nos.environ["KERAS_BACKEND"] = "jax"\n%keras_env'),
        after=('import os\n\nos.environ["KERAS_BACKEND"] = "tensorflow"\nimport keras\n\n%keras_env'),
        target="tensorflow==2.21.0",
        related=("KE121", "KE123", "KE111"),
    ),
    on_cell=on_cell,
    on_answer=_on_answer,
    on_environment=_on_environment,
)

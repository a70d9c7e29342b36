"""TF_USE_LEGACY_KERAS or KERAS_BACKEND was set after the import that reads it."""

from __future__ import annotations

from typing import Iterator

from ...kernel.settings import Setting
from ...kernel.snapshot import Snapshot
from ..problem import Fix, Problem
from ..rule import Lesson, Rule

_READER = {"TF_USE_LEGACY_KERAS": "tensorflow", "KERAS_BACKEND": "keras"}


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for setting in (snapshot.settings.legacy_keras, snapshot.settings.backend):
        if setting.late:
            yield _problem(setting)


def _problem(setting: Setting) -> Problem:
    reader = _READER[setting.name]
    now = "not set" if setting.value is None else f"{setting.value!r}"
    line = (
        f'os.environ.pop("{setting.name}", None)'
        if setting.value is None
        else f'os.environ["{setting.name}"] = {setting.value!r}'
    )
    return Problem(
        rule="KE122",
        severity="warning",
        title=f"{setting.name} is {now} now, but {reader} was loaded with {setting.effective}",
        cause=f"{reader} reads {setting.name} once, when it is imported.",
        reference=setting.name,
        fixes=(
            Fix(
                "restart",
                f"Restart the kernel, and run this before anything imports {reader}",
                commands=("import os", line),
                evidence=f"in effect, read from the loaded {reader}: {setting.effective}",
            ),
        ),
    )


RULE = Rule(
    code="KE122",
    name="setting after the import",
    lesson=Lesson(
        what='`os.environ["KERAS_BACKEND"] = "jax"` after `import keras` changes nothing: the backend stays '
        "what it was. The "
        "same for TF_USE_LEGACY_KERAS after `import tensorflow`.",
        why="Both are read once, while the module loads. TensorFlow 2.16 and newer also import keras, so that "
        "KERAS_BACKEND "
        "has to be set before TensorFlow, too.",
        before=('import os\nimport keras\n\nos.environ["KERAS_BACKEND"] = "jax"\n%keras_env'),
        after=('import os\n\nos.environ["KERAS_BACKEND"] = "tensorflow"\nimport keras\n\n%keras_env'),
        target="tensorflow==2.21.0",
        related=("KE121", "KE123", "KE111"),
    ),
    on_environment=_on_environment,
)

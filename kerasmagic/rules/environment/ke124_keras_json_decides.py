"""keras.json changes a setting that nobody set in the notebook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_DEFAULTS = {"backend": "tensorflow", "floatx": "float32", "epsilon": 1e-07, "image_data_format": "channels_last"}


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    file = snapshot.settings.keras_json
    if file is None:
        return
    if file.unreadable:
        yield _problem(
            f"{file.path} cannot be read ({file.unreadable})", "Keras uses its defaults, or fails.", file.path
        )
        return
    changed = {name: file.values[name] for name, usual in _DEFAULTS.items() if file.values.get(name, usual) != usual}
    backend = snapshot.settings.backend
    if "backend" in changed and backend.value:
        del changed["backend"]  # KERAS_BACKEND decides.
    if changed.get("image_data_format") == "channels_first":
        del changed["image_data_format"]
        yield _channels_first(file.path)
    if changed:
        said = ", ".join(f"{name} = {value}" for name, value in changed.items())
        yield _problem(f"keras.json sets {said}", f"{file.path} applies to every kernel of this user.", file.path)


def _channels_first(path: str) -> Problem:
    return Problem(
        "KE124",
        "warning",
        "keras.json sets image_data_format = channels_first",
        f"Layers for images read (28, 28, 1) as 28 channels of 28 x 1 then. {path} says that for every kernel of this "
        "user.",
        reference="keras.json",
        fixes=(
            Fix(
                "manual",
                f'If your images are (height, width, channels), write "image_data_format": "channels_last" in {path}, '
                "and restart the kernel",
            ),
        ),
    )


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """Keras asserts what it has read when it loads, and says no more than AssertionError."""
    end = failure.end
    if not isinstance(failure.exception, AssertionError) or end is None or end.place != "package":
        return
    file = failure.snapshot.settings.keras_json
    if file is None:
        return
    refused = next((name for name in file.values if name in _DEFAULTS and re.search(rf"\b_{name}\b", end.text)), None)
    if refused is not None:
        problem = _problem(
            f"keras.json sets {refused} = {file.values[refused]}, which Keras refuses",
            f"Keras reads {file.path} when it is imported, and takes {_TAKEN[refused]}.",
            file.path,
        )
        yield problem._replace(severity="error")


_TAKEN = {
    "backend": "the name of a backend",
    "floatx": "float16, float32 or float64",
    "epsilon": "a number such as 1e-07",
    "image_data_format": "channels_last or channels_first",
}


def _problem(title: str, cause: str, path: str) -> Problem:
    fix = Fix(
        "manual",
        f"If you did not intend that, delete {path} and restart the kernel; Keras writes a new one with its defaults",
    )
    return Problem("KE124", "info", title, cause, reference="keras.json", fixes=(fix,))


RULE = Rule(
    code="KE124",
    name="keras.json decides",
    lesson=Lesson(
        what="The same notebook gives other results, or uses another backend, on one machine only.",
        why="When Keras loads, it reads `~/.keras/keras.json` (or $KERAS_HOME/keras.json): backend, floatx, "
        "epsilon and image_data_format. An old tutorial or an old Keras may have written it. KERAS_BACKEND "
        "overrides its backend.",
        before=(
            "import os\n"
            "\n"
            'os.environ["KERAS_HOME"] = os.getcwd()\n'
            'open("keras.json", "w").write(\'{"floatx": "float16"}\')\n'
            "%keras_env"
        ),
        after=('import os\n\nos.environ["KERAS_HOME"] = os.getcwd()\nos.remove("keras.json")\n%keras_env'),
        target="tensorflow==2.21.0",
        related=("KE122", "KE123"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
)

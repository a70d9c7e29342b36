"""A .keras archive of one Keras 2, loaded with another: the format was not settled yet."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...saved.loader import Loader
from ...saved.model import ZIP, SavedModel

_FIRST_READER = (2, 12)
_OTHER_LAYOUT = ((2, 12), (2, 13))


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if model.format != ZIP or (model.major or 3) >= 3:
        return
    reason = _reason(model, loader)
    if reason:
        yield Problem(
            rule="KM103",
            severity=ERROR,
            title=f"{model.writer} {model.keras_version} wrote this .keras file, and {loader.name} cannot load it",
            cause=reason,
            fixes=(
                Fix(
                    "manual",
                    f"Load it where it was made, with Keras {model.keras_version}, and save it as .h5",
                    commands=(
                        'model.save("model.h5")  # there',
                        'model = load_model("model.h5", compile=False)  # here',
                    ),
                    evidence="Measured: .h5 files of 2.10 to 2.15 and tf_keras load in each of these.",
                ),
            ),
        )


def _reason(model: SavedModel, loader: Loader) -> str:
    if loader.major == 2 and loader.minor < _FIRST_READER:
        return "This Keras reads only HDF5 files and SavedModel folders; a .keras archive is a zip file."
    # Measured with 2.12, 2.13, 2.15 and tf_keras 2.19 and 2.20; 2.14 was not.
    if model.minor in _OTHER_LAYOUT and loader.minor >= (2, 15):
        return f"Archives of Keras {model.keras_version} store the weights where later releases do not look."
    if model.minor >= (2, 15) and loader.minor in _OTHER_LAYOUT:
        return f"{loader.name} looks for the weights in other places than where later releases store them."
    if loader.minor == _FIRST_READER and model.minor > _FIRST_READER and _names_functional(model):
        return "It names the class Functional by a module that Keras has from 2.13 on."
    if model.writer == "tf_keras" and loader.package != "tf_keras" and loader.major == 2 and _names_functional(model):
        return "It names the class Functional by a module of tf_keras, which this package does not have."
    return ""


def _names_functional(model: SavedModel) -> bool:
    return any(part.class_name == "Functional" for part in model.components)


RULE = Rule(
    code="KM103",
    name=".keras archive of another Keras 2",
    lesson=Lesson(
        what="Keras 2 refuses a .keras file of another Keras 2: file signature not found, expected 2 variables but "
        "received 0, or a parent module that cannot be imported.",
        why="Up to Keras 2.11 a file called .keras is HDF5. The zip came later, its layout changed later, and it "
        "names modules, and those of tf_keras are not in keras. HDF5 files pass between all of them.",
        since="keras 2.12",
        related=("KM102", "KM104"),
    ),
    on_model=on_model,
    on_failure=when_loading_fails(
        on_model, r"expected \d+ variables|could not be loaded|cannot be imported|file signature|does not exist"
    ),
)

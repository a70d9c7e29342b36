"""A file called .keras that is HDF5 inside, loaded with Keras 3."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...saved.compile_line import compile_call
from ...saved.loader import Loader
from ...saved.model import HDF5, SavedModel
from .authors import authors_own


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if model.format != HDF5 or not model.path.endswith(".keras") or loader.major != 3:
        return
    renamed = model.path[: -len(".keras")] + ".h5"
    copied = loader._replace(words=loader.words._replace(path=""))
    compiling = compile_call(model, loader, {part.name: part.name for part in authors_own(model)})
    yield Problem(
        rule="KM104",
        severity=ERROR,
        title=f"This file is called .keras, but it is HDF5 (Keras {model.keras_version or 'unknown'} wrote it)",
        cause="Keras 3 goes by the name: it looks for a zip file and says that there is none. Up to Keras 2.12, a "
        "model saved as .keras became HDF5.",
        fixes=(
            Fix(
                "manual",
                "Copy it to a name that ends in .h5, and load the copy",
                commands=(
                    f"import shutil; shutil.copyfile({loader.path(model.path)}, {renamed!r})",
                    copied.line(renamed, "compile=False"),
                    *([f"{loader.variable}.{compiling}"] if compiling else []),
                ),
                evidence="Measured: files of Keras 2.4 to 2.12 in Keras 3.13 and 3.15.",
            ),
        ),
    )


RULE = Rule(
    code="KM104",
    name="HDF5 file named .keras",
    lesson=Lesson(
        what="load_model says File not found … accessible `.keras` zip file, though the file is there.",
        why="Before Keras 2.13 the ending .keras had no meaning: model.save wrote HDF5. Keras 3 goes by the name, "
        "so it opens the file as a zip.",
        since="keras 3.0",
        before=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            "import os\n"
            "\n"
            'model.save("model.h5")\n'
            'os.rename("model.h5", "model.keras")\n'
            'keras.models.load_model("model.keras")'
        ),
        after=(
            "import os\n"
            "import keras\n"
            "\n"
            'os.rename("model.keras", "model.h5")\n'
            'keras.models.load_model("model.h5", compile=False)'
        ),
        target="tensorflow==2.21.0",
        related=("KM102", "KM106"),
    ),
    on_model=on_model,
    on_failure=when_loading_fails(on_model, r"accessible `\.keras` zip file|not a zip file"),
)

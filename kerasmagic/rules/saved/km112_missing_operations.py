"""A SavedModel whose graph has operations that the TensorFlow that loads it does not have."""

from __future__ import annotations

from functools import lru_cache
from typing import Iterator

from ...catalog import history
from ...catalog.target import Target
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...saved.loader import Loader
from ...saved.model import FOLDER, SavedModel


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if model.format != FOLDER or not loader.tensorflow:
        return
    here = _operations(loader.tensorflow)
    missing = [name for name in model.operations if here and name not in here and not name.startswith("_")]
    if missing:
        newer = [name for name in missing if history.spans(f"tensorflow.raw_ops.{name}")]
        fix = _another_tensorflow(model) if newer else _ITS_PACKAGE
        yield Problem(
            rule="KM112",
            severity=ERROR,
            title=f"TensorFlow {loader.tensorflow} does not have {_told(newer or missing)}, which this model uses",
            cause="A SavedModel is a graph of TensorFlow's operations. "
            + (
                f"TensorFlow {model.tensorflow_version or 'unknown'} wrote it, and an older release may lack some "
                "of them."
                if newer
                else "No release of TensorFlow has these: they come from a separate package."
            ),
            fixes=(fix,),
        )


def _told(names: list[str]) -> str:
    return f"the operation{'s' if len(names) > 1 else ''} " + ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def _another_tensorflow(model: SavedModel) -> Fix:
    pin = (
        f"tensorflow>={'.'.join(model.tensorflow_version.split('.')[:2])}" if model.tensorflow_version else "tensorflow"
    )
    return Fix(
        "install",
        "Load it with a TensorFlow as new as the one that wrote it, in a separate environment",
        commands=(f'%pip install "{pin}"',),
        evidence="TensorFlow reads the graphs of older releases.",
    )


_ITS_PACKAGE = Fix(
    "manual",
    "Import the package that brings them before loading: for text models `import tensorflow_text`",
    evidence="The operations are registered when their package is imported.",
)


@lru_cache(maxsize=4)
def _operations(version: str) -> frozenset[str]:
    return frozenset(Target.from_installed({"tensorflow": version}).names("tensorflow.raw_ops"))


RULE = Rule(
    code="KM112",
    name="missing operation",
    lesson=Lesson(
        what="Loading a SavedModel ends in Op type not registered 'DisableCopyOnRead', or another name.",
        why="A SavedModel stores the graph, and a graph names operations. A folder that TensorFlow 2.12 or newer wrote "
        "has an operation that 2.4 does not know; text models have some of the package tensorflow_text, which "
        "registers them when it is imported.",
        since="tensorflow 2.12",
        related=("KM105", "KM110"),
    ),
    on_model=on_model,
    on_failure=when_loading_fails(on_model, r"Op type not registered"),
)

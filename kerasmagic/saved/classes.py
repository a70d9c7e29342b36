"""The layers that a release of Keras has: files name them, also those that no public module shows."""

from __future__ import annotations

from functools import lru_cache

from ..catalog.target import Target
from .loader import Loader
from .model import SavedModel

_LAST_KERAS_2 = (2, 15)


@lru_cache(maxsize=512)
def has_layer(release: tuple[int, ...], name: str) -> bool:
    """Whether files of this minor release of Keras may name a class of layers so: TFOpLambda, Functional."""
    return name in _shown(release) or (release[0] == 2 and _target(release).has_layer(name, _package(release)))


def only_in_keras_2(model: SavedModel, loader: Loader) -> tuple[str, ...]:
    """The layers of a file that Keras 2 has, and the Keras 3 that is to load it does not."""
    if loader.major != 3 or (model.major or 2) > 2:
        return ()
    written = model.minor if len(model.minor) == 2 and model.minor >= (2, 3) else _LAST_KERAS_2
    names = dict.fromkeys(part.class_name for part in model.layers if not part.custom)
    return tuple(name for name in names if not has_layer(loader.minor, name) and has_layer(written, name))


def _package(release: tuple[int, ...]) -> str:
    return "keras" if release >= (2, 6) else "tensorflow.python.keras"


@lru_cache(maxsize=8)
def _target(release: tuple[int, ...]) -> Target:
    version = f"{release[0]}.{release[1]}.0"
    return Target.from_installed({"keras": version, "tensorflow": version if release[0] == 2 else None})


@lru_cache(maxsize=8)
def _shown(release: tuple[int, ...]) -> frozenset[str]:
    """Where Keras 3 looks; of Keras 2 the public ones, which are most: a look into all modules takes longer."""
    target = _target(release)
    modules = ("keras.src.layers", "keras.src.models") if release[0] == 3 else ("tensorflow.keras.layers",)
    return frozenset(name for module in modules for name in target.names(module))

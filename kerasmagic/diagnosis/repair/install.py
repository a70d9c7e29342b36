"""What to install for a missing package, with pins that fit what is here."""

from __future__ import annotations

from typing import Callable, Iterator

from ...catalog import history
from ...kernel.distributions import installed
from ...kernel.stack import name_in
from ..model.move import Moved, split_tree
from ..model.problem import Fix
from ..resolve.kernel import KernelWorld
from ..resolve.moved import advice
from ..resolve.world import World, minor
from .legacy_keras import line_with_tensorflow

# The release of TensorFlow Addons whose own table of compatibility names a TensorFlow release; it ended with 2.15.
_ADDONS: dict[tuple[int, int], str] = {
    (2, 4): "0.13.0",
    (2, 5): "0.14.0",
    (2, 6): "0.16.1",
    (2, 7): "0.17.1",
    (2, 8): "0.18.0",
    (2, 9): "0.19.0",
    (2, 10): "0.20.0",
    (2, 11): "0.21.0",
    (2, 12): "0.22.0",
    (2, 13): "0.23.0",
    (2, 14): "0.23.0",
    (2, 15): "0.23.0",
}


def installs(name: str, world: World, then: Callable[[Moved], str]) -> Iterator[Fix]:
    """Installs that bring a missing name, if any can work here.

    Arguments:
        then: what to write after the install, in a sentence.
    """
    root = name.partition(".")[0]
    tensorflow = minor(world.version("tensorflow"))
    if root == "tensorflow" and tensorflow is None:
        yield _fix("tensorflow", "Install TensorFlow")
    elif _is_tf_keras(name, world) and world.version("tf_keras") is None and tensorflow and tensorflow >= (2, 14):
        yield _tf_keras(tensorflow, "Install the tf_keras that fits this TensorFlow", world)
    elif root == "keras" and world.version("keras") is None and tensorflow and tensorflow >= (2, 6):
        pin = f"keras=={tensorflow[0]}.{tensorflow[1]}.*" if tensorflow < (2, 16) else "keras>=3"
        yield _fix(pin, "Install the Keras that fits this TensorFlow")
    elif root == "keras" and world.version("keras") is None and tensorflow is None:
        yield _fix("keras", "Install Keras")
    else:
        yield from _advised(name, world, tensorflow, then)


def _is_tf_keras(name: str, world: World) -> bool:
    """Whether a name is one of tf_keras: with TF_USE_LEGACY_KERAS, tf.keras is that, too."""
    legacy = world.target is not None and world.target.legacy
    return name.partition(".")[0] == "tf_keras" or (legacy and name.startswith("tensorflow.keras"))


def keras_2(name: str, world: World) -> Fix | None:
    """tf_keras, where only that still has a name; None where it has not, or is installed."""
    split, tensorflow = split_tree(name), minor(world.version("tensorflow"))
    if split is None or tensorflow is None or tensorflow < (2, 16) or world.version("tf_keras"):
        return None
    parent, _, last = f"tf_keras.{split[1]}".rpartition(".")
    if not any(span.product == "tf_keras" and span.current for span in history.spans(f"{parent}.{last}")):
        return None
    return _tf_keras(
        tensorflow,
        f"Only tf_keras, which is Keras 2, still has it: from {parent} import {last}. Build the whole model with "
        "tf_keras then.",
        world,
    )


def _tf_keras(tensorflow: tuple[int, int], title: str, world: World) -> Fix:
    line = line_with_tensorflow(f"tf_keras~={tensorflow[0]}.{tensorflow[1]}.0", world)
    return Fix("install", title, commands=(line,), evidence="Restart the kernel after the install.")


def _advised(
    name: str, world: World, tensorflow: tuple[int, int] | None, then: Callable[[Moved], str]
) -> Iterator[Fix]:
    for moved in advice(name, world):
        title = moved.move.advice
        for command in moved.move.commands:
            if isinstance(world, KernelWorld) and installed(name_in(command)):  # what is left is to write it
                if then(moved):
                    yield Fix("manual", _sentence(then(moved).partition("Then ")[2]))
                continue
            if command == "tensorflow-addons":
                if tensorflow is None or tensorflow not in _ADDONS:
                    continue
                command = f"tensorflow-addons=={_ADDONS[tensorflow]}"
                title = (
                    f"TensorFlow Addons {_ADDONS[tensorflow]} is made for TensorFlow {tensorflow[0]}.{tensorflow[1]}; "
                    "the package ended with TensorFlow 2.15"
                )
            elif command == "keras-hub" and not world.keras_3:
                continue
            elif "{tensorflow}" in command:
                if tensorflow is None:
                    continue
                command = command.replace("{tensorflow}", f"{tensorflow[0]}.{tensorflow[1]}")
            yield _fix(command, title, then(moved))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fix(requirement: str, title: str, then: str = "") -> Fix:
    evidence = f"Restart the kernel after the install. {then}".rstrip()
    return Fix("install", title, commands=(f'%pip install "{requirement}"',), evidence=evidence)

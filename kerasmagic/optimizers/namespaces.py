"""The places in this process that offer optimizers, without importing any of them."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, NamedTuple

KERAS_SPACES = ("keras", "tf.keras", "tf_keras", "tf.compat.v1.keras")
TF1_SPACE = "tf.compat.v1.train"
_WRAPPERS = ("lossscaleoptimizer", "tfoptimizer", "multioptimizer", "optimizermap")
"""Classes around other optimizers, which have no routes of their own."""
SPACES = (*KERAS_SPACES, TF1_SPACE)


class Namespace(NamedTuple):
    """One place: ``tf.keras``, with the live objects behind it."""

    label: str
    """As it is written in code: ``keras``, ``tf.keras``, ``tf_keras``, ``tf.compat.v1.keras`` or ``…train``."""
    root: Any
    """The live module."""
    error: str = ""
    """Why it cannot be had although its package is loaded: "RecursionError: …"."""

    @property
    def optimizers(self) -> Any:
        return self.root if self.label == TF1_SPACE else getattr(self.root, "optimizers", None)


def loaded() -> bool:
    """Whether TensorFlow or a Keras is in this process already."""
    return any(isinstance(sys.modules.get(name), ModuleType) for name in ("tensorflow", "keras", "tf_keras"))


def runtime_started() -> bool:
    """Whether TensorFlow has initialised its devices: from then on, some of its settings are fixed."""
    context = getattr(sys.modules.get("tensorflow.python.eager.context"), "_context", None)
    return bool(getattr(context, "_initialized", False))


def find_namespaces() -> tuple[Namespace, ...]:
    """The namespaces of the packages that are loaded.

    ``tf.keras`` is touched, which may load the Keras behind it: call it when the user asked for it.
    """
    tensorflow = sys.modules.get("tensorflow")
    spaces = []
    for label in SPACES:
        top, _, rest = label.partition(".")
        module = tensorflow if top == "tf" else sys.modules.get(top)
        if module is None:
            continue
        try:
            for part in rest.split(".") if rest else ():
                module = getattr(module, part)
            if label != TF1_SPACE and not hasattr(module, "optimizers"):
                continue
            spaces.append(Namespace(label, module))
        except Exception as error:
            spaces.append(Namespace(label, None, describe_error(error)))
    return tuple(spaces)


def optimizer_names(namespaces: tuple[Namespace, ...]) -> dict[str, str]:
    """Identifier (lower case) to class name, of all optimizers that a Keras namespace here offers by name."""
    names: dict[str, str] = {}
    for space in namespaces:
        if space.error or space.label == TF1_SPACE:
            continue
        for holder in (space.optimizers, getattr(space.optimizers, "legacy", None)):
            for name, value in vars(holder).items() if holder is not None else ():
                if isinstance(value, type) and not name.startswith("_") and name != "Optimizer":
                    names.setdefault(name.lower(), name)
    return dict(sorted((key, name) for key, name in names.items() if key not in _WRAPPERS))


def describe_error(error: BaseException) -> str:
    """What a kernel says: "ImportError: …", in one line."""
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}" if message else type(error).__name__

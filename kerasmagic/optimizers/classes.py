"""What is known of an optimizer's class by looking at it."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any, NamedTuple

KERAS_3, KERAS_2_NEW, LEGACY, KERAS_1, TF1, OTHER = (
    "Keras 3",
    "Keras 2 new",
    "legacy",
    "Keras 1",
    "TF1",
    "other",
)


class OptimizerClass(NamedTuple):
    """One class, with all that tells it from its namesakes."""

    name: str
    """Qualified: ``keras.src.optimizers.legacy.adam.Adam``."""
    family: str
    """``Keras 3``, ``Keras 2 new`` (2.11 and later, or ``experimental`` before), ``legacy`` (OptimizerV2), ``Keras 1``
    (for graphs, ``optimizer_v1``), ``TF1`` (``tf.compat.v1.train``) or ``other``."""
    distribution: str
    """The loaded package that defines it, with its version: ``keras 2.15.0``."""
    file: str
    """Within its package's parent directory: ``keras/src/optimizers/legacy/adam.py``."""
    parameters: tuple[tuple[str, str], ...]
    """Constructor parameters with the text of their defaults, in order; ``""`` for one that must be given."""
    open: bool
    """Whether the constructor takes ``**kwargs``."""

    @property
    def short(self) -> str:
        """Enough to tell it apart: ``legacy Adam (keras 2.15.0)``."""
        return f"{self.name.rpartition('.')[2]}, {self.family} ({self.distribution})"

    def to_dict(self) -> dict[str, Any]:
        return {**self._asdict(), "parameters": dict(self.parameters)}


def qualified(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def describe_class(cls: type) -> OptimizerClass:
    """Read a class; nothing is made or called."""
    parameters, is_open = _parameters(cls)
    return OptimizerClass(qualified(cls), family_of(cls), _distribution(cls), _file(cls), parameters, is_open)


def family_of(cls: type) -> str:
    """Which generation of optimizers a class belongs to: its bases tell, wherever the class itself was moved to."""
    bases = [qualified(base) for base in cls.__mro__]
    if any(base.endswith(".OptimizerV2") for base in bases):
        return LEGACY
    if any(base.startswith("tensorflow.python.training.optimizer.") for base in bases):
        return TF1
    if any(".optimizer_v1." in base or base == "keras.optimizers.Optimizer" for base in bases):
        return KERAS_1
    if any("optimizer_experimental" in base for base in bases):
        return KERAS_2_NEW
    roots = [base.partition(".")[0] for base in bases if re.search(r"\boptimizers?\b.*Optimizer", base)]
    if "tf_keras" in roots:
        return KERAS_2_NEW
    if "keras" in roots:
        return KERAS_3 if _version("keras").startswith("3") else KERAS_2_NEW
    return OTHER


def _parameters(cls: type) -> tuple[tuple[tuple[str, str], ...], bool]:
    try:
        found = list(inspect.signature(cls.__init__).parameters.values())[1:]  # type: ignore[misc]
    except (TypeError, ValueError):
        return (), True
    is_open = any(parameter.kind is parameter.VAR_KEYWORD for parameter in found)
    return (
        tuple(
            (parameter.name, "" if parameter.default is parameter.empty else repr(parameter.default))
            for parameter in found
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        ),
        is_open,
    )


def _distribution(cls: type) -> str:
    root = cls.__module__.partition(".")[0]
    return f"{root} {_version(root)}".strip()


def _version(root: str) -> str:
    """The version that is loaded, which may differ from the one on disk."""
    version = getattr(sys.modules.get(root), "__version__", "")
    return version if isinstance(version, str) else ""


def _file(cls: type) -> str:
    """The part of the path that the module's name stands for: no directory of this machine."""
    parts = str(getattr(sys.modules.get(cls.__module__), "__file__", "") or "").replace("\\", "/").split("/")
    depth = cls.__module__.count(".") + 1 + parts[-1].startswith("__init__.")
    return "/".join(parts[-depth:])

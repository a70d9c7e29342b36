"""Where a name is sought: this kernel, or a release of which the catalog holds a record."""

from __future__ import annotations

from typing import Any, Protocol, Sequence, Union

from ...catalog.signature import Call, Signature
from ...catalog.target import Found, Missing, Target
from ..model.registry import Rules

Answer = Union[Found, Missing, None]


class World(Protocol):
    """What a program would find. Each question may be answered with None: not known, and never an error."""

    @property
    def name(self) -> str:
        """What this is, in words: "this kernel", "tensorflow 2.15.1, keras 2.15.0"."""

    @property
    def target(self) -> Target | None:
        """The catalog's record of it, if there is one."""

    searches: dict[str, Any]
    """The searches for missing names that were begun here, by name: they belong to this world, and go with it."""

    @property
    def rules(self) -> Rules:
        """What the rules know of names and arguments that went elsewhere."""

    @property
    def before(self) -> World | None:
        """The release that the code was written for, where that was said."""

    def covers(self, dotted: str) -> bool: ...

    def import_module(self, module: str) -> Answer: ...

    def import_from(self, module: str, member: str) -> Answer: ...

    def attribute(self, dotted: str, imported: frozenset[str] = frozenset()) -> Answer: ...

    def loads(self, module: str) -> bool:
        """Whether importing its root loads a module, as recorded; False where that is not known."""

    def method(self, name: str, member: str) -> Answer:
        """What an attribute of an instance of a class gives: also what the class's code sets on instances."""

    def names(self, name: str) -> tuple[str, ...]: ...

    def accepts(self, name: str, positional: int, keywords: Sequence[str]) -> tuple[str, ...]: ...

    def bind(self, name: str, positional: int, keywords: Sequence[str]) -> Call | None:
        """How the arguments of a call find their places in this very release."""

    def ignored(self, name: str, keywords: Sequence[str]) -> tuple[str, ...]:
        """The keywords that a call takes and that change nothing, as recorded; empty where that is not known."""

    def parameters(self, name: str) -> Signature | None: ...

    def version(self, root: str) -> str | None:
        """The release of ``tensorflow``, ``keras`` or ``tf_keras`` here; None where there is none."""

    @property
    def keras_3(self) -> bool:
        """Whether the package keras is Keras 3 here."""

    def product(self, name: str) -> str:
        """The package that a name really comes from: ``tensorflow.keras`` is keras from TensorFlow 2.6 on."""

    def where(self, name: str) -> str:
        """How it is known that a name is here, in words: "in the loaded keras 3.13.2"."""


def product_of(name: str, world: World) -> str:
    """The distribution that a name really comes from: tf.keras is the keras package from TensorFlow 2.6 on, or
    tf_keras with TF_USE_LEGACY_KERAS=1."""
    root = name.partition(".")[0]
    bundled = (minor(world.version("tensorflow")) or (0, 0)) < (2, 6)
    if (name + ".").startswith("tensorflow.keras.") and world.version("keras") and not bundled:
        legacy = world.target is not None and world.target.legacy and world.version("tf_keras") is not None
        return "tf_keras" if legacy else "keras"
    return root


def minor(version: str | None) -> tuple[int, int] | None:
    """(2, 15) of "2.15.1"; None where there is none."""
    parts = (version or "").split(".")
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else None


def is_keras_3(world: World) -> bool:
    return (world.version("keras") or "").startswith("3.")

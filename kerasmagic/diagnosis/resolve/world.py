"""Where a name is sought: this kernel, or a release of which the catalog holds a record."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Callable, Mapping, Protocol, Sequence

from ...catalog.target import CatalogError, Found, Missing, Signature, Target
from ...kernel.distributions import installed
from ...kernel.settings import legacy_keras
from ...source.bindings import concerns_us
from . import live
from .live import Answer

# Distributions that bring each root, the usual one first.
_DISTRIBUTIONS = {
    "tensorflow": (
        "tensorflow",
        "tensorflow-cpu",
        "tensorflow-macos",
        "tensorflow-intel",
        "tensorflow-gpu",
        "tf-nightly",
    ),
    "keras": ("keras", "keras-nightly"),
    "tf_keras": ("tf-keras", "tf-keras-nightly"),
}


class World(Protocol):
    """What a program would find. Each question may be answered with None: not known, and never an error."""

    @property
    def name(self) -> str:
        """What this is, in words: "this kernel", "tensorflow 2.15.1, keras 2.15.0"."""

    @property
    def target(self) -> Target | None:
        """The catalog's record of it, if there is one."""

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

    def ignored(self, name: str, keywords: Sequence[str]) -> tuple[str, ...]:
        """The keywords that a call takes and that change nothing, as recorded; empty where that is not known."""

    def parameters(self, name: str) -> Signature | None: ...

    def version(self, root: str) -> str | None:
        """The release of ``tensorflow``, ``keras`` or ``tf_keras`` here; None where there is none."""

    def product(self, name: str) -> str:
        """The package that a name really comes from: ``tensorflow.keras`` is keras from TensorFlow 2.6 on."""

    def where(self, name: str) -> str:
        """How it is known that a name is here, in words: "in the loaded keras 3.13.2"."""


class TargetWorld:
    """A release, or a set of releases, of which the catalog holds a record."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._answers: dict[Any, Any] = {}  # a record does not change, and notebooks ask the same again and again

    def _asked(self, question: Callable[..., Any], *arguments: Any) -> Any:
        key = (question.__name__, arguments)
        if key not in self._answers:
            self._answers[key] = question(*arguments)
        return self._answers[key]

    @property
    def name(self) -> str:
        return self._target.name

    @property
    def target(self) -> Target | None:
        return self._target

    def covers(self, dotted: str) -> bool:
        return self._target.covers(dotted)

    def import_module(self, module: str) -> Answer:
        answer: Answer = self._asked(self._target.import_module, module)
        return answer

    def import_from(self, module: str, member: str) -> Answer:
        answer: Answer = self._asked(self._target.import_from, module, member)
        return answer

    def attribute(self, dotted: str, imported: frozenset[str] = frozenset()) -> Answer:
        answer: Answer = self._asked(self._target.attribute, dotted, imported)
        return answer

    def loads(self, module: str) -> bool:
        return self._target.loads(module)

    def method(self, name: str, member: str) -> Answer:
        answer: Answer = self._asked(self._target.method, name, member)
        return answer

    def names(self, name: str) -> tuple[str, ...]:
        return self._target.names(name)

    def accepts(self, name: str, positional: int, keywords: Sequence[str]) -> tuple[str, ...]:
        refused: tuple[str, ...] = self._asked(self._target.accepts, name, positional, tuple(keywords))
        return refused

    def ignored(self, name: str, keywords: Sequence[str]) -> tuple[str, ...]:
        answer: tuple[str, ...] = self._asked(self._target.ignored, name, tuple(keywords))
        return answer

    def parameters(self, name: str) -> Signature | None:
        signature: Signature | None = self._asked(self._target.parameters, name)
        return signature

    def version(self, root: str) -> str | None:
        return self._target.releases.get(root)

    def product(self, name: str) -> str:
        return _product(name, self)

    def where(self, name: str) -> str:
        root = _product(name, self)
        return f"in the record of {root} {self.version(root) or self._target.name}"


class KernelWorld:
    """This process: its live modules where they are loaded, the catalog for what is installed but not loaded.

    It never imports TensorFlow or Keras, nor any part of them.

    Arguments:
        namespace: the kernel's user namespace, if there is one.
    """

    name = "this kernel"

    def __init__(self, namespace: Mapping[str, Any] | None = None) -> None:
        self.namespace = namespace
        self._versions: dict[str, str | None] = {root: _version(root) for root in _DISTRIBUTIONS}
        self._legacy = legacy_keras()

    @property
    def target(self) -> Target | None:
        return _target(tuple(self._versions.items()), self._legacy)

    def covers(self, dotted: str) -> bool:
        return concerns_us(dotted)

    def import_module(self, module: str) -> Answer:
        if not self.covers(module):
            return None
        return live.import_module(module) or self._recorded("import_module", module)

    def import_from(self, module: str, member: str) -> Answer:
        if not self.covers(module):
            return None
        return live.import_from(module, member) or self._recorded("import_from", module, member)

    def attribute(self, dotted: str, imported: frozenset[str] = frozenset()) -> Answer:
        if not self.covers(dotted):
            return None
        return live.attribute(dotted, imported) or self._recorded("attribute", dotted, imported)

    def loads(self, module: str) -> bool:
        return self.target is not None and self._is_exact(module) and self.target.loads(module)

    def method(self, name: str, member: str) -> Answer:
        if not self.covers(name):
            return None
        found = live.attribute(f"{name}.{member}")
        return found if isinstance(found, Found) else self._recorded("method", name, member)

    def names(self, name: str) -> tuple[str, ...]:
        return live.names(name) or (self.target.names(name) if self.target else ())

    def accepts(self, name: str, positional: int, keywords: Sequence[str]) -> tuple[str, ...]:
        return self.target.accepts(name, positional, keywords) if self.target and self._is_exact(name) else ()

    def ignored(self, name: str, keywords: Sequence[str]) -> tuple[str, ...]:
        return self.target.ignored(name, keywords) if self.target and self._is_exact(name) else ()

    def parameters(self, name: str) -> Signature | None:
        return self.target.parameters(name) if self.target else None

    def version(self, root: str) -> str | None:
        return self._versions.get(root)

    def product(self, name: str) -> str:
        return _product(name, self)

    def where(self, name: str) -> str:
        product = _product(name, self)
        version = self.version(product) or ""
        if live.loaded(product) is not None:
            return f"in the loaded {product} {version}".strip()
        return f"in the record of {product} {version}, which is installed"

    def _recorded(self, question: str, *arguments: Any) -> Answer:
        """What the catalog says; a record of another release may show that something is there, not that it isn't."""
        root = arguments[0].partition(".")[0]
        if live.loaded(root) is None and not _is_importable(root):
            return Missing(root, "", root, f"ModuleNotFoundError: No module named '{root}'")
        if self.target is None or self.version(root) is None:
            return None
        try:
            answer: Answer = getattr(self.target, question)(*arguments)
        except CatalogError:
            return None
        return answer if self._is_exact(arguments[0]) else None

    def _is_exact(self, name: str) -> bool:
        return self.target is not None and self.target.exact(_product(name, self))


def _product(name: str, world: World) -> str:
    """The distribution that a name really comes from: tf.keras is the keras package from TensorFlow 2.6 on."""
    root = name.partition(".")[0]
    bundled = (minor(world.version("tensorflow")) or (0, 0)) < (2, 6)
    if (name + ".").startswith("tensorflow.keras.") and world.version("keras") and not bundled:
        return "keras"
    return root


@lru_cache(maxsize=8)
def _target(versions: tuple[tuple[str, str | None], ...], legacy: bool) -> Target | None:
    try:
        return Target.from_installed(dict(versions), legacy=legacy)
    except CatalogError:
        return None


def minor(version: str | None) -> tuple[int, int] | None:
    """(2, 15) of "2.15.1"; None where there is none."""
    parts = (version or "").split(".")
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else None


def _version(root: str) -> str | None:
    """The release that an import gives in this process: the loaded module's own word, or the metadata's."""
    module = live.loaded(root)
    version = vars(module).get("__version__") if module is not None else None
    if isinstance(version, str):
        return version
    found = next(filter(None, map(installed, _DISTRIBUTIONS[root])), None)
    return found.version if found else None


def _is_importable(root: str) -> bool:
    """Something of this name is there, without metadata: a local file, a checkout."""
    if isinstance(sys.modules.get(root), ModuleType):
        return True
    try:
        return find_spec(root) is not None
    except (ImportError, ValueError):
        return False

"""What this process answers: its live modules where they are loaded, the catalog for what is only installed."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Mapping, Sequence

from ...catalog.signature import Call, Signature
from ...catalog.target import CatalogError, Found, Missing, Target
from ...kernel.distributions import installed
from ...kernel.settings import legacy_keras
from ...kernel.stack import normalize
from ...source.bindings import concerns_us
from ..model.registry import Rules
from . import live, on_disk
from .world import Answer, is_keras_3, product_of

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


class KernelWorld:
    """This process: its live modules where they are loaded, the catalog for what is installed but not loaded.

    It never imports TensorFlow or Keras, nor any part of them.

    Arguments:
        rules: what is known of the names it lacks.
        namespace: the kernel's user namespace, if there is one.
        legacy: the code to be checked sets TF_USE_LEGACY_KERAS, which counts as long as TensorFlow is not loaded.
    """

    name = "this kernel"
    before = None

    def __init__(self, rules: Rules, namespace: Mapping[str, Any] | None = None, legacy: bool = False) -> None:
        self.rules = rules
        self.searches: dict[str, Any] = {}
        self.namespace = namespace
        self._versions: dict[str, str | None] = {root: _version(root) for root in _DISTRIBUTIONS}
        self._legacy = legacy_keras() or (legacy and live.loaded("tensorflow") is None)

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

    def bind(self, name: str, positional: int, keywords: Sequence[str]) -> Call | None:
        return self.target.bind(name, positional, keywords) if self.target and self._is_exact(name) else None

    def ignored(self, name: str, keywords: Sequence[str]) -> tuple[str, ...]:
        return self.target.ignored(name, keywords) if self.target and self._is_exact(name) else ()

    def parameters(self, name: str) -> Signature | None:
        return self.target.parameters(name) if self.target else None

    def version(self, root: str) -> str | None:
        return self._versions.get(root)

    @property
    def keras_3(self) -> bool:
        return is_keras_3(self)

    def product(self, name: str) -> str:
        return product_of(name, self)

    def where(self, name: str) -> str:
        product = product_of(name, self)
        version = self.version(product) or ""
        if product not in _DISTRIBUTIONS:
            package = installed(normalize(product))
            return f"in {package.name} {package.version}, which is installed" if package else f"in {product}"
        if live.loaded(product) is not None:
            return f"in the loaded {product} {version}".strip()
        return f"in the record of {product} {version}, which is installed"

    def _recorded(self, question: str, *arguments: Any) -> Answer:
        """What the catalog says; a record of another release may show that something is there, not that it isn't."""
        root = arguments[0].partition(".")[0]
        if live.loaded(root) is None and not _is_importable(root):
            return Missing(root, "", root, f"ModuleNotFoundError: No module named '{root}'")
        if root not in _DISTRIBUTIONS:
            return getattr(on_disk, question)(*arguments) if question.startswith("import_") else None
        if self.target is None or self.version(root) is None:
            return None
        try:
            answer: Answer = getattr(self.target, question)(*arguments)
        except CatalogError:
            return None
        return answer if self._is_exact(arguments[0]) else None

    def _is_exact(self, name: str) -> bool:
        return self.target is not None and self.target.exact(product_of(name, self))


@lru_cache(maxsize=8)
def _target(versions: tuple[tuple[str, str | None], ...], legacy: bool) -> Target | None:
    try:
        return Target.from_installed(dict(versions), legacy=legacy)
    except CatalogError:
        return None


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

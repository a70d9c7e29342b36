"""What is loaded: the stack's modules in ``sys.modules``, read without touching their attributes.

``tf.keras``, ``transformers`` and others import on attribute access; so a module is read through its own dictionary
only. ``sys.modules`` may hold anything: None, proxies, objects that raise.
"""

from __future__ import annotations

import re
import sys
from typing import Any, Mapping, NamedTuple

from .distributions import Distribution, Installed
from .stack import IMPORTED, MODULES, names_of


class LoadedModule(NamedTuple):
    """A module of the stack that is in memory."""

    name: str
    version: str
    """Its ``__version__``, empty where it has none."""
    file: str
    distribution: str = ""
    """The installed distribution that brings it, empty where none is found."""
    version_on_disk: str = ""
    partial: bool = False
    """Its import failed or is under way: parts are in memory, the module itself is not whole."""

    @property
    def stale(self) -> bool:
        """Another version is on disk than in memory: the kernel must be restarted to use it."""
        return bool(self.version and self.version_on_disk) and differs(self.version, self.version_on_disk)

    def to_dict(self) -> dict[str, Any]:
        return {**self._asdict(), "stale": self.stale}


def loaded(name: str, modules: Mapping[Any, Any] | None = None) -> Mapping[str, Any] | None:
    """The dictionary of a loaded module, or None: ``loaded("keras")["__version__"]``.

    Looking a name up in it imports nothing, where ``getattr`` on the module might.
    """
    module = (sys.modules if modules is None else modules).get(name)
    if module is None:
        return None
    try:
        contents = object.__getattribute__(module, "__dict__")
    except Exception:  # A class may define __dict__ as a property, and that may raise anything.
        return None
    return contents if isinstance(contents, dict) else None


def loaded_version(name: str, modules: Mapping[Any, Any] | None = None) -> str:
    """The ``__version__`` of a loaded module; empty where it is not loaded or has none."""
    return _text((loaded(name, modules) or {}).get("__version__"))


def foreign(name: str, modules: Mapping[Any, Any] | None = None) -> bool:
    """Whether something else is loaded under the name of a package of the stack: a file or a folder of the user's own,
    or an empty namespace, which is a folder without ``__init__.py``. All packages of the stack have a version."""
    root = name.partition(".")[0]
    contents = loaded(root, modules)
    if root not in (*MODULES.values(), *IMPORTED) or not contents or "__version__" in contents:
        return False
    file = _text(contents.get("__file__"))
    if not file:
        return root not in IMPORTED  # google is a folder without __init__.py by itself
    return not re.search(r"[\\/](site|dist)-packages[\\/]", file)


def read_modules(installed: Installed, modules: Mapping[Any, Any] | None = None) -> tuple[LoadedModule, ...]:
    """The stack's modules in memory, each with the version of it on disk."""
    modules = sys.modules if modules is None else modules
    packages = _packages(modules)
    found = []
    for name in dict.fromkeys(MODULES.values()):
        if name not in packages:
            continue
        contents = loaded(name, modules) or {}
        distribution = installed.first(key for key, module in MODULES.items() if module == name)
        found.append(
            LoadedModule(
                name=name,
                version=_text(contents.get("__version__")),
                file=_text(contents.get("__file__")),
                distribution=distribution.name if distribution else "",
                version_on_disk=_version_on_disk(distribution, installed),
                partial=_partial(contents),
            )
        )
    return tuple(found)


def differs(loaded_version: str, version_on_disk: str) -> bool:
    """Whether two spellings of a version mean different releases.

    ``2.15.0`` and ``2.15.0.post1`` do not differ: TensorFlow does not know its own post release. Nor do
    ``2.1.0+cu121`` and ``2.1.0``, or ``2.18.0-dev20240901`` and ``2.18.0.dev20240901``.
    """
    return _release(loaded_version) != _release(version_on_disk)


def stale(name: str, installed: Installed, modules: Mapping[Any, Any] | None = None) -> LoadedModule | None:
    """A loaded package, of the stack or not, of which another version is on disk than in memory; else None."""
    module = next((each for each in MODULES.values() if each.partition(".")[0] == name), name)
    distribution = installed.first(names_of(name))
    found = LoadedModule(
        name=module,
        version=loaded_version(module, modules),
        file="",
        distribution=distribution.name if distribution else "",
        version_on_disk=_version_on_disk(distribution, installed),
    )
    return found if found.stale else None


def _version_on_disk(distribution: Distribution | None, installed: Installed) -> str:
    """The version of the files; empty where two records of them say different things, and a restart changes nothing."""
    if distribution is None or len(installed.records(distribution.name)) > 1:
        return ""
    return distribution.version


def _release(version: str) -> tuple[str, ...]:
    match = re.match(r"v?(\d+(?:\.\d+)*)[-_.]?((?:a|b|rc|dev|c)?)[-_.]?(\d*)", version.strip().lower())
    if not match:
        return (version,)
    numbers = re.sub(r"(?:\.0)+$", "", match[1])
    return (numbers, match[2], match[3]) if match[2] else (numbers,)


def _packages(modules: Mapping[Any, Any]) -> dict[str, None]:
    """The names in memory, and the names of their parents: after a failed import only submodules are left."""
    names: dict[str, None] = {}
    for name in list(modules):
        if isinstance(name, str) and modules.get(name) is not None:
            names[name] = None
            if "." in name:
                names[name.partition(".")[0]] = None
    return names


def _partial(contents: Mapping[str, Any]) -> bool:
    if not contents:
        return True
    specification = contents.get("__spec__")
    try:
        return bool(object.__getattribute__(specification, "_initializing"))
    except Exception:
        return False


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

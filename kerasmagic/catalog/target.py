"""What a program would find in a given set of releases.

Names are asked as a program writes them: ``tensorflow.keras.layers.Dense``. Every question has three answers:
``Found``, ``Missing`` (it would raise, and what the kernel says) or
None (not covered or not recorded: unknown, never an error).

What the answers carry:

- ``Found.home`` is the identity of the object: two names with one home are one object. A module's home is its file's
  dotted name, ``keras._tf_keras.keras.layers``; a method's is its class's home and its name.
- ``Found.kind`` is ``module``, ``class``, ``function``, ``value`` or ``property``; methods are functions.
- ``Found.signature`` is None for modules, values and where the release gives none; then any call may be right.
- Messages are the kernel's own, ``ImportError: cannot import name 'Merge' from 'keras.layers'``; text behind it that
  names a path is left out.
- ``attribute`` sees what ``import ROOT`` makes visible, and what the modules in ``imported`` add to it: themselves, and
  with ``tensorflow.keras`` what using tf.keras loads of keras. A submodule that another import may have loaded is
  unknown. Where nothing is said about imports, tf.keras was used.
- ``method`` asks for an attribute of an instance: a name that the class's code sets on instances is found, too.
"""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import ModuleType
from typing import Any, Mapping, NamedTuple, Sequence, Union

from . import reader
from .facts import PRODUCTS, is_recorded
from .images import UnknownImage, image
from .reader import Row
from .signature import Call, Parameter, Signature, read_signature
from .store import LOADED, PACKAGE, TOUCHED, UNREADABLE, CatalogError, version_key

__all__ = ["CatalogError", "Found", "Missing", "Parameter", "Signature", "Target"]

# Packages of the same family that are no part of any target: an import of one fails unless it was installed besides.
COMPANIONS = frozenset(
    {"keras_contrib", "tensorflow_addons", "keras_applications", "keras_preprocessing", "tensorflow_estimator"}
)
KINDS = {"m": "module", "c": "class", "f": "function", "s": "function", "k": "function", "v": "value", "p": "property"}
_RELEASE = re.compile(r"^(?:([\w-]+?)\s*==?\s*)?v?(\d+(?:\.\d+)*(?:\.post\d+)?)$")
_FORWARDED = re.compile(r"AttributeError: module '([\w.]+)' has no attribute '\{name\}'$")
_IMPLICIT = re.compile(r"^__\w+__$")
# What every module has. Others of this form are in few of them (``__version__``), and are not recorded.
_OF_MODULES = frozenset(
    (*dir(ModuleType), *dir(ModuleType("any")), "__file__", "__path__", "__cached__", "__builtins__")
)
# Importing one of these uses ``tf.keras``, which loads more of keras than ``import keras`` does.
_TF_KERAS = ("tensorflow.keras", "tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras")
# TensorFlow up to 2.5 puts this, its own Keras, on the path of compat.v1 and compat.v2.
_ON_PATH = "tensorflow.python.keras.api."
# The one tree under several names: what tf.keras is in each Keras.
_KERAS_TREES = ("keras._tf_keras.keras", "keras.api._v2.keras", "keras.api._v1.keras")


class Found(NamedTuple):
    name: str
    kind: str
    home: str
    signature: Signature | None = None


class Missing(NamedTuple):
    name: str
    parent: str
    """The longest prefix that resolves."""
    member: str
    """The first part that does not."""
    message: str
    """What Python says: the exception's name and its text."""

    @property
    def of_module(self) -> bool:
        """Whether it is a module that is not there, and not a name in one."""
        return "No module named" in self.message


Answer = Union[Found, Missing, None]


@dataclass(frozen=True)
class Target:
    """A set of releases, installed together.

    Arguments:
        releases: product (``tensorflow``, ``keras``, ``tf_keras``, ``keras_preprocessing``, ``keras_applications``) ->
            recorded release; a product that is not there is not installed.
        legacy: whether TF_USE_LEGACY_KERAS=1 is set.
        notes: what to know about the answers, where a release near to the one asked for stands in for it, or where the
            release was read from its source.
        asked: product -> release that was asked for.
    """

    releases: Mapping[str, str]
    legacy: bool = False
    notes: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    # What was found already: a record doesn't change.
    _modules: dict[tuple[str, frozenset[str]], Found] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _names: dict[str, Answer] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((tuple(sorted(self.releases.items())), self.legacy, self.label))

    # Making one.

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read ``tensorflow==2.15.1,keras==2.15.0``, ``tensorflow==2.15,legacy``, ``colab``, ``colab@2024-03``,
        ``colab@2025.07`` or ``keras==2.3.1``.

        ``tensorflow==X`` alone is what ``pip install tensorflow==X`` gives; two numbers mean the last recorded patch.

        Raises:
            CatalogError: no such release is recorded; the message lists those that are.
        """
        parts = [part.strip() for part in text.split(",") if part.strip()]
        platform, _, when = parts[0].lower().partition("@") if parts else ("", "", "")
        if platform == "colab":
            extra = [part for part in parts[1:] if part.lower() != "legacy"]
            if extra:
                raise CatalogError(f"'{text}' is no target: colab names all of its releases itself.")
            try:
                found = image(platform, when)
            except UnknownImage as error:
                raise CatalogError(str(error)) from None
            return cls._make(dict(found.releases), len(parts) > 1, label=found.words if when else "Colab")
        wanted: dict[str, str] = {}
        legacy = False
        for part in parts:
            if part.lower() == "legacy":
                legacy = True
                continue
            match = _RELEASE.match(part)
            product = (match.group(1) or "tensorflow").lower().replace("-", "_") if match else ""
            product = {"tf": "tensorflow", "tensorflow_cpu": "tensorflow", "tensorflow_gpu": "tensorflow"}.get(
                product, product
            )
            if match is None or product not in PRODUCTS:
                raise CatalogError(f"'{part}' is no release: write tensorflow==2.15.1, keras==3.5.0, legacy or colab.")
            wanted[product] = match.group(2)
        if not wanted:
            raise CatalogError("No target is named: write tensorflow==2.15.1, for example, or colab.")
        if "tensorflow" in wanted:
            release, _ = _nearest("tensorflow", wanted["tensorflow"], strict=True)
            for product, version in _pip_gives(release).items():
                wanted.setdefault(product, version)
        elif "keras" in wanted or "tf_keras" in wanted:
            wanted.setdefault("tensorflow", "")  # Keras is used with some TensorFlow; which one is not said
            del wanted["tensorflow"]
        return cls._make(wanted, legacy, strict=True)

    @classmethod
    def from_installed(cls, versions: Mapping[str, str | None], legacy: bool = False) -> Target:
        """The target nearest to what is installed: product -> version, None where it is not installed."""
        wanted = {product: version for product, version in versions.items() if version and product in PRODUCTS}
        return cls._make(wanted, legacy)

    @classmethod
    def _make(cls, wanted: dict[str, str], legacy: bool, strict: bool = False, label: str = "") -> Target:
        releases, notes = {}, []
        for product in PRODUCTS:
            if product in wanted:
                releases[product], note = _nearest(product, wanted[product], strict)
                notes.extend([note] if note else [])
                if reader.was_read(product, releases[product]):
                    notes.append(f"What {product} {releases[product]} has was read from its source, not measured.")
        return cls(releases, legacy, tuple(notes), dict(wanted), label)

    # What it is.

    @property
    def name(self) -> str:
        """In words: ``tensorflow 2.15.1, keras 2.15.0``."""
        parts = [f"{product} {version}" for product, version in self.releases.items() if product in PRODUCTS[:3]]
        text = ", ".join(parts) or "an environment without TensorFlow and Keras"
        if self.legacy:
            text += ", TF_USE_LEGACY_KERAS=1"
        return f"{self.label} ({text})" if self.label else text

    def exact(self, product: str) -> bool:
        """Whether the very release that was asked for is recorded."""
        wanted = self.asked.get(product)
        return wanted is None or wanted == self.releases.get(product)

    def covers(self, dotted: str) -> bool:
        """Whether this target knows about a root: whether it is there, and what it holds."""
        root = dotted.split(".")[0]
        if root in ("tensorflow", "keras") or root in COMPANIONS or root in self.releases:
            return root != "tensorflow" or "tensorflow" in self.releases or not self.releases
        return root == "tf_keras"

    # Resolution.

    @cached_property
    def _bits(self) -> int:
        return reader.bits_of(tuple(sorted(self.releases.items())), self.legacy)

    def import_module(self, module: str) -> Answer:
        """What ``import a.b.c`` does."""
        if not self.covers(module):
            return None
        return _import_module(self, module)

    def import_from(self, module: str, member: str) -> Answer:
        """What ``from a.b import c`` does."""
        found = self.import_module(module)
        if not isinstance(found, Found) or member == "*":
            return found
        full = f"{module}.{member}"
        row = reader.member(found.home, member, self._bits)
        if row is not None and row.kind != "r":
            return self._found(full, row, found.home, member)
        below = self.import_module(full)
        if isinstance(below, Found):
            return below
        if row is not None and not row.home.startswith("AttributeError"):
            return Missing(full, module, member, row.home)
        if _IMPLICIT.match(member):
            return _implicit(full)
        if not reader.node_known(found.home, self._bits) or not is_recorded(found.home, member):
            return None
        if below is None:
            return None
        return self._forwarded(found.home, full, member) or Missing(
            full, module, member, f"ImportError: cannot import name '{member}' from '{module}'"
        )

    def _forwarded(self, node: str, name: str, member: str) -> Answer:
        """A member that a module takes from another one when it is asked: its complaint names that other module."""
        named = _FORWARDED.match(reader.missing_text(node, self._bits) or "")
        if named is None or named.group(1) == node:
            return None
        row = reader.member(named.group(1), member, self._bits)
        return self._found(name, row, named.group(1), member) if row is not None and row.kind != "r" else None

    def attribute(self, dotted: str, imported: frozenset[str] = frozenset()) -> Answer:
        """What the chain ``a.b.c`` gives, after the modules in ``imported`` were imported (and its root).

        Arguments:
            dotted: as a program writes it: "keras.datasets.mnist.load_data".
            imported: all modules that the program imported; empty: that is not known.
        """
        if not self.covers(dotted):
            return None
        parts = dotted.split(".")
        here: Answer = self.import_module(parts[0])
        path = parts[0]
        for part in parts[1:]:
            if not isinstance(here, Found):
                return _renamed(here, dotted)
            above, path = path, f"{path}.{part}"
            here = self._modules.get((path, imported)) or self.member(here, above, part, imported)
            if isinstance(here, Found) and here.kind == "module":
                self._modules[path, imported] = here
        return _renamed(here, dotted)

    def loads(self, module: str) -> bool:
        """Whether ``import tensorflow`` loads a module: one that is no attribute then will not become one.

        Of Keras it is not known: ``dir(keras)`` does not name ``keras.src``, which is there.
        """
        row = reader.module(module, self._bits) if module.startswith("tensorflow.") else None
        return row is not None and bool(row.flags & LOADED)

    def method(self, name: str, member: str) -> Answer:
        """An attribute of an instance of the class ``name``: also what its code sets, and unknown where it has
        ``__getattr__``."""
        found = self.attribute(name, frozenset(_prefixes(name)))
        if not isinstance(found, Found) or found.kind != "class":
            return None
        answer = self._class_member(found, name, member)
        if isinstance(answer, Found):
            return answer
        shapes = [(home, reader.shape(home, self._bits)) for home in reader.lineage(found.home, self._bits)]
        for home, shape in shapes:
            if shape is not None and member in shape.stores:
                return Found(f"{name}.{member}", "value", f"{home}.{member}")
        return None if any(shape is None or shape.open for _, shape in shapes) else answer

    def names(self, name: str) -> tuple[str, ...]:
        """Public member names of a module or a class."""
        found = self._anything(name)
        if not isinstance(found, Found):
            return ()
        bits = self._bits
        homes = reader.lineage(found.home, bits) if found.kind == "class" else (found.home,)
        names = {member for home in homes for member in reader.members(home, bits)}
        return tuple(sorted(member for member in names if not member.startswith("_")))

    def has_layer(self, name: str, package: str) -> bool:
        """Whether a package defines a class of layers by this name, in whatever module, private or not."""
        bits = self._bits
        for node in reader.nodes_with(name):
            row = reader.member(node, name, bits)
            home = (row.home or f"{node}.{name}") if row is not None and KINDS[row.kind] == "class" else ""
            bases = reader.lineage(home, bits) if home.startswith(f"{package}.") else ()
            if any(base.rpartition(".")[2] == "Layer" for base in bases):
                return True
        return False

    def parameters(self, name: str) -> Signature | None:
        """The signature of a class, a function or a method; None where it has none or none is recorded."""
        found = self._anything(name)
        return found.signature if isinstance(found, Found) else None

    def note(self, name: str) -> str:
        """What the release itself says about the deprecation of a class, a function or a method, in its docstring or
        its warning: "Instructions for updating: Use `tf.keras.layers.Dense` instead."; ``""`` for nothing."""
        found = self._anything(name)
        return reader.note(found.home, self._bits) if isinstance(found, Found) and found.home else ""

    def accepts(self, name: str, positional: int = 0, keywords: Sequence[str] = ()) -> tuple[str, ...]:
        """The keywords of a call that the signature refuses; () where it takes them all or is not known."""
        signature = self.parameters(name)
        return () if signature is None else signature.bind(positional, keywords).refused

    def bind(self, name: str, positional: int = 0, keywords: Sequence[str] = ()) -> Call | None:
        """How the arguments of a call find their places; None where that is not known."""
        found = self._anything(name)
        signature = found.signature if isinstance(found, Found) else None
        if signature is None or (self._translates_calls and name.startswith("keras.")):
            return None
        call = signature.bind(positional, keywords)
        # What tf.raw_ops shows has places for its arguments, and takes them by their names only.
        return call._replace(most=0) if positional and ".raw_ops." in name else call

    @cached_property
    def _translates_calls(self) -> bool:
        """Keras 2.0 to 2.3 translates calls in the form of Keras 1 before its signatures see them."""
        return (2,) <= version_key(self.releases.get("keras", "0")) < (2, 4)

    def ignored(self, name: str, keywords: Sequence[str]) -> tuple[str, ...]:
        """The keywords of a call that are taken with a warning and change nothing, as measured by making the object:
        ``decay`` of the optimizers of Keras 3, ``lr`` of those of Keras 2.11 to 2.15."""
        signature = self.parameters(name)
        return () if signature is None else tuple(keyword for keyword in keywords if keyword in signature.ignored)

    def _anything(self, name: str) -> Answer:
        """A name, however a program reaches it: by attribute access with all of its modules imported."""
        if name not in self._names:
            parent, _, last = name.rpartition(".")
            here = self._anything(parent) if parent else self.import_module(name)
            if parent and isinstance(here, Found):
                here = self.member(here, parent, last, frozenset(_prefixes(name)))
            self._names[name] = _renamed(here, name)
        return self._names[name]

    def member(self, here: Found, path: str, part: str, imported: frozenset[str]) -> Answer:
        """What ``path.part`` gives, where ``path`` was found: the last step of :meth:`attribute`."""
        name = f"{path}.{part}"
        if here.kind == "class":
            return self._class_member(here, path, part)
        if here.kind == "value" and here.home.startswith("builtins."):
            if hasattr(getattr(builtins, here.home[9:], object), part):
                return Found(name, "value", "")
            return Missing(name, path, part, f"AttributeError: '{here.home[9:]}' object has no attribute '{part}'")
        if here.kind != "module":
            if here.kind == "function" and not part.startswith("_"):
                return Missing(name, path, part, f"AttributeError: 'function' object has no attribute '{part}'")
            return None
        bits = self._bits
        row = reader.member(here.home, part, bits)
        if row is not None and row.kind != "r":
            return self._found(name, row, here.home, part)
        if row is None and _IMPLICIT.match(part):
            return _implicit(name)
        if any(module == name or module.startswith(name + ".") for module in imported):
            module = self.import_module(name)
            if not isinstance(module, Missing):
                return module
        if row is not None:
            return Missing(name, path, part, row.home)
        below = reader.module(f"{here.home}.{part}", bits)
        if below is not None:
            loaded = LOADED | TOUCHED * self._uses_tf_keras(here.home.split(".")[0], imported)
            if below.flags & loaded & TOUCHED:
                return self._linked(name, below.node)
            if self._brings_more(imported, loaded):
                return None
        if not reader.node_known(here.home, bits) or not is_recorded(here.home, part):
            return None
        forwarded = self._forwarded(here.home, name, part)
        if forwarded is not None:
            return forwarded
        template = (
            reader.missing_text(here.home, bits) or f"AttributeError: module '{here.home}' has no attribute '{{name}}'"
        )
        return Missing(name, path, part, template.replace("{name}", part))

    def _uses_tf_keras(self, package: str, imported: frozenset[str]) -> bool:
        """Whether one of the imports uses tf.keras, or none is named, and tf.keras is this package."""
        if imported and not any(module.startswith(_TF_KERAS) for module in imported):
            return False
        tree = self.import_module("tensorflow.keras")
        return isinstance(tree, Found) and tree.home.split(".")[0] == package

    def _brings_more(self, imported: frozenset[str], loaded: int) -> bool:
        """Whether a module was imported that is not loaded anyway: what comes with it is not recorded."""
        rows = (reader.module(module, self._bits) for module in imported if not module.startswith(_TF_KERAS))
        return any(row is not None and not row.flags & loaded for row in rows)

    def _found(self, name: str, row: Row, node: str, member: str) -> Answer:
        if row.kind == "o":
            return None
        kind = KINDS[row.kind]
        if kind == "module":
            return self._linked(name, row.home)
        home = row.home or f"{node}.{member}"
        text = reader.signature(home, self._bits) if kind in ("class", "function", "value") else None
        return Found(name, kind, home, None if text is None else read_signature(text))

    def _linked(self, name: str, node: str) -> Answer:
        """A module that a member leads to; where it belongs to another product, as that product is in this target."""
        followed = _follow(self, node)
        if followed is None:
            parent, _, member = name.rpartition(".")
            return Missing(name, parent, member, _absent(self, node))
        return Found(name, "module", followed)

    def _class_member(self, owner: Found, path: str, member: str) -> Answer:
        name = f"{path}.{member}"
        if _IMPLICIT.match(member) or member == "mro":
            return Found(name, "value", "")
        bits = self._bits
        lineage = reader.lineage(owner.home, bits)
        for home in lineage:
            row = reader.member(home, member, bits)
            if row is not None:
                text = reader.signature(f"{home}.{member}", bits)
                signature = None if text is None else read_signature(text, bound=row.kind == "f")
                return Found(name, KINDS[row.kind], f"{home}.{member}", signature)
        if member.startswith("_") or not lineage or any(self._is_open(home) for home in lineage):
            return None
        short = owner.home.rpartition(".")[2].split("~")[0]
        return Missing(name, path, member, f"AttributeError: type object '{short}' has no attribute '{member}'")

    def _is_open(self, home: str) -> bool:
        """Whether a class has names that are not recorded."""
        shape = reader.shape(home, self._bits)
        return shape is None or shape.foreign


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: length + 1]) for length in range(len(parts))]


def _implicit(name: str) -> Answer:
    """A name like ``__file__``, which no record holds. A package that is a product says its ``__version__``, too; of
    the modules in it this is not known: tf.keras has none in TensorFlow 2.13 to 2.15."""
    module, _, member = name.rpartition(".")
    return Found(name, "value", "") if member in _OF_MODULES or "." not in module else None


def _renamed(answer: Answer, name: str) -> Answer:
    return answer._replace(name=name) if isinstance(answer, Missing) else answer


class _Place(NamedTuple):
    """A module that an import statement reaches."""

    home: str
    """The module that answers for it, behind all links."""
    real: str
    """Where its file stands: below a link, another product's files answer."""
    is_package: bool


def _import_module(target: Target, module: str) -> Answer:
    place = _place(target, module)
    return Found(module, "module", place.home) if isinstance(place, _Place) else place


@lru_cache(maxsize=8192)
def _place(target: Target, module: str) -> _Place | Answer:
    path, _, part = module.rpartition(".")
    if path:
        above = _place(target, path)
        if not isinstance(above, _Place):
            return _renamed(above, module)
    elif part in target.releases or (part == "tensorflow_estimator" and "tensorflow" in target.releases):
        above = _Place("", "", True)
    else:
        return Missing(module, "", part, f"ModuleNotFoundError: No module named '{part}'")
    bits = target._bits
    here = f"{above.real}.{part}" if above.real else part
    row = reader.module(here, bits)
    beside = reader.member(above.home, part, bits) if row is None and path else None
    if beside is not None and beside.home.startswith(_ON_PATH):
        here = beside.home
        row = reader.module(here, bits)
    if row is None:
        message = f"ModuleNotFoundError: No module named '{module}'"
        if not above.is_package:
            message += f"; '{path}' is not a package"
        return Missing(module, path, part, message)
    if row.flags & UNREADABLE:
        return None
    followed = _follow(target, row.node)
    if followed is None:
        return Missing(module, path, part, _absent(target, row.node))
    real = followed if followed.split(".")[0] != (above.real or part).split(".")[0] else here
    return _Place(followed, real, bool(row.flags & PACKAGE) or followed != row.node)


def _follow(target: Target, node: str) -> str | None:
    """The module that a link leads to in this target; None where it is not there."""
    root = node.split(".")[0]
    if root not in ("keras", "tf_keras"):
        return node
    if root not in target.releases:
        return None
    if reader.node_known(node, target._bits):
        return node
    # A link recorded with another Keras than this target's: from TensorFlow 2.15 on, it leads to the same place in the
    # tree that is there.
    if version_key(target.releases.get("tensorflow", "0")) < (2, 15):
        return None
    for tree in _KERAS_TREES:
        if node == tree or node.startswith(tree + "."):
            for other in _KERAS_TREES:
                moved = other + node[len(tree) :]
                if reader.node_known(moved, target._bits):
                    return moved
    return None


def _absent(target: Target, node: str) -> str:
    root = node.split(".")[0]
    if root == "tf_keras" and target.legacy:
        return "ImportError: Keras cannot be imported. Check that it is installed."
    prefixes = (prefix for prefix in _prefixes(node) if reader.module(prefix, target._bits) is None)
    return f"ModuleNotFoundError: No module named '{next(prefixes, node) if root in target.releases else root}'"


def _nearest(product: str, wanted: str, strict: bool = False) -> tuple[str, str]:
    """The recorded release for one that is asked for, and a note where it is another one.

    Two numbers mean the last patch release. ``strict`` refuses a minor release that is not recorded.
    """
    recorded = reader.releases().get(product, ())
    if wanted in recorded:
        return wanted, ""
    key = version_key(wanted)
    same_minor = [version for version in recorded if version_key(version)[:2] == key[:2]]
    if len(key) <= 2 and same_minor:
        matching = same_minor if len(key) == 2 else [v for v in recorded if version_key(v)[:1] == key]
        return matching[-1], ""
    if same_minor:
        nearest = min(same_minor, key=lambda version: _distance(version_key(version), key))
        return nearest, f"{product} {wanted} is not recorded; {nearest} answers for it."
    if len(key) == 1:
        matching = [version for version in recorded if version_key(version)[:1] == key]
        if matching:
            return matching[-1], ""
    if strict or not recorded:
        raise CatalogError(f"{product} {wanted} is not recorded. Recorded are: {', '.join(recorded) or 'none'}.")
    nearest = min(recorded, key=lambda version: _distance(version_key(version), key))
    return nearest, f"{product} {wanted} is not recorded; {nearest}, the nearest release, answers for it."


def _distance(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(abs(a - b) for a, b in zip((*left, 0, 0, 0), (*right, 0, 0, 0)))


def _pip_gives(tensorflow: str) -> dict[str, str]:
    """What ``pip install tensorflow==X`` brings along, by the requirements of the wheels."""
    key = version_key(tensorflow)
    recorded: Any = reader.releases()
    brings: dict[str, str] = {}
    if key >= (2, 16):
        brings["keras"] = recorded["keras"][-1]
    elif key >= (2, 6):
        brings["keras"] = [v for v in recorded["keras"] if version_key(v)[:2] == key[:2]][-1]
    if (1, 11) <= key < (2, 2):
        brings["keras_applications"] = recorded["keras_applications"][-1]
    if (1, 11) <= key < (2, 11):
        brings["keras_preprocessing"] = recorded["keras_preprocessing"][-1]
    return brings

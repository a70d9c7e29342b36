"""From what the probe saw to the rows of the catalog."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from .store import FOREIGN, LOADED, PACKAGE, TOUCHED, UNREADABLE, Fact

PRODUCTS = ("tensorflow", "keras", "tf_keras", "keras_preprocessing", "keras_applications")
# Parts of TensorFlow of which no member is recorded: machinery that no notebook imports. Their modules are known to
# exist, and what is in them is not known.
_LEFT_OUT = (
    "tensorflow.core.",
    "tensorflow.compiler.",
    "tensorflow.include.",
    "tensorflow.lite.",
    "tensorflow.python._",
    "tensorflow.python.autograph.",
    "tensorflow.tsl.",
    "tensorflow_estimator.python.estimator.c",
    "tensorflow_estimator.python.estimator.tpu",
)
_FUTURE = {"absolute_import", "division", "print_function", "unicode_literals"}


# Whose classes and functions are recorded: these products, and what TensorFlow's wheel brings besides.
_FAMILY = (*PRODUCTS, "tensorflow_estimator", "tensorboard", "tsl", "xla")


def is_family(home: str) -> bool:
    """Whether something is defined in these packages; of others only the name here is recorded."""
    return home.split(".")[0] in _FAMILY


def is_deep(node: str) -> bool:
    """Whether a module is internal to TensorFlow itself, where private names are not recorded (and so not known)."""
    return node.startswith(("tensorflow.python.", "tensorflow_estimator.python.")) and not node.startswith(
        "tensorflow.python.keras"
    )


def is_recorded(node: str, member: str) -> bool:
    """Whether such a member is recorded; of one that is not, absence tells nothing."""
    if member in _FUTURE:
        return False
    return not (is_deep(node) and (member.startswith("_") or member.endswith("_eager_fallback")))


def is_public(node: str) -> bool:
    """Whether signatures and class members are recorded for what a module holds."""
    if node.startswith(("tensorflow.python.", "tensorflow_estimator.python.", "tensorflow.contrib.")):
        return node.startswith("tensorflow.python.keras") or ".api._v" in node
    return True


def facts_of(record: Mapping[str, Any], product: str) -> Iterator[tuple[str, Fact]]:
    """The rows of one release.

    Arguments:
        record: the probe's JSON.
        product: whose record it is; classes that belong to another product are left to that product's record.
    """
    modules = {name: node for name, node in record["modules"].items() if not name.startswith(_LEFT_OUT)}
    notes = record["notes"]
    public = _api_in_internals(modules)
    public_classes: set[str] = set()
    public_functions: set[str] = set()
    for name, node in modules.items():
        if node.get("whole", True):  # of others it is not known what they lack
            yield "node", (name, node["missing"] or "")
        for member, (kind, home) in node["members"].items():
            if not is_recorded(name, member):
                continue
            if kind == "v" and home and not is_family(home) and not home.startswith("builtins."):
                kind = "o"  # what it is, and whether it is there, depends on another package
            yield "member", (name, member, kind, *_home(name, member, kind, home))
            if is_public(name) or name in public:
                (public_classes if kind == "c" else public_functions).add(home)
    others = tuple(other + "." for other in PRODUCTS if other != product)
    for home in _with_bases(public_classes, record["classes"]):
        if home.startswith(others):
            continue
        shape = record["classes"][home]
        stores = "\n".join(name for name in shape["stores"] if not name.startswith("_"))
        yield "class", (home, "\n".join(shape["bases"]), stores, shape["open"] + FOREIGN * shape["foreign"])
        for member, (kind, where) in shape["members"].items():
            if member.startswith("_"):
                continue  # what a class keeps to itself is not recorded, and so not known
            yield "member", (home, member, kind, "", "")
            signature = record["objects"].get(where)
            if where and signature is not None:
                yield "object", (home, member, signature)
            if where in notes:
                yield "note", (home, member, notes[where])
        public_functions.add(home)
    for home in filter(is_family, public_functions):
        signature = record["objects"].get(home)
        if signature is not None:
            yield "object", (*_split(home), signature)
        if home in notes:
            yield "note", (*_split(home), notes[home])
    yield from _imports(record)


def _api_in_internals(modules: Mapping[str, Any]) -> set[str]:
    """The internals that are API: up to TensorFlow 1.7, ``tf.train`` is ``tensorflow.python.training.training``."""
    waiting = _internals_in("tensorflow", modules)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _internals_in(name, modules) - found
    return found if "tensorflow.python.training.training" in found else set()


def _internals_in(name: str, modules: Mapping[str, Any]) -> set[str]:
    """The modules that are public members of one, but for those that are recorded anyway or hold no API."""
    members = modules[name]["members"].items() if name in modules else ()
    homes = {home for member, (kind, home) in members if kind == "m" and not member.startswith("_")}
    internals = {home for home in homes if home.startswith("tensorflow.python.") and not is_public(home)}
    return internals - {"tensorflow.python.pywrap_tensorflow"}


def _imports(record: Mapping[str, Any]) -> Iterator[tuple[str, Fact]]:
    loaded, packages = set(record["loaded"]), set(record["packages"])
    touched = set(record.get("touched", ())) - loaded
    for name, found in record["imports"].items():
        flags = PACKAGE * (name in packages) | LOADED * (name in loaded) | TOUCHED * (name in touched)
        flags |= UNREADABLE * isinstance(found, dict)
        node = found["is"] if isinstance(found, dict) else found
        yield "module", (name, "" if node == name else node, flags)


def _split(home: str) -> tuple[str, str]:
    node, _, name = home.rpartition(".")
    return node, name


def _home(node: str, member: str, kind: str, home: str) -> tuple[str, str]:
    if kind in ("m", "r") or home.startswith("builtins."):
        return home, ""
    if not home or home == f"{node}.{member}":
        return "", ""
    return _split(home)


def _with_bases(homes: set[str], classes: Mapping[str, dict[str, Any]]) -> set[str]:
    known = {home for home in homes if home in classes}
    return known.union(base for home in known for base in classes[home]["bases"] if base in classes)

"""What in a saved model is its author's own, and not part of Keras; and what of it a session has."""

from __future__ import annotations

from functools import lru_cache
from types import CodeType, FunctionType, MappingProxyType
from typing import Any, Iterable, Iterator, Mapping, NamedTuple

from ...catalog.target import Target
from ...diagnosis.evidence import session
from ...saved.classes import has_layer
from ...saved.model import FOLDER, HDF5, Component, SavedModel


def authors_own(model: SavedModel, compiled: bool = True) -> tuple[Component, ...]:
    """The classes and functions that a program must have before it can load the model, each once.

    HDF5 files name a class without a module: what the Keras that wrote the file did not have is the author's.

    Arguments:
        compiled: with those of the loss and the metrics.
    """
    # A SavedModel carries the computations of its layers along, but not the loss.
    stored = () if model.format == FOLDER else model.custom
    if not compiled:
        stored = tuple(part for part in stored if part.class_name not in (*model.losses, *model.metrics))
    found = {part.key: part for part in (*stored, *_unknown(model, compiled))}
    return tuple(found.values())


def _unknown(model: SavedModel, compiled: bool) -> Iterator[Component]:
    if model.format not in (HDF5, FOLDER):
        return
    recorded = bool(_names(model.minor, "layers"))
    for part in model.layers:
        if model.format == HDF5 and recorded and not part.custom and not has_layer(model.minor, part.class_name):
            yield Component(part.class_name, "", part.class_name, (), "layer")
    activations = _names(model.minor, "activations")
    functions = [part.activation for part in model.layers if activations and part.activation not in activations]
    losses = _names(model.minor, "losses")
    if compiled and losses:
        functions += [name for name in model.losses if name not in losses]
        functions += [name for name in model.metrics if name not in losses | _names(model.minor, "metrics")]
    for name in filter(None, functions):
        yield Component(name, "", name, (), "function")


@lru_cache(maxsize=8)
def _names(release: tuple[int, ...], module: str) -> frozenset[str]:
    """What a module of this release of Keras offered; empty where there is no record of it."""
    if len(release) != 2:
        return frozenset()
    version = f"{release[0]}.{release[1]}.0"
    if release[0] == 2:
        return frozenset(
            Target.from_installed({"tensorflow": version, "keras": version}).names(f"tensorflow.keras.{module}")
        )
    target = Target.from_installed({"keras": version, "tensorflow": None})
    # Keras 3 reads and writes short names of losses that only tf.keras lists: mse, kld.
    short = Target.from_installed({"tensorflow": "2.21.0", "keras": version}).names(f"tensorflow.keras.{module}")
    return frozenset(target.names(f"keras.{module}")) | frozenset(short)


def users_own(model: SavedModel, namespace: Mapping[str, Any] | None) -> list[str]:
    """The losses and metrics of a file whose names are those of functions that the session defines: Keras may have some
    of these names by now, such as dice."""
    functions = {name: thing for name, thing in session.variables(namespace) if type(thing) is FunctionType}
    keras = ("keras", "tf_keras", "tensorflow")
    mine = {name for name, thing in functions.items() if str(thing.__module__).partition(".")[0] not in keras}
    return [name for name in (*model.losses, *model.metrics) if name in mine]


class InSession(NamedTuple):
    """What a session has of the author's own classes and functions."""

    keys: tuple[str, ...] = ()
    """By what names the file asks for them: "my_package>Double"."""
    written: Mapping[str, str] = MappingProxyType({})
    """What is written for each, by its name: "dice", or "focal_loss()" where a function of the session makes it."""
    lost: tuple[str, ...] = ()
    """The names of those that it does not have."""

    @property
    def made(self) -> str:
        """The call of a function of the session that makes one of them."""
        return next((text for text in self.written.values() if text.endswith(")")), "")

    @property
    def is_whole(self) -> bool:
        """Whether all is there as it is written."""
        return not self.lost and not any("…" in text for text in self.written.values())

    @property
    def objects(self) -> str:
        """What to give as ``custom_objects``."""
        return f"{{{', '.join(f'{key!r}: {text}' for key, text in zip(self.keys, self.written.values()))}}}"


def in_session(own: Iterable[Component], namespace: Mapping[str, Any] | None) -> InSession:
    parts = {part.name: part for part in own}
    makers = {name: "" if _is_there(name, namespace) else _maker(name, namespace) for name in parts}
    lost = tuple(name for name in parts if not makers[name] and not _is_there(name, namespace))
    keys = tuple(part.key for part in parts.values())
    return InSession(keys, {name: makers[name] or name for name in parts}, lost)


def _is_there(name: str, namespace: Mapping[str, Any] | None) -> bool:
    thing = (namespace or {}).get(name)
    return isinstance(thing, type) or type(thing) is FunctionType or session.is_of_keras(thing)


def _maker(name: str, namespace: Mapping[str, Any] | None) -> str:
    """The call of a function of the session that defines a function of this name and gives it back, as functions do
    that make losses: "focal_loss()"; "focal_loss(…)" where it needs arguments."""
    for outer, thing in session.variables(namespace):
        if type(thing) is FunctionType:
            inner = [const.co_name for const in thing.__code__.co_consts if type(const) is CodeType]
            if name in inner:
                needed = thing.__code__.co_argcount > len(thing.__defaults__ or ())
                return f"{outer}({'…' if needed else ''})"
    return ""

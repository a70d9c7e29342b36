"""The answer to "which Adam is this?": routes in this kernel, the live object, and what was so in other releases."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Mapping, NamedTuple, Sequence

from .history import Release, find_release, minor_of, this_release
from .live import LiveOptimizer, describe_optimizer
from .namespaces import find_namespaces, loaded, optimizer_names, runtime_started
from .routes import Routes, measure_routes
from .subject import Subject, read_subject

if TYPE_CHECKING:
    from ..diagnosis.model.rule import Rule


class Examination(NamedTuple):
    """What was found out about one optimizer, or about all of them."""

    world: str
    """Where: ``this kernel`` or the name of a recorded release."""
    optimizers: tuple[Routes, ...]
    """One entry for one identifier; one per optimizer where none was given."""
    measured: bool
    """True: in this process. False: from the record."""
    release: Release | None = None
    """The recorded release that answers, or the one nearest to this kernel."""
    live: LiveOptimizer | None = None
    notes: tuple[str, ...] = ()
    """Sentences that the reader needs: TensorFlow is not loaded; a package is installed but not loaded."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "world": self.world,
            "measured": self.measured,
            "optimizers": [routes.to_dict() for routes in self.optimizers],
            "release": self.release.name if self.release else None,
            "live": self.live.to_dict() if self.live else None,
            "notes": list(self.notes),
        }


_NOT_LOADED = (
    "TensorFlow is not loaded in this kernel, so nothing was measured: this is the record of the installed release. To "
    "see this kernel itself, run `import tensorflow as tf` first."
)
_NOT_STARTED = (
    "TensorFlow has not computed anything in this kernel yet, and making optimizers would start its runtime and the "
    "search for GPUs. So nothing was measured: this is the record of the installed release."
)


class UnknownOptimizer(ValueError):
    """A name that no namespace here knows; the message lists those that there are."""


def examine(
    identifier: object = None,
    namespace: Mapping[str, Any] | None = None,
    target: str | None = None,
    rules: Sequence[Rule] = (),
    start: bool = False,
) -> Examination:
    """Find out which class each way of naming an optimizer gives.

    Nothing is imported: without TensorFlow or Keras in the process, the record of the release answers.

    Arguments:
        identifier: a name (``"adam"``, ``"Adam"``), a class, an instance, a config dict, a compiled model, or text
            that names a variable of the namespace; nothing for all optimizers.
        namespace: the user's variables, for text.
        target: another release, ``tensorflow==2.15.1`` or ``tensorflow==2.15.1,legacy``; this kernel unless given.
        rules: those that read a live optimizer.
        start: make optimizers also where that starts TensorFlow's runtime; else the record answers for a name.

    Raises:
        UnknownOptimizer: no such optimizer here.
        ValueError: the identifier is not an optimizer, or there is no record of the target.
    """
    subject = read_subject(identifier, namespace) if identifier not in (None, "") else None
    if target is not None or not loaded():
        return _recorded(subject.identifier if subject else None, target)
    fresh = not runtime_started()
    if fresh and not start and _is_recorded(subject):
        return _recorded(subject.identifier if subject else None, None)
    spaces = find_namespaces()
    names = optimizer_names(spaces)
    if subject is None:
        optimizers = tuple(measure_routes(name, None, spaces) for name in names.values())
        return Examination("this kernel", optimizers, True, this_release(), None, _notes(fresh))
    name = names.get(subject.identifier.lower()) or names.get(subject.identifier.lower().replace("optimizer", ""))
    if name is None and subject.cls is None:
        raise UnknownOptimizer(
            f"No optimizer is called {subject.identifier!r} here; there are: {', '.join(names.values())}."
        )
    given = isinstance(identifier, str) and subject.cls is None and subject.config is None
    text = subject.identifier if given else None
    routes = (measure_routes(name, text, spaces, subject.config),) if name else ()
    live = (
        describe_optimizer(subject.optimizer, subject.model, routes, namespace or {}, rules)
        if subject.optimizer is not None
        else None
    )
    return Examination("this kernel", routes, True, this_release(), live, _notes(fresh))


def _is_recorded(subject: Subject | None) -> bool:
    """Whether the record answers: a name, asked about the very minor release that is here."""
    release = this_release()
    by_name = subject is None or (subject.optimizer is None and subject.cls is None and subject.config is None)
    version = str(getattr(sys.modules.get("tensorflow"), "__version__", "0.0"))
    if release is None or not by_name or minor_of(version) != release.minor:
        return False
    return subject is None or subject.identifier.lower() in {name.lower() for name in release.names}


def _recorded(identifier: str | None, target: str | None) -> Examination:
    release = find_release(target) if target is not None else this_release()
    if release is None:
        raise ValueError("Neither TensorFlow nor Keras is loaded or installed here; --target asks about a release.")
    names = {name.lower(): name for name in release.names}
    if identifier is None:
        chosen = tuple(names.values())
    elif identifier.lower() in names:
        chosen = (names[identifier.lower()],)
    else:
        raise UnknownOptimizer(
            f"No optimizer is called {identifier!r} in {release.name}; there are: {', '.join(names.values())}."
        )
    notes = () if target is not None else (_NOT_STARTED if loaded() else _NOT_LOADED,)
    return Examination(release.name, tuple(release.routes(name) for name in chosen), False, release, None, notes)


def _notes(fresh: bool) -> tuple[str, ...]:
    from importlib.util import find_spec

    started = (
        "Making optimizers has started TensorFlow's runtime in this kernel: settings such as set_memory_growth and "
        "set_visible_devices must come before, in a new kernel.",
    )
    missing = tuple(
        f"{name} is installed but not loaded; `import {name}` first to see its routes."
        for name in ("keras", "tf_keras")
        if name not in sys.modules and find_spec(name) is not None
    )
    return missing + (started if fresh and runtime_started() else ())

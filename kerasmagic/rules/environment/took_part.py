"""Which installed packages took part in a failure, and which of their unmet requirements can have to do with it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Iterator, Sequence

from ...diagnosis.evidence import session
from ...diagnosis.model.wanted import ATTRIBUTE, MODULE, NAME
from ...kernel.requirements import Unmet
from ...kernel.stack import module_of

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure


def packages(failure: Failure) -> list[str]:
    """The installed packages that a traceback passes through, from the cell inwards; last the one whose compiled part
    does not load, where the loader names it."""
    found: list[str] = []
    for package, _ in _steps(failure):
        if package not in found[-1:]:
            found.append(package)
    named = _LIBRARY.search(failure.message) if does_not_load(failure) else None
    return [*found, named[1]] if named and found and named[1] != found[-1] else found


def does_not_load(failure: Failure) -> bool:
    """Whether the system's loader refused a compiled part: also in a call, of a package that loads it late."""
    return _LOADER.search(failure.message) is not None


_LOADER = re.compile(
    r"undefined symbol|Symbol not found|cannot open shared object|DLL load failed|unable to open file: lib"
)
_LIBRARY = re.compile(r"[\\/](?:site|dist)-packages[\\/](\w+)[\\/]\S*\.(?:so|pyd|dylib|dll)\b")


def _steps(failure: Failure) -> Iterator[tuple[str, str]]:
    """The steps of a traceback through installed packages: each package with the function it was in."""
    traceback = failure.exception.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        parts = code.co_filename.replace(os.sep, "/").split("/")
        for folder in ("site-packages", "dist-packages"):
            if folder in parts:
                yield parts[parts.index(folder) + 1].partition(".")[0], code.co_name
        if parts[0] and code.co_filename.endswith(".pyx"):  # Cython names the source as its author had it
            yield str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0], code.co_name
        traceback = traceback.tb_next


def in_hand(failure: Failure) -> list[str]:
    """The installed packages whose objects took part, though none of their own code did: an estimator of scikeras, of
    which scikit-learn asks something."""
    found: dict[str, None] = {}
    traceback = failure.exception.__traceback__
    while traceback is not None:
        thing = traceback.tb_frame.f_locals.get("self")
        found.update((session.root_of(base), None) for base in session.bases(thing))
        traceback = traceback.tb_next
    return list(found)


def during_import(failure: Failure) -> bool:
    """Whether an installed package failed to import something, failed while it was being imported itself, looked for
    a name in another package that does not have it, or could not load a compiled part."""
    wanted = failure.wanted
    lacks_a_name = wanted is not None and wanted.kind == ATTRIBUTE and failure.message.startswith("module '")
    fails_at_once = isinstance(failure.exception, ImportError) or lacks_a_name or does_not_load(failure)
    return any(fails_at_once or function == "<module>" for _, function in _steps(failure))


def half_imported(failure: Failure) -> str:
    """The package whose own import failed, by itself; empty where that was the import of another one in it."""
    steps = list(_steps(failure))
    importing = [package for package, function in steps if function == "<module>" or function.startswith("init ")]
    return importing[-1] if importing and importing[-1] == steps[-1][0] else ""


def keras_not_imported(failure: Failure) -> bool:
    """Whether TensorFlow's lazy loader of ``tf.keras`` gave up, and hid why: at first it says that Keras cannot be
    imported, and from then on it asks itself for ever."""
    end = failure.end
    gave_up = isinstance(failure.exception, (ImportError, RecursionError))
    return gave_up and end is not None and "lazy_loader" in end.path


def relevant(failure: Failure, unmet: Sequence[Unmet], took_part: Sequence[str]) -> list[Unmet]:
    """The unmet requirements that can have to do with a failure: both packages took part in it or are named by it;
    else what the package that raised asks for in vain; else what is asked in vain of one that cannot be imported."""
    text = f"{type(failure.exception).__name__} {failure.message}".lower()
    close = [
        entry
        for entry in unmet
        if {root(entry.by), root(entry.name)} & set(took_part)
        and all(root(name) in took_part or _named(name, text) for name in (entry.by, entry.name))
    ]
    module = missing_module(failure)
    missing = [
        entry
        for entry in unmet
        if not entry.version
        and (root(entry.name) == module or (_named(entry.name, text) and _family(root(entry.by)) & {*took_part}))
    ]
    own = [entry for entry in unmet if root(entry.by) == took_part[-1] and _may_be(entry, failure)]
    return close or missing or own or [entry for entry in unmet if root(entry.name) == half_imported(failure)]


def _may_be(unmet: Unmet, failure: Failure) -> bool:
    """Whether a requirement of the package that raised can be the reason: where that looked in another package for a
    name, only a requirement on that one."""
    wanted = failure.wanted
    sought = wanted.owner.partition(".")[0] if wanted is not None and wanted.kind in (NAME, ATTRIBUTE) else ""
    return sought in ("", root(unmet.by), root(unmet.name))


def missing_module(failure: Failure) -> str:
    """The top-level module that was not found; empty where something else failed."""
    wanted = failure.wanted
    return wanted.member.partition(".")[0] if wanted is not None and wanted.kind == MODULE else ""


def _family(root: str) -> frozenset[str]:
    """The packages that ask for what one of them says it needs: what Keras lacks, TensorFlow may have promised."""
    return _KERAS if root in _KERAS else frozenset([root])


_KERAS = frozenset(("tensorflow", "keras", "tf_keras"))


# How messages speak of a package without naming it.
_SIGNS = {"numpy": ("convert function return value", "_array_api"), "protobuf": ("descriptor",)}


def _named(name: str, text: str) -> bool:
    return any(word in text for word in (name, root(name), *_SIGNS.get(name, ())))


def root(name: str) -> str:
    return module_of(name).partition(".")[0]


def both_in(unmet: Unmet, took_part: Sequence[str]) -> bool:
    return root(unmet.by) in took_part and root(unmet.name) in took_part

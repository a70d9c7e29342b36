"""Saved models: which Keras is to load one, whether it can, and which load has failed."""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from pathlib import Path
from traceback import walk_tb
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple

from ..kernel.distributions import installed
from ..kernel.snapshot import Snapshot
from ..saved.loader import Loader, Words
from ..saved.model import FOLDER, SavedModel, SavedModelError
from ..saved.read import read_model
from ..source.nodes import last_name
from .evidence.failure import Failure
from .evidence.load_call import load_call
from .model.problem import ERROR, INFO, WARNING, Fix, Problem
from .model.registry import Rules
from .model.rule import UNREADABLE
from .resolve.world import World

_LOADING = ("load_model", "load_weights", "load_partial")
"""``load_partial`` is what ``tf.saved_model.load`` calls."""
_SEVERITIES = (ERROR, WARNING, INFO)
_PATH_NAMES = ("filepath", "path", "filename", "export_dir")


class Verdict(NamedTuple):
    """Can this Keras load this model?"""

    loader: Loader
    loads: bool | None
    """None: nothing speaks against it, but the file does not say who wrote it."""
    problems: tuple[Problem, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "loader": self.loader.name,
            "calls": self.loader.calls,
            "loads": self.loads,
            "problems": [problem.to_dict() for problem in self.problems],
        }


class Examination(NamedTuple):
    """A file that somebody asks about, and what this kernel can do with it."""

    path: str
    model: SavedModel | None
    """None: it cannot be read as a saved model; then there is one problem, which says why."""
    verdicts: tuple[Verdict, ...]
    """One for each Keras of this kernel, the one of ``tf.keras`` first."""
    problems: tuple[Problem, ...]


def examine(path: str, snapshot: Snapshot, rules: Rules) -> Examination:
    """Read a saved model, and ask each Keras of a kernel about it. Nothing is loaded, and no code is run."""
    try:
        model = read_model(path)
    except SavedModelError as error:
        return Examination(path, None, (), (unreadable(path, error, rules.teller(UNREADABLE)),))
    verdicts = tuple(verdict(model, loader, rules) for loader in loaders(snapshot))
    return Examination(path, model, verdicts, verdicts[0].problems if verdicts else ())


def unreadable(path: str, error: SavedModelError, code: str, what: str = "a model") -> Problem:
    """The problem that a file cannot be read, in the reader's one sentence, told by the rule of this code."""
    title = f"{path} cannot be loaded as {what}"
    fixes = () if Path(path).exists() else (Fix("manual", _not_there(path)),)
    return Problem(rule=code, severity=ERROR, title=title, cause=str(error), fixes=fixes)


def _not_there(path: str) -> str:
    """A Drive has to be mounted in each session of Colab; elsewhere there is none."""
    drive = re.match(r"/content/g?drive(?=/)", path)
    if drive is None or Path(drive[0]).is_dir():
        return _NOT_THERE
    name = Path(path).name
    here = f" {name} is in the folder of this notebook: load {name!r}." if Path(name).exists() else ""
    mount = f"from google.colab import drive; drive.mount({drive[0]!r})"
    elsewhere = f"Elsewhere give the path of the file here.{here}"
    return f"Google Drive is not mounted. In Colab write first: {mount}. {elsewhere}"


_NOT_THERE = (
    "Look with !ls whether the file is there under this very name, capitals included; save the model first, or upload "
    "the file again after a restart."
)


def loaders(snapshot: Snapshot) -> tuple[Loader, ...]:
    """Every Keras of this kernel, the one of ``tf.keras`` first, each once."""
    identity = snapshot.keras
    faces = (identity.tf_keras_attribute, identity.keras, identity.tf_keras)
    tensorflow = next((found.version for found in snapshot.distributions if found.module == "tensorflow"), "")
    found: dict[tuple[str, str], Loader] = {}
    for face in faces:
        if face.package and face.version and not face.missing:
            loader = Loader(face.package, face.version, tensorflow, identity.tf_keras.version, face.name)
            found.setdefault((face.package, face.version), loader)
    return tuple(found.values())


def verdict(model: SavedModel, loader: Loader, rules: Rules) -> Verdict:
    """What the rules say about loading this model with this Keras; no code from the file is run."""
    found = [(rule, problem) for rule in rules.of_models() if rule.on_model for problem in rule.on_model(model, loader)]
    # What an argument of load_model gets around comes after what it does not.
    found.sort(key=lambda each: (_SEVERITIES.index(each[1].severity), each[0].is_easy))
    problems = tuple(problem for _, problem in found)
    fails = any(problem.severity == ERROR for problem in problems)
    known = bool(model.keras_version) and not problems
    return Verdict(loader, False if fails else True if known else None, problems)


def when_loading_fails(
    on_model: Callable[[SavedModel, Loader], Iterable[Problem]], message: str
) -> Callable[[Failure, World], Iterator[Problem]]:
    """A rule's ``on_failure``: its ``on_model`` for the file that ``load_model`` was reading when it raised.

    Arguments:
        message: a pattern of what Keras says when it is this; anything else is none of this rule's business.
    """
    pattern = re.compile(message, re.DOTALL)

    def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
        if not pattern.search(failure.message):
            return
        found = failed_model(failure)
        if found is not None:
            yield from on_model(*found)

    return on_failure


def failed_model(failure: Failure) -> tuple[SavedModel, Loader] | None:
    """What was being loaded, as it was read, and the Keras that did it; None if that is not known."""
    found = failed_load(failure)
    if found is None:
        return None
    path, loader = found
    try:
        model = _read(path, _stamp(path))
    except SavedModelError:
        return None
    if model.format != FOLDER and loads_folders(failure):  # KM111 tells that it is no folder
        return None
    return model, loader._replace(words=words_of(failure))


def words_of(failure: Failure) -> Words:
    """How the cell writes what it was loading."""
    call = load_call(failure)
    if call is None:
        return Words()
    if last_name(call.call.func) == "load_model":
        return Words(call.variable, call.function, call.path)
    return Words(call.receiver if last_name(call.call.func) == "load_weights" else call.variable, path=call.path)


def failed_load(failure: Failure) -> tuple[str, Loader] | None:
    """The file that was being loaded, and the Keras that did it; None if the exception is about something else."""
    for frame, _ in walk_tb(failure.exception.__traceback__):
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package in ("keras", "tf_keras", "tensorflow"):
            path = _path_in(frame.f_code.co_name, frame.f_locals)
            if isinstance(path, (str, os.PathLike)):
                return os.fspath(path), _live_loader(package)
    return None


def loads_folders(failure: Failure) -> bool:
    """Whether ``tf.saved_model.load``, or a ``TFSMLayer``, was loading: they read folders only."""
    return any(frame.f_code.co_name == "load_partial" for frame, _ in walk_tb(failure.exception.__traceback__))


def _path_in(function: str, variables: Mapping[str, Any]) -> object:
    """The path that a call of ``load_model`` was given; None if this frame is no such call."""
    if function in _LOADING:
        return next((variables[name] for name in _PATH_NAMES if name in variables), None)
    # Keras 2.7 and later take their own frames out of a traceback, and leave the wrapper that did it.
    if function == "error_handler" and getattr(variables.get("fn"), "__name__", "") in _LOADING:
        given = (*variables.get("args", ()), *variables.get("kwargs", {}).values())
        return next((value for value in given if isinstance(value, (str, os.PathLike))), None)
    return None


def _live_loader(package: str) -> Loader:
    tensorflow = str(getattr(sys.modules.get("tensorflow"), "__version__", ""))
    version = str(getattr(sys.modules.get(package), "__version__", ""))
    if package == "tensorflow":
        bundled = sys.modules.get("tensorflow.python.keras")
        version = str(getattr(bundled, "__version__", "")).replace("-tf", "") or version
    tf_keras = installed("tf-keras")
    calls = {"tensorflow": "tf.keras"}.get(package, package)
    return Loader(package, version, tensorflow, tf_keras.version if tf_keras else "", calls)


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = Path(path).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _read(path: str, stamp: tuple[int, int]) -> SavedModel:
    """Several rules ask about the same file, one after another."""
    return read_model(path)

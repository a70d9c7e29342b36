"""What an exception says is missing, and where its traceback ends.

An exception is read by its attributes where Python sets them (``ImportError.name``, ``name_from`` from 3.12,
``AttributeError.name`` and ``.obj`` from 3.10), and by its message otherwise. Only messages that Python, TensorFlow and
Keras themselves make are understood; everything else is none of our business and gives None.
"""

from __future__ import annotations

import linecache
import re
import sys
from dataclasses import dataclass, field
from functools import cached_property, wraps
from opcode import opmap
from pathlib import PurePath
from types import FrameType, ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, NamedTuple, Optional, TypeVar, cast

from ...kernel.distributions import installed_on
from ...kernel.modules import stale
from ...source.bindings import Bindings
from ..model.wanted import ATTRIBUTE, KEY, KEYWORD, MODULE, NAME, REQUIRED, VALUE, VARIABLE, Wanted
from .cell import CellFacts, read
from .expressions import shown_on_line
from .said import Said, error_itself, said_by

if TYPE_CHECKING:
    from ...kernel.snapshot import Snapshot


class Frame(NamedTuple):
    """One step of a traceback."""

    path: str
    line: int
    module: str
    """The module's ``__name__``: "keras.src.models.model"."""
    place: str
    """``cell``, ``user`` (a file of the user's) or ``package`` (installed, or the standard library)."""
    text: str
    """The line of source, where it can be read."""
    raises: bool
    """Whether it was at a ``raise`` or ``assert`` of its own, and not at something that it called."""


@dataclass(frozen=True)
class Failure:
    """A cell that failed.

    Arguments:
        exception: what it raised, with its traceback.
        source: the cell as typed.
        namespace: the kernel's user namespace after the failure.
    """

    exception: BaseException
    source: str = ""
    namespace: Mapping[str, Any] | None = None
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What functions decorated by `once` read of it."""

    @cached_property
    def facts(self) -> CellFacts:
        """What the cell refers to, read with what the session holds, and what the objects on its failing line were."""
        bindings = Bindings.from_namespace(self.namespace or {})
        wanted = self.wanted
        missing = wanted.member if wanted is not None and wanted.kind == ATTRIBUTE else ""
        owner = getattr(self.error, "obj", None) if isinstance(self.error, AttributeError) else None
        bindings.shown.update(shown_on_line(self.source, self.failing_line, self.variables, missing, owner))
        return read(self.source, bindings)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The kernel after the failure; taken once, since several rules look at it."""
        from ...kernel.snapshot import take_snapshot  # which a check of files never asks for

        return take_snapshot()

    @cached_property
    def said(self) -> Said:
        """What the exception says, without what Keras and AutoGraph put around it."""
        return said_by(self.exception)

    @property
    def message(self) -> str:
        return self.said.text

    @cached_property
    def error(self) -> BaseException:
        """The exception that Python or a library raised first, with all its attributes: Keras and AutoGraph raise
        another of its class with more words."""
        return error_itself(self.exception)

    @cached_property
    def wanted(self) -> Wanted | None:
        for kind, parse in _PARSERS:
            if isinstance(self.error, kind):
                return parse(self.error, self.message)
        return None

    @cached_property
    def steps(self) -> list[TracebackType]:
        """The traceback from the cell inwards. The steps of the error itself go on where the exception around it lost
        them: AutoGraph raises a new one, and Keras leaves its own steps out."""
        outer = _steps(self.exception)
        if self.error is self.exception:
            return outer
        inner = _steps(self.error)
        places = [step.tb_frame for step in inner]
        common = next((number for number in reversed(range(len(outer))) if outer[number].tb_frame in places), None)
        if common is None:
            return outer + inner
        return outer[: common + 1] + inner[places.index(outer[common].tb_frame) + 1 :]

    @cached_property
    def frames(self) -> list[Frame]:
        """From the cell inwards, without the import system's own."""
        return list(_frames(self.steps, self.namespace))

    @cached_property
    def variables(self) -> Mapping[str, Any]:
        """What names stood for in the innermost frame of the cell; else in the session."""
        found: Mapping[str, Any] = self.namespace or {}
        for frame in (step.tb_frame for step in self.steps):
            if _place(frame, self.namespace) == "cell":
                own = {name: value for name, value in frame.f_locals.items() if type(name) is str}
                found = {**(self.namespace or {}), **own}
        return found

    @property
    def changed_packages(self) -> tuple[str, ...]:
        """The packages of the stack in which a name was sought in vain, and that have another version on disk by
        now."""
        wanted = self.wanted
        if wanted is None or wanted.kind not in (MODULE, NAME, ATTRIBUTE):
            return ()
        places = (frame.module for frame in self.frames if frame.place == "package")
        roots = dict.fromkeys(name.partition(".")[0] for name in (wanted.owner or wanted.member, *places))
        installed = installed_on(sys.path)
        return tuple(root for root in roots if stale(root, installed))

    @cached_property
    def line_text(self) -> str:
        """The line of the cell that failed, as far as it can be read; empty otherwise."""
        texts = [frame.text for frame in self.frames if frame.place == "cell"]
        lines = {line.strip() for line in self.source.splitlines()}
        return next((text for text in reversed(texts) if text in lines), texts[-1] if texts else "")

    @cached_property
    def converted_line(self) -> str:
        """The line of the user's in a function that TensorFlow converted to a graph, as its message shows it; else
        empty."""
        shown = _CONVERTED_LINE.findall(str(self.exception).partition(_MADE)[0])
        lines = {line.strip() for line in self.source.splitlines()}
        return next((text for text in reversed(shown) if text in lines), "")

    @property
    def failing_line(self) -> str:
        """The line of the user's that failed: one in a function that became a graph, before the line that called it."""
        return self.converted_line or self.line_text

    @property
    def end(self) -> Frame | None:
        """Where it was raised; None without a traceback."""
        frames = self.frames
        return frames[-1] if frames else None


_Reader = TypeVar("_Reader", bound=Callable[..., Any])


def once(read: _Reader) -> _Reader:
    """A function of a failure, and of what follows from the failure, that reads it at its first call: many rules ask
    for the same."""
    name = f"{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def kept(failure: Failure, *others: Any) -> Any:
        if name not in failure.kept:
            failure.kept[name] = read(failure, *others)
        return failure.kept[name]

    return cast(_Reader, kept)


def asked_by_the_user(failure: Failure, package: str) -> bool:
    """Whether a line of the user's asked a package: its own frames behind that line are where the answer was given."""
    frames = [frame for frame in failure.frames if frame.module.partition(".")[0] != package]
    return bool(frames) and frames[-1].place in ("cell", "user")


CONVERTED = "autograph_generated"
"""A part of the names of the files that TensorFlow writes for them."""
_CONVERTED_LINE = re.compile(r"^ {4,}(?:File \".*\", line \d+, in \w+|\S+:\d+ \w+)(?:  \*+)?\n +(.*\S)", re.MULTILINE)
"""Each layer of Keras 2 whose call became a graph puts its own lines into those of the one that called it."""
_MADE = " was defined here:"
"""Behind it TensorFlow shows the lines that made a tensor, and not those that failed."""


def _steps(error: BaseException) -> list[TracebackType]:
    found, step = [], error.__traceback__
    while step is not None:
        found.append(step)
        step = step.tb_next
    return found


def _frames(steps: list[TracebackType], namespace: Mapping[str, Any] | None) -> Iterator[Frame]:
    for step in steps:
        frame, line = step.tb_frame, step.tb_lineno
        path = frame.f_code.co_filename
        if not path.startswith("<frozen importlib") and "importlib/_bootstrap" not in path:
            yield Frame(
                path=path,
                line=line,
                module=str(frame.f_globals.get("__name__", "")),
                place=_place(frame, namespace),
                text=linecache.getline(path, line, frame.f_globals).strip(),
                raises=_is_raise(step),
            )


def _is_raise(step: TracebackType) -> bool:
    code = step.tb_frame.f_code.co_code
    return 0 <= step.tb_lasti < len(code) and code[step.tb_lasti] == opmap["RAISE_VARARGS"]  # Cython's have no code


def _place(frame: FrameType, namespace: Mapping[str, Any] | None) -> str:
    path = frame.f_code.co_filename
    if (namespace is not None and frame.f_globals is namespace) or path.startswith(("<ipython-input", "<timed ")):
        return "cell"
    parts = PurePath(path).parts
    compiled = not PurePath(path).is_absolute() and path.endswith(_CYTHON)  # names the source as its author had it
    installed = compiled or "site-packages" in parts or "dist-packages" in parts or path.startswith("<")
    return "package" if installed or path.startswith(_STANDARD_LIBRARY) else "user"


_CYTHON = (".pyx", ".pxd", ".pxi")
_STANDARD_LIBRARY = linecache.__file__.rsplit("linecache", 1)[0]

_NO_MODULE = re.compile(r"No module named '?([\w.]+)'?")
_NO_NAME = re.compile(r"cannot import name '?(\w+)'?(?: from (?:partially initialized module )?'([\w.]+)')?")


def _import_error(error: BaseException, message: str) -> Wanted | None:
    assert isinstance(error, ImportError)
    found = _NO_NAME.search(message)
    if found:
        member = getattr(error, "name_from", None) or found.group(1)
        return Wanted(NAME, error.name or found.group(2) or "", (member,))
    found = _NO_MODULE.search(message)
    if found:
        return Wanted(MODULE, members=(error.name or found.group(1),))
    return None


_MODULE_ATTRIBUTE = re.compile(r"(?:partially initialized )?module '([\w.]+)'.* has no attribute '(\w+)'")
_CLASS_ATTRIBUTE = re.compile(r"type object '(\w+)' has no attribute '(\w+)'")
_OBJECT_ATTRIBUTE = re.compile(r"'(\w+)' object has no attribute '(\w+)'")
_UNAVAILABLE = re.compile(r"^`?(\w+)`? is not available with Keras 3")


def _attribute_error(error: BaseException, message: str) -> Wanted | None:
    found = _MODULE_ATTRIBUTE.search(message) or _CLASS_ATTRIBUTE.search(message) or _OBJECT_ATTRIBUTE.search(message)
    if found:
        owner, member = found.groups()
        sought = getattr(error, "obj", None)
        if isinstance(sought, ModuleType) and type(sought) is ModuleType:
            owner = sought.__name__
        return Wanted(ATTRIBUTE, "" if owner == "module" else owner, (member,))
    found = _UNAVAILABLE.search(message)
    return Wanted(ATTRIBUTE, "", (found.group(1),)) if found else None


_UNEXPECTED = re.compile(r"(?:\b([\w.]+)\(\) )?[Gg]ot an unexpected keyword argument '(\w+)'")
_NOT_UNDERSTOOD = re.compile(r"Keyword argument not understood:', '(\w+)'|eyword argument not understood: '?(\w+)'?")
_OPTIMIZER_KEYWORD = re.compile(
    r"Unexpected keyword argument passed to optimizer: (\w+)|^(\w+) is not a valid argument, kwargs should be empty"
)
_INVALID = re.compile(
    r"(?:Invalid keyword argument|Unknown keywords argument)(?:\(s\)|s)(?: in `(\w+)\(\)`)?: ([(\[][^)\]]*[)\]])"
)
_MULTIPLE = re.compile(r"(?:\b([\w.]+)\(\) )?got multiple values for (?:keyword )?argument '(\w+)'")

_LACKING = re.compile(r"\b([\w.]+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.*)")


def _type_error(error: BaseException, message: str) -> Wanted | None:
    found = _UNEXPECTED.search(message) or _MULTIPLE.search(message)
    if found:
        return Wanted(KEYWORD, found.group(1) or "", (found.group(2),))
    found = _NOT_UNDERSTOOD.search(message) or _OPTIMIZER_KEYWORD.search(message)
    if found:
        return Wanted(KEYWORD, "", (next(group for group in found.groups() if group),))
    found = _INVALID.search(message)
    if found:
        return Wanted(KEYWORD, found.group(1) or "", tuple(_QUOTED_KEY.findall(found.group(2))))
    found = _LACKING.search(message)
    if found:
        return Wanted(REQUIRED, found.group(1), tuple(re.findall(r"'(\w+)'", found.group(2))))
    return _value(message)


_NOT_RECOGNIZED = re.compile(r"Argument(?:\(s\)|s) not recognized: \{(.*)\}", re.DOTALL)
_UNRECOGNIZED = re.compile(
    r"Unrecognized keyword arguments?(?: passed to (\w+))?: [\[{(]?(.*?)[\]})]?$", re.DOTALL | re.MULTILINE
)
_QUOTED_KEY = re.compile(r"'(\w+)'(?=\s*[:,\]})]|$)")
_DEPRECATED_KEYWORD = re.compile(
    r"^`?(\w+)`? is deprecated in the new Keras optimizer|^The `(\w+)` argument is deprecated in Keras 3"
)
_UNKNOWN = re.compile(
    r"Unknown (activation function|layer|optimizer|loss function|metric function|initializer|regularizer)"
    r":? ?'?([\w.]+(?:\([^()]*\))?)'?"
)
_UNINTERPRETED = re.compile(r"Could not interpret (\w+)(?: function)?(?: identifier| object)?:? ?(.*)", re.DOTALL)


def _value_error(error: BaseException, message: str) -> Wanted | None:
    found = _NOT_RECOGNIZED.search(message)
    if found:
        return Wanted(KEYWORD, "", tuple(_QUOTED_KEY.findall(found.group(1))))
    found = _UNRECOGNIZED.search(message)
    if found:
        return Wanted(KEYWORD, found.group(1) or "", tuple(_QUOTED_KEY.findall(found.group(2))))
    found = _DEPRECATED_KEYWORD.search(message)
    if found:
        return Wanted(KEYWORD, "", (found.group(1) or found.group(2),))
    return _value(message)


def _value(message: str) -> Wanted | None:
    found = _UNKNOWN.search(message) or _UNINTERPRETED.search(message)
    return Wanted(VALUE, found.group(1).split()[0], (found.group(2).strip(),)) if found else None


_UNDEFINED = re.compile(r"name '(\w+)' is not defined")


def _name_error(error: BaseException, message: str) -> Wanted | None:
    found = _UNDEFINED.search(message)
    return Wanted(VARIABLE, members=(found.group(1),)) if found else None


_FILE_NAME = re.compile(r"^Failed to format this callback filepath: .*Reason: '(\w+)'", re.DOTALL)


def _key_error(error: BaseException, message: str) -> Wanted | None:
    found = _FILE_NAME.search(message)
    if found:
        return Wanted(KEY, "filepath", (found.group(1),))
    key = error.args[0] if error.args else None
    return Wanted(KEY, members=(key,)) if isinstance(key, str) else None


_Parser = Callable[[BaseException, str], Optional[Wanted]]
_PARSERS: tuple[tuple[type[BaseException], _Parser], ...] = (
    (ImportError, _import_error),
    (AttributeError, _attribute_error),
    (TypeError, _type_error),
    (ValueError, _value_error),
    (NameError, _name_error),
    (KeyError, _key_error),
)

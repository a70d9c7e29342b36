"""Sees a cell fail, through IPython's events and nothing else, and hands the exception over.

No hook is replaced and nothing is patched: other extensions, and Colab's own handler for ImportError, go on as they
are. What cannot be seen this way: threads, background tasks and the callbacks of widgets.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Callable, Iterator

from IPython.core.displaypub import CapturingDisplayPublisher

from .guard import log_failure

# Exceptions of builtin classes cannot be weakly referenced, and a reference would keep the frames of the cell alive:
# so the exception itself carries the note that it has been looked at.
_SEEN = "_kerasmagic_seen"

_LIBRARIES = ("keras", "tensorflow")
_COMMANDS = (" install ", "tensorboard ")
"""What is in cells whose commands may fail and raise nothing."""

# A group may hold thousands of exceptions; what the first ones do not tell, the others will not.
_MOST_EXCEPTIONS = 32


class Watcher:
    """Calls ``explain(exception, source)`` once for each exception that made a cell fail.

    That includes an exception whose traceback was shown while the cell went on (``%run``, ``%%time``, an ``Output``
    widget): it is the value of ``sys.last_value``, and was not there before the cell. An exception that the cell
    caught never gets there.

    Arguments:
        explain: called after the traceback, with the exception and the text of the cell as typed.
        prepare: called once, after the first cell that ends well with TensorFlow or Keras in the process. Who imports
            them waits for seconds anyway; what is loaded then need not be waited for when a cell fails.
        look_at_command: called with the text of a cell that ended without an exception and may have installed
            something, or started TensorBoard: where that fails, it raises none.
    """

    def __init__(
        self,
        shell: Any,
        explain: Callable[[BaseException, str], None],
        prepare: Callable[[], None],
        look_at_command: Callable[[str], None],
    ) -> None:
        self._shell = shell
        self._explain = explain
        self._prepare = prepare
        self._look_at_command = look_at_command
        self._prepared = False
        self._captured: BaseException | None = None

    # IPython 7 wraps callbacks with other signatures than (info) and (result), and cannot find them again.

    def start(self) -> None:
        _mark(_last_shown())
        self._shell.events.register("pre_run_cell", self.pre_run_cell)
        self._shell.events.register("post_run_cell", self.post_run_cell)

    def stop(self) -> None:
        for event, callback in (("pre_run_cell", self.pre_run_cell), ("post_run_cell", self.post_run_cell)):
            if callback in self._shell.events.callbacks[event]:
                self._shell.events.unregister(event, callback)
        self._captured = None

    # BaseException: an interrupt, or a library that exits, must not show as an error of the user's cell.

    def pre_run_cell(self, info: Any) -> None:
        try:
            _mark(_last_shown())
            if not self._capturing():
                self._captured = None
        except BaseException as error:
            log_failure("looking at a cell", error)

    def post_run_cell(self, result: Any) -> None:
        try:
            error = self._failure(result)
            if error is not None:
                self._explain(error, result.info.raw_cell)
            elif result is not None and _has_command(result.info.raw_cell) and not self._capturing():
                self._look_at_command(result.info.raw_cell)
            elif not self._prepared and any(type(sys.modules.get(name)) is ModuleType for name in _LIBRARIES):
                self._prepared = True
                self._prepare()
        except BaseException as error:
            log_failure("looking at a failed cell", error)

    def _failure(self, result: Any) -> BaseException | None:
        """The exception that this cell has shown, unless it has been looked at or its output is being captured."""
        if result is None:  # an asynchronous cell that was cancelled
            return None
        shown = _last_shown()
        error: BaseException | None = result.error_before_exec
        if error is None:
            error = result.error_in_exec
        if error is None:
            error = self._captured
        if error is None and not result.info.raw_cell.isspace():  # an empty cell has no pre_run_cell
            error = shown
        if error is None or _seen(error):
            _mark(shown)
            return None
        _mark(shown if shown is not error else None)  # in Colab a wrapper of the error is shown
        if self._capturing():  # inside %%capture: it is shown when the outer cell ends
            self._captured = error
            return None
        self._captured = None
        return error

    def _capturing(self) -> bool:
        return isinstance(self._shell.display_pub, CapturingDisplayPublisher)


def causes(error: BaseException) -> Iterator[BaseException]:
    """An exception, what it was explicitly raised from, and the members of groups: each only once, ever.

    What happened to be handled at the time (``__context__``) is not a cause.
    """
    waiting = [error]
    for _ in range(_MOST_EXCEPTIONS):
        if not waiting:
            return
        current = waiting.pop(0)
        if _seen(current):
            continue
        _mark(current)
        yield current
        if current.__cause__ is not None:
            waiting.append(current.__cause__)
        members = getattr(current, "exceptions", ())
        if isinstance(members, (tuple, list)):
            waiting.extend(member for member in members[:_MOST_EXCEPTIONS] if isinstance(member, BaseException))


def _has_command(source: str) -> bool:
    return any(command in source for command in _COMMANDS)


def _last_shown() -> BaseException | None:
    return getattr(sys, "last_value", None)


def _seen(error: BaseException) -> bool:
    return _SEEN in error.__dict__


def _mark(error: BaseException | None) -> None:
    if error is not None:
        error.__dict__[_SEEN] = True

"""An error of ours becomes one log line: it never reaches the user's cell as a traceback."""

from __future__ import annotations

import functools
import logging
import traceback
from typing import Any, Callable

_log = logging.getLogger("kerasmagic")

_MOST_CHARACTERS = 500


def guarded(doing: str, *passing: type[BaseException]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function return None where it would raise; interrupts and exits pass, for they are the user's.

    Arguments:
        doing: what the function does: "running keras_env".
        passing: errors that say something to the user.
    """

    def guard(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*given: Any) -> Any:
            try:
                return function(*given)
            except passing:
                raise
            except Exception as error:
                log_failure(doing, error)

        return run

    return guard


def log_failure(doing: str, error: BaseException) -> None:
    """Say in one line what went wrong in kerasmagic itself; the whole traceback is there at level DEBUG.

    Arguments:
        doing: what was being done: "looking at a failed cell".
    """
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({place[0].filename.rpartition('kerasmagic')[2].lstrip('/')}:{place[0].lineno})" if place else ""
    what = " ".join("".join(traceback.format_exception_only(type(error), error)).split())[:_MOST_CHARACTERS]
    # Its text may come from anywhere, and a terminal would obey it.
    what = "".join(each if each.isprintable() else f"<U+{ord(each):04X}>" for each in what)
    _log.warning("kerasmagic failed while %s: %s%s", doing, what, where)
    _log.debug("kerasmagic failed while %s", doing, exc_info=error)

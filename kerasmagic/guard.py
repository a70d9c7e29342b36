"""An error of ours becomes one log line: it never reaches the user's cell as a traceback."""

from __future__ import annotations

import logging
import traceback

_log = logging.getLogger("kerasmagic")


def log_failure(doing: str, error: BaseException) -> None:
    """Say in one line what went wrong in kerasmagic itself; the whole traceback is there at level DEBUG.

    Arguments:
        doing: what was being done: "looking at a failed cell".
    """
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({place[0].filename.rpartition('kerasmagic')[2].lstrip('/')}:{place[0].lineno})" if place else ""
    what = " ".join("".join(traceback.format_exception_only(type(error), error)).split())
    _log.warning("kerasmagic failed while %s: %s%s", doing, what, where)
    _log.debug("kerasmagic failed while %s", doing, exc_info=error)

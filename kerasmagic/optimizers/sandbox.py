"""A place to make optimizers and models in, without the user's session noticing.

Name counters, default graphs, sessions and Keras 3's global state are all kept per thread by TensorFlow and Keras, so a
thread of its own starts with fresh ones and takes them away with it. The calling thread waits.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from typing import Any, Callable, TypeVar

T = TypeVar("T")

_LOGGERS = ("absl", "tensorflow")


def run_apart(function: Callable[[], T]) -> T:
    """Call a function in a thread of its own, which knows the user's dtype policy; return or raise what it does."""
    policy = _thread_policy()
    outcome: list[tuple[bool, Any]] = []

    def work() -> None:
        try:
            if policy is not None:
                sys.modules["keras"].config.set_dtype_policy(policy)
            outcome.append((True, function()))
        except BaseException as error:
            outcome.append((False, error))

    thread = threading.Thread(target=work, name="kerasmagic-optimizers", daemon=True)
    thread.start()
    thread.join()
    succeeded, value = outcome[0]
    if succeeded:
        return value  # type: ignore[no-any-return]
    raise value


def _thread_policy() -> Any:
    """Keras 3 keeps the dtype policy per thread (Keras 2: per process); ``compile`` depends on it."""
    config: Any = getattr(sys.modules.get("keras"), "config", None)
    return config.dtype_policy() if hasattr(config, "set_dtype_policy") else None


class Warnings(logging.Filter):
    """Collects, and keeps off the screen, what this thread warns about: through ``warnings`` and through absl."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []
        self._thread = threading.get_ident()
        self._caught = warnings.catch_warnings(record=True)
        self._recorded: list[warnings.WarningMessage] = []

    def filter(self, record: logging.LogRecord) -> bool:
        if record.thread != self._thread:
            return True
        if record.levelno >= logging.WARNING:
            self.messages.append(record.getMessage())
        return False

    def __enter__(self) -> Warnings:
        self._recorded = self._caught.__enter__() or []
        warnings.simplefilter("always")
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self)
        return self

    def __exit__(self, *exception: object) -> None:
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self)
        self._caught.__exit__(None, None, None)
        self.messages.extend(str(entry.message) for entry in self._recorded)

"""How long the optimizer panel takes to open once TensorFlow is loaded, and a comparison of two classes."""

from __future__ import annotations

import statistics
import time
from typing import Any, Callable

from table import Row

ROUNDS = 5


def milliseconds(action: Callable[[], Any]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1e3


def run() -> list[Row]:
    """The first opening also starts TensorFlow's runtime, which the first line of a user's model does otherwise."""
    import tensorflow as tf

    tf.keras.optimizers  # noqa: B018 - TensorFlow loads Keras when it is touched
    from kerasmagic.display.widgets import optimizer_panel
    from kerasmagic.optimizers import examine
    from kerasmagic.optimizers.compare import compare

    adam, sgd = tf.keras.optimizers.Adam, tf.keras.optimizers.SGD
    first = milliseconds(lambda: optimizer_panel(examine("adam")).mime_bundle())
    again = statistics.median(
        milliseconds(lambda: optimizer_panel(examine("adam")).mime_bundle()) for _ in range(ROUNDS)
    )
    return [
        Row("optimizer panel, first opening", first, "ms"),
        Row("optimizer panel, opened again", again, "ms"),
        Row("routes of all optimizers", milliseconds(examine), "ms"),
        Row("comparison of two optimizers", milliseconds(lambda: compare(adam, sgd)), "ms"),
    ]

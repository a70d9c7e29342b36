"""Packages around Keras that have come to their last release: an upgrade of these helps nobody.

As the package index has them in November 2026. What makes them run was tried with TensorFlow 2.20 and its tf_keras.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

from .distributions import installed_on
from .release import release
from .stack import normalize


class LastRelease(NamedTuple):
    version: str
    keras_2: bool = False
    """It is written for Keras 2, and runs with TF_USE_LEGACY_KERAS=1."""
    lines: tuple[str, ...] = ()
    """What has to be run with that setting."""
    numpy_2: tuple[str, ...] = ()
    """The same, where numpy is 2."""
    steps: str = ""
    """What is to be written otherwise in the program, in a sentence."""


LAST_RELEASES = {
    "efficientnet": LastRelease("1.1.1"),
    "keras-rl2": LastRelease(
        "1.0.5",
        keras_2=True,
        lines=(
            "import tf_keras, tensorflow.keras; tensorflow.keras.__version__ = tf_keras.__version__; import rl.agents",
        ),
        steps="Import Adam and other optimizers from tensorflow.keras.optimizers.legacy.",
    ),
    "ktrain": LastRelease("0.41.4", keras_2=True, numpy_2=("import numpy as np; np.Inf = np.inf",)),
    "segmentation-models": LastRelease("1.0.1"),
    "spektral": LastRelease("1.3.1", keras_2=True),
    "tensorflow-hub": LastRelease("0.16.1"),
    "tensorflow-model-optimization": LastRelease("0.8.1"),
    "tf-keras-vis": LastRelease("0.8.7"),
}


def last_release(name: str) -> LastRelease | None:
    """The last release of a distribution, where it is known and no newer one is installed."""
    last = LAST_RELEASES.get(normalize(name))
    version = _installed(name)
    return last if last is not None and version and release(version) <= release(last.version) else None


def is_last_release(name: str) -> bool:
    """Whether a distribution is installed in its last release, so that an upgrade brings nothing."""
    last = last_release(name)
    return last is not None and release(_installed(name)) == release(last.version)


def _installed(name: str) -> str:
    return installed_on(sys.path).version(normalize(name)) or ""

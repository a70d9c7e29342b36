"""Packages that do not fit together, sorted into ideas: each is told by a rule of its own."""

from __future__ import annotations

from ...kernel.keras_identity import FIRST_THAT_KNOWS_KERAS_3
from ...kernel.release import minor, release
from ...kernel.requirements import Unmet
from ...kernel.stack import KERAS_VARIANTS, TENSORFLOW_VARIANTS, TF_KERAS_VARIANTS

UNMET, KERAS_MINOR, KERAS_3, TF_KERAS, EXTENSION, PROTOBUF, NUMPY, ML_DTYPES, H5PY = (
    "KE101",
    "KE102",
    "KE103",
    "KE104",
    "KE105",
    "KE106",
    "KE107",
    "KE108",
    "KE109",
)

_BY_NAME = {"protobuf": PROTOBUF, "numpy": NUMPY, "ml-dtypes": ML_DTYPES, "h5py": H5PY}

_EXTENSIONS = ("keras-hub", "keras-nlp", "keras-cv", "keras-tuner")


def idea(unmet: Unmet) -> str:
    """The code of the rule that an unmet requirement belongs to."""
    if unmet.by in TENSORFLOW_VARIANTS and unmet.name in KERAS_VARIANTS and unmet.version:
        return KERAS_3 if release(unmet.version) >= (3,) else KERAS_MINOR
    if unmet.by in TF_KERAS_VARIANTS and unmet.name in TENSORFLOW_VARIANTS:
        return TF_KERAS
    if unmet.by in _EXTENSIONS and unmet.name in KERAS_VARIANTS and unmet.version:
        return EXTENSION
    if unmet.name == "numpy" and not _numpy_2_under_older_tensorflow(unmet):
        return UNMET
    return _BY_NAME.get(unmet.name, UNMET) if unmet.version else UNMET


def _numpy_2_under_older_tensorflow(unmet: Unmet) -> bool:
    """From 2.18 on TensorFlow is built with numpy 2, and asks for a range of it."""
    is_older = unmet.by in TENSORFLOW_VARIANTS and release(unmet.by_version) < (2, 18)
    return is_older and release(unmet.version) >= (2,)


def severity(code: str, unmet: Unmet) -> str:
    if code == UNMET:
        return "error" if not unmet.version and unmet.name in ("keras", "numpy", "h5py", "protobuf") else "warning"
    if code == KERAS_MINOR and minor(unmet.version) < minor(unmet.by_version):
        return "warning"
    if code == TF_KERAS:
        # Measured: 2.15.1 fails with TensorFlow 2.17.1, 2.16.0 loads with it.
        return "error" if minor(unmet.by_version) < (2, 16) <= minor(unmet.version) else "warning"
    if code == KERAS_3 and release(unmet.by_version) >= FIRST_THAT_KNOWS_KERAS_3:
        return "warning"
    if code == PROTOBUF:
        return "error" if _protobuf_breaks(unmet) else "warning"
    return "warning" if code in (ML_DTYPES, H5PY) else "error"


def _protobuf_breaks(unmet: Unmet) -> bool:
    """Measured: 2.4.4 and 2.10.1 fail with protobuf 4 and newer, 2.15.1 with 3.19; 2.15.1 runs with 6.33, 2.19.1 with
    7.36. TensorFlow 2.12 is the first whose files were generated for protobuf 4."""
    of_tensorflow = unmet.by in TENSORFLOW_VARIANTS
    return of_tensorflow and (release(unmet.by_version) < (2, 12) or release(unmet.version) < (3, 20))


def title(unmet: Unmet) -> str:
    if not unmet.version:
        return f"{unmet.by} {unmet.by_version} needs {unmet.name}, which is not installed"
    if idea(unmet) == TF_KERAS:  # it is tf_keras that is to be changed, not TensorFlow
        return f"{unmet.by} {unmet.by_version} does not fit {unmet.name} {unmet.version}"
    return f"{unmet.name} {unmet.version} does not fit {unmet.by} {unmet.by_version}"

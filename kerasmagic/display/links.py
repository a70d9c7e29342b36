"""Pages of keras.io and TensorFlow about a name or a rule. Only addresses that follow from the name; none is opened."""

from __future__ import annotations

from .markup import escape

_TENSORFLOW = "https://www.tensorflow.org/api_docs/python/"
_MIGRATION = ("Migrating Keras 2 code to Keras 3", "https://keras.io/guides/migrating_to_keras_3/")
_TENSORFLOW_1 = ("Migrate to TensorFlow 2", "https://www.tensorflow.org/guide/migrate")
_SAVING = ("Save and load models", "https://keras.io/guides/serialization_and_saving/")
_OPTIMIZERS = ("Optimizers", "https://keras.io/api/optimizers/")
_BY_FAMILY = {"KM": _SAVING, "KO": _OPTIMIZERS}


def of_name(name: str) -> tuple[str, str] | None:
    """The page of a name that the newest TensorFlow has: ``tensorflow.keras.layers.Dense``."""
    root, _, rest = name.partition(".")
    if root != "tensorflow" or not rest or ".compat." in name:
        return None
    return f"tf.{rest} in TensorFlow's documentation", f"{_TENSORFLOW}tf/{rest.replace('.', '/')}"


def of_rule(code: str, since: str) -> tuple[str, str] | None:
    """The guide about what a rule teaches.

    Arguments:
        since: the release since which it is so, as the lesson says: "keras 3.0".
    """
    if code.startswith("KI") and since == "tensorflow 2.0":
        return _TENSORFLOW_1
    return _BY_FAMILY.get(code[:2]) or (_MIGRATION if since.startswith("keras 3") else None)


def link_html(link: tuple[str, str]) -> str:
    words, address = link
    return f'<a href="{escape(address)}" target="_blank" rel="noopener">{escape(words)}</a>'

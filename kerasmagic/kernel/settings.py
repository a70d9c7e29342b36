"""The settings that decide which Keras runs, as set and as in effect.

TensorFlow reads TF_USE_LEGACY_KERAS and Keras 3 reads KERAS_BACKEND once, when they load; a variable set afterwards
changes nothing until the kernel restarts.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import PurePath
from typing import Any, Mapping, NamedTuple

from .distributions import Installed, installed_on
from .modules import loaded, loaded_version
from .release import release
from .stack import KERAS_VARIANTS, TENSORFLOW_VARIANTS

LEGACY_VALUES = ("true", "True", "1")
"""What TensorFlow takes for "yes" in TF_USE_LEGACY_KERAS; anything else is "no" (tensorflow/__init__.py, 2.15 on)."""

PROTOBUF = "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"

FIRST_LEGACY_RELEASE = (2, 15)
"""The first TensorFlow that reads TF_USE_LEGACY_KERAS; 2.12.1, 2.13.1 and 2.14.0 do not."""


class Setting(NamedTuple):
    """One setting, as set and as in effect."""

    name: str
    value: str | None
    """The environment variable as it is now, None where it is not set."""
    effective: str
    """What is, or will be, used."""
    source: str
    """Where the effective value comes from: ``live`` (the loaded module), ``environment``, ``keras.json``,
    ``default``."""
    late: bool = False
    """Set after the import that reads it: what it says now is not what is in effect."""

    def to_dict(self) -> dict[str, Any]:
        return self._asdict()


class KerasJson(NamedTuple):
    """The configuration file that Keras reads when it loads."""

    path: str
    values: Mapping[str, Any]
    unreadable: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {"path": self.path, "values": dict(self.values), "unreadable": self.unreadable}


class Settings(NamedTuple):
    legacy_keras: Setting
    """TF_USE_LEGACY_KERAS; ``effective`` is "tf_keras" or "keras"."""
    backend: Setting
    """KERAS_BACKEND; ``effective`` is the backend's name."""
    keras_json: KerasJson | None
    protobuf: str | None = None
    """PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION, which protobuf reads when it is imported; None where it is not set."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "TF_USE_LEGACY_KERAS": self.legacy_keras.to_dict(),
            "KERAS_BACKEND": self.backend.to_dict(),
            "keras.json": self.keras_json.to_dict() if self.keras_json else None,
        }


def read_settings(
    installed: Installed, modules: Mapping[Any, Any] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    environment = os.environ if environment is None else environment
    keras_json = read_keras_json(environment)
    return Settings(
        _legacy_setting(installed, modules, environment),
        _backend_setting(installed, modules, environment, keras_json),
        keras_json,
        environment.get(PROTOBUF),
    )


def legacy_keras() -> bool:
    """Whether ``tf.keras`` is tf_keras in this process: as loaded, or else as it will be by TF_USE_LEGACY_KERAS."""
    return _legacy_setting(_here(), None, os.environ).effective == "tf_keras"


def legacy_keras_is_late() -> bool:
    """Whether TF_USE_LEGACY_KERAS says otherwise by now than when TensorFlow was loaded, which has not seen it."""
    return _legacy_setting(_here(), None, os.environ).late


def keras_backend() -> str:
    """The backend of Keras in this process: as loaded, or else as it will be."""
    return _backend_setting(_here(), None, os.environ, read_keras_json(os.environ)).effective


def builds_graphs() -> bool:
    """Whether the program has switched eager execution off, as ``tf.compat.v1.disable_eager_execution()`` does."""
    context = vars(sys.modules.get("tensorflow.python.eager.context", object)).get
    return bool(context("default_execution_mode", 1) == context("GRAPH_MODE", 0))


def _here() -> Installed:
    return installed_on(sys.path)


def _legacy_setting(installed: Installed, modules: Mapping[Any, Any] | None, environment: Mapping[str, str]) -> Setting:
    value = environment.get("TF_USE_LEGACY_KERAS")
    wanted = "tf_keras" if value in LEGACY_VALUES else "keras"
    live = _live_legacy(modules)
    if live:
        return Setting("TF_USE_LEGACY_KERAS", value, live, "live", late=live != wanted)
    tensorflow = installed.first(TENSORFLOW_VARIANTS)
    known = loaded_version("tensorflow", modules) or (tensorflow.version if tensorflow else "")
    if known and release(known) < FIRST_LEGACY_RELEASE:
        return Setting("TF_USE_LEGACY_KERAS", value, "keras", "default")
    return Setting("TF_USE_LEGACY_KERAS", value, wanted, "environment" if value is not None else "default")


def _live_legacy(modules: Mapping[Any, Any] | None) -> str:
    """What the loaded TensorFlow routes ``tf.keras`` to; empty where none is loaded or it does not know the setting."""
    contents = loaded("tensorflow", modules) or {}
    decided = contents.get("_tf_uses_legacy_keras")
    if not isinstance(decided, bool):
        return ""
    keras = contents.get("keras")
    root = keras_module_name(keras).partition(".")[0]
    if root in ("keras", "tf_keras"):
        return root
    return "tf_keras" if decided else "keras"


def keras_module_name(keras: object) -> str:
    """The name of the module behind ``tf.keras``, empty while TensorFlow's lazy loader has not resolved it.

    Reads the object's own dictionary: any attribute access would make the loader import Keras.
    """
    try:
        contents = object.__getattribute__(keras, "__dict__")
    except Exception:  # A class may define __dict__ as a property, and that may raise anything.
        return ""
    name = contents.get("__name__")
    unresolved = "LazyLoader" in type(keras).__name__ and "__path__" not in contents
    if not isinstance(name, str) or unresolved:
        return ""
    return _name_by_file(contents.get("__file__")) or name if name == "tensorflow.keras" else name


def _name_by_file(file: object) -> str:
    """``from tensorflow.keras import layers`` loads the tree of the keras package under the name tensorflow.keras: its
    file says which it is."""
    parts = PurePath(file).parts if isinstance(file, str) else ()
    installed = [index for index, part in enumerate(parts) if part in ("site-packages", "dist-packages")]
    return ".".join(parts[installed[-1] + 1 : -1]) if installed else ""


def _backend_setting(
    installed: Installed,
    modules: Mapping[Any, Any] | None,
    environment: Mapping[str, str],
    keras_json: KerasJson | None,
) -> Setting:
    value = environment.get("KERAS_BACKEND")
    live = (loaded("keras.src.backend.config", modules) or {}).get("_BACKEND")
    if isinstance(live, str):
        return Setting("KERAS_BACKEND", value, live, "live", late=bool(value) and value != live)
    keras = installed.first(KERAS_VARIANTS)
    version = loaded_version("keras", modules) or (keras.version if keras else "")
    # TensorFlow's own copy and keras 2.4 to 2.15 know TensorFlow only; keras 2.3 read the variable as Keras 3 does.
    if not version or (2, 4) <= release(version) < (3,):
        return Setting("KERAS_BACKEND", value, "tensorflow", "default")
    if value:
        return Setting("KERAS_BACKEND", value, value, "environment")
    configured = keras_json.values.get("backend") if keras_json else None
    if isinstance(configured, str):
        return Setting("KERAS_BACKEND", value, configured, "keras.json")
    return Setting("KERAS_BACKEND", value, "tensorflow", "default")


def _keras_home(environment: Mapping[str, str]) -> str:
    """Where Keras keeps its files, by its own rule (keras/src/backend/config.py)."""
    if environment.get("KERAS_HOME"):
        return os.path.expanduser(environment["KERAS_HOME"])
    home = environment.get("HOME") or environment.get("USERPROFILE") or os.path.expanduser("~")
    return os.path.join(home if os.access(home, os.W_OK) else "/tmp", ".keras")


def read_keras_json(environment: Mapping[str, str]) -> KerasJson | None:
    """The configuration file of Keras, ``~/.keras/keras.json`` or as KERAS_HOME says; None if there is none."""
    path = os.path.join(_keras_home(environment), "keras.json")
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as file:
            values = json.loads(file.read(100_000).decode("utf-8"))
    except (OSError, ValueError) as error:
        return KerasJson(path, {}, type(error).__name__)
    return KerasJson(path, values) if isinstance(values, dict) else KerasJson(path, {}, "not a JSON object")

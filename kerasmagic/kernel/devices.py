"""The devices that TensorFlow has found, only where it has looked for them already: nothing is started to find out.

``tf.config.list_physical_devices()`` starts CUDA, which takes memory and writes what it misses below the user's cell.
The list that it leaves is in TensorFlow's one context (2.4.4 to 2.21.0), and is None until something has asked for it.
"""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple

from .modules import loaded

_CONTEXT = "tensorflow.python.eager.context"


class Device(NamedTuple):
    kind: str
    """``CPU``, ``GPU`` or ``TPU``."""
    name: str
    visible: bool = True
    """False: the program has hidden it with ``tf.config.set_visible_devices``."""

    def to_dict(self) -> dict[str, Any]:
        return self._asdict()


def read_devices(modules: Mapping[Any, Any] | None = None) -> tuple[Device, ...] | None:
    """The physical devices, or None where TensorFlow is not loaded, or has not looked for any yet."""
    context = (loaded(_CONTEXT, modules) or {}).get("_context")
    try:
        contents = object.__getattribute__(context, "__dict__")
    except AttributeError:  # None: there is no context yet.
        return None
    found, visible = contents.get("_physical_devices"), contents.get("_visible_device_list")
    if not isinstance(found, list) or not all(isinstance(each, tuple) and len(each) == 2 for each in found):
        return None
    shown = visible if isinstance(visible, list) else found
    return tuple(Device(str(kind), str(name), (name, kind) in shown) for name, kind in found)

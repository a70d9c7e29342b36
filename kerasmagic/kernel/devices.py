"""The devices that TensorFlow sees, only if it is loaded: nothing is started to find out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Mapping

from .modules import loaded


@dataclass(frozen=True)
class Device:
    kind: str
    """``CPU``, ``GPU`` or ``TPU``."""
    name: str

    def to_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


def read_devices(modules: Mapping[Any, Any] | None = None) -> tuple[Device, ...] | None:
    """The physical devices, or None where TensorFlow is not loaded, or not whole."""
    modules = sys.modules if modules is None else modules
    config = (loaded("tensorflow", modules) or {}).get("config")
    list_devices = (getattr(config, "__dict__", None) or {}).get("list_physical_devices")
    if not callable(list_devices):
        return None
    try:
        return tuple(Device(str(device.device_type), str(device.name)) for device in list_devices())
    except Exception:  # A broken driver or a half-loaded TensorFlow: then the devices are not known.
        return None

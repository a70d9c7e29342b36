"""Reads the JSON in which Keras describes a model: which objects it is made of, and what ``compile`` was given."""

from __future__ import annotations

import json
from typing import Any, Iterator

from .model import Component, SavedModelError

_CHARACTERS = 50_000_000
_BUILTINS = ("function", "class")
_OWN_PACKAGES = ("keras", "tf_keras", "tensorflow")
_ROLES = {"layers": "layer", "layer": "layer", "optimizer": "optimizer", "loss": "loss"}
"""What the objects under these keys are."""


def parse(text: str, what: str) -> dict[str, Any]:
    """The JSON object in a text from a file.

    Raises:
        SavedModelError: it is not one.
    """
    if len(text) > _CHARACTERS:
        raise SavedModelError(f"Its {what} is larger than {_CHARACTERS // 1_000_000} MB, so it was not read.")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise SavedModelError(f"Its {what} is not JSON that can be read: the file is damaged.") from None
    if not isinstance(value, dict):
        raise SavedModelError(f"Its {what} is not a JSON object: the file is damaged.")
    return value


def components(config: Any) -> tuple[Component, ...]:
    """Every object that a configuration names, in its order; no recursion, so that depth does no harm."""
    found: list[Component] = []
    waiting: list[tuple[Any, str]] = [(config, "")]
    while waiting:
        value, role = waiting.pop()
        if isinstance(value, list):
            waiting.extend((item, role) for item in reversed(value))
        elif isinstance(value, dict):
            if isinstance(value.get("class_name"), str):
                found.append(_component(value, role))
            waiting.extend(reversed([(item, _ROLES.get(key, "")) for key, item in value.items()]))
    return tuple(found)


def _component(value: dict[str, Any], role: str) -> Component:
    config = value.get("config")
    arguments = tuple(str(key) for key in config) if isinstance(config, dict) else ()
    name, module = str(value["class_name"]), str(value.get("module") or "")
    registered = str(value.get("registered_name") or "")
    if module == "builtins" and isinstance(config, str):
        # A function of the author's: {"module": "builtins", "class_name": "function", "config": "my_loss"}.
        return Component(config, "", config if registered in _BUILTINS else registered, (), "function")
    if name == "__lambda__" or (name == "Lambda" and isinstance(config, dict) and _is_bytecode(config)):
        return Component(name, module, registered, arguments, "lambda")
    if registered == name and module.partition(".")[0] in _OWN_PACKAGES:
        registered = ""
    activation = config.get("activation") if isinstance(config, dict) else None
    return Component(name, module, registered, arguments, role, activation if isinstance(activation, str) else "")


def _is_bytecode(config: dict[str, Any]) -> bool:
    """In Keras 2 a Lambda layer stores [code, defaults, closure]; a named function is stored by its name."""
    return config.get("function_type") == "lambda" or isinstance(config.get("function"), list)


def optimizer(settings: dict[str, Any]) -> tuple[str, str]:
    """The optimizer's class and family, of what was stored from ``compile``.

    Arguments:
        settings: ``compile_config`` of a .keras file or ``training_config`` of an HDF5 file.
    """
    stored = settings.get("optimizer_config") or settings.get("optimizer")
    if isinstance(stored, str):
        return stored, ""
    if not isinstance(stored, dict):
        return "", ""
    config = stored.get("config")
    keys = set(config) if isinstance(config, dict) else set()
    name = str(stored.get("class_name") or "")
    if "is_legacy_optimizer" in keys or name.startswith("Custom>") or "jit_compile" in keys:
        family = "Keras 2"
    elif "decay" in keys or "legacy" in str(stored.get("module") or ""):
        family = "legacy"
    else:
        family = "Keras 3" if "loss_scale_factor" in keys or "gradient_accumulation_steps" in keys else ""
    return name.rpartition(">")[2], family


def old_schedule(settings: dict[str, Any]) -> bool:
    """Whether the optimizer has a learning rate schedule in the form of Keras 2.11 and older, without a module."""
    stored = settings.get("optimizer_config")
    config = stored.get("config") if isinstance(stored, dict) else None
    rate = config.get("learning_rate") if isinstance(config, dict) else None
    return isinstance(rate, dict) and "class_name" in rate and "module" not in rate


def losses(settings: dict[str, Any]) -> tuple[str, ...]:
    """The losses that are stored by name; one that is stored as an object is in ``components``."""
    return tuple(_strings(settings.get("loss")))


METRICS_OF_COMPILE = ("accuracy", "acc", "crossentropy", "ce")
"""Names for which ``compile`` takes the metric that fits the loss."""


def metrics(settings: dict[str, Any]) -> tuple[str, ...]:
    """The metrics that are stored by name, or as the function that one wraps."""
    found: list[str] = []
    waiting: list[Any] = [settings.get("weighted_metrics"), settings.get("metrics")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            waiting.extend([function_name(value)] if "class_name" in value else reversed(list(value.values())))
    return tuple(dict.fromkeys(name for name in found if name and name not in METRICS_OF_COMPILE))


def function_name(stored: dict[str, Any]) -> str:
    """The function that is stored by its name: as itself, or as what a metric or a loss wraps; else empty."""
    config = stored.get("config")
    wraps = isinstance(config, dict) and str(stored.get("class_name")).endswith("Wrapper")
    inner = config.get("fn") if isinstance(config, dict) and wraps else stored
    if isinstance(inner, dict):
        inner = inner.get("config") if inner.get("class_name") == "function" else ""
    return inner if isinstance(inner, str) else ""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item) if isinstance(item, (str, list)) else ()
    elif isinstance(value, dict) and "class_name" not in value:
        for item in value.values():
            yield from _strings(item) if isinstance(item, (str, list)) else ()

"""The call of ``compile`` that a file's settings tell: the optimizer, the losses and the metrics, as code."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Any, Callable, Iterator, Mapping

from ..catalog.target import Target
from .config import METRICS_OF_COMPILE, function_name
from .loader import Loader
from .model import SavedModel

_MOST = 20
"""Elements of a list that a line of code has room for."""
_OF_KERAS = ("name", "reduction", "dtype", "fn", "jit_compile", "is_legacy_optimizer")
"""What Keras itself sets."""


class _Unwritable(Exception):
    """A setting that is no plain value."""


Spell = Callable[[str], str]
"""How a program writes a name of Keras: "keras.losses.Huber" for "losses.Huber"."""


def compile_call(model: SavedModel, loader: Loader, own: Mapping[str, str], spell: Spell | None = None) -> str | None:
    """``compile(optimizer='adam', loss='mse', metrics=['mae'])``; None where the settings cannot be written as code.

    Arguments:
        loader: the Keras that is to run the line.
        own: the names that are the author's, with what is written for each: "dice", "focal_loss()".
        spell: how the program writes names of Keras.
    """
    writer = _Writer(loader, own, spell or f"{loader.calls}.{{}}".format)
    try:
        return f"compile({', '.join(writer.arguments(model.settings))})" if model.settings else None
    except (_Unwritable, RecursionError):
        return None


class _Writer:
    def __init__(self, loader: Loader, own: Mapping[str, str], spell: Spell) -> None:
        self._loader, self._own, self._spell = loader, own, spell

    def arguments(self, settings: Mapping[str, Any]) -> Iterator[str]:
        optimizer = settings.get("optimizer_config") or settings.get("optimizer")
        if optimizer:
            yield f"optimizer={self._optimizer(optimizer)}"
        for key, module in (("loss", "losses"), ("metrics", "metrics"), ("weighted_metrics", "metrics")):
            value = settings.get(key)
            if value:
                yield f"{key}={self._structure(_of_one_output(value), module)}"
        if settings.get("loss_weights"):
            yield f"loss_weights={_plain(settings['loss_weights'])}"
        if settings.get("run_eagerly"):
            yield "run_eagerly=True"

    def _optimizer(self, stored: Any) -> str:
        if isinstance(stored, str):
            return repr(stored)
        return self._object(stored, "optimizers", plain=lambda name: repr(name.lower()))

    def _structure(self, value: Any, module: str) -> str:
        """Losses or metrics, in the lists and dictionaries that they were given in."""
        if isinstance(value, str):
            return self._own.get(value) or repr(value)
        if isinstance(value, list):
            return f"[{', '.join(self._structure(each, module) for each in value)}]"
        if isinstance(value, dict) and "class_name" in value:
            name = self._short(value) if module == "metrics" else function_name(value)
            return self._structure(name, module) if name else self._object(value, module)
        if isinstance(value, dict):
            return f"{{{', '.join(f'{key!r}: {self._structure(each, module)}' for key, each in value.items())}}}"
        if value is None:
            return "None"
        raise _Unwritable

    def _short(self, metric: dict[str, Any]) -> str:
        """The name by which compile was given a metric that is a function: "accuracy", "mae"."""
        config = metric.get("config")
        name = str(config.get("name")) if isinstance(config, dict) else ""
        function = function_name(metric)
        known = function and (name in METRICS_OF_COMPILE or name in _offered(self._loader, "metrics"))
        return name if known and function not in self._own else function

    def _object(self, stored: Mapping[str, Any], module: str, plain: Spell | None = None) -> str:
        """An object with the settings in which it differs from a plain one.

        Arguments:
            plain: how one of Keras's is written that differs in none.
        """
        name, config = str(stored.get("class_name")).rpartition(">")[2], stored.get("config")
        if not isinstance(config, dict):
            raise _Unwritable
        if name in self._own:
            return f"{name}({', '.join([*self._given(config, None, module), *_named(name, config, module)])})"
        if name not in _offered(self._loader, module):
            raise _Unwritable
        defaults = _defaults(self._loader, f"{module}.{name}")
        given = [*self._given(config, defaults, module), *_named(name, config, module)]
        if plain is not None and not given:
            return plain(name)
        return f"{self._spell(f'{module}.{name}')}({', '.join(given)})"

    def _given(self, config: Mapping[str, Any], defaults: Mapping[str, Any] | None, module: str) -> Iterator[str]:
        config = {**config, **self._decaying(config, defaults)}
        counted = config.get("num_thresholds")
        for name, value in config.items():
            if name in _OF_KERAS or (name == "thresholds" and isinstance(counted, int) and counted > _MOST):
                continue
            if defaults is not None and (name not in defaults or _same(value, defaults[name])):
                continue
            if isinstance(value, dict) and "class_name" in value:
                yield f"{name}={self._object(value, 'optimizers.schedules' if module == 'optimizers' else module)}"
            else:
                yield f"{name}={_plain(value)}"

    def _decaying(self, config: Mapping[str, Any], defaults: Mapping[str, Any] | None) -> dict[str, Any]:
        """The schedule that ``decay=`` of Keras 2 was, where the optimizer has no such argument any more."""
        if defaults is None or "decay" in defaults or not config.get("decay"):
            return {}
        rates = {"initial_learning_rate": config.get("learning_rate"), "decay_steps": 1, "decay_rate": config["decay"]}
        return {"learning_rate": {"class_name": "InverseTimeDecay", "config": rates}}


def _named(kind: str, config: Mapping[str, Any], module: str) -> Iterator[str]:
    """The name that a metric was given: callbacks and histories know it by that."""
    name = config.get("name")
    by_itself = re.fullmatch(r"(\w+?)(?:_\d+)?", str(name))
    plain = re.sub(r"_", "", by_itself[1]) if by_itself else ""
    if module == "metrics" and isinstance(name, str) and plain != kind.lower():
        yield f"name={name!r}"


def _of_one_output(value: Any) -> Any:
    """Keras 2 stores the metrics of one output as a list in a list."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list) else value


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return repr(_rounded(value))
    if value is None or isinstance(value, (bool, int, str)):
        return repr(value)
    if isinstance(value, list) and len(value) <= _MOST:
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, dict) and len(value) <= _MOST and "class_name" not in value:
        return f"{{{', '.join(f'{key!r}: {_plain(each)}' for key, each in value.items())}}}"
    raise _Unwritable


def _rounded(value: float) -> float:
    """0.001 of 0.0010000000474974513: a file has the numbers of a float32."""
    return float(f"{value:.7g}")


def _same(value: Any, default: Any) -> bool:
    if isinstance(value, float) and isinstance(default, (int, float)):
        return _rounded(value) == _rounded(float(default))
    return bool(value == default) or (default is None and not value)


def _root(loader: Loader) -> str:
    return loader.package if loader.major == 3 or loader.package == "tf_keras" else "tensorflow.keras"


def _target(loader: Loader) -> Target:
    if loader.package == "tf_keras":
        return Target.from_installed({"tensorflow": loader.tensorflow or None, "tf_keras": loader.version})
    versions = {"keras": loader.version, "tensorflow": None if loader.major == 3 else loader.version}
    return Target.from_installed(versions)


@lru_cache(maxsize=16)
def _offered(loader: Loader, module: str) -> frozenset[str]:
    """What a module of Keras has, as ``compile`` knows it: Keras 3 lists the short names only in tf.keras."""
    names = frozenset(_target(loader).names(f"{_root(loader)}.{module}"))
    if loader.major == 3:
        both = Target.from_installed({"tensorflow": "2.21.0", "keras": loader.version})
        names |= frozenset(both.names(f"tensorflow.keras.{module}"))
    return names


@lru_cache(maxsize=64)
def _defaults(loader: Loader, name: str) -> dict[str, Any]:
    """The arguments of a class, and their defaults; what is no plain value is there as None."""
    signature = _target(loader).parameters(f"{_root(loader)}.{name}")
    if signature is None:
        return {}
    found = dict.fromkeys(name for name in signature.names if name not in signature.ignored)
    return {**found, **{item.name: _read(item.default) for item in signature.parameters}}


def _read(default: str | None) -> Any:
    try:
        return ast.literal_eval(default or "None")
    except (ValueError, SyntaxError):
        return None

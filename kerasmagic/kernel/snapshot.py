"""One look at this kernel: everything that is known about its TensorFlow and Keras, without loading either."""

from __future__ import annotations

import os
import sys
from typing import Any, Iterable, Mapping, NamedTuple, Sequence

from .conda import read_conda
from .devices import Device, read_devices
from .distributions import Distribution, Installed, installed_on
from .frontend import Frontend, read_frontend
from .gpu import Gpu, Machine, asks_for_gpu, read_gpu
from .interpreter import Interpreter, read_interpreter
from .keras_identity import KerasIdentity, read_keras
from .leftovers import MOVED_ASIDE, Leftover, read_leftovers
from .modules import LoadedModule, read_modules
from .requirements import Unmet, unmet_requirements
from .settings import Settings, read_settings
from .shadows import Shadow, read_shadows
from .stack import TENSORFLOW_VARIANTS


class Snapshot(NamedTuple):
    """The facts about one kernel at one moment."""

    interpreter: Interpreter
    frontend: Frontend
    distributions: tuple[Distribution, ...]
    """The stack's distributions on disk, those that Python finds first."""
    modules: tuple[LoadedModule, ...]
    """The stack's modules in memory."""
    keras: KerasIdentity
    settings: Settings
    devices: tuple[Device, ...] | None
    """None: TensorFlow is not loaded, or has not looked for any yet."""
    gpu: Gpu
    """What the machine shows of a GPU, and what TensorFlow would need to use it."""
    conda: Mapping[str, str]
    """The stack's distributions that conda believes to have installed, and their versions."""
    leftovers: tuple[Leftover, ...]
    """What a broken install or removal left behind."""
    shadows: tuple[Shadow, ...]
    """Local files that take the name of something installed."""
    installed: Installed
    """All distributions on the search path, for those who ask further."""
    asked_for_gpu: bool = False
    """The program in this kernel has looked for a GPU."""

    @property
    def unmet(self) -> tuple[Unmet, ...]:
        """The requirements inside the stack that what is installed does not meet."""
        return unmet_requirements(self.installed)

    @property
    def tensorflow(self) -> str:
        """The version of TensorFlow on disk, of whichever variant; empty if there is none."""
        found = self.installed.first(TENSORFLOW_VARIANTS)
        return found.version if found else ""

    def moved_aside(self, module: str) -> bool:
        """Whether pip has moved a package aside, and nothing came in its place."""
        return any((each.kind, each.name) == (MOVED_ASIDE, module) for each in self.leftovers)

    def module(self, name: str) -> LoadedModule | None:
        """A module of the stack that is in memory, or None."""
        return next((module for module in self.modules if module.name == name), None)

    def to_dict(self) -> dict[str, Any]:
        loaded = {module.distribution: module.version for module in self.modules if not module.partial}
        return {
            "interpreter": self.interpreter.to_dict(),
            "frontend": self.frontend.to_dict(),
            "distributions": [
                {**found.to_dict(), "loaded": found.name in loaded, "loaded_version": loaded.get(found.name)}
                for found in self.distributions
            ],
            "modules": [module.to_dict() for module in self.modules],
            "keras": self.keras.to_dict(),
            "settings": self.settings.to_dict(),
            "devices": None if self.devices is None else [device.to_dict() for device in self.devices],
            "gpu": self.gpu.to_dict(),
        }


def take_snapshot(
    path: Sequence[object] | None = None,
    modules: Mapping[Any, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    machine: Machine | None = None,
    cells: Iterable[str] = (),
) -> Snapshot:
    """Look at this kernel. Reads metadata, ``sys.modules`` and the environment; imports nothing, changes nothing.

    Arguments:
        path: the search path, ``sys.path`` if not given.
        modules: the loaded modules, ``sys.modules`` if not given.
        environment: the environment variables, ``os.environ`` if not given.
        machine: where the facts about the machine are read, this one if not given.
        cells: what has run in this kernel.
    """
    path = sys.path if path is None else path
    installed = installed_on(path)
    settings = read_settings(installed, modules, environment)
    return Snapshot(
        interpreter=read_interpreter(environment),
        frontend=read_frontend(installed, modules, environment),
        distributions=installed.stack(),
        modules=read_modules(installed, modules),
        keras=read_keras(installed, settings, modules),
        settings=settings,
        devices=read_devices(modules),
        gpu=read_gpu(installed, os.environ if environment is None else environment, machine or Machine()),
        conda=read_conda(),
        leftovers=read_leftovers(installed),
        shadows=read_shadows(installed, modules),
        installed=installed,
        asked_for_gpu=asks_for_gpu(cells),
    )

"""What this machine shows of a GPU: card, driver, libraries, and what the TensorFlow on disk was built for.

Read from files and the environment only: no library is loaded, no program is run, and TensorFlow is not asked.
"""

from __future__ import annotations

import ast
import os
import platform as python_platform
import re
import sys
from glob import glob
from typing import Any, Iterable, Iterator, Mapping, NamedTuple

from .distributions import Distribution, Installed
from .release import release
from .stack import TENSORFLOW_VARIANTS

_NVIDIA, _AMD = "0x10de", "0x1002"

_TPU = ("COLAB_TPU_ADDR", "TPU_NAME", "TPU_ACCELERATOR_TYPE")

# What a driver, a container or a distribution calls the folder of its libraries.
_SYSTEM_FOLDERS = (
    "usr/lib/x86_64-linux-gnu",
    "usr/lib/aarch64-linux-gnu",
    "usr/lib64",
    "usr/lib",
    "usr/lib64-nvidia",
    "usr/local/nvidia/lib64",
    "usr/local/cuda/compat",
    "run/opengl-driver/lib",
)
_WSL_FOLDER = "usr/lib/wsl/lib"

# The shared libraries that TensorFlow opens, and the folder of the nvidia wheel that brings each.
_LIBRARIES = {
    11: {
        "libcudart.so.11.0": "cuda_runtime",
        "libcublas.so.11": "cublas",
        "libcufft.so.10": "cufft",
        "libcusparse.so.11": "cusparse",
    },
    12: {
        "libcudart.so.12": "cuda_runtime",
        "libcublas.so.12": "cublas",
        "libcufft.so.11": "cufft",
        "libcusparse.so.12": "cusparse",
    },
}


class Machine(NamedTuple):
    """Where the facts are read; a test makes up another."""

    root: str = os.sep
    platform: str = sys.platform
    architecture: str = python_platform.machine()


class Card(NamedTuple):
    """A graphics card on the bus."""

    vendor: str
    """``NVIDIA`` or ``AMD``."""
    kernel_driver: str
    """What the system has given it to: ``nvidia``, ``nouveau``, ``vfio-pci``; empty: nothing."""


class Build(NamedTuple):
    """What the TensorFlow on disk was built for, by its own ``build_info.py``."""

    cuda: str
    """``12.5.1``; empty: it was built without CUDA and cannot use an NVIDIA card."""
    cudnn: str
    capabilities: tuple[str, ...]
    """The cards it has code for: ``sm_60`` … ``compute_90``."""
    rocm: bool


class Library(NamedTuple):
    """A shared library that TensorFlow opens to use the card."""

    name: str
    """``libcudnn.so.9``."""
    wheel: str
    """The distribution that brings it beside TensorFlow: ``nvidia-cudnn-cu12``."""
    path: str
    """Where the loader finds it first; empty: nowhere."""
    version: str
    """As far as the names of the files tell; ``9.1.0``."""


class Gpu(NamedTuple):
    machine: Machine
    cards: tuple[Card, ...]
    models: tuple[str, ...]
    """As NVIDIA's driver names the cards: ``NVIDIA GeForce RTX 3060``."""
    driver: str
    """The version of NVIDIA's kernel driver, ``535.183.01``; empty: it is not loaded."""
    libcuda: str
    """The part of the driver that programs load; empty: not found."""
    libcuda_version: str
    device_files: tuple[str, ...]
    """``/dev/nvidia0``, …"""
    locked: tuple[str, ...]
    """Those of them that this user may not open."""
    wsl: bool
    """This Linux runs inside of Windows."""
    dxg: bool
    """In WSL 2: Windows passes its card on."""
    container: bool
    rocm: bool
    """AMD's ROCm is installed."""
    visible: str | None
    """CUDA_VISIBLE_DEVICES."""
    build: Build | None
    """None: there is no TensorFlow, or it does not say."""
    libraries: tuple[Library, ...]
    """What this build opens, besides the driver; empty where that is not known."""
    toolkits: tuple[str, ...]
    """The folders on LD_LIBRARY_PATH and in /usr/local that hold a CUDA."""
    tpu: bool
    """There is a TPU instead."""
    smi: str = ""
    """The program nvidia-smi on PATH, which comes with NVIDIA's driver; empty: there is none."""

    @property
    def nvidia(self) -> bool:
        """Whether there is a card of NVIDIA's. An image for CUDA has a libcuda of its own, without any card."""
        if self.driver or self.device_files or any(card.vendor == "NVIDIA" for card in self.cards):
            return True
        return self.windows_driver if self.wsl else self.machine.platform == "win32" and bool(self.libcuda)

    @property
    def windows_driver(self) -> bool:
        """In WSL: whether Windows has NVIDIA's driver."""
        places = (f"{_WSL_FOLDER}/libcuda.so.1", "mnt/c/Windows/System32/nvcuda.dll")
        return self.wsl and any(_is_file(os.path.join(self.machine.root, place)) for place in places)

    @property
    def withheld(self) -> bool:
        """Whether this is a container that has not been given the card of its host."""
        return self.container and not self.device_files and not self.wsl

    @property
    def name(self) -> str:
        """The card, in words."""
        return self.models[0] if self.models else "NVIDIA GPU"

    def to_dict(self) -> dict[str, Any]:
        return {
            **self._asdict(),
            "machine": {"platform": self.machine.platform, "architecture": self.machine.architecture},
            "cards": [card._asdict() for card in self.cards],
            "build": self.build._asdict() if self.build else None,
            "libraries": [library._asdict() for library in self.libraries],
        }


def read_gpu(installed: Installed, environment: Mapping[str, str], machine: Machine) -> Gpu:
    root = machine.root
    wsl = machine.platform == "linux" and "microsoft" in _text(root, "proc/version").lower()
    libcuda = _libcuda(environment, machine, wsl)
    device_files = tuple(sorted(glob(os.path.join(glob_free(root), "dev/nvidia[0-9]*"))))
    tensorflow = installed.first(TENSORFLOW_VARIANTS)
    build = _build(tensorflow) if tensorflow else None
    return Gpu(
        machine=machine,
        cards=tuple(_cards(root)),
        models=tuple(_models(root)),
        driver=_found(r"Kernel Module(?: for \S+)?\s+(\d[\d.]+)", _text(root, "proc/driver/nvidia/version")),
        libcuda=libcuda,
        libcuda_version=_version(libcuda),
        device_files=device_files,
        locked=tuple(path for path in device_files if not os.access(path, os.R_OK | os.W_OK)),
        wsl=wsl,
        dxg=os.path.exists(os.path.join(root, "dev/dxg")),
        container=any(os.path.exists(os.path.join(root, name)) for name in (".dockerenv", "run/.containerenv")),
        rocm=os.path.isdir(os.path.join(root, "opt/rocm")),
        visible=environment.get("CUDA_VISIBLE_DEVICES"),
        build=build,
        libraries=tuple(_libraries(build, tensorflow, environment, machine)) if build and tensorflow else (),
        toolkits=tuple(_toolkits(environment, root)),
        tpu=any(environment.get(name) for name in _TPU) or bool(glob(os.path.join(glob_free(root), "dev/accel[0-9]*"))),
        smi=_smi(environment),
    )


_ASKS = re.compile(
    r"""gpu_device_name|is_gpu_available|set_memory_growth|get_memory_(?:info|usage)|reset_memory_stats|\.gpu\(\)|"""
    r"""\bnvidia-smi\b|device\(\s*['"]/?(?:device:)?GPU|"""
    r"""list_(?:physical|logical)_devices\(\s*(?:device_type\s*=\s*)?['"]GPU""",
    re.IGNORECASE,
)


def asks_for_gpu(cells: Iterable[str]) -> bool:
    """Whether a program looks for a GPU."""
    return any(_ASKS.search(cell) for cell in cells)


def _smi(environment: Mapping[str, str]) -> str:
    places = environment.get("PATH", "").split(os.pathsep)
    names = ("nvidia-smi.exe",) if os.name == "nt" else ("nvidia-smi",)
    found = (os.path.join(place, name) for place in places for name in names if place)
    return next((path for path in found if os.path.isfile(path) and os.access(path, os.X_OK)), "")


def glob_free(path: str) -> str:
    """A path in which nothing is a pattern."""
    return re.sub(r"([*?[])", r"[\1]", path)


def _text(root: str, name: str) -> str:
    try:
        with open(os.path.join(root, name), "rb") as file:
            return file.read(10_000).decode("utf-8", errors="replace").strip()
    except OSError:
        return ""


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1].strip() if match else ""


def _cards(root: str) -> Iterator[Card]:
    """The display controllers (class 0x03…) of two makers, as Linux lists the bus."""
    for folder in sorted(glob(os.path.join(glob_free(root), "sys/bus/pci/devices/*"))):
        vendor = {_NVIDIA: "NVIDIA", _AMD: "AMD"}.get(_text(folder, "vendor"))
        if vendor and _text(folder, "class").startswith("0x03"):
            driver = os.path.join(folder, "driver")
            yield Card(vendor, os.path.basename(os.path.realpath(driver)) if os.path.exists(driver) else "")


def _models(root: str) -> Iterator[str]:
    for path in sorted(glob(os.path.join(glob_free(root), "proc/driver/nvidia/gpus/*/information"))):
        model = _found(r"Model:\s*(.+)", _text(root, path))
        if model:
            yield model


def _libcuda(environment: Mapping[str, str], machine: Machine, wsl: bool) -> str:
    if machine.platform == "win32":
        path = os.path.join(machine.root, "Windows", "System32", "nvcuda.dll")
        return path if os.path.isfile(path) else ""
    own = (_WSL_FOLDER,) if wsl else ()
    folders = [*_search_path(environment), *(os.path.join(machine.root, name) for name in (*_SYSTEM_FOLDERS, *own))]
    return next((path for path in (os.path.join(folder, "libcuda.so.1") for folder in folders) if _is_file(path)), "")


def _search_path(environment: Mapping[str, str]) -> list[str]:
    """The folders that the loader looks into before all others, the wheel's own included (it has a RUNPATH)."""
    return [folder for folder in environment.get("LD_LIBRARY_PATH", "").split(":") if folder]


def _is_file(path: str) -> bool:
    return os.path.isfile(path) or os.path.islink(path)


def _version(path: str) -> str:
    """Of ``libcudnn.so.9`` the version in the name of the file that it is a link to, or that lies beside it."""
    beside = [os.path.realpath(path), *sorted(glob(glob_free(path) + ".*"), reverse=True)] if path else []
    return next(filter(None, (_found(r"\.so\.(\d+\.\d[\d.]*)$", each) for each in beside)), "")


def _build(tensorflow: Distribution) -> Build | None:
    """The dictionary in ``build_info.py`` of the wheel, read without running it."""
    text = _text(tensorflow.location, "tensorflow/python/platform/build_info.py")
    match = re.search(r"OrderedDict\((\[.*\])\)", text, re.DOTALL)
    try:
        told: dict[str, Any] = dict(ast.literal_eval(match[1])) if match else {}
    except (ValueError, SyntaxError, TypeError):
        return None
    if "is_cuda_build" not in told:
        return None
    cuda = str(told.get("cuda_version", "")) if told["is_cuda_build"] else ""
    capabilities = told.get("cuda_compute_capabilities", ())
    return Build(
        cuda, str(told.get("cudnn_version", "")), tuple(map(str, capabilities)), bool(told.get("is_rocm_build"))
    )


def _libraries(
    build: Build, tensorflow: Distribution, environment: Mapping[str, str], machine: Machine
) -> Iterator[Library]:
    """What a CUDA build opens on Linux; conda's builds bring their own and look beside themselves."""
    major = release(build.cuda)[:1]
    names = dict(_LIBRARIES.get(major[0], {})) if major else {}
    if machine.platform != "linux" or not names or tensorflow.installer == "conda":
        return
    names.update({f"libcudnn.so.{number}": "cudnn" for number in release(build.cudnn)[:1]})
    cached = _text_of_cache(machine.root)
    first, last = _search_path(environment), [os.path.join(machine.root, name) for name in _SYSTEM_FOLDERS]
    for name, wheel in names.items():
        folders = [*first, os.path.join(tensorflow.location, "nvidia", wheel, "lib"), *last]
        distribution = f"nvidia-{wheel.replace('_', '-')}-cu{major[0]}"
        path = next((path for path in (os.path.join(folder, name) for folder in folders) if _is_file(path)), "")
        if not path and name.encode() + b"\0" in cached:
            path = name
        yield Library(name, distribution, path, _version(path) if os.path.isabs(path) else "")


def _toolkits(environment: Mapping[str, str], root: str) -> Iterator[str]:
    usual = sorted(glob(os.path.join(glob_free(root), "usr/local/cuda*/lib64")))
    for folder in dict.fromkeys([*_search_path(environment), *usual]):
        if glob(os.path.join(glob_free(folder), "libcudart.so.*")):
            yield folder


def _text_of_cache(root: str) -> bytes:
    """The loader's list of the libraries that it knows, which names each of them."""
    try:
        with open(os.path.join(root, "etc/ld.so.cache"), "rb") as file:
            return file.read(4_000_000)
    except OSError:
        return b""

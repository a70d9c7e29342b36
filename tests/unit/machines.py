"""File systems made up for the tests of what a machine shows of a GPU."""

from __future__ import annotations

from pathlib import Path

from environments import module, put

from kerasmagic.diagnosis.environment import environment_problems
from kerasmagic.kernel.gpu import Machine
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.rules import RULES

DRIVER = "550.54.14"
CUDA = 'nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"'
EVERYTHING = ("cuda_runtime/lib/libcudart.so.12", "cublas/lib/libcublas.so.12", "cufft/lib/libcufft.so.11")
EVERYTHING += ("cusparse/lib/libcusparse.so.12", "cudnn/lib/libcudnn.so.9")
GPU_RULES = tuple(f"KE{number}" for number in range(140, 160))


class MadeUp:
    """A machine with one card of NVIDIA's that works, and a TensorFlow that uses it: each test takes something away."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.site = folder / "lib" / "site-packages"
        self.site.mkdir(parents=True)
        self.platform, self.architecture = "linux", "x86_64"

    def write(self, name: str, text: str = "") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def card(self, vendor: str = "0x10de", driver: str = "nvidia", slot: str = "0000:01:00.0") -> MadeUp:
        folder = f"sys/bus/pci/devices/{slot}"
        self.write(f"{folder}/vendor", vendor + "\n")
        self.write(f"{folder}/class", "0x030000\n")
        if driver:
            (self.root / "sys/bus/pci/drivers" / driver).mkdir(parents=True, exist_ok=True)
            (self.root / folder / "driver").symlink_to(self.root / "sys/bus/pci/drivers" / driver)
        return self

    def driver(self, version: str = DRIVER, model: str = "NVIDIA GeForce RTX 3060") -> MadeUp:
        self.write(
            "proc/driver/nvidia/version",
            f"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {version}  Thu Feb 22 2024\nGCC version:  gcc 12\n",
        )
        self.write("proc/driver/nvidia/gpus/0000:01:00.0/information", f"Model: \t\t {model}\nIRQ:   \t\t 130\n")
        return self

    def device_files(self, count: int = 1) -> MadeUp:
        self.write("dev/nvidiactl")
        for number in range(count):
            self.write(f"dev/nvidia{number}")
        return self

    def libcuda(self, version: str = DRIVER, folder: str = "usr/lib/x86_64-linux-gnu") -> MadeUp:
        file = self.write(f"{folder}/libcuda.so.{version}")
        (file.parent / "libcuda.so.1").symlink_to(file)
        return self

    def tensorflow(
        self, version: str = "2.19.1", *requires: str, name: str = "tensorflow", cuda: str = "12.5.1", cudnn: str = "9"
    ) -> MadeUp:
        put(self.site, name, version, *(requires or (CUDA,)))
        build = {"is_cuda_build": bool(cuda), "is_rocm_build": False}
        if cuda:
            build.update(
                cuda_version=cuda, cudnn_version=cudnn, cuda_compute_capabilities=["sm_60", "sm_89", "compute_90"]
            )
        file = self.site / "tensorflow" / "python" / "platform" / "build_info.py"
        file.parent.mkdir(parents=True)
        file.write_text(f"import collections\nbuild_info = collections.OrderedDict({list(build.items())})\n")
        return self

    def libraries(self, *names: str) -> MadeUp:
        for name in names or EVERYTHING:
            path = self.site / "nvidia" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        return self

    def nvidia_smi(self) -> Path:
        program = self.write("opt/nvidia/bin/nvidia-smi")
        program.chmod(0o755)
        return program

    def known_to_the_loader(self, *names: str) -> None:
        self.write("etc/ld.so.cache", "\0".join(["glibc-ld.so.cache1.1", *names, ""]))

    def snapshot(self, devices: str | None = None, cells: tuple[str, ...] = (), **environment: str):
        modules = {"tensorflow": module("tensorflow", __version__="2.19.1"), **context(devices)} if devices else {}
        machine = Machine(str(self.root), self.platform, self.architecture)
        return take_snapshot([str(self.site)], modules, {"HOME": "/nowhere", **environment}, machine, cells)

    def told(self, devices: str | None = None, cells: tuple[str, ...] = (), **environment: str):
        """What is told of the GPU."""
        found = environment_problems(self.snapshot(devices, cells, **environment), RULES)
        return [problem for problem in found if problem.rule in GPU_RULES]

    def only(self, code: str, devices: str | None = None, cells: tuple[str, ...] = (), **environment: str):
        (problem,) = self.told(devices, cells, **environment)
        assert problem.rule == code, problem.title
        return problem


def working(folder: Path) -> MadeUp:
    return MadeUp(folder).card().driver().device_files().libcuda().tensorflow().libraries()


def context(devices: str) -> dict:
    """TensorFlow's context as it is after the devices have been asked for: "CPU GPU", "CPU GPU(hidden)"."""
    found, visible = [], []
    for name in devices.split():
        kind, hidden, _ = name.partition("(hidden)")
        found.append((f"/physical_device:{kind}:0", kind))
        if not hidden:
            visible.append(found[-1])
    made = type("Context", (), {})()
    made.__dict__.update(_physical_devices=found, _visible_device_list=visible)
    return {"tensorflow.python.eager.context": module("tensorflow.python.eager.context", _context=made)}


def lines(problem) -> list[str]:
    return [command for fix in problem.fixes for command in fix.commands]

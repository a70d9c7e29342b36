"""On a Mac, TensorFlow uses the GPU through Apple's plug-in only."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import INFO, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import minor
from ...kernel.snapshot import Snapshot
from .unused_gpu import computes_here, problem

# tensorflow-metal 1.1.0 loads with 2.17 and not with 2.18 (tensorflow#84167); 1.2.0 of January 2025 is the last one.
_LAST_WITH_1_1 = (2, 17)
_LAST_KNOWN = (2, 18)


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    machine = snapshot.gpu.machine
    if machine.platform != "darwin" or machine.architecture != "arm64" or not computes_here(snapshot):
        return
    metal, release = snapshot.installed.version("tensorflow-metal"), minor(snapshot.tensorflow)
    fits = _plug_in(release)
    if metal is None:
        yield problem(
            "KE142",
            "TensorFlow runs on the CPU: its wheels for macOS do not use Apple's GPU",
            "Apple's plug-in tensorflow-metal adds that."
            if fits
            else f"Apple's plug-in tensorflow-metal adds that; its last release is older than TensorFlow "
            f"{snapshot.tensorflow}.",
            _install(fits),
            severity=INFO,
        )
    elif not fits or (release > _LAST_WITH_1_1 and minor(metal) < (1, 2)):
        yield problem(
            "KE142",
            f"tensorflow-metal {metal} is not made for TensorFlow {snapshot.tensorflow}",
            'Such a pair ends in "Symbol not found" in libmetal_plugin.dylib, or runs on the CPU.',
            _install(fits),
        )


def _plug_in(release: tuple[int, ...]) -> str:
    if release <= _LAST_WITH_1_1:
        return "tensorflow-metal<1.2"
    return "tensorflow-metal>=1.2" if release <= _LAST_KNOWN else ""


def _install(fits: str) -> Fix:
    if fits:
        return Fix("install", "Install the plug-in, then restart the kernel", commands=(f'%pip install "{fits}"',))
    line = '%pip install "tensorflow==2.18.*" "tensorflow-metal>=1.2"'
    return Fix("install", "Take both of one time (Python 3.9 to 3.12), then restart the kernel", commands=(line,))


RULE = Rule(
    code="KE142",
    name="Mac without the Metal plug-in",
    lesson=Lesson(
        what="On a Mac with Apple silicon `tf.config.list_physical_devices('GPU')` is empty.",
        why="TensorFlow itself has no GPU support for macOS. Apple's tensorflow-metal plugs in below it, and is "
        "compiled "
        "against one generation of TensorFlow: 1.1 for up to 2.17, 1.2 (January 2025, Python up to 3.12) for 2.18.",
        related=("KE126",),
    ),
    on_environment=_on_environment,
)

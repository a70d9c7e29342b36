"""When to tell why there is no GPU, and the line that installs what CUDA needs: what the rules about it share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...diagnosis.model.problem import WARNING, Fix, Problem
from ...kernel.stack import TENSORFLOW_VARIANTS

if TYPE_CHECKING:
    from ...kernel.gpu import Gpu
    from ...kernel.snapshot import Snapshot

GUIDE = "TensorFlow's install guide"


def unused_gpu(snapshot: Snapshot, build: bool = True, seen: bool = True) -> Gpu | None:
    """What is known of a card of NVIDIA's that TensorFlow does not use; None where there is nothing to explain.

    Arguments:
        build: only where this TensorFlow was built for CUDA, or does not say.
        seen: only where the machine shows a card; else also where the program looks for one.
    """
    gpu = snapshot.gpu
    if not computes_here(snapshot) or not (gpu.nvidia or (not seen and is_sought(snapshot))):
        return None
    return None if build and gpu.build and not gpu.build.cuda else gpu


def is_sought(snapshot: Snapshot) -> bool:
    """Whether the program expects a GPU. Of a service KE140 tells already that it gave none."""
    return snapshot.asked_for_gpu and snapshot.frontend.name not in ("Colab", "Kaggle") and not snapshot.gpu.tpu


def shown(gpu: Gpu) -> str:
    """What the machine shows of a card, where that is nothing: a sentence, with the space before it."""
    if gpu.nvidia:
        return ""
    but = f"{gpu.smi} is here, which comes with the driver" if gpu.smi else "without one no build finds a GPU"
    return f" This machine shows no NVIDIA card, in /dev or /proc; {but}."


def computes_here(snapshot: Snapshot) -> bool:
    """Whether TensorFlow is what computes in this kernel, and lists no GPU, as far as it has looked."""
    listed = any(device.kind in ("GPU", "TPU") for device in snapshot.devices or ())
    return bool(snapshot.tensorflow) and snapshot.keras.backend == "tensorflow" and not listed


def problem(code: str, title: str, cause: str, *fixes: Fix, severity: str = WARNING) -> Problem:
    return Problem(code, severity, title, cause, reference="gpu", fixes=fixes)


def requirement(snapshot: Snapshot) -> str:
    """``tensorflow[and-cuda]==2.19.1``: this release, with the libraries that it names for CUDA (2.14 and newer)."""
    found = snapshot.installed.first(TENSORFLOW_VARIANTS)
    name = "tf-nightly" if found and found.name.startswith("tf-nightly") else "tensorflow"
    extra = "[and-cuda]" if found and any("and-cuda" in text for text in found.requires) else ""
    return f"{name}{extra}=={snapshot.tensorflow.partition('+')[0]}"


def restart(snapshot: Snapshot) -> str:
    return ", then restart the kernel" if snapshot.module("tensorflow") else ""

"""Everything that can be read fits, and TensorFlow has found no GPU all the same."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import minor
from ...kernel.snapshot import Snapshot
from .unused_gpu import GUIDE, problem, unused_gpu

_LIBRARIES_NOT_FOUND = ((2, 16), (2, 17))
"""Reported of these with tensorflow[and-cuda] (tensorflow#63362); the install guide has had the links since then."""


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot)
    if gpu is None or snapshot.devices is None or not gpu.driver or not gpu.device_files:
        return
    if all(library.path for library in gpu.libraries) and gpu.build and gpu.libcuda and gpu.visible is None:
        yield problem(
            "KE159",
            "TensorFlow has looked for a GPU and found none, although card, driver and CUDA's libraries are here",
            "It says why when it starts; a notebook may hide those lines.",
            *_links(snapshot),
            Fix(
                "manual",
                "See what it says, in a new process",
                None,
                ("!python -c \"import tensorflow as tf; tf.config.list_physical_devices('GPU')\"",),
            ),
        )


def _links(snapshot: Snapshot) -> Iterator[Fix]:
    if minor(snapshot.tensorflow) in _LIBRARIES_NOT_FOUND:
        found = next(each for each in snapshot.distributions if each.module == "tensorflow")
        lines = (f'%cd -q "{found.location}/tensorflow"', "!ln -svf ../nvidia/*/lib/*.so* .", "%cd -q -")
        title = "This release may not find CUDA's wheels: link them beside it, then restart the kernel"
        yield Fix("manual", title, commands=lines, evidence=GUIDE)


RULE = Rule(
    code="KE159",
    name="GPU not found, reason unknown",
    lesson=Lesson(
        what="Driver, libraries and build fit, and `tf.config.list_physical_devices('GPU')` is empty.",
        why="What is left shows only when CUDA starts: a card that is broken, in use by another (exclusive mode) or "
        "in an "
        "unfinished update; releases 2.16 and 2.17 that do not find the libraries of tensorflow[and-cuda]. TensorFlow "
        "prints the reason once, in the process that starts it.",
        related=("KE151", "KE155"),
    ),
    on_environment=_on_environment,
)

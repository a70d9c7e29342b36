"""'str' object has no attribute 'decode' inside Keras: h5py 3 returns text where h5py 2 returned bytes."""

from __future__ import annotations

from typing import Iterator

from ..failure import ATTRIBUTE, Failure
from ..problem import ERROR, Fix, Problem
from ..rule import Lesson, Rule
from ..world import World


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted, end = failure.wanted, failure.end
    if wanted is None or wanted.kind != ATTRIBUTE or (wanted.owner, wanted.member) != ("str", "decode"):
        return
    in_loading = end is not None and (
        "h5" in end.path or "saving" in end.path or "topology" in end.path or "engine" in end.path
    )
    if not (in_loading if end is not None else "load" in failure.source):
        return
    if end is not None and end.place != "package" and "decode" not in end.text:
        return
    yield Problem(
        rule="KA303",
        severity=ERROR,
        title="This Keras cannot read h5 files with h5py 3",
        cause="h5py 3 returns text where h5py 2 returned bytes, and this code decodes it a second time. "
        "TensorFlow 2.4 and "
        "newer know both.",
        fixes=(
            Fix(
                "install",
                "Install h5py 2.10, which this code was written for",
                commands=('%pip install "h5py<3"',),
                evidence="Not tried here. Restart the kernel after the install.",
            ),
        ),
    )


RULE = Rule(
    code="KA303",
    name="h5py 3 with an old Keras",
    lesson=Lesson(
        what="load_model or load_weights ends in AttributeError: 'str' object has no attribute 'decode'.",
        why="h5py 3 returns attributes of a file as text. Keras before TensorFlow 2.4 expected bytes.",
    ),
    on_failure=on_failure,
)

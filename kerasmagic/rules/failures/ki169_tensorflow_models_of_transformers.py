"""TFBertModel and its like: transformers 5 has no models for TensorFlow."""

from __future__ import annotations

import re
import sys
from typing import Any, Iterator

from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE, NAME
from ...diagnosis.resolve.world import World
from ...kernel.distributions import installed_on
from ...kernel.release import release

_MODEL = re.compile(r"TF([A-Z]\w*(?:Model|For[A-Z]\w+))$")
_CALLBACKS = ("KerasMetricCallback", "PushToHubCallback")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted = failure.wanted
    if wanted is None or wanted.kind not in (NAME, ATTRIBUTE) or wanted.owner != "transformers":
        return
    version = installed_on(sys.path).version("transformers") or ""
    model = _MODEL.match(wanted.member)
    if release(version) < (5,) or not (model or wanted.member in _CALLBACKS):
        return
    yield Problem(
        rule="KI169",
        severity=ERROR,
        title=f"transformers {version} has no {wanted.member}: its models are for PyTorch only",
        cause="transformers 4 is the last with models for TensorFlow.",
        reference=f"transformers.{wanted.member}",
        fixes=tuple(_ways(model[1] if model else "", world)),
    )


def _ways(of_pytorch: str, world: World) -> Iterator[Fix]:
    """Keras 2, which the models of transformers 4 need, is told when they ask for it: KE110."""
    tf_keras = "The TensorFlow models of that release are built on tf_keras, not on Keras 3."
    yield Fix(
        "install",
        "Install transformers 4, then restart the kernel",
        commands=('%pip install "transformers<5"',),
        evidence=tf_keras if world.keras_3 else "",
    )
    if of_pytorch and of_pytorch in _names():
        yield Fix("manual", f"Or use the model for PyTorch, {of_pytorch}, and train it with PyTorch.")


def _names() -> tuple[str, ...]:
    """What transformers offers, as its module lists it."""
    listed: Any = session.held(sys.modules.get("transformers")).get("__all__")
    return tuple(each for each in listed if type(each) is str) if type(listed) in (list, tuple) else ()


RULE = Rule(
    code="KI169",
    name="TensorFlow models of transformers",
    lesson=Lesson(
        what="`from transformers import TFBertModel` ends in ImportError: cannot import name 'TFBertModel' from "
        "'transformers'.",
        why="transformers 5 removed all classes for TensorFlow. Install transformers 4, or use the same model for "
        "PyTorch, whose name has no TF.",
        since="transformers 5.0",
        related=("KE110", "KI165"),
    ),
    on_failure=on_failure,
)

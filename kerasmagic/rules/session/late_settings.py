"""Whether an error comes of a setting that was made too late: the program means another Keras than the loaded one."""

from __future__ import annotations

import re
from typing import Sequence

from ...catalog.target import CatalogError, Target
from ...diagnosis.engine import find
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.wanted import ATTRIBUTE
from ...diagnosis.resolve.target import TargetWorld
from ...diagnosis.resolve.world import World
from ...kernel.modules import loaded
from ..environment.took_part import packages


def asks_for_keras_2(found: Sequence[Problem], failure: Failure, world: World) -> bool:
    """Whether an error of Keras 3 would not be one in Keras 2.

    Arguments:
        found: what is said of the error.
    """
    wanted = failure.wanted
    if wanted is not None and wanted.member.partition(".")[0] == "tf_keras":
        return False  # it is not installed, and asked for by its name
    return _helps_with_keras_2(found, failure) or _runs_with_keras_2(found, failure, world)


def _helps_with_keras_2(found: Sequence[Problem], failure: Failure) -> bool:
    """Whether Keras, or what is advised, speaks of the setting as if it were not set."""
    advice = (text for problem in found for fix in problem.fixes for text in (fix.title, *fix.commands))
    return any("TF_USE_LEGACY_KERAS" in text for text in (failure.message, *advice))


def _runs_with_keras_2(found: Sequence[Problem], failure: Failure, world: World) -> bool:
    """Whether what Keras 3 lacks is in Keras 2, by its record."""
    versions = {root: world.version(root) for root in ("keras", "tensorflow", "tf_keras")}
    versions["tf_keras"] = versions["tf_keras"] or versions["tensorflow"]
    facts = failure.facts
    here = {problem.range for problem in found} & {problem.range for problem in find(facts, world)}
    try:
        there = TargetWorld(Target.from_installed(versions, legacy=True), world.rules)
        return bool(here - {None} - {problem.range for problem in find(facts, there)})
    except CatalogError:
        return False


def meets(backend: str, failure: Failure) -> bool:
    """Whether Keras met something of the backend that the program means it to have."""
    names = {*packages(failure), type(failure.exception).__module__.partition(".")[0]}
    text = failure.message
    keras = names & {"keras", "tensorflow"} or re.search(r"\bEagerTensor\b|\btf\.Tensor\b|\bKerasTensor\b", text)
    theirs = backend in names or re.search(rf"\b{re.escape(backend)}\b", text)
    return bool(keras and theirs) or (backend == "torch" and _is_of_torch(failure))


def _is_of_torch(failure: Failure) -> bool:
    """Whether a method of torch was sought in a layer or a tensor: with that backend a layer is a Module of torch."""
    wanted = failure.wanted
    if wanted is None or wanted.kind != ATTRIBUTE or not isinstance(failure.exception, AttributeError):
        return False
    classes = ((loaded(module) or {}).get(name) for module, name in _OF_TORCH)
    known = any(isinstance(each, type) and session.defined(each, wanted.member) is not None for each in classes)
    return known and _KERAS_OBJECT.search(failure.message) is not None


_OF_TORCH = (("torch.nn.modules.module", "Module"), ("torch._tensor", "Tensor"))
_KERAS_OBJECT = re.compile(r"^'(?:[\w.]*Tensor|Sequential|Functional|Model|Variable|[A-Z]\w+)' object has no attribute")

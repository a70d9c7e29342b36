"""What a cell installs, and what is known of it before it runs: shared by the rules about installs."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ...diagnosis.model.problem import ERROR, INFO, Fix, Problem
from ...kernel.distributions import installed_on
from ...kernel.interpreter import Pip, find_pip, find_python
from ...kernel.measured import WHEELS
from ...kernel.release import release
from ...kernel.stack import MODULES, TENSORFLOW_VARIANTS, normalize
from ...source.shell import installer

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.resolve.world import World
    from ...source.reference import Reference


class Install(NamedTuple):
    """One requirement that a line installs."""

    reference: Reference
    requirement: Requirement
    into: str
    """Whose Python the line installs into (``shell.installer``)."""

    @property
    def name(self) -> str:
        return normalize(self.requirement.name)


def installs(facts: CellFacts) -> Iterator[Install]:
    for reference in facts.by_kind.get("install", ()):
        requirement = parsed(reference.name)
        if requirement is not None:
            yield Install(reference, requirement, installer(reference.written))


@lru_cache(maxsize=256)
def parsed(text: str) -> Requirement | None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def fails(code: str, install: Install, title: str, cause: str, *fixes: Fix) -> Problem:
    """An install that ends in an error."""
    severity = INFO if install.reference.guarded else ERROR
    return Problem(code, severity, title, cause, install.reference.range, install.reference.name, fixes)


def needless(install: Install, facts: CellFacts, world: World) -> Fix | None:
    """To do without an install of TensorFlow where one is there; None where there is none.

    Another one must not be offered then: all variants (tensorflow, tensorflow-cpu, tf-nightly ...) write the same
    files, and pip puts one over the other.
    """
    version = world.version("tensorflow")
    if not version:
        return None
    line = [each for each in facts.by_kind["install"] if each.range == install.reference.range]
    there = [each.name for each in line if _comes_with_tensorflow(each.name, world)]
    what = "delete this line" if len(there) == len(line) else f"take {' and '.join(there)} out of this line"
    found = installed_on(sys.path).first(TENSORFLOW_VARIANTS) if is_here(world) else None
    named = f" ({found.name})" if found and found.name != "tensorflow" else ""
    here = f"TensorFlow {version}{named}"
    return Fix("manual", f"{here} is installed already: {what}. %%keras_check then shows what your code needs for it")


def _comes_with_tensorflow(requirement: str, world: World) -> bool:
    """TensorFlow itself, and the Keras that is there with it."""
    wanted = parsed(requirement)
    module = MODULES.get(normalize(wanted.name), "") if wanted else ""
    return module == "tensorflow" or (module == "keras" and world.version("keras") is not None)


def is_here(world: World) -> bool:
    """Whether a world is this process, of which the Python and its pip are known."""
    from ...diagnosis.resolve.kernel import KernelWorld

    return isinstance(world, KernelWorld)


def pythons(install: Install, world: World) -> tuple[tuple[int, ...], ...]:
    """The Pythons that the install may be for: this kernel's, or those that the target's TensorFlow has wheels for."""
    if is_here(world):
        own = installer_python(install)
        return (own,) if own else ()
    version = release(world.version("tensorflow") or "")
    return tuple(key for key, (first, last) in WHEELS.items() if release(first) <= version <= release(last))


def installer_python(install: Install) -> tuple[int, ...] | None:
    """The minor Python that a line in this kernel installs into, where that is certain."""
    if install.into == "kernel":
        return sys.version_info[:2]
    found = first_on_path(install.into)
    return sys.version_info[:2] if found and found.installs_here else None


def first_on_path(command: str) -> Pip | None:
    """What ``!pip`` or ``!python -m pip`` runs, and where that installs; None: nothing, or none of these."""
    find = {"pip": find_pip, "python": find_python}.get(command)
    return find(os.environ, sys.executable or "", sys.prefix) if find else None

"""``!pip install keras==2.15`` in a notebook: what it moves under a TensorFlow that is there, or is loaded already."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import INFO, WARNING, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.modules import loaded
from ...kernel.release import minor
from ...kernel.stack import MODULES, normalize
from .installs import parsed

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.resolve.world import World
    from ...source.reference import Reference

_OURS = ("tensorflow", "keras", "tf_keras")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    installs = facts.by_kind.get("install", ())
    for reference in installs:
        requirement = parsed(reference.name)
        root = MODULES.get(normalize(requirement.name), "") if requirement else ""
        version = world.version(root) if root in _OURS else None
        if requirement is None or version is None or _is_met(requirement, version):
            continue
        together = [each for each in installs if each.range == reference.range and each is not reference]
        fitting = _fitting(root, world) if not any("tensorflow" in each.name for each in together) else ""
        if fitting and not _admits(requirement, fitting):
            yield _misfit(reference, root, fitting, world)
        elif _is_loaded(root, reference, facts, world):
            yield _stale(reference, root, version)


@lru_cache(maxsize=256)
def _is_met(requirement: Requirement, version: str) -> bool:
    """Whether pip changes nothing, because what is here will do."""
    return requirement.specifier.contains(version, prereleases=True)


def _fitting(root: str, world: World) -> str:
    """The minor release that the TensorFlow here takes ("2.15"), or the major one ("3"); empty for any."""
    tensorflow = minor(world.version("tensorflow") or "0")
    if root == "tensorflow" or tensorflow < (2, 6):
        return ""
    return "3" if root == "keras" and tensorflow >= (2, 16) else f"{tensorflow[0]}.{tensorflow[1]}"


@lru_cache(maxsize=256)
def _admits(requirement: Requirement, fitting: str) -> bool:
    """Whether a release that fits is among those that are asked for: tried at its ends and around the bounds."""
    bounds = [specifier.version.replace(".*", ".0") for specifier in requirement.specifier]
    inside = [bound for bound in bounds if f"{bound}.".startswith(f"{fitting}.")]
    tried = [f"{fitting}.0", f"{fitting}.99", *inside, *(f"{bound}.1" for bound in inside)]
    return any(requirement.specifier.contains(version, prereleases=True) for version in tried)


def _is_loaded(root: str, install: Reference, facts: CellFacts, world: World) -> bool:
    from ...diagnosis.resolve.kernel import KernelWorld

    above = (
        each.module.partition(".")[0]
        for kind in ("import", "from")
        for each in facts.by_kind.get(kind, ())
        if each.range < install.range and not each.guarded
    )
    if isinstance(world, KernelWorld):
        return loaded(root) is not None
    return root in facts.imported_before or root in above


def _misfit(reference: Reference, root: str, fitting: str, world: World) -> Problem:
    name = root.replace("_", "-")
    tensorflow = world.version("tensorflow")
    upper = f"{fitting.rpartition('.')[0]}.{int(fitting.rpartition('.')[2]) + 1}" if "." in fitting else ""
    pin = f"{name}>={fitting},<{upper}" if upper else f"{name}>={fitting}"
    return Problem(
        rule="KE130",
        severity=INFO if reference.guarded else WARNING,
        title=f"{reference.name} does not fit tensorflow {tensorflow}, which needs {name} {fitting}",
        cause="pip installs it anyway, and mentions the conflict in one line of its output.",
        range=reference.range,
        reference=reference.name,
        fixes=(
            Fix(
                "manual",
                f"Remove the line, or install what fits: {pin}; or install another TensorFlow in the same line.",
            ),
        ),
    )


def _stale(reference: Reference, root: str, version: str) -> Problem:
    return Problem(
        rule="KE130",
        severity=INFO if reference.guarded else WARNING,
        title=f"{reference.name} is installed below the import of {root}: the loaded {version} stays until you "
        "restart the kernel",
        cause="The kernel keeps what it has loaded, and loads everything else from the new files.",
        range=reference.range,
        reference=reference.name,
        fixes=(Fix("manual", "Install in the first cell, above all imports, and restart the kernel."),),
    )


RULE = Rule(
    code="KE130",
    name="install in a cell",
    lesson=Lesson(
        what='`!pip install "keras==2.15"` in a notebook that runs on TensorFlow 2.21, or below `import keras`.',
        why="TensorFlow 2.6 to 2.15 need the Keras of their own minor release, newer ones need Keras 3. pip "
        "mentions the conflict and installs anyway. What is loaded does not change before you restart the "
        "kernel.",
        before="%pip install keras==2.15.0",
        after="%pip install tensorflow==2.15.1 keras==2.15.0",
        target="tensorflow==2.21.0",
        related=("KE102", "KE103", "KE111"),
    ),
    on_cell=on_cell,
)

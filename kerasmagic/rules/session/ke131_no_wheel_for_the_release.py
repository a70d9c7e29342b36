"""``!pip install tensorflow==2.15.0`` on Python 3.13: that release has no wheel for this Python."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import FAILS, Lesson, Rule
from ...kernel.measured import WHEELS
from ...kernel.release import minor, release
from .installs import Install, fails, installs, is_here, needless, pythons

if TYPE_CHECKING:
    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.resolve.world import World

_VARIANTS = ("tensorflow", "tensorflow-cpu", "tensorflow-gpu")
_WITH_ITS_NUMBERS = ("tensorflow-text",)
"""What is made for the TensorFlow of its own minor number, and for the same Pythons."""
_NEWEST = max(release(last) for _, last in WHEELS.values())


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for install in installs(facts):
        bounds = [release(each.version) for each in install.requirement.specifier]
        known = install.name in (*_VARIANTS, *_WITH_ITS_NUMBERS) and bounds and max(bounds) <= _NEWEST
        possible = pythons(install, world) if known else ()
        if possible and not any(_admits(install, python) for python in possible):
            yield _problem(install, facts, world)


def _admits(install: Install, python: tuple[int, ...]) -> bool:
    """Whether some release that is asked for has a wheel for a Python, or may have one by now."""
    first, last = map(release, WHEELS.get(python, ("9999", "0")))
    return any(
        install.requirement.specifier.contains(".".join(map(str, version)), prereleases=True)
        for version in _releases()
        if first <= version <= last or version > _NEWEST
    )


def _releases() -> Iterator[tuple[int, ...]]:
    """All that there can be of 2.x, and one that may have come since the table was made."""
    return ((2, minor, patch) for minor in range(_NEWEST[1] + 2) for patch in range(6))


def _problem(install: Install, facts: CellFacts, world: World) -> Problem:
    fitting = [python for python in WHEELS if _admits(install, python)]
    here = is_here(world)
    python = _dotted(sys.version_info[:2]) if here else ""
    where = f"Python {python}" if here else f"any Python that runs tensorflow {world.version('tensorflow')}"
    needs = f"{install.reference.name} is for Python {_span(fitting)}." if fitting else "It is for Python 3.7 or older."
    ended = " tensorflow-gpu ended with 2.11." if install.name == "tensorflow-gpu" else ""
    return fails(
        "KE131",
        install,
        f"{install.reference.name} has no wheel for {where}: this install fails",
        f'pip says "No matching distribution found". {needs}{ended}'
        + (f" {_has(sys.version_info[:2])}" if here else ""),
        *_fixes(install, fitting, _fitting(install, world) or needless(install, facts, world), here),
    )


def _fitting(install: Install, world: World) -> Fix | None:
    """The release of another package that is made for the TensorFlow that is here."""
    version = world.version("tensorflow")
    if install.name not in _WITH_ITS_NUMBERS or not version:
        return None
    from ...diagnosis.repair.legacy_keras import line_with_tensorflow  # which reads the catalog

    return Fix(
        "install",
        f"Install the {install.name} of TensorFlow {version}",
        commands=(line_with_tensorflow(f"{install.name}=={'.'.join(map(str, minor(version)))}.*", world),),
        evidence=f"{install.name} has the minor number of the TensorFlow that it is for.",
    )


def _has(python: tuple[int, ...]) -> str:
    known = WHEELS.get(python)
    return f"Python {_dotted(python)} has TensorFlow {known[0]} to {known[1]}, or newer." if known else ""


def _fixes(install: Install, fitting: list[tuple[int, ...]], better: Fix | None, here: bool) -> Iterator[Fix]:
    if better is not None:
        yield better
    elif here and sys.version_info[:2] in WHEELS:
        name, first = install.name, WHEELS[sys.version_info[:2]][0]
        title = "Install a release for this Python; %%keras_check shows what your code needs for it"
        if name == "tensorflow-gpu":
            name, title = (
                "tensorflow[and-cuda]",
                "tensorflow-gpu ended with 2.11: install tensorflow, which uses the GPU, too",
            )
        yield Fix("install", title, commands=(f'%pip install "{name}>={first}"',))
    older = f"Python {_dotted(fitting[-1])}" if fitting else "Python 3.7"
    yield Fix("manual", f"{'Or use' if here else 'Use'} a kernel with {older}, if it has to be that release")


def _span(found: list[tuple[int, ...]]) -> str:
    first, last = _dotted(found[0]), _dotted(found[-1])
    return first if first == last else f"{first} to {last}"


def _dotted(python: tuple[int, ...]) -> str:
    return f"{python[0]}.{python[1]}"


RULE = Rule(
    code="KE131",
    name="release without a wheel for this Python",
    lesson=Lesson(
        what='`!pip install tensorflow==2.15.0` says "No matching distribution found for tensorflow==2.15.0", and '
        "lists "
        "other releases; the cell counts as run, and the old TensorFlow, or none, is what is imported.",
        why="TensorFlow publishes no source that pip could build, only wheels, and each is for one Python: "
        + "; ".join(f"{a}.{b} has {first} to {last}" for (a, b), (first, last) in WHEELS.items())
        + ". An old notebook's first line fails for that reason on every current service.",
        related=("KE120", "KE132"),
    ),
    on_cell=on_cell,
    install=FAILS,
)

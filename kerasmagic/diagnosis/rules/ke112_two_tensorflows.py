"""Two distributions that bring the same module."""

from __future__ import annotations

from typing import Iterator

from ...kernel.distributions import Distribution
from ...kernel.modules import differs
from ...kernel.snapshot import Snapshot
from ...kernel.stack import VARIANTS, normalize
from ..problem import Fix, Problem
from ..rule import Lesson, Rule


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for group in VARIANTS:
        found = [distribution for distribution in map(snapshot.installed.get, group) if distribution]
        found = [one for one in found if not any(_is_part_of(one, other) for other in found)]
        if len(found) > 1:
            yield _problem(found)


def _is_part_of(part: Distribution, whole: Distribution) -> bool:
    """On Windows, macOS and ARM ``tensorflow`` itself requires the variant that brings its files."""
    return part is not whole and any(normalize(text.split("=")[0].split()[0]) == part.name for text in whole.requires)


def _problem(found: list[Distribution]) -> Problem:
    first, *others = found
    names = " and ".join(f"{one.name} {one.version}" for one in found)
    same = not any(differs(first.version, other.version) for other in others)
    uninstall = " ".join(one.name for one in found)
    return Problem(
        rule="KE112",
        severity="info" if same else "error",
        title=f"{names} are both installed, and write the same files",
        cause="They bring the same version, so that this works; but uninstalling one of them removes files of "
        "the other."
        if same
        else f"Both bring the folder {first.module}; which files are whose depends on the order of installation.",
        reference=first.module,
        fixes=()
        if same
        else (
            Fix(
                "install",
                "Remove both, install one of them again, then restart the kernel",
                commands=(f"%pip uninstall -y {uninstall}", f'%pip install "{first.name}=={first.version}"'),
                evidence="removing one alone would leave the other without some of its files",
            ),
        ),
    )


RULE = Rule(
    code="KE112",
    name="two variants of one package",
    lesson=Lesson(
        what="tensorflow and tensorflow-cpu (or -gpu, -macos, tf-nightly; keras and keras-nightly) are "
        "installed side by "
        "side, and after one of them is removed or upgraded, `import tensorflow` fails or lacks names.",
        why="For pip they are different packages; on disk they are one folder. The later installation overwrites the "
        "earlier, and removing either takes files of both. So remove all of them before installing one.",
        related=("KE115", "KE113"),
    ),
    on_environment=_on_environment,
)

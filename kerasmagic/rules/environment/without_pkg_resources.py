"""Tools that need pkg_resources, which setuptools 82 took away: most are started in a process of their own, and what
goes wrong there is only text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...kernel.distributions import Distribution
from ...kernel.install_lines import install_lines
from ...kernel.requirements import possible_pins
from ...kernel.snapshot import Snapshot
from ...kernel.stack import name_in

_IMPORTS_IT = re.compile(r"^(?:import|from) pkg_resources\b", re.MULTILINE)
_MOST_BYTES = 200_000
_FILES = ("pkg_resources", "pkg_resources.py")
HAD_IT, BRINGS_IT = "setuptools up to 81", "setuptools<82"


def tools_without_pkg_resources(snapshot: Snapshot, code: str) -> Iterator[Problem]:
    """The first package that imports pkg_resources where nothing brings it; read from its files.

    Arguments:
        code: the rule that tells it.
    """
    installed = snapshot.installed
    if any(Path(place, name).exists() for place in installed.path for name in _FILES):
        return
    for distribution in snapshot.distributions:
        file = next(filter(_imports_it, _files(distribution)), None)
        if file:
            yield _problem(code, distribution, file, snapshot)
            return


def _files(distribution: Distribution) -> Iterator[Path]:
    """The files of its package that may import it: the first, or all at the top where it asks for setuptools."""
    asks = any(name_in(text) == "setuptools" for text in distribution.requires) and distribution.module != "tensorflow"
    yield from sorted(Path(distribution.location, distribution.module).glob("*.py" if asks else "__init__.py"))


def _imports_it(file: Path) -> bool:
    try:
        with file.open(encoding="utf-8", errors="replace") as text:
            return _IMPORTS_IT.search(text.read(_MOST_BYTES)) is not None
    except OSError:
        return False


def _problem(code: str, distribution: Distribution, file: Path, snapshot: Snapshot) -> Problem:
    installed = snapshot.installed
    here = installed.version("setuptools")
    have = f"setuptools {here} is installed" if here else "setuptools is not installed"
    pin = possible_pins("setuptools", "<82", installed) or BRINGS_IT
    return Problem(
        rule=code,
        severity="warning",
        title=f"{distribution.name} {distribution.version} imports pkg_resources, which is gone",
        cause=f"pkg_resources was in {HAD_IT}, and {have}. {file.name} imports it.",
        reference="pkg_resources",
        fixes=(
            Fix(
                "install",
                "Install a setuptools that has it",
                commands=install_lines([pin], installed, snapshot.conda),
                evidence=f"What starts {distribution.name} anew, such as %tensorboard, needs no restart.",
            ),
        ),
    )

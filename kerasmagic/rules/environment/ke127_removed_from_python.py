"""An installed package imports a module that Python, or setuptools, no longer has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import MODULE
from ...kernel.snapshot import Snapshot, take_snapshot
from ...kernel.stack import MODULES
from .companions import beside_tensorflow
from .took_part import packages
from .without_pkg_resources import BRINGS_IT, HAD_IT, tools_without_pkg_resources

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

# Module -> where it was, and what brings it back; nothing does for imp.
_REMOVED = {
    "pkg_resources": (HAD_IT, BRINGS_IT),
    "distutils": ("Python up to 3.11; setuptools has a copy", "setuptools"),
    "imp": ("Python up to 3.11", ""),
}


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    return tools_without_pkg_resources(snapshot, "KE127")


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted = failure.wanted
    root = wanted.member.partition(".")[0] if wanted and wanted.kind == MODULE else ""
    importer = [name for name in packages(failure) if name in MODULES.values()]
    if root not in _REMOVED or not importer:
        return
    where, brings = _REMOVED[root]
    yield Problem(
        rule="KE127",
        severity="error",
        title=f"{importer[-1]} imports {root}, which is gone",
        cause=f"{root} was in {where}. The installed release of {importer[-1]} is older than that change.",
        reference=root,
        fixes=(_fix(importer[-1], brings),),
    )


def _fix(importer: str, brings: str) -> Fix:
    """tensorflow-hub 0.16 imports pkg_resources, too: an upgrade alone may not do."""
    name = next(name for name, module in MODULES.items() if module == importer)
    pins = [f'"{pin}"' for pin in (*beside_tensorflow(take_snapshot()), *([brings] if brings else []))]
    title = (
        f"Upgrade {importer}" + (", and install what has the module" if brings else "") + ", then restart the kernel"
    )
    return Fix("install", title, commands=(" ".join(["%pip install --upgrade", *pins, name]),))


RULE = Rule(
    code="KE127",
    name="module that Python removed",
    lesson=Lesson(
        what="`import tensorflow_hub` ends in \"No module named 'pkg_resources'\" (tensorflow-hub 0.15 in a new "
        "environment).",
        why="pkg_resources belonged to setuptools, which every environment had; since Python 3.12 it is not "
        "installed by default, and setuptools 82 removed it. Python 3.12 removed distutils and imp. Older "
        "packages import them without saying so in their metadata.",
        since="setuptools 82",
        related=("KE101",),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
)

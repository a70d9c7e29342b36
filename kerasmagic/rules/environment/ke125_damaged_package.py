"""Files of an installed package are missing, although its version fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import take_snapshot
from ...kernel.stack import MODULES
from .requirements import packages

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """An installed package cannot import a part of itself, or of its Keras, and all requirements are met."""
    from ...diagnosis.evidence.failure import MODULE

    wanted = failure.wanted
    root, _, rest = wanted.member.partition(".") if wanted and wanted.kind == MODULE else ("", "", "")
    if not wanted or not rest or root not in MODULES.values():
        return
    importer = (packages(failure) or [""])[-1]
    snapshot = take_snapshot()
    owner = snapshot.installed.first(name for name, module in MODULES.items() if module == root)
    if owner is None or snapshot.unmet or snapshot.shadows:
        return
    if importer in (root, "tensorflow"):
        yield Problem(
            rule="KE125",
            severity="error",
            title=f"{owner.name} {owner.version} lacks its own part {wanted.member}",
            cause=f"{importer} imports it, and the versions fit: files of the package are missing.",
            reference=wanted.member,
            fixes=(
                Fix(
                    "install",
                    "Install it again, then restart the kernel",
                    commands=(f'%pip install --force-reinstall --no-deps "{owner.name}=={owner.version}"',),
                    evidence=f"the version that is recorded as installed, {owner.version}",
                ),
            ),
        )


RULE = Rule(
    code="KE125",
    name="damaged package",
    lesson=Lesson(
        what="`import tensorflow` or `tf.keras` ends in \"No module named 'keras.api'\", with a keras that fits.",
        why="Some files of the package are missing: an interrupted install, or another package that wrote "
        "into the same "
        "folder and was removed. The record beside it still says that it is installed, so that `pip install` does "
        "nothing; `--force-reinstall` does.",
        related=("KE115", "KE112", "KE102"),
    ),
    on_failure=_on_failure,
)

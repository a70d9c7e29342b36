"""Files of an installed package are missing, although its version fits."""

from __future__ import annotations

import os
import re
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import MODULE, NAME
from ...kernel.distributions import Distribution, installed_on
from ...kernel.install_lines import is_removable
from ...kernel.record import cut_libraries, damaged_files
from ...kernel.requirements import distribution_of, imported_with_keras
from ...kernel.snapshot import Snapshot
from ...kernel.stack import KERAS_VARIANTS, MODULES, TENSORFLOW_VARIANTS, TF_KERAS_VARIANTS, variants
from .took_part import during_import, packages

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


_NO_LIBRARY = re.compile(r"^\S+\.so\S*: cannot open shared object file|partially initialized module '(\w+)'")
"""A compiled part that is gone: of the package's own, or of what it is made of."""
_BROKEN_LIBRARY = re.compile(
    r"(\S+\.(?:so|dylib|pyd|dll)[\d.]*)['\"]?[:,] [^\n]*"
    r"(?:file too short|invalid ELF header|cannot read file data|ELF load command|file is truncated|not a mach-o file)"
)
"""What the system's loader says of a file that was cut off, or holds something else."""


_MOST_FILES = 1000


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    tensorflow = snapshot.module("tensorflow")
    # It has 10,000 files and more, which are looked at only where its import has failed.
    failed = (TENSORFLOW_VARIANTS,) if tensorflow and tensorflow.partial else ()
    whole = [snapshot.installed.first(group) for group in (KERAS_VARIANTS, TF_KERAS_VARIANTS, *failed)]
    for owner in dict.fromkeys((*whole, *snapshot.distributions, *imported_with_keras(snapshot.installed))):
        if owner and _is_known(owner, snapshot):
            file = next(damaged_files(owner) if owner in whole else cut_libraries(owner), "")
            if file:
                yield _problem(owner, file)


def _is_known(owner: Distribution, snapshot: Snapshot) -> bool:
    """Whether the files that are there should be those of its record."""
    if sum(name in snapshot.installed for name in variants(owner.name)) > 1:
        return False  # whose files are there is no damage: KE112
    if len(snapshot.installed.records(owner.name)) > 1:
        return False  # KE113
    return not owner.module or _has_package(owner)


def _has_package(owner: Distribution) -> bool:
    """Without that, it is more than damaged: KE115."""
    return Path(owner.location, owner.module, "__init__.py").is_file()


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """An installed package cannot import a part of itself, or of its Keras, and all requirements are met."""
    broken = _broken_library(failure)
    if broken:
        yield _problem(*broken)
        return
    root = _own_part(failure)
    if not root:
        return
    snapshot = failure.snapshot
    owner = snapshot.installed.first(name for name, module in MODULES.items() if module == root)
    if owner is None or not _has_package(owner) or snapshot.shadows:
        return
    if len(snapshot.installed.records(owner.name)) > 1:
        return  # KE113
    damaged = list(islice(damaged_files(owner), _MOST_FILES))
    named = [file for file in damaged if Path(file).name in failure.message]
    if snapshot.unmet and not named:
        return
    if damaged:
        yield _problem(owner, (named or damaged)[0])
    elif failure.wanted and failure.wanted.kind == MODULE and (packages(failure) or [""])[-1] in (root, "tensorflow"):
        yield Problem(
            rule="KE125",
            severity="error",
            title=f"{owner.name} {owner.version} lacks its own part {failure.wanted.member}",
            cause="It is imported from inside, and the versions fit: files of the package are missing.",
            reference=failure.wanted.member,
            fixes=(_fix(owner),),
        )


def _broken_library(failure: Failure) -> tuple[Distribution, str] | None:
    """The compiled file that cannot be loaded because it was cut off, and whose it is: as the loader says, or as the
    sizes of what took part in the import tell."""
    installed = installed_on(sys.path)
    said = _BROKEN_LIBRARY.search(failure.message)
    if said:
        path = os.path.normpath(said[1].strip("'\"("))
        owners = (distribution_of(part, installed) for part in Path(path).parts)
        owner = next((each for each in owners if each and path.startswith(each.location)), None)
        return (owner, path) if owner else None
    for package in reversed(packages(failure)) if during_import(failure) else ():
        owner = distribution_of(package, installed)
        file = next(cut_libraries(owner), "") if owner and _is_known(owner, failure.snapshot) else ""
        if owner and file:
            return owner, file
    return None


def _own_part(failure: Failure) -> str:
    """The package that cannot import a part of itself; empty where it is something else."""
    wanted, took_part = failure.wanted, packages(failure)
    if took_part and _NO_LIBRARY.search(failure.message):
        return took_part[-1] if took_part[-1] in MODULES.values() else ""
    if wanted and wanted.kind in (MODULE, NAME) and took_part:
        root, _, rest = (wanted.owner or wanted.member).partition(".")
        return root if rest and root in MODULES.values() and took_part[-1] in (root, "tensorflow") else ""
    file = str(failure.exception.filename or "") if isinstance(failure.exception, SyntaxError) else ""
    parts = Path(file).parts
    return parts[parts.index("site-packages") + 1] if "site-packages" in parts[:-1] else ""


def _problem(owner: Distribution, file: str) -> Problem:
    short = Path(file).relative_to(owner.location).as_posix()
    return Problem(
        rule="KE125",
        severity="error",
        title=f"{owner.name} {owner.version} is damaged: {short} {_state(file)}",
        cause="pip has recorded what it installed, and files of it have changed since.",
        reference=owner.module,
        fixes=(_fix(owner),),
    )


def _state(file: str) -> str:
    if not Path(file).is_file():
        return "is gone"
    if file.endswith(".py"):
        return "has another size than recorded"
    return "was cut off" if Path(file).stat().st_size else "is empty"


def _fix(owner: Distribution) -> Fix:
    option = "--force-reinstall" if is_removable(owner) else "--ignore-installed"
    return Fix(
        "install",
        "Install it again, then restart the kernel",
        commands=(f'%pip install {option} --no-deps "{owner.name}=={owner.version}"',),
        evidence="It is the version that is recorded as installed.",
    )


RULE = Rule(
    code="KE125",
    name="damaged package",
    lesson=Lesson(
        what="`import tensorflow` or `tf.keras` ends in \"No module named 'keras.api'\", although the keras "
        "version fits.",
        why="Files of the package are missing: an install was interrupted, or another package wrote into the same "
        "folder and was removed. Its record still says that it is installed, so `pip install` does nothing; "
        "`--force-reinstall` does.",
        related=("KE115", "KE112", "KE102"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
)

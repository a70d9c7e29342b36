"""A module for Keras in a package beside it, which is in another place in the release that is installed."""

from __future__ import annotations

import ast
import re
import sys
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure, asked_by_the_user
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import MODULE, NAME, Wanted
from ...diagnosis.resolve.world import World
from ...kernel.distributions import installed_on
from ...kernel.owners import distributions_of
from ...kernel.package_files import homes, modules_called, public_names
from ...source.edits import Edit

_OURS = ("tensorflow", "keras", "tf_keras")
_OF_KERAS = re.compile(r"keras|tensorflow|(?:^|[._])tf(?:$|[._])", re.I)
_SPLIT = {
    "WandbCallback": "WandbMetricsLogger() logs what WandbCallback logged; WandbModelCheckpoint('model.keras') saves "
    "the model.",
}
"""Names that are several others today."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts, wanted = failing.facts_of(failure), failure.wanted
    if facts is None or wanted is None or not isinstance(failure.exception, ImportError):
        return
    asking = [each for each in facts.cell.placed if isinstance(each, ast.ImportFrom) and _asks(each, wanted)]
    module = str(asking[0].module) if asking else ""
    package = module.partition(".")[0]
    if not module or package in _OURS or not asked_by_the_user(failure, package):
        return
    names = {alias.name for statement in asking for alias in statement.names}
    found = _found(module, names)
    if not _OF_KERAS.search(" ".join((module, *names, *found.values()))):
        return
    release = _release(package)
    ways = tuple(_ways(asking, module, names, found, facts, release))
    if ways:
        yield Problem(
            rule="KI170",
            severity=ERROR,
            title=f"{release} has no {module}" if wanted.kind == MODULE else f"{module} has no {wanted.member}",
            cause=f"The package {package} is installed; it has this elsewhere, or no longer. Keras is not the cause.",
            range=facts.cell.range(asking[0]),
            reference=module,
        ).with_ways(ways)


def _asks(statement: ast.ImportFrom, wanted: Wanted) -> bool:
    """Whether an import asks for the module, or the name of a module, that was not found."""
    if not statement.module or statement.level or "." not in statement.module:
        return False
    if wanted.kind == MODULE:
        return statement.module == wanted.member
    return (
        wanted.kind == NAME and statement.module == wanted.owner and wanted.member in [a.name for a in statement.names]
    )


def _found(module: str, names: set[str]) -> dict[str, str]:
    """Where the package has each name today: rather in a module that is called like the old one, and near its top.

    A name that is also for other libraries (WandbCallback) counts only where its module says that it is for Keras.
    """
    package, last = module.partition(".")[0], module.rpartition(".")[2]
    here = [home for home in homes(package, names) if home.module == package or _OF_KERAS.search(".".join(home))]
    here.sort(key=lambda home: (home.module.rpartition(".")[2] != last, home.module.count("."), home.module))
    return {home.name: home.module for home in reversed(here)}


def _ways(
    asking: list[ast.ImportFrom], module: str, names: set[str], found: dict[str, str], facts: CellFacts, release: str
) -> Iterator[Way]:
    package, last = module.partition(".")[0], module.rpartition(".")[2]
    if names <= set(found):
        edits = tuple(Edit(facts.cell.range(each), _rewritten(each, found)) for each in asking)
        modules = sorted(set(found.values()))
        elsewhere = [name for name, home in found.items() if home.rpartition(".")[2] != last]
        yield Proposal(
            f"Import from {' and '.join(modules)}",
            edits,
            f"{release} has {', '.join(sorted(names))} there.",
            f"That {' and '.join(sorted(elsewhere))} there is what you mean is not checked." if elsewhere else "",
        )
        return
    told = [_SPLIT[name] for name in sorted(names) if name in _SPLIT]
    for new in modules_called(package, last)[:1]:
        listed = public_names(package, new)
        if listed:
            yield Fix("manual", " ".join([f"Import {', '.join(listed[:6])} from {new}.", *told]))


def _rewritten(statement: ast.ImportFrom, found: dict[str, str]) -> str:
    """The names of an import from where they are today."""
    lines: dict[str, list[str]] = {}
    for alias in statement.names:
        written = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        lines.setdefault(found[alias.name], []).append(written)
    start = "\n" + " " * statement.col_offset
    return start.join(f"from {module} import {', '.join(names)}" for module, names in lines.items())


def _release(package: str) -> str:
    """wandb 0.31.0"""
    names = distributions_of(package)
    name = package if package in names else names[0] if len(names) == 1 else ""
    version = installed_on(sys.path).version(name) if name else None
    return f"{name} {version}" if version else package


RULE = Rule(
    code="KI170",
    name="module of a package beside Keras that moved",
    lesson=Lesson(
        what="`from wandb.keras import WandbMetricsLogger`, `from livelossplot.keras import PlotLossesCallback`: the "
        "package is installed, and has no such module.",
        why="Packages that work with Keras move their modules, too. The names are mostly still there, in another "
        "module: wandb.integration.keras, livelossplot.inputs.keras.",
        related=("KI165", "KI131"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

"""Environments that are made up: site-packages directories with the metadata of real distributions."""

from __future__ import annotations

import types
from pathlib import Path

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.kernel.stack import MODULES
from kerasmagic.rules import RULES


def put(site: Path, name: str, version: str, *requires: str, package: bool = True) -> None:
    """Install a distribution: its metadata, and a package of its name."""
    stem = name.replace("-", "_")
    info = site / f"{stem}-{version}.dist-info"
    info.mkdir()
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        *(f"Requires-Dist: {r}" for r in requires),
    ]
    (info / "METADATA").write_text("\n".join([*lines, "", "Version: of the description"]), encoding="utf-8")
    (info / "INSTALLER").write_text("pip\n", encoding="utf-8")
    (info / "RECORD").write_text("", encoding="utf-8")
    if package:
        folder = site.joinpath(*MODULES.get(name, stem).split("."))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")


def module(name: str, **contents: object) -> types.ModuleType:
    made = types.ModuleType(name)
    made.__dict__.update(contents)
    return made


def problems(*path: Path, modules=None, **environment):
    """What is said about an environment."""
    snapshot = take_snapshot(list(map(str, path)), modules or {}, {"HOME": "/nowhere", **environment})
    rules = RULES.of_environments()
    return [problem for rule in rules if rule.on_environment for problem in rule.on_environment(snapshot)]


def only(code, *path, **given):
    """The one problem that a rule tells."""
    (found,) = [problem for problem in problems(*path, **given) if problem.rule == code]
    return found


def commands(problem):
    return [command for fix in problem.fixes for command in fix.commands]


def fail(source):
    """Run a cell, and read its failure as the watcher does."""
    namespace: dict = {}
    try:
        exec(compile(source, "<ipython-input-1>", "exec"), namespace)
    except BaseException as error:
        failure, world = Failure(error, source, namespace), KernelWorld(RULES, namespace)
        rules = RULES.of_environments()
        return [problem for rule in rules if rule.on_failure for problem in rule.on_failure(failure, world)]
    raise AssertionError("the cell did not fail")

"""The catalog against the TensorFlow and Keras that are installed here, in both directions."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

import pytest

from kerasmagic.catalog.target import Found, Target

EXCEPTIONS = Path(__file__).with_name("catalog_exceptions.txt")
# A fresh process, so that nothing but the import itself is visible: prints one public dotted name a line.
WALK = """
import importlib, sys, types
root = sys.argv[1]
seen = set()
def is_public(home):
    parts = home.split(".")
    if "_api" in parts or "api" in parts or "_tf_keras" in parts:
        return "src" not in parts
    return parts[0] in ("tensorflow", "keras", "tf_keras") and len(parts) == 2 and parts[1] not in INTERNAL
INTERNAL = ("python", "core", "compiler", "lite", "tools", "dtensor", "tsl", "src", "engine", "_tf_keras", "security")
def walk(module, path):
    for name in sorted(dir(module)):
        if name.startswith("_"):
            continue
        try:
            value = getattr(module, name)
        except Exception:
            continue
        print("NAME", path + "." + name)
        if isinstance(value, types.ModuleType):
            home = getattr(value, "__name__", "")
            if id(value) not in seen and is_public(home):
                seen.add(id(value))
                print("MODULE", path + "." + name)
                walk(value, path + "." + name)
sys.setrecursionlimit(10000)
walk(importlib.import_module(root), root)
"""


def installed(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


@pytest.fixture(scope="module")
def target() -> Target:
    versions = {
        "tensorflow": installed("tensorflow-cpu") or installed("tensorflow"),
        "keras": installed("keras"),
        "tf_keras": installed("tf_keras"),
        "keras_preprocessing": installed("keras_preprocessing"),
    }
    legacy = os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True")
    return Target.from_installed(versions, legacy)


def excused() -> set[str]:
    """Names that may differ; each line of the file is a name, and why it may."""
    lines = EXCEPTIONS.read_text().splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


@pytest.mark.parametrize("root", ["tensorflow", "keras", "tf_keras"])
def test_the_record_is_what_the_kernel_has(target: Target, root: str) -> None:
    if root not in target.releases:
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(root)
        return
    assert target.exact(root), f"{root} {target.asked[root]} is not recorded"
    walked = subprocess.run([sys.executable, "-c", WALK, root], stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = [line.split(" ", 1) for line in walked.splitlines() if line.startswith(("NAME ", "MODULE "))]
    names = {name for kind, name in lines if kind == "NAME"}
    missing = {name for name in names if not isinstance(target.attribute(name, frozenset({root})), Found)}
    recorded = {f"{module}.{member}" for kind, module in lines if kind == "MODULE" for member in target.names(module)}
    invented = {name for name in recorded - names if isinstance(target.attribute(name, frozenset({root})), Found)}
    wrong = (missing | invented) - excused()
    assert len(names) > 500
    assert not wrong, f"{len(missing)} of {len(names)} missing, {len(invented)} invented: {sorted(wrong)[:30]}"


def test_a_module_that_keras_does_not_have_is_missing_there_and_here(target: Target) -> None:
    name = "tensorflow.keras.kerasmagic_no_such_module"
    assert not isinstance(target.import_module(name), (Found, ModuleType))
    with pytest.raises(ImportError):
        importlib.import_module(name)

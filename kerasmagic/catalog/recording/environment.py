"""The environment in which a release is recorded: which one, by the one table, and making it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Sequence

from ..facts import PRODUCTS
from ..store import CatalogError, version_key

TABLE = Path(__file__).with_name("environments.toml")


@dataclass(frozen=True)
class Recipe:
    """What is recorded, and what for that is installed into which Python."""

    product: str
    version: str
    variant: str
    python: str
    packages: tuple[str, ...]
    alone: str = ""
    """What is installed last, and without what it asks for: a Keras beside a TensorFlow that brought another."""
    read: bool = False
    """Whether its source is read, with that of its packages, and nothing is installed."""

    @property
    def requirement(self) -> str:
        return f"{self.product}=={self.version}" + (f",{self.variant}" if self.variant else "")


def recipe(requirement: str) -> Recipe:
    """The recipe for ``tensorflow==2.22.0``, ``tensorflow==2.22.0,legacy``, ``keras==3.15.1`` or ``tf_keras==2.21.0``.

    Raises:
        CatalogError: that is no release.
    """
    match = re.match(r"^([\w-]+)==(\d[\w.]*)(,legacy)?$", requirement.strip())
    product = match.group(1).replace("-", "_") if match else ""
    if match is None or product not in PRODUCTS or (match.group(3) and product != "tensorflow"):
        raise CatalogError(
            f"'{requirement}' is no release: write tensorflow==2.22.0, tensorflow==2.22.0,legacy, keras==3.15.1 or "
            "tf_keras==2.21.0."
        )
    version = match.group(2)
    minor = ".".join(version.split(".")[:2])
    tensorflow, own = version, []
    if product != "tensorflow":
        keras = _row(product, version)
        if keras.get("read"):
            return Recipe(product, version, "", "", tuple(keras.get("beside", ())), f"{product}=={version}", read=True)
        tensorflow = f"{minor}.*" if keras["tensorflow"] == "same" else keras["tensorflow"]
        own = keras.get("pins", [])
    row = _row("tensorflow", tensorflow)
    packages = [f"{row['package']}=={tensorflow}", *row["pins"], *own]
    if match.group(3):
        packages.append(f"tf_keras~={minor}.0")
    alone = "" if product == "tensorflow" else f"{product}=={version}"
    return Recipe(product, version, "legacy" if match.group(3) else "", row["python"], tuple(packages), alone)


@lru_cache(maxsize=None)
def _table() -> dict[str, list[dict[str, Any]]]:
    if sys.version_info < (3, 11):
        raise CatalogError("Recording needs Python 3.11 or newer; the release gets a Python of its own.")
    import tomllib

    table: dict[str, list[dict[str, Any]]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return table


def _row(product: str, version: str) -> dict[str, Any]:
    key = version_key(version)
    for row in _table()[product]:
        if key >= version_key(row["from"]):
            return row
    raise CatalogError(f"{TABLE.name} has no environment for {product}=={version}.")


def make(chosen: Recipe, folder: Path, freeze: Sequence[str] = ()) -> Path:
    """Make the environment.

    Arguments:
        chosen: what to install.
        folder: where.
        freeze: the packages of an earlier record, to have the very same again.

    Returns:
        Its interpreter.
    """
    if shutil.which("uv"):
        run(["uv", "venv", "--quiet", "--seed", "--python", chosen.python, str(folder)])
    elif shutil.which(f"python{chosen.python}"):
        run([f"python{chosen.python}", "-m", "venv", str(folder)])
    else:
        raise CatalogError(f"This release needs Python {chosen.python}; install it, or uv, which brings it.")
    interpreter = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if freeze:
        _install(interpreter, ["--no-deps", *freeze])
    else:
        _install(interpreter, chosen.packages)
        if chosen.alone:
            _install(interpreter, ["--no-deps", chosen.alone])
    return interpreter


def _install(interpreter: Path, wanted: Sequence[str]) -> None:
    if shutil.which("uv"):
        run(["uv", "pip", "install", "--quiet", "--python", str(interpreter), *wanted])
    else:
        run([str(interpreter), "-m", "pip", "install", "--quiet", *wanted])


def frozen(interpreter: Path) -> list[str]:
    """Everything that is installed: ``["absl-py==2.3.1", …]``."""
    listed = run([str(interpreter), "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"])
    return sorted(line for line in listed.splitlines() if "==" in line)


def wheels(python: str, package: str, folder: Path) -> dict[str, str]:
    """The name and the hash of a package's wheel, as this Python's pip reports what it would install into that one: the
    pip of an old Python reports nothing."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps", "--ignore-installed"]
    run([*command, "--python-version", python, "--target", str(folder), "--report", str(report), package])
    found = (item["download_info"] for item in json.loads(report.read_text())["install"])
    return {each["url"].rpartition("/")[2]: each["archive_info"]["hashes"]["sha256"] for each in found}


def run(command: Sequence[str], environment: dict[str, str] | None = None, folder: Path | None = None) -> str:
    """Run a program, and give what it says.

    Raises:
        CatalogError: it fails; the message has its last lines.
    """
    done = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-5:])
        raise CatalogError(f"'{' '.join(command[:4])} …' failed with status {done.returncode}:\n{last}")
    return done.stdout

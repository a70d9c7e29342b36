"""Recording a release: a throw-away environment, the probe in it, and its answer merged into the catalog."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, Sequence

from .facts import PRODUCTS, facts_of
from .store import PATH, CatalogError, merge, version_key

PROBE = Path(__file__).with_name("probe.py")
# What is imported and described together with a product.
ROOTS = {"tensorflow": ("tensorflow", "tensorflow_estimator")}
# (first TensorFlow release, Python that its wheels are made for, what newer packages it does not survive)
_OLD = ("protobuf<3.20", "h5py<3", "numpy<1.20")
_NEEDS: tuple[tuple[tuple[int, ...], str, tuple[str, ...]], ...] = (
    ((2, 20), "3.12", ()),
    ((2, 16), "3.11", ()),
    ((2, 12), "3.11", ()),
    ((2, 8), "3.10", ("protobuf<3.21", "numpy<1.24")),
    ((2, 5), "3.9", ("protobuf<3.21", "numpy<1.24")),
    ((2, 2), "3.8", _OLD),
    ((1, 15), "3.7", _OLD),
)
# A TensorFlow in which a Keras of its own works: (first Keras release, TensorFlow).
_PARTNERS: tuple[tuple[tuple[int, ...], str], ...] = (
    ((3, 0), "2.16.2"),
    ((2, 6), ""),  # the TensorFlow of the same minor release
    ((2, 4), "2.3.4"),
    ((0,), "1.15.5"),
)


def record(requirement: str, path: Path = PATH, legacy: bool = False) -> str:
    """Record one release, in the place of an earlier record of it.

    Arguments:
        requirement: ``tensorflow==2.22.0``, ``keras==3.15.1`` or ``tf_keras==2.21.0``.
        path: the catalog's file.
        legacy: record TensorFlow as it is under TF_USE_LEGACY_KERAS=1, with tf_keras installed.

    Returns:
        One sentence about what was recorded.

    Raises:
        CatalogError: the requirement is none, or the release cannot be installed or probed here.
    """
    match = re.match(r"^([\w-]+)==([\w.]+)$", requirement.strip())
    product = match.group(1).replace("-", "_") if match else ""
    if match is None or product not in PRODUCTS:
        raise CatalogError(
            f"'{requirement}' is no release: write tensorflow==2.22.0, keras==3.15.1 or tf_keras==2.21.0."
        )
    version = match.group(2)
    tensorflow = version if product == "tensorflow" else _partner(product, version)
    python, pins = next((python, pins) for first, python, pins in _NEEDS if version_key(tensorflow) >= first)
    wanted = [f"tensorflow=={tensorflow}", *pins]
    if legacy:
        wanted.append("tf_keras~=" + ".".join(tensorflow.split(".")[:2]) + ".0")
    with tempfile.TemporaryDirectory() as folder:
        interpreter = _environment(Path(folder) / "environment", python, wanted)
        if product != "tensorflow":
            _install(interpreter, ["--no-deps", f"{product}=={version}"])
        result = _probe(interpreter, Path(folder), ROOTS.get(product, (product,)), legacy)
        provenance = _provenance(interpreter, Path(folder), product, version, result["python"])
    variant = "legacy" if legacy else ""
    merge(path, product, version, variant, json.dumps(provenance, sort_keys=True), facts_of(result, product))
    return f"{product} {version}{' (legacy)' if legacy else ''}: {len(result['modules'])} modules recorded."


def _partner(product: str, version: str) -> str:
    if product in ("keras_preprocessing", "keras_applications"):
        return "1.15.5"
    if product == "tf_keras":
        return ".".join(version.split(".")[:2]) + ".*"
    partner = next(partner for first, partner in _PARTNERS if version_key(version) >= first)
    return partner or ".".join(version.split(".")[:2]) + ".*"


def _environment(folder: Path, python: str, wanted: Sequence[str]) -> Path:
    """A new environment with the right Python; uv makes it in seconds, and finds or fetches the Python."""
    if shutil.which("uv"):
        _run(["uv", "venv", "--quiet", "--seed", "--python", python, str(folder)])
    elif shutil.which(f"python{python}"):
        _run([f"python{python}", "-m", "venv", str(folder)])
    else:
        raise CatalogError(f"Recording this release needs Python {python}; install it, or uv, which brings it.")
    interpreter = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    _install(interpreter, wanted)
    return interpreter


def _install(interpreter: Path, wanted: Sequence[str]) -> None:
    if shutil.which("uv"):
        _run(["uv", "pip", "install", "--quiet", "--python", str(interpreter), *wanted])
    else:
        _run([str(interpreter), "-m", "pip", "install", "--quiet", *wanted])


def _probe(interpreter: Path, folder: Path, roots: Sequence[str], legacy: bool) -> dict[str, Any]:
    output = folder / "record.json"
    settings = {"KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment = {**os.environ, **settings, "PYTHONHASHSEED": "0"}
    environment.pop("PYTHONPATH", None)
    environment.pop("TF_USE_LEGACY_KERAS", None)
    if legacy:
        environment["TF_USE_LEGACY_KERAS"] = "1"
    _run([str(interpreter), str(PROBE), str(output), *roots], environment, str(folder))
    result: dict[str, Any] = json.loads(output.read_text())
    return result


def _provenance(interpreter: Path, folder: Path, product: str, version: str, python: str) -> dict[str, Any]:
    """The wheel's name and hash, as the environment's own pip reports what it would install."""
    report = folder / "report.json"
    command = [str(interpreter), "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps", "--ignore-installed"]
    _run([*command, "--report", str(report), f"{product}=={version}"])
    wheels = {}
    for item in json.loads(report.read_text())["install"]:
        download = item["download_info"]
        wheels[download["url"].rpartition("/")[2]] = download["archive_info"]["hashes"]["sha256"]
    return {"wheels": wheels, "python": python, "date": date.today().isoformat(), "method": "introspection"}


def _run(command: list[str], environment: dict[str, str] | None = None, folder: str | None = None) -> None:
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


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m kerasmagic.catalog record REQUIREMENT …`` and ``… list``."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m kerasmagic.catalog", description="The record of releases.")
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="install a release in a throw-away environment and record it")
    recording.add_argument("requirement", nargs="+", help="tensorflow==2.22.0")
    recording.add_argument("--legacy", action="store_true", help="TensorFlow under TF_USE_LEGACY_KERAS=1")
    commands.add_parser("list", help="recorded releases with their provenance")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "list":
            _list()
        else:
            for requirement in chosen.requirement:
                print(record(requirement, legacy=chosen.legacy))
    except CatalogError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _list() -> None:
    from .reader import catalog

    for _, product, version, variant, provenance in catalog().releases:
        facts = json.loads(provenance)
        origin = (facts["method"], facts.get("date", "-"), ", ".join(facts.get("wheels", ())) or "-")
        print(f"{product}=={version} {variant or '-'} Python {facts['python']} {' '.join(origin)}")

"""Recording the routes of a release: in an environment made for it and thrown away."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .history import RECORD, minor_of, pack, releases, unpack_to_dicts
from .namespaces import find_namespaces, optimizer_names
from .routes import measure_routes


def measure_here() -> dict[str, Any]:
    """Import all Keras packages that are installed, and measure every optimizer: what is stored of a release."""
    packages = {}
    for name in ("tensorflow", "keras", "tf_keras"):
        try:
            packages[name] = importlib.import_module(name).__version__
        except ImportError:
            continue
    spaces = find_namespaces()
    names = optimizer_names(spaces).values()
    return {"packages": packages, "optimizers": {name: measure_routes(name, None, spaces).to_dict() for name in names}}


def record(requirement: str) -> None:
    """Measure a release and add it to the record.

    Arguments:
        requirement: ``tensorflow==2.15.1``; with ``,legacy`` also tf_keras is installed and TF_USE_LEGACY_KERAS=1 set.

    Raises:
        subprocess.CalledProcessError: the environment cannot be made, or TensorFlow cannot be imported in it.
    """
    version, legacy = requirement.split(",")[0].partition("==")[2], requirement.endswith(",legacy")
    major, minor = minor_of(version)
    packages = [f"tensorflow-cpu=={version}", *_companions(minor)]
    if legacy:
        packages.append(f"tf_keras=={major}.{minor}.*")
    directory = Path(tempfile.mkdtemp(prefix="kerasmagic-record-"))
    try:
        subprocess.run(["uv", "venv", "--quiet", "--python", _python(minor), str(directory / "env")], check=True)
        python = str(directory / "env" / "bin" / "python")
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", python, *packages], check=True)
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TF_CPP_MIN_LOG_LEVEL": "3"}
        environment["TF_USE_LEGACY_KERAS"] = "1" if legacy else "0"
        command = [python, "-m", "kerasmagic.optimizers", "measure"]
        measured = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE).stdout
    finally:
        shutil.rmtree(directory)
    store({requirement: json.loads(measured.decode().splitlines()[-1])})


def store(entries: dict[str, dict[str, Any]]) -> None:
    """Add measured releases to the record, in the place of older measurements of the same."""
    merged = {**unpack_to_dicts(), **entries}
    RECORD.write_text(json.dumps(pack(merged), separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    releases.cache_clear()


def _python(minor: int) -> str:
    """The newest Python that a TensorFlow 2 minor release has wheels for and that runs it."""
    for last, python in ((4, "3.8"), (7, "3.9"), (11, "3.10"), (19, "3.11"), (21, "3.12")):
        if minor <= last:
            return python
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _companions(minor: int) -> list[str]:
    """What the metadata of old releases leaves open, and what they need to be imported today."""
    numpy = "numpy<1.24" if minor <= 10 else "numpy<2" if minor <= 17 else "numpy"
    return [numpy, "protobuf<3.21", "setuptools<81"] if minor <= 11 else [numpy, "setuptools<81"]

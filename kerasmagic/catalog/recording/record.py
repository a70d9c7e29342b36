"""One release: installed into an environment of its own, looked at, and thrown away; or read from its source."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Sequence

from ..facts import facts_of
from ..store import READ, TABLES, Fact, Facts, Release, Releases, version_key
from .environment import Recipe, frozen, make, run, wheels
from .sources import fetch

PROBE = Path(__file__).with_name("probe.py")
# What reads a release that is not installed.
_READERS = tuple(Path(__file__).with_name(name) for name in ("reading.py", "namespaces.py", "values.py", "probe.py"))
# What is imported and described together with a product.
_ROOTS = {"tensorflow": ("tensorflow", "tensorflow_estimator")}
# From here on a release's Python runs the code that measures optimizers.
_OPTIMIZERS_FROM = (2, 4)
_SETTINGS = {
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONHASHSEED": "0",
}
_KERAS_JSON = {
    "floatx": "float32",
    "epsilon": 1e-07,
    "backend": "tensorflow",
    "image_data_format": "channels_last",
}


@dataclass(frozen=True)
class Recorded:
    """One release, and all that holds in it."""

    release: Release
    facts: frozenset[tuple[str, Fact]]


def record(chosen: Recipe, freeze: Sequence[str] = ()) -> Recorded:
    """Record one release; see :func:`..environment.make` for the arguments.

    Raises:
        CatalogError: the release cannot be installed or looked at here.
    """
    if chosen.read:
        return _read(chosen)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        interpreter = make(chosen, folder / "environment", freeze)
        found = _look(interpreter, chosen, folder)
        facts = set(facts_of(found, chosen.product))
        provenance = {
            "method": "introspection",
            "python": found["python"],
            "probe": probe_hash(),
            "wheels": wheels(chosen.python, chosen.alone or chosen.packages[0], folder),
            "freeze": frozen(interpreter),
        }
        if chosen.product == "tensorflow" and version_key(chosen.version) >= _OPTIMIZERS_FROM:
            measured = _measure_optimizers(interpreter, chosen, folder)
            provenance["packages"] = measured["packages"]
            facts.update(_optimizer_facts(measured))
    return Recorded(Release(chosen.product, chosen.version, chosen.variant, provenance), frozenset(facts))


def _read(chosen: Recipe) -> Recorded:
    from .reading import read  # Python 3.11, like all recording; this file is imported in older ones, too

    packages = sorted((chosen.alone, *chosen.packages))
    with tempfile.TemporaryDirectory() as name:
        sources = [fetch(package, Path(name, str(place))) for place, package in enumerate(packages)]
        folders = {root: source.folder for source in sources for root in source.packages}
        found = read(folders, chosen.product)
    own = sources[packages.index(chosen.alone)]
    provenance = {
        "method": READ,
        "python": found["python"],
        "probe": probe_hash(read=True),
        "wheels": {own.file: own.hash},
        "freeze": packages,
    }
    facts = frozenset(facts_of(found, chosen.product))
    return Recorded(Release(chosen.product, chosen.version, chosen.variant, provenance), facts)


def probe_hash(read: bool = False) -> str:
    """Which probe it was, or which reader."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in (_READERS if read else (PROBE,)))).hexdigest()


def _look(interpreter: Path, chosen: Recipe, folder: Path) -> dict[str, Any]:
    output = folder / "record.json"
    roots = _ROOTS.get(chosen.product, (chosen.product,))
    run([str(interpreter), str(PROBE), str(output), *roots], _environment(chosen, folder), folder)
    found: dict[str, Any] = json.loads(output.read_text())
    return found


def _measure_optimizers(interpreter: Path, chosen: Recipe, folder: Path) -> dict[str, Any]:
    """The routes of every optimizer, measured by the code that measures a user's kernel."""
    output = folder / "optimizers.json"
    environment = {**_environment(chosen, folder), "PYTHONPATH": str(Path(__file__).parents[3])}
    run([str(interpreter), "-m", "kerasmagic.optimizers", "measure", str(output)], environment, folder)
    measured: dict[str, Any] = json.loads(output.read_text())
    return measured


def _environment(chosen: Recipe, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TF_", "KERAS_"))}
    legacy = {"TF_USE_LEGACY_KERAS": "1"} if chosen.variant else {}
    # Keras reads its settings in the user's folder, where its first import leaves them.
    settings = folder / ".keras" / "keras.json"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(json.dumps(_KERAS_JSON), encoding="utf-8")
    return {**kept, **_SETTINGS, **legacy, "HOME": str(folder)}


def _optimizer_facts(measured: dict[str, Any]) -> Iterator[tuple[str, Fact]]:
    for name, routes in measured["optimizers"].items():
        for route in routes["routes"]:
            yield "route", (name, *route.values())
        for each in routes["classes"].values():
            parameters = (f"{key}={default}" if default else key for key, default in each["parameters"].items())
            described = (each["name"], each["family"], each["distribution"], each["file"])
            yield "optimizer", (*described, "\n".join(parameters), int(each["open"]))


# One release among all.


def place_of(releases: Releases, chosen: Recipe) -> int | None:
    """The bit of a release; None where it is not recorded."""
    wanted = (chosen.product, chosen.version, chosen.variant)
    return next((bit for bit, release in enumerate(releases) if release[:3] == wanted), None)


def facts_in(facts: Facts, bit: int) -> frozenset[tuple[str, Fact]]:
    """All that holds in one release."""
    return frozenset((table, fact) for table, rows in facts.items() for fact, bits in rows.items() if bits >> bit & 1)


def put(releases: Releases, facts: Facts, new: Recorded) -> tuple[Releases, Facts]:
    """The record with one release more, in the place of what was recorded of it before."""
    identity = new.release[:3]
    kept = [(bit, release) for bit, release in enumerate(releases) if release[:3] != identity]
    ordered = sorted([*kept, (-1, new.release)], key=lambda item: item[1].order)
    moved = {old: place for place, (old, _) in enumerate(ordered)}
    known: dict[int, int] = {}

    def renumbered(bits: int) -> int:
        if bits not in known:
            known[bits] = sum(1 << place for old, place in moved.items() if old >= 0 and bits >> old & 1)
        return known[bits]

    result: Facts = {table: {fact: renumbered(bits) for fact, bits in facts[table].items()} for table in TABLES}
    for table, fact in new.facts:
        result[table][fact] = result[table].get(fact, 0) | 1 << moved[-1]
    return [release for _, release in ordered], result

"""``python -m kerasmagic.catalog``: record releases, check what is recorded, see what is there and what is missing."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Iterator, Sequence

from .. import reader
from ..building import build
from ..store import PATH, CatalogError, version_key
from ..text import FOLDER, read_text, write_text
from .compare import difference
from .environment import recipe, run
from .record import facts_in, place_of, probe_hash, put, record


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m kerasmagic.catalog", description="The record of releases.")
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser(
        "record", help="install each release in an environment of its own (or read its source), and record it"
    )
    recording.add_argument("release", nargs="+", help="tensorflow==2.22.0, tensorflow==2.22.0,legacy, keras==3.16.0")
    checking = commands.add_parser("check", help="record again, with the packages of the record, and compare")
    checking.add_argument("release", nargs="+", help="as for record; exit status 1 if anything differs")
    commands.add_parser("list", help="what is recorded, and where each record is from")
    commands.add_parser("missing", help="what the package index has and the record has not")
    commands.add_parser("build", help="build the catalog's file from the record's text")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "record":
            return _record(chosen.release)
        if chosen.command == "check":
            return _check(chosen.release)
        if chosen.command == "build":
            _need_text()
            build(PATH)
        else:
            print("\n".join(_list() if chosen.command == "list" else _missing()))
    except CatalogError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _need_text() -> None:
    if not FOLDER.is_dir():
        raise CatalogError("The record is kept in the repository of kerasmagic: run this in a clone of it.")


def _record(requirements: Sequence[str]) -> int:
    recipes = [recipe(requirement) for requirement in requirements]
    _need_text()
    failed = 0
    for chosen in recipes:
        try:
            new = record(chosen)
        except CatalogError as error:
            print(f"{chosen.requirement}: {error}", file=sys.stderr)
            failed += 1
            continue
        releases, facts = read_text()
        write_text(*put(releases, facts, new))
        print(f"{chosen.requirement}: {len(new.facts)} facts recorded.", flush=True)
    build(PATH)
    return int(failed > 0)


def _check(requirements: Sequence[str]) -> int:
    recipes = [recipe(requirement) for requirement in requirements]
    _need_text()
    releases, facts = read_text()
    different = False
    for chosen in recipes:
        bit = place_of(releases, chosen)
        if bit is None:
            raise CatalogError(f"{chosen.requirement} is not recorded.")
        before = releases[bit].provenance
        new = record(chosen, before["freeze"])
        lines = list(difference(facts_in(facts, bit), new.facts))
        different |= bool(lines)
        print("\n".join([f"{chosen.requirement}: {'different' if lines else 'the same'}", *lines]), flush=True)
        if before["probe"] != probe_hash(chosen.read):
            print("It was recorded with another probe.")
    return int(different)


def _list() -> Iterator[str]:
    for _, product, version, variant in reader.catalog().releases:
        facts = reader.provenance(product, version, variant)
        name = f"{product}=={version}" + (f",{variant}" if variant else "")
        made = f"{facts['method']}, probe {facts['probe'][:8]}"
        yield f"{name:28} Python {facts['python']:8} {made}: {', '.join(facts['wheels'])}"


def _missing() -> Iterator[str]:
    """Every release of Keras 3, and of all else the last patch of each minor release since the first one recorded."""
    recorded = reader.releases()
    for product in ("tensorflow", "keras", "tf_keras"):
        known = recorded[product]
        newest: dict[tuple[int, ...], str] = {}
        for version in sorted(_on_index(product), key=version_key):
            key = version_key(version)
            if key > version_key(known[0]):
                newest[key if product == "keras" and key >= (3,) else key[:2]] = version
        yield from (f"{product}=={version}" for version in newest.values() if version not in known)


def _on_index(product: str) -> list[str]:
    """The final releases that pip can see for the Python it runs in."""
    command = [sys.executable, "-m", "pip", "index", "versions", "--disable-pip-version-check"]
    said = run([*command, product.replace("_", "-")])
    listed = re.search(r"^Available versions: (.*)$", said, re.M)
    return re.findall(r"(?<![\w.])\d+(?:\.\d+)*(?:\.post\d+)?(?![\w.])", listed.group(1)) if listed else []

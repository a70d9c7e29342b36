"""What a program itself decides about the releases that it runs on: its settings, and its installs.

``os.environ["TF_USE_LEGACY_KERAS"] = "1"`` at the top makes tf.keras the package tf_keras, for every target from
TensorFlow 2.15 on. ``%pip install tensorflow==2.8`` is the program's own target, unless another one is named.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Iterator, NamedTuple, Sequence

from ..catalog import releases
from ..catalog.store import CatalogError, version_key
from ..catalog.target import Target
from ..diagnosis.model.problem import Problem
from ..kernel.settings import FIRST_LEGACY_RELEASE, LEGACY_VALUES
from ..kernel.stack import MODULES, normalize
from ..source.bindings import Bindings
from ..source.cell import read_cell
from ..source.reference import Reference
from ..source.references import find_references
from .document import Passage
from .targets import INSTALLED, target
from .trouble import chosen_by_program

_MENTIONED = re.compile(r"TF_USE_LEGACY_KERAS|\binstall\b")
_LEGACY = "TF_USE_LEGACY_KERAS"
_PRODUCTS = ("tensorflow", "keras", "tf_keras")


class Setup(NamedTuple):
    """What of it concerns TensorFlow and Keras."""

    legacy: tuple[int | None, Reference] | None = None
    """The cell and the statement that make tf.keras tf_keras."""
    installs: tuple[tuple[int | None, Reference], ...] = ()
    """The requirements of TensorFlow, Keras and tf_keras, in the order of the program."""


def setup_of(passages: Sequence[Passage]) -> Setup:
    """Read it, from the passages that have something of the kind in them."""
    if not any(_MENTIONED.search(passage.text) for passage in passages):
        return Setup()
    bindings = Bindings()
    legacy: tuple[int | None, Reference] | None = None
    installs: list[tuple[int | None, Reference]] = []
    has_keras = False
    for passage in passages:
        for reference in find_references(read_cell(passage.text), bindings):
            if reference.guarded:
                continue
            if reference.kind == "install" and _product(reference.name):
                installs.append((passage.cell, reference))
            elif reference.kind == "setting" and reference.name == _LEGACY and not has_keras:
                legacy = (passage.cell, reference) if reference.value in LEGACY_VALUES else None
            has_keras = has_keras or (reference.name + ".").startswith("tensorflow.keras.")
    return Setup(legacy, tuple(installs))


def own_target(setup: Setup, name: str) -> tuple[Target, list[tuple[int | None, Problem]]]:
    """What a program finds when it is checked for the target of this name, and notes on what it changes itself.

    Raises:
        catalog.CatalogError: there is no record of the target.
    """
    here = target(name)
    notes: list[tuple[int | None, Problem]] = []
    if name == INSTALLED and setup.installs:
        here, notes = _installed(here, setup)
    tensorflow = here.releases.get("tensorflow", "")
    minor = version_key(tensorflow)[:2] if tensorflow else ()
    if setup.legacy and minor >= FIRST_LEGACY_RELEASE and not here.legacy:
        here = replace(here, legacy=True, releases=_with_tf_keras(here))
        cell, reference = setup.legacy
        sentence = f"{_LEGACY} is set here, so tf.keras is tf_keras {here.releases.get('tf_keras', '')}"
        notes.append((cell, chosen_by_program(sentence, reference)))
    elif "tf_keras" in map(_product, (reference.name for _, reference in setup.installs)) and minor >= (2, 14):
        here = replace(here, releases=_with_tf_keras(here))
    return here, notes


def _with_tf_keras(here: Target) -> dict[str, str]:
    """The releases with the tf_keras of TensorFlow's minor release, where there is none yet."""
    minor = version_key(here.releases.get("tensorflow", "0"))[:2]
    fitting = [each for each in releases().get("tf_keras", ()) if version_key(each)[:2] == minor]
    found = dict(here.releases)
    if fitting:
        found.setdefault("tf_keras", fitting[-1])
    return found


def _installed(here: Target, setup: Setup) -> tuple[Target, list[tuple[int | None, Problem]]]:
    """The target after the installs, which each take place on top of what is there."""
    done: list[tuple[int | None, Reference]] = []
    for cell, reference in setup.installs:
        product = _product(reference.name)
        version = _version(reference.name, product, here.releases.get(product))
        if version is None or version == here.releases.get(product):
            continue
        try:
            brings = Target.parse(f"tensorflow=={version}").releases if product == "tensorflow" else {}
            new = Target.from_installed({**here.releases, **brings, product: version}, here.legacy)
        except CatalogError:
            continue
        here = new
        done.append((cell, reference))
    names = " and ".join(reference.name for _, reference in done)
    told = f"The program installs {names}, so it is checked for {here.name}"
    return here, [(cell, chosen_by_program(told, reference)) for cell, reference in done[:1]]


@lru_cache(maxsize=1024)
def _product(requirement: str) -> str:
    """Which of the packages a requirement is about; empty for any other."""
    named = re.match(r"[\w.-]+", requirement)
    module = MODULES.get(normalize(named.group()), "") if named else ""
    return module if module in _PRODUCTS else ""


def _version(requirement: str, product: str, present: str | None) -> str | None:
    """The release that pip would choose; None where the one that is there will do, or no release is known to fit."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        wanted = Requirement(requirement).specifier
    except InvalidRequirement:
        return None
    if present and wanted.contains(present, prereleases=True):
        return None
    exact = [each.version for each in wanted if each.operator == "==" and "*" not in each.version]
    recorded: Iterator[str] = (
        each for each in reversed(releases().get(product, ())) if wanted.contains(each, prereleases=True)
    )
    return exact[0] if exact else next(recorded, None)

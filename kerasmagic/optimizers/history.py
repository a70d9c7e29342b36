"""When was ``"adam"`` what? The routes as they were measured in a kernel of every TensorFlow minor release.

They are part of each TensorFlow release's record, and measured there by the code that measures this kernel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import ModuleType
from typing import Mapping, NamedTuple

from ..catalog import reader
from .classes import OptimizerClass
from .namespaces import SPACES
from .routes import KINDS, Route, Routes


@dataclass(frozen=True)
class Release:
    """One recorded kernel."""

    name: str
    """``tensorflow==2.15.1``, with ``,legacy`` where TF_USE_LEGACY_KERAS=1 was set and tf_keras installed."""
    packages: Mapping[str, str]
    """What was loaded: ``{"tensorflow": "2.15.1", "keras": "2.15.0"}``."""
    bits: int
    """Which record of the catalog it is."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        return reader.optimizers(self.bits)

    @property
    def minor(self) -> tuple[int, int]:
        return minor_of(self.packages["tensorflow"])

    @property
    def legacy(self) -> bool:
        return self.name.endswith(",legacy")

    def routes(self, name: str) -> Routes:
        """The routes of one optimizer, by class name.

        Raises:
            KeyError: this release has no such optimizer.
        """
        if name not in self.names:
            raise KeyError(name)
        routes = sorted((Route(*described) for described in reader.routes(name, self.bits)), key=_order)
        found = (reader.optimizer_class(route.result, self.bits) for route in routes if route.result)
        classes = (_class(row) for row in found if row is not None)
        return Routes(name, tuple(routes), {each.name: each for each in classes})


def _order(route: Route) -> tuple[int, int]:
    """Where a route stands among the others, as they are measured."""
    return SPACES.index(route.namespace), KINDS.index(route.kind)


def _class(row: reader.Described) -> OptimizerClass:
    name, family, distribution, file, parameters, is_open = row
    return OptimizerClass(name, family, distribution, file, _parameters(parameters), bool(is_open))


def _parameters(lines: str) -> tuple[tuple[str, str], ...]:
    parts = (line.partition("=") for line in filter(None, lines.split("\n")))
    return tuple((name, default) for name, _, default in parts)


@lru_cache(maxsize=1)
def releases() -> tuple[Release, ...]:
    """All that is recorded, oldest first."""
    found = []
    for bit, product, version, variant in reader.catalog().releases:
        packages = reader.provenance(product, version, variant).get("packages") if product == "tensorflow" else None
        if packages:
            found.append(Release(f"{product}=={version}" + (f",{variant}" if variant else ""), packages, 1 << bit))
    return tuple(sorted(found, key=lambda release: (release.minor, release.legacy)))


def find_release(target: str) -> Release:
    """The record of a target's TensorFlow minor release.

    Arguments:
        target: ``tensorflow==2.15.1``, ``2.15``, ``tensorflow==2.16.2,legacy``.

    Raises:
        ValueError: nothing is recorded of it; the message lists what is.
    """
    version = re.search(r"(\d+)\.(\d+)", target.split(",keras")[0])
    wanted = (int(version[1]), int(version[2])) if version else None
    legacy = "legacy" in target
    for release in releases():
        if release.minor == wanted and release.legacy == legacy:
            return release
    raise ValueError(f"No kernel was recorded for {target!r}; there are: {', '.join(r.name for r in releases())}.")


def this_release() -> Release | None:
    """The record of the TensorFlow that is installed here (or the nearest minor), or None without TensorFlow."""
    version = _installed_tensorflow()
    if version is None:
        return None
    from ..kernel.settings import legacy_keras

    minor = minor_of(version)
    known = [release for release in releases() if not release.legacy]
    nearest = min(known, key=lambda release: (abs(release.minor[0] - minor[0]), abs(release.minor[1] - minor[1])))
    if legacy_keras():
        return next((r for r in releases() if r.legacy and r.minor == nearest.minor), nearest)
    return nearest


def minor_of(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


class Span(NamedTuple):
    """A stretch of releases in which a route ended the same way."""

    first: tuple[int, int]
    last: tuple[int, int]
    outcome: str
    """A family (``legacy``, ``Keras 2 new``, ``Keras 3``, …), ``raises`` or ``-`` where there is no such route."""
    detail: str
    """The qualified class, or the error."""


def timeline(name: str, legacy: bool = False) -> dict[str, tuple[Span, ...]]:
    """How each route of an optimizer ended from release to release: route, as it is written, to its spans.

    Arguments:
        name: the class name, ``Adam``.
        legacy: kernels with TF_USE_LEGACY_KERAS=1, where there are any.
    """
    rows: dict[str, list[Span]] = {}
    chosen = [release for release in releases() if release.legacy == legacy]
    for release in chosen:
        if name not in release.names:
            continue
        measured = release.routes(name)
        for route in measured.routes:
            if route.condition:
                continue
            outcome = measured.classes[route.result].family if route.result else "raises"
            spans = rows.setdefault(route.code, [])
            detail = route.result or route.error
            earlier = chosen[chosen.index(release) - 1].minor
            if spans and spans[-1].outcome == outcome and spans[-1].last == earlier:
                spans[-1] = Span(spans[-1].first, release.minor, outcome, detail)
            else:
                spans.append(Span(release.minor, release.minor, outcome, detail))
    return {code: tuple(spans) for code, spans in rows.items()}


def _installed_tensorflow() -> str | None:
    import sys

    module = sys.modules.get("tensorflow")
    loaded = vars(module).get("__version__") if isinstance(module, ModuleType) else None
    if isinstance(loaded, str):
        return loaded
    from ..kernel.distributions import installed

    for name in ("tensorflow", "tensorflow-cpu", "tf-nightly"):
        found = installed(name)
        if found is not None:
            return found.version
    return None

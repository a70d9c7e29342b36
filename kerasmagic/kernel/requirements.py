"""Which requirements inside the stack are not met, and which versions would meet all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from .distributions import Distribution, Installed
from .measured import unstated_requirements
from .release import release
from .stack import VARIANTS, module_of, names_of, normalize, variants

if TYPE_CHECKING:
    from packaging.requirements import Requirement

# TensorFlow lists these, and runs without them; distributors such as conda leave them out.
_DISPENSABLE = frozenset({"libclang", "tensorflow-io-gcs-filesystem", "wheel", "setuptools"})


class Unmet(NamedTuple):
    """One requirement that what is installed does not meet."""

    by: str
    """The distribution that asks: ``tensorflow``."""
    by_version: str
    requirement: str
    """``keras<2.16,>=2.15.0``."""
    name: str
    """The distribution that is asked for; where a variant stands in for it, the variant."""
    version: str
    """What is installed of it; empty: nothing."""
    stated: bool
    """From the metadata; False: measured, its metadata does not say so."""

    @property
    def sentence(self) -> str:
        """In the words of ``pip check``."""
        wanted = _without_exclusions(self.requirement, self.version)
        if not self.version:
            return f"{self.by} {self.by_version} requires {wanted}, which is not installed."
        if not self.stated:
            return (
                f"{self.by} {self.by_version} needs {wanted} (measured, its metadata does not say so), "
                f"but you have {self.name} {self.version}."
            )
        return f"{self.by} {self.by_version} has requirement {wanted}, but you have {self.name} {self.version}."


def _without_exclusions(requirement: str, version: str) -> str:
    """A requirement by its bounds, and without the single releases that it excludes: ``protobuf<5,>=3.20.3``. The
    installed release stays, if it is one of them."""
    found = re.match(r"([\w.-]+)(.*)", requirement)
    if found is None:
        return requirement
    kept = [
        each for each in found[2].split(",") if not each.startswith("!=") or version.startswith(each[2:].rstrip("*"))
    ]
    return found[1] + ",".join(kept)


@lru_cache(maxsize=1)
def unmet_requirements(installed: Installed) -> tuple[Unmet, ...]:
    """Every requirement of a distribution of the stack that is not met, and of what is imported with TensorFlow and
    Keras the versions that do not fit.

    Of two variants of one package only the first is asked: what the other wants is no fault of the others.
    """
    stack = tuple(distribution for distribution in installed.stack() if _asks(distribution, installed))
    found = [unmet for distribution in stack for unmet in _unmet(distribution, installed)]
    beside = [each for each in imported_with_keras(installed) if each not in stack]
    return (*found, *(unmet for each in beside for unmet in _unmet(each, installed) if unmet.version))


def unmet_by(modules: Iterable[str], installed: Installed) -> tuple[Unmet, ...]:
    """What the distributions that bring these top-level modules ask for in vain, whether they belong to the stack or
    not."""
    asking = filter(None, (distribution_of(module, installed) for module in dict.fromkeys(modules)))
    return tuple(unmet for each in asking if _asks(each, installed) for unmet in _unmet(each, installed))


_USED_IF_THERE = ("matplotlib", "opencv-python", "opencv-python-headless", "pandas", "pillow", "scikit-learn", "scipy")
"""What Keras imports where it is installed. One that cannot be imported for another reason than that it is not there
stops Keras, which expects an ImportError only."""


def imported_with_keras(installed: Installed) -> tuple[Distribution, ...]:
    """The distributions that TensorFlow and Keras ask for, those that these ask for, and so on; and what Keras uses
    where it is there."""
    waiting = [*(each for group in VARIANTS for each in [installed.first(group)]), *map(installed.get, _USED_IF_THERE)]
    found: dict[str, Distribution] = {}
    while waiting:
        distribution = waiting.pop(0)
        if distribution is not None and distribution.name not in found:
            found[distribution.name] = distribution
            waiting += [installed.get(requirement.name) for requirement, _ in _requirements(distribution)]
    return tuple(found.values())


def distribution_of(module: str, installed: Installed) -> Distribution | None:
    """The distribution that brings a top-level module, as far as its name tells."""
    return installed.first(names_of(module))


def lacking(module: str, installed: Installed) -> tuple[Unmet, ...]:
    """Who asks for a module that is not installed, of the packages that are made for TensorFlow or Keras, whether they
    belong to the stack or not. Reads every METADATA.

    Arguments:
        module: a top-level module, ``skimage``.
    """
    asking = (
        distribution
        for distribution in installed.all()
        if any(_MADE_FOR.match(normalize(text)) for text in (distribution.name, *distribution.requires))
    )
    unmet = (each for distribution in asking for each in _unmet(distribution, installed))
    return tuple(each for each in unmet if not each.version and module_of(each.name).partition(".")[0] == module)


_MADE_FOR = re.compile(r"keras|tensorflow|tf-")


def _asks(distribution: Distribution, installed: Installed) -> bool:
    first = installed.first(variants(distribution.name))
    return first is None or first is distribution or is_part_of(distribution, first)


def is_part_of(part: Distribution, whole: Distribution) -> bool:
    """On Windows, macOS and ARM ``tensorflow`` itself requires the variant that brings its files."""
    return part is not whole and any(normalize(text.split("=")[0].split()[0]) == part.name for text in whole.requires)


def pins(names: Iterable[str], installed: Installed) -> tuple[str, ...]:
    """For each distribution, a requirement that satisfies everything installed that asks for it.

    Returns nothing where two of them contradict each other, so that no version can do.
    """
    found = []
    for name in names:
        specifiers = sorted({part for _, part in _asked(name, installed)})
        if not _possible(specifiers):
            return ()
        there = installed.first((name, *variants(name)))
        wanted = f"{name}{','.join(_tightest(specifiers))}"
        # pip takes the newest release that fits, so only an excluded one that is here has to be named.
        found.append(_without_exclusions(wanted, there.version if there else ""))
    return tuple(found)


def possible_pins(name: str, also: str, installed: Installed) -> str:
    """A requirement that satisfies everything installed, and one comparison more; empty where nothing can."""
    specifiers = sorted({also, *(part for _, part in _asked(name, installed))})
    return f"{name}{','.join(_tightest(specifiers))}" if _possible(specifiers) else ""


def are_in_one_extra(names: Iterable[str], distribution: Distribution) -> bool:
    """Whether an extra of a distribution asks for all of these: tensorflow-probability[tf] for tensorflow and tf-keras.

    Arguments:
        names: normalised.
    """
    asked: dict[str, set[str]] = {}
    for text in distribution.requires:
        name, extra = re.match(r"[\w.-]+", text), re.search(r"extra *== *['\"]([\w.-]+)", text)
        if name and extra:
            asked.setdefault(extra[1], set()).add(normalize(name[0]))
    return any(found.issuperset(names) for found in asked.values())


def askers(name: str, installed: Installed) -> tuple[str, ...]:
    """The distributions that restrict the version of this one: ("keras-hub 0.19.0", "tensorflow 2.15.1")."""
    return tuple(sorted({asker for asker, _ in _asked(name, installed)}))


def refusing(name: str, installed: Installed) -> tuple[str, ...]:
    """The distributions that ask for another version of this one than is installed."""
    from packaging.specifiers import SpecifierSet

    there = installed.first((name, *variants(name)))
    asked = [(asker, text) for asker, text in _asked(name, installed) if there is not None and there.version]
    refused = (asker for asker, text in asked if not SpecifierSet(text).contains(there.version, prereleases=True))  # type: ignore[union-attr]
    return tuple(sorted({asker.split()[0] for asker in refused}))


def excluding(name: str, by: str, installed: Installed) -> tuple[str, ...]:
    """The distributions that ask for versions of one which another distribution does not take.

    Arguments:
        by: that other distribution.
    """
    asked: dict[str, list[str]] = {}
    for asker, text in _asked(name, installed):
        asked.setdefault(asker.split()[0], []).append(text)
    own = asked.pop(by, [])
    return tuple(sorted(asker for asker, texts in asked.items() if not _possible([*own, *texts])))


def _unmet(distribution: Distribution, installed: Installed) -> Iterator[Unmet]:
    told = set()
    for requirement, stated in _requirements(distribution):
        name = normalize(requirement.name)
        found = installed.first((name, *variants(name)))
        fits = _meets(found.version, requirement) if found else name in _DISPENSABLE or not stated
        if not fits and name not in told:
            told.add(name)
            yield Unmet(
                distribution.name,
                distribution.version,
                f"{requirement.name}{requirement.specifier}",
                found.name if found else name,
                found.version if found else "",
                stated,
            )


def _requirements(distribution: Distribution) -> Iterator[tuple[Requirement, bool]]:
    """The requirements that apply here, and whether the metadata states them."""
    for text in distribution.requires:
        requirement = _parse(text) or _made_for(text, distribution)
        if requirement is not None:
            yield requirement, True
    for text in unstated_requirements(distribution.name, distribution.version):
        requirement = _parse(text)
        if requirement is not None:
            yield requirement, False


@lru_cache(maxsize=4096)
def _parse(text: str) -> Requirement | None:
    """A requirement that applies to this Python without extras; None otherwise, or where it cannot be read."""
    if "extra" in text and re.search(r"extra *==", text):
        return None
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    except (InvalidRequirement, ValueError, KeyError):
        return None
    return requirement if applies else None


_MADE_FOR_VARIANT = re.compile(r"(tensorflow[\w-]*) *[<>=!~(].*; *extra *== *['\"]\1['\"]$")


def _made_for(text: str, distribution: Distribution) -> Requirement | None:
    """The TensorFlow that a package is built for, where it says so in an extra by that very name: tensorflow-io has
    ``tensorflow<2.17,>=2.16; extra == "tensorflow"``. What TensorFlow itself asks for fits any."""
    if distribution.name in _DISPENSABLE or not _MADE_FOR_VARIANT.match(text):
        return None
    requirement = _parse(text.partition(";")[0])
    return requirement if requirement is not None and normalize(requirement.name) == "tensorflow" else None


def _meets(version: str, requirement: Requirement) -> bool:
    from packaging.version import InvalidVersion

    try:
        return not version or requirement.specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return True


def _asked(name: str, installed: Installed) -> Iterator[tuple[str, str]]:
    """(who asks, one comparison): ("tensorflow 2.15.1", "<2.16")."""
    names = {name, *variants(name)}
    for distribution in installed.all():
        if not _asks(distribution, installed):
            continue
        unstated = unstated_requirements(distribution.name, distribution.version)
        if any(normalize(text).startswith(tuple(names)) for text in (*distribution.requires, *unstated)):
            for requirement, _ in _requirements(distribution):
                if normalize(requirement.name) in names:
                    for specifier in requirement.specifier:
                        yield f"{distribution.name} {distribution.version}", str(specifier)


def _possible(specifiers: list[str]) -> bool:
    """Whether some version satisfies all comparisons; tried with the versions around their bounds."""
    from packaging.specifiers import SpecifierSet

    both = SpecifierSet(",".join(specifiers))
    return not specifiers or any(both.contains(version, prereleases=True) for version in _around(specifiers))


def _around(specifiers: list[str]) -> Iterator[str]:
    for specifier in specifiers:
        numbers = release(specifier.lstrip("<>=!~ "))
        if numbers:
            yield ".".join(map(str, numbers))
            yield ".".join(map(str, (*numbers[:-1], numbers[-1] + 1)))
            yield ".".join(map(str, (*numbers, 1)))
            head = next((index for index in reversed(range(len(numbers))) if numbers[index]), 0)
            if numbers[head]:
                yield ".".join(map(str, (*numbers[:head], numbers[head] - 1, 9999)))


def _tightest(specifiers: list[str]) -> Iterator[str]:
    """The comparisons without those that another one implies: of ``>=1.26`` and ``>=1.23.5`` only the first."""
    lower = [text for text in specifiers if text.startswith(">")]
    upper = [text for text in specifiers if text.startswith("<")]
    others = [text for text in specifiers if text not in lower and text not in upper]
    if lower:
        yield max(lower, key=_bound)
    if upper:
        yield min(upper, key=_bound)
    highest = min(map(_bound, upper), default=(9999,))
    # `!=4.21.0` says nothing below `<3.20`.
    yield from (text for text in others if not (text.startswith("!=") and _bound(text) >= highest))


def _bound(specifier: str) -> tuple[int, ...]:
    numbers = release(specifier.lstrip("<>=!~ "))
    return (*numbers, *(0,) * (6 - len(numbers)))

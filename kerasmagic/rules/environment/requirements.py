"""Packages that do not fit together: the unmet requirements of the stack, each told by the rule of its idea.

The mechanism is one: read the requirements of what is installed, compare, and compute pins that satisfy everything
installed. The rules differ in what they teach.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Callable, Iterator, Sequence

from ...diagnosis.model.problem import Problem
from ...diagnosis.model.wanted import ATTRIBUTE, MODULE, NAME
from ...kernel.distributions import installed_on
from ...kernel.places import PYTHONPATH, USER_SITE, place
from ...kernel.release import minor
from ...kernel.requirements import Unmet, lacking, unmet_by, unmet_requirements
from ...kernel.snapshot import Snapshot
from ...kernel.stack import TENSORFLOW_VARIANTS
from ...source.bindings import canonical
from .fitting import fixes
from .misfits import EXTENSION, KERAS_3, KERAS_MINOR, TF_KERAS, UNMET, idea, severity, title
from .took_part import both_in, during_import, in_hand, missing_module, packages, relevant, root

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def on_environment(code: str) -> Callable[[Snapshot], Iterator[Problem]]:
    """Tells the unmet requirements that belong to one rule."""

    def find(snapshot: Snapshot) -> Iterator[Problem]:
        return problems_of(code, snapshot, snapshot.unmet)

    return find


def on_failure(code: str) -> Callable[[Failure, World], Iterator[Problem]]:
    """Tells why an import failed inside an installed package, if a requirement of one that took part is not met."""

    def find(failure: Failure, world: World) -> Iterator[Problem]:
        of_keras = _lacks_keras(failure) or _another_keras_has_it(code, failure)
        took_part = ["tensorflow", "keras"] if of_keras else packages(failure)
        if not took_part:
            return
        unmet = unmet_requirements(installed_on(sys.path))
        if not (of_keras or during_import(failure)):
            # Of the pairs that were measured it is known that they fail in use.
            took_part = [*in_hand(failure), *took_part]
            unmet = tuple(entry for entry in unmet if not entry.stated and both_in(entry, took_part))
        elif {"tensorflow", "keras", "tf_keras"} & {*took_part}:
            unmet = (*unmet, *(each for each in unmet_by(took_part, installed_on(sys.path)) if each not in unmet))
        module = missing_module(failure)
        if code == UNMET and module and not any(root(entry.name) == module for entry in unmet):
            unmet = (*unmet, *lacking(module, installed_on(sys.path)))
        if any(idea(entry) == code for entry in unmet) and not _are_overlaid(failure.snapshot):
            for problem in problems_of(code, failure.snapshot, relevant(failure, unmet, took_part)):
                yield problem._replace(severity="error")

    return find


def _are_overlaid(snapshot: Snapshot) -> bool:
    """Whether two TensorFlows of different versions lie in one folder: KE112 tells that, and what each of them asks for
    says nothing until one is gone."""
    found = filter(None, map(snapshot.installed.get, TENSORFLOW_VARIANTS))
    return len({each.version for each in found}) > 1


def _lacks_keras(failure: Failure) -> bool:
    """Whether TensorFlow has no Keras at all: it takes that of the package keras, and did not find it there."""
    return failure.wanted is not None and (failure.wanted.kind, failure.wanted.member) == (MODULE, "tensorflow.keras")


def _another_keras_has_it(code: str, failure: Failure) -> bool:
    """Whether a name was sought in vain in a Keras that is not TensorFlow's own, which has it as recorded.

    Arguments:
        code: of the rule that tells this Keras.
    """
    wanted = failure.wanted
    if code not in (KERAS_3, KERAS_MINOR) or wanted is None or wanted.kind not in (NAME, ATTRIBUTE, MODULE):
        return False
    owner = canonical(wanted.owner)
    name = canonical(wanted.member) if wanted.kind == MODULE else f"{owner}.{wanted.member}"
    misfit = next((entry for entry in unmet_requirements(installed_on(sys.path)) if idea(entry) == code), None)
    if misfit is None or name.partition(".")[0] not in ("keras", "tensorflow"):
        return False
    from ...catalog.target import CatalogError, Found, Target  # which a look at an environment does without

    try:
        target = Target.parse("tensorflow==" + ".".join(map(str, minor(misfit.by_version))))
        if wanted.kind == MODULE:
            return isinstance(target.import_module(name), Found)
        if wanted.kind == NAME:
            return isinstance(target.import_from(owner, wanted.member), Found)
        return isinstance(target.attribute(name), Found)
    except CatalogError:
        return False


def problems_of(code: str, snapshot: Snapshot, unmet: Sequence[Unmet]) -> Iterator[Problem]:
    """One problem for each package that does not fit, whoever complains about it."""
    by_subject: dict[str, list[Unmet]] = {}
    for entry in unmet:
        if idea(entry) == code and not _is_hidden(entry.name, snapshot):
            subject = entry.by if code in (TF_KERAS, EXTENSION) else entry.name
            by_subject.setdefault(subject, []).append(entry)
    for subject, entries in by_subject.items():
        yield Problem(
            rule=code,
            severity=severity(code, entries[0]),
            title=title(entries[0]),
            cause=" ".join(entry.sentence for entry in entries[:4]),
            reference=root(subject),
            fixes=tuple(fixes(code, snapshot, entries)),
        )


def _is_hidden(name: str, snapshot: Snapshot) -> bool:
    """A copy of the user's own hides the one of this environment: an install here would change nothing."""
    copies = snapshot.installed.copies(name)
    return len({copy.location for copy in copies}) > 1 and place(copies[0].location) in (USER_SITE, PYTHONPATH)

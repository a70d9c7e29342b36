"""An optimizer of an installed package that was written for another Keras: nothing in a notebook can change its class.

What helps is an optimizer of Keras itself, with a schedule where the class did the warm-up on its own.
"""

from __future__ import annotations

import re
import sys
from typing import Any, Mapping, NamedTuple

from ...diagnosis.evidence import session
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from ...kernel.distributions import installed_on
from ...kernel.owners import distributions_of

_PUBLIC = "tensorflow.keras.optimizers"
_USUAL = "Adam"


class Package(NamedTuple):
    """A distribution that is installed."""

    name: str
    version: str


def package_of(own: type) -> Package | None:
    """The one that brings a class; None for a class of the user's."""
    found = distributions_of(session.root_of(own))
    return Package(found[0], installed_on(sys.path).version(found[0]) or "") if len(found) == 1 else None


def told_of_a_package(
    own: type, package: Package, old: list[str], settings: Mapping[str, Any], world: World
) -> Problem:
    """That its class does not work with this Keras, and which optimizer of Keras is nearest.

    Arguments:
        old: what the class has that this Keras does not know.
        settings: what it was given.
    """
    name = session.name_of(own)
    asks = f"Its code uses {old[0]}, which this Keras does not have. " if old else ""
    keras_2 = ", nor can TF_USE_LEGACY_KERAS=1" if world.keras_3 else ""
    return Problem(
        rule="KO107",
        severity=ERROR,
        title=f"{name} of {package.name} {package.version} is written for the optimizers of another Keras",
        cause=f"{asks}No line of this cell can mend that{keras_2}.",
        reference="keras.optimizers.Optimizer",
        fixes=(Fix("manual", f"Use an optimizer of Keras in its place: {_instead(name, settings, world)}."),),
    )


def _instead(name: str, settings: Mapping[str, Any], world: World) -> str:
    """The call of the optimizer of Keras whose name is in the class's own: RAdam is an Adam."""
    known = [each for each in world.names(_PUBLIC) if each[:1].isupper() and each != "Optimizer"]
    alike = [each for each in known if re.search(rf"(?i:{each})(?![a-z])", name) and lookup(f"{_PUBLIC}.{each}", world)]
    nearest = max(alike, key=len, default=_USUAL)
    return f"tf.keras.optimizers.{nearest}({_rate(settings, world)})"


def _rate(settings: Mapping[str, Any], world: World) -> str:
    """Its learning rate: a schedule where it began with a warm-up."""
    rate = _number(settings, "learning_rate", "lr") or 0.001
    total = _number(settings, "total_steps", "decay_steps")
    warmup = _number(settings, "warmup_steps") or int(total * _number(settings, "warmup_proportion"))
    schedule = world.parameters(f"{_PUBLIC}.schedules.CosineDecay")
    if schedule is None or "warmup_target" not in schedule.names or not 0 < warmup < total:
        return f"learning_rate={rate:g}"
    last = _number(settings, "min_lr")
    given = [f"0.0, {total - warmup:g}, warmup_target={rate:g}, warmup_steps={warmup:g}"]
    given += [f"alpha={last / rate:g}"] if last else []
    return f"tf.keras.optimizers.schedules.CosineDecay({', '.join(given)})"


def _number(settings: Mapping[str, Any], *names: str) -> float:
    """The first of these that is a number; 0 where there is none."""
    return next((settings[name] for name in names if type(settings.get(name)) in (int, float)), 0)

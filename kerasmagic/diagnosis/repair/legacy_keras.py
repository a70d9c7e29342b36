"""Keras 2 behind tf.keras, in a kernel of Keras 3: TF_USE_LEGACY_KERAS=1, set before TensorFlow is imported."""

from __future__ import annotations

import sys
from typing import Any

from ...catalog.target import CatalogError, Found, Target
from ...kernel.distributions import installed_on
from ...kernel.install_lines import install_beside_tensorflow
from ...kernel.settings import legacy_keras_is_late
from ...source.bindings import object_value
from ...source.values import Instance
from ..model.move import split_tree
from ..model.problem import Fix
from ..model.wanted import MODULE, NAME
from ..resolve.world import World


def with_keras_2(whom: str, world: World, evidence: str, more: tuple[str, ...] = ()) -> Fix:
    """What to run in a restarted kernel, so that a package or a part of TensorFlow finds Keras 2.

    Arguments:
        whom: "ktrain", "the whole program".
        more: lines that are to be run with it.
    """
    minor = ".".join((world.version("tensorflow") or "").split(".")[:2])
    needed = () if world.version("tf_keras") else (line_with_tensorflow(f"tf_keras~={minor}.0", world),)
    return Fix(
        "setting",
        f"Give {whom} Keras 2 through tf.keras: restart the kernel, run this first, and then the cells as they are",
        commands=(*needed, 'import os; os.environ["TF_USE_LEGACY_KERAS"] = "1"', *more),
        evidence=f"{_LATE} {evidence}" if _is_late(world) else evidence,
    )


_LATE = "TF_USE_LEGACY_KERAS is set by now, but TensorFlow was imported before and has not seen it."


def _is_late(world: World) -> bool:
    from ..resolve.kernel import KernelWorld

    return isinstance(world, KernelWorld) and legacy_keras_is_late()


def can_have_keras_2(world: World) -> bool:
    """Whether the setting would change what tf.keras is: it is Keras 3, and not by the will of this program."""
    return world.keras_3 and not (world.target is not None and world.target.legacy)


def line_with_tensorflow(requirement: str, world: World) -> str:
    """The line that installs tf_keras, or another package that asks for ``tensorflow`` and nothing else; in this kernel
    the name under which TensorFlow is installed matters."""
    from ..resolve.kernel import KernelWorld

    if isinstance(world, KernelWorld):
        return install_beside_tensorflow(requirement, installed_on(sys.path))
    return f'%pip install "{requirement}"'


def is_there_with_keras_2(name: str, kind: str, world: World) -> bool:
    """Whether the name can be had then, as recorded.

    Arguments:
        name: of something below ``tensorflow``.
        kind: how it is asked for, one of the kinds in model/wanted.py.
    """
    target = _with_keras_2(world)
    if target is None:
        return False
    owner, _, member = name.rpartition(".")
    if kind == MODULE:
        return isinstance(target.import_module(name), Found)
    if kind == NAME:
        return isinstance(target.import_from(owner, member), Found)
    return isinstance(target.attribute(name), Found)


def objects_had_with_keras_2(thing: Any, member: str, world: World) -> bool:
    """Whether objects of a class of Keras had an attribute in Keras 2, as recorded."""
    value, target = object_value(thing), _with_keras_2(world)
    split = split_tree(value.base) if isinstance(value, Instance) else None
    if target is None or split is None:
        return False
    return isinstance(target.method(f"tensorflow.keras.{split[1]}", member), Found)


def _with_keras_2(world: World) -> Target | None:
    """This world with the setting."""
    versions = {root: world.version(root) for root in ("keras", "tensorflow", "tf_keras")}
    try:
        return Target.from_installed({**versions, "tf_keras": versions["tf_keras"] or versions["tensorflow"]}, True)
    except CatalogError:
        return None

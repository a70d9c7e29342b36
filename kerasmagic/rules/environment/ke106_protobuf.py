"""protobuf of a generation that TensorFlow's files were not made for."""

from __future__ import annotations

import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import installed, installed_on
from ...kernel.owners import distributions_of
from ...kernel.release import release
from ...kernel.requirements import possible_pins
from ...kernel.snapshot import Snapshot
from ...kernel.stack import MODULES, TENSORFLOW_VARIANTS, normalize
from .companions import beside_tensorflow
from .misfits import PROTOBUF
from .requirements import on_environment, on_failure

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_REFUSED = ("Descriptors cannot be created directly", "Descriptors cannot not be created directly")
"""What protobuf from 3.21 on, which is 4.21 in Python, says of files that protoc before 3.19 wrote; 4.21 has the second
wording."""
_FIRST_TO_REFUSE = (3, 21)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    told = list(on_failure(PROTOBUF)(failure, world))
    yield from told
    protobuf = installed("protobuf")
    refused = failure.message.startswith(_REFUSED) and protobuf and release(protobuf.version) >= _FIRST_TO_REFUSE
    generated = [frame for frame in failure.frames if frame.path.endswith("_pb2.py")]
    if told or not refused or not generated or protobuf is None:
        return
    module = generated[-1].module.partition(".")[0]
    owners = distributions_of(module)
    if len(owners) != 1:
        return
    name = normalize(owners[0])
    owner = installed(name)
    yield Problem(
        rule=PROTOBUF,
        severity="error",
        title=f"{name} {owner.version if owner else ''} is too old for protobuf {protobuf.version}",
        cause=f"Its file {PurePath(generated[-1].path).name} was made for an older protobuf; protobuf 4.21 and newer "
        "refuse such files.",
        reference=module,
        fixes=tuple(_fixes(name, module, failure.snapshot)),
    )


def _fixes(name: str, module: str, snapshot: Snapshot) -> Iterator[Fix]:
    """A newer release of the package, or an older protobuf, where all others take it."""
    restart = ", then restart the kernel"
    if name not in TENSORFLOW_VARIANTS:
        renamed = MODULES.get(name, module)
        why = "Not tried here." if renamed == module else f"Import {renamed} instead of {module} then. Not tried here."
        wanted = " ".join((*(f'"{pin}"' for pin in beside_tensorflow(snapshot)), name))
        line = f"%pip install --upgrade {wanted}"
        yield Fix("install", f"Upgrade {name}{restart}", commands=(line,), evidence=why)
    pin = possible_pins("protobuf", "<3.21", installed_on(sys.path))
    if pin:
        either = "Or install" if name not in TENSORFLOW_VARIANTS else "Install"
        yield Fix("install", f"{either} an older protobuf{restart}", commands=(f'%pip install "{pin}"',))


RULE = Rule(
    code=PROTOBUF,
    name="protobuf that does not fit",
    lesson=Lesson(
        what=(
            '`import tensorflow` ends in "Descriptors cannot be created directly" (TensorFlow 2.4.4 with protobuf '
            "5, 2.10.1 with protobuf 4), or in \"cannot import name 'builder' from 'google.protobuf.internal'\" "
            "(2.15.1 with protobuf 3.19)."
        ),
        why=(
            "TensorFlow contains files that were generated with one protobuf release, and each protobuf reads only "
            "releases near its own. Any package that installs a new protobuf can break it. TensorFlow 2.12 and "
            "newer mostly run with a newer protobuf than they ask for (2.15.1 with 6.33, 2.19.1 with 7.36); then "
            "this is a warning."
        ),
        since="protobuf 4.21",
        related=("KE101",),
    ),
    on_environment=on_environment(PROTOBUF),
    on_failure=_on_failure,
)

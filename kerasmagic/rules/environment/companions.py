"""Packages that go with one release of TensorFlow: the installs that leave the TensorFlow that is here as it is."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix
from ...kernel.distributions import Distribution
from ...kernel.install_lines import install_beside_tensorflow, install_tensorflow, replace_tensorflow
from ...kernel.measured import last_tensorflow_of, made_for
from ...kernel.release import minor
from ...kernel.requirements import Unmet
from ...kernel.snapshot import Snapshot
from ...kernel.stack import TENSORFLOW_VARIANTS


def with_companion(unmet: Unmet, snapshot: Snapshot, restart: str) -> Iterator[Fix]:
    """The release of a package that is made for the TensorFlow that is here; else the TensorFlow that it is made for.

    Arguments:
        unmet: what the package asks for.
    """
    installed, name = snapshot.installed, unmet.by
    here = installed.first(TENSORFLOW_VARIANTS)
    release = _release(unmet, snapshot.tensorflow)
    if here is None:
        return
    if release:
        line = install_beside_tensorflow(f"{name}{release}", installed)
        title = f"Install the {name} that is made for TensorFlow {snapshot.tensorflow}{restart}"
        yield Fix("install", title, commands=(line,), evidence=_why_alone(line, here))
        return
    last = last_tensorflow_of(name)
    if last and minor(snapshot.tensorflow) > last:
        numbers = f"{last[0]}.{last[1]}"
        lines = install_tensorflow(f">={numbers},<{last[0]}.{last[1] + 1}", installed)
        title = f"Install TensorFlow {numbers}, the last that {name} is made for{restart}"
        yield Fix("install", title, commands=lines, evidence=f"There is no {name} for a newer TensorFlow.")
        return
    title = f"Let pip choose the {name} that fits TensorFlow {snapshot.tensorflow}{restart}"
    swapped = "" if here.name == "tensorflow" else f"pip takes no {here.name} for the tensorflow that {name} asks for."
    lines = replace_tensorflow(f"=={here.version}", installed, name)
    yield Fix("install", title, commands=lines, evidence=swapped)
    if not swapped:
        lines = install_tensorflow("", installed, name, "--upgrade")
        yield Fix("install", f"Or upgrade both{restart}", commands=lines)


def _release(unmet: Unmet, tensorflow: str) -> str:
    """The release that goes with a TensorFlow, as a comparison: recorded, or by its number, which is TensorFlow's own
    where the package and what it asks for have the same."""
    known = made_for(unmet.by, tensorflow)
    if known:
        return f"=={known}"
    numbers = ".".join(map(str, minor(unmet.by_version)))
    first, second = (*minor(tensorflow), 0, 0)[:2]
    same = f">={numbers}" in unmet.requirement or f"=={numbers}" in unmet.requirement
    return f">={first}.{second},<{first}.{second + 1}" if same else ""


def _why_alone(line: str, here: Distribution) -> str:
    return f"Without --no-deps, pip puts tensorflow over {here.name}." if "--no-deps" in line else ""


def beside_tensorflow(snapshot: Snapshot) -> tuple[str, ...]:
    """The TensorFlow that is here, to be named in an install: what is new may bring more that is new, such as numpy,
    and pip minds only what the packages ask for that it was given."""
    tensorflow = snapshot.installed.first(TENSORFLOW_VARIANTS)
    return (f"{tensorflow.name}=={tensorflow.version}",) if tensorflow else ()


def with_tf_keras(snapshot: Snapshot, restart: str) -> Fix:
    """The install of the tf_keras that fits."""
    line = install_beside_tensorflow(tf_keras_pin(snapshot), snapshot.installed)
    tensorflow = snapshot.installed.first(TENSORFLOW_VARIANTS)
    why = f"tf_keras has the minor number of TensorFlow {snapshot.tensorflow}"
    if tensorflow and "--no-deps" in line:
        why += f"; without --no-deps, pip puts tensorflow over {tensorflow.name}"
    return Fix("install", f"Install the tf_keras of this TensorFlow{restart}", commands=(line,), evidence=why)


def tf_keras_pin(snapshot: Snapshot) -> str:
    """The tf_keras of the installed TensorFlow: their minor numbers are the same."""
    numbers = minor(snapshot.tensorflow)
    if len(numbers) < 2:
        return "tf_keras"
    return f"tf_keras>={numbers[0]}.{numbers[1]},<{numbers[0]}.{numbers[1] + 1}"

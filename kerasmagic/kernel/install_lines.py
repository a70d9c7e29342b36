"""The lines that install something into this kernel: so that pip can do it, and no second TensorFlow comes with it."""

from __future__ import annotations

import os
from typing import Iterable, Mapping

from .distributions import Distribution, Installed
from .stack import TENSORFLOW_VARIANTS, name_in


def install_lines(wanted: Iterable[str], installed: Installed, conda: Mapping[str, str]) -> tuple[str, ...]:
    """The lines that install other versions of what is here.

    pip removes what it replaces, and needs a list of its files for that. conda and Linux distributions leave none.

    Arguments:
        wanted: requirements, ``numpy>=1.26,<2``.
        conda: what conda believes to have installed (``read_conda``).
    """
    by_conda: list[str] = []
    over: list[str] = []
    plain: list[str] = []
    for requirement in wanted:
        there = installed.get(name_in(requirement))
        if there is None or is_removable(there):
            plain.append(requirement)
        else:
            (by_conda if there.name in conda else over).append(requirement)
    lines = (
        ("%conda install -y", by_conda),
        ("%pip install --ignore-installed --no-deps", over),
        ("%pip install", plain),
    )
    return tuple(f"{command} " + " ".join(f'"{each}"' for each in some) for command, some in lines if some)


def is_removable(distribution: Distribution) -> bool:
    """Whether pip can replace it: it says "uninstall-no-record-file" where the list of files is missing."""
    if distribution.metadata.endswith(".dist-info"):
        return os.path.isfile(os.path.join(distribution.metadata, "RECORD"))
    return os.path.isdir(distribution.metadata)  # a single file .egg-info is of distutils, which listed nothing


def install_tensorflow(bounds: str, installed: Installed, more: str = "", option: str = "") -> tuple[str, ...]:
    """The lines that install another release of TensorFlow, and more with it: under the name that it has here, since
    all variants write the same files, and two of them leave neither whole.

    Arguments:
        bounds: ``>=2.16``.
        more: further requirements for the same command.
        option: of pip, ``--upgrade``.
    """
    here = installed.first(TENSORFLOW_VARIANTS)
    name = here.name if here and here.name not in _ENDED_VARIANTS else "tensorflow"
    removed = (f"%pip uninstall -y {here.name}",) if here and here.name != name else ()
    return (*removed, " ".join(filter(None, ("%pip install", option, f'"{name}{bounds}"', more))))


def replace_tensorflow(bounds: str, installed: Installed, more: str = "") -> tuple[str, ...]:
    """The lines that put the plain ``tensorflow`` in the place of a variant, where a package takes no other name."""
    here = installed.first(TENSORFLOW_VARIANTS)
    removed = (f"%pip uninstall -y {here.name}",) if here and here.name != "tensorflow" else ()
    return (*removed, " ".join(filter(None, (f'%pip install "tensorflow{bounds}"', more))))


def install_beside_tensorflow(requirement: str, installed: Installed) -> str:
    """The line that installs tf_keras, or another package that asks for ``tensorflow`` and nothing else.

    Where TensorFlow has another name (tensorflow-cpu, tf-nightly), pip does not take it for that, and would put
    ``tensorflow`` over it.
    """
    here = installed.first(TENSORFLOW_VARIANTS)
    option = "--no-deps " if here and here.name != "tensorflow" else ""
    return f'%pip install {option}"{requirement}"'


_ENDED_VARIANTS = frozenset({"tensorflow-gpu", "tf-nightly-gpu"})
"""Those without releases from 2.12 on; ``tensorflow`` has taken their place."""

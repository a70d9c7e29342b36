"""A package that Keras uses where it is installed, and that is not."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Iterator, Mapping

from ...diagnosis.evidence.failure import Failure, Frame
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...kernel.install_lines import install_beside_tensorflow
from ...kernel.measured import last_tensorflow_of, made_for
from ...kernel.snapshot import Snapshot
from ...kernel.stack import names_of, normalize
from ..environment.companions import beside_tensorflow

_OURS = ("keras", "tf_keras", "tensorflow", "keras_preprocessing")
_ASKED_FOR = re.compile(
    r"pip install ([\w.-]+)|install (?:the )?`([\w.-]+)`|requires? (?:the )?`?([\w.-]+)`? (?:library|module|package)"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    end = failure.end
    if not isinstance(failure.exception, (ImportError, NameError, AttributeError)) or end is None:
        return
    if end.place != "package" or end.module.partition(".")[0] not in _OURS:
        return
    absent = {root: names for root, names in _prepared_for(end.path).items() if _is_absent(root)}
    root = next((root for root, names in absent.items() if _is_about(root, names, end, failure)), "")
    asked = _ASKED_FOR.search(failure.message) if isinstance(failure.exception, ImportError) else None
    if root:
        yield _problem(names_of(root)[0], end, failure.snapshot, ", then restart the kernel")
    elif asked:
        name = next(filter(None, asked.groups())).rstrip(".")
        if _is_absent(name.replace("-", "_")):
            yield _problem(normalize(name), end, failure.snapshot, "")


@lru_cache(maxsize=32)
def _prepared_for(path: str) -> Mapping[str, frozenset[str]]:
    """The packages that a file of Keras imports and can do without, each with the names that stand for it there."""
    try:
        tree = ast.parse(Path(path).read_text(encoding="utf-8", errors="replace"))
    except (OSError, SyntaxError, ValueError):
        return {}
    found: dict[str, set[str]] = {}
    for block in (each for each in tree.body if isinstance(each, ast.Try)):
        for statement in block.body:
            if isinstance(statement, ast.Import):
                for name in statement.names:
                    found.setdefault(name.name.partition(".")[0], set()).add(name.asname or name.name.partition(".")[0])
            elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                names = {name.asname or name.name for name in statement.names}
                found.setdefault(statement.module.partition(".")[0], set()).update(names)
    return {root: frozenset(names) for root, names in found.items()}


def _is_absent(root: str) -> bool:
    try:
        return find_spec(root) is None
    except (ImportError, ValueError):
        return False


def _is_about(root: str, names: frozenset[str], end: Frame, failure: Failure) -> bool:
    """Whether the message names the package, or the line that failed uses what should stand for it."""
    text = failure.message.lower()
    if isinstance(failure.exception, ImportError):
        return any(re.search(rf"\b{word}\b", text) for word in (root.lower(), *names_of(root)))
    line = set(re.findall(r"\w+", end.text))
    is_none = "'NoneType'" in failure.message or isinstance(failure.exception, NameError)
    return is_none and bool(names & line)


def _problem(name: str, end: Frame, snapshot: Snapshot, restart: str) -> Problem:
    return Problem(
        rule="KE164",
        severity=ERROR,
        title=f"This needs the package {name}, which is not installed",
        cause=f"{end.module} uses it where it is there; nothing asks pip to install it.",
        reference=end.module,
        fixes=tuple(_fixes(name, snapshot, restart)),
    )


def _fixes(name: str, snapshot: Snapshot, restart: str) -> Iterator[Fix]:
    last, release = last_tensorflow_of(name), made_for(name, snapshot.tensorflow)
    if release:
        line = install_beside_tensorflow(f"{name}=={release}", snapshot.installed)
        title = f"Install the {name} that is made for TensorFlow {snapshot.tensorflow}{restart}"
        yield Fix("install", title, commands=(line,))
    elif last:
        made = ".".join(map(str, last))
        yield Fix(
            "manual", f"Do without: {name} has no release for TensorFlow {snapshot.tensorflow}, only up to {made}"
        )
    else:
        wanted = " ".join((*(f'"{pin}"' for pin in beside_tensorflow(snapshot)), name))
        evidence = "With TensorFlow in the line, pip moves nothing that it needs." if " " in wanted else ""
        yield Fix("install", f"Install it{restart}", commands=(f"%pip install {wanted}",), evidence=evidence)


RULE = Rule(
    code="KE164",
    name="package that Keras can do without",
    lesson=Lesson(
        what="`ImageDataGenerator(rotation_range=20)` ends in \"name 'scipy' is not defined\", `load_img` in "
        '"Could not import PIL.Image".',
        why="Keras imports some packages only where they are installed: scipy and Pillow for images, h5py for files, "
        "requests, pandas. TensorFlow does not install them all, and Keras goes on without, until something needs one.",
        related=("KE101", "KE129"),
    ),
    on_failure=on_failure,
    is_general=True,
)

"""A file of the user's own has the name of a package, or of a module of Python's library."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import installed_on
from ...kernel.shadows import Shadow, read_shadows
from ...kernel.snapshot import Snapshot

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for shadow in snapshot.shadows:
        yield _problem(shadow)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """The local file took part in the failure: it is in the traceback, or it is the module that lacks the name."""
    if not isinstance(failure.exception, (ImportError, AttributeError)):
        return
    paths = {frame.path for frame in failure.frames} | {str(getattr(failure.exception, "path", None) or "")}
    took_part = {Path(path).resolve() for path in paths if path and not path.startswith("<")}
    for shadow in read_shadows(installed_on(sys.path)):
        root = failure.message.partition("'")[2].partition("'")[0].partition(".")[0]
        if Path(shadow.path).resolve() in took_part or (shadow.in_effect and root == shadow.name):
            yield _problem(shadow)


def _problem(shadow: Shadow) -> Problem:
    path = Path(shadow.path)
    own = path.parent if path.name == "__init__.py" else path
    name = own.name
    of = "Python's own module" if shadow.library else "the package"
    return Problem(
        rule="KE117",
        severity="error" if shadow.in_effect or not shadow.library else "warning",
        title=f"Your own {name} hides {of} {shadow.name}",
        cause=f"{own} comes first on sys.path; `import {shadow.name}` "
        + ("has loaded it" if shadow.in_effect else "finds it")
        + f" instead of {of}, here and inside other packages.",
        reference=shadow.name,
        fixes=(Fix("manual", f"Rename {name} (and delete __pycache__ beside it), then restart the kernel"),),
    )


RULE = Rule(
    code="KE117",
    name="your own file hides a package",
    lesson=Lesson(
        what="`import tensorflow` ends in \"partially initialized module 'tensorflow' has no attribute …\" or "
        '"cannot import name …", and the path in the message is your own file: tensorflow.py, keras.py, '
        "numbers.py.",
        why="Python looks in the notebook's folder first. A file named like a package, or like a module of "
        "Python's library that some package imports, is imported instead.",
        before=('open("keras.py", "w").write("answer = 42")\nfrom keras.layers import Dense'),
        after=('import os\n\nos.rename("keras.py", "my_keras.py")\nfrom keras.layers import Dense'),
        target="tensorflow==2.21.0",
        related=("KE119", "KE114"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
    is_cause=True,
)

"""Names that numpy has removed, in the user's own line."""

from __future__ import annotations

import ast
import re
import sys
from types import ModuleType
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure, asked_by_the_user
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit

_MISSING = re.compile(r"^module 'numpy' has no attribute '(\w+)'|^`?np\.(\w+)`? was removed")

# What each name was, by the release that removed it. The first group were other words for Python's own types.
_PYTHON = {name: name for name in ("bool", "int", "float", "complex", "object", "str")}
_PYTHON.update({"long": "int", "unicode": "str"})
_SAME = {
    "float_": "np.float64",
    "complex_": "np.complex128",
    "unicode_": "np.str_",
    "string_": "np.bytes_",
    "longfloat": "np.longdouble",
    "singlecomplex": "np.complex64",
    "cfloat": "np.complex128",
    "clongfloat": "np.clongdouble",
    "Inf": "np.inf",
    "Infinity": "np.inf",
    "infty": "np.inf",
    "PINF": "np.inf",
    "NaN": "np.nan",
    "mat": "np.asmatrix",
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "sometrue": "np.any",
    "alltrue": "np.all",
    "round_": "np.round",
    "row_stack": "np.vstack",
    "trapz": "np.trapezoid",
    "in1d": "np.isin",
}
_WRITTEN = {
    "NINF": "-np.inf",
    "PZERO": "0.0",
    "NZERO": "-0.0",
    "asfarray": "np.asarray(a, dtype=float)",
    "asscalar": "a.item()",
    "msort": "np.sort(a, axis=0)",
    "rank": "np.ndim(a)",
    "find_common_type": "np.result_type(…)",
    "cast": "np.asarray(a).astype(dtype)",
    "safe_eval": "ast.literal_eval(text)",
    "sctypes": "the types by name: np.int8, np.float32, …",
}


def _removed(failure: Failure) -> str:
    """The name that numpy does not have any more; empty where the exception is about something else."""
    found = _MISSING.search(failure.message) if isinstance(failure.exception, AttributeError) else None
    name = (found[1] or found[2]) if found else ""
    return name if name in {**_PYTHON, **_SAME, **_WRITTEN} else ""


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    name = _removed(failure)
    if not name or not asked_by_the_user(failure, "numpy"):
        return
    instead = _instead(name)
    version = str(getattr(sys.modules.get("numpy"), "__version__", ""))
    asked = [frame for frame in failure.frames if frame.module.partition(".")[0] != "numpy"][-1]
    where = "" if asked.place == "cell" else f" In {asked.path.rpartition('/')[2]}, line {asked.line}."
    cause = (
        f"np.{name} was another word for Python's {_PYTHON[name]}; numpy 1.24 took it away."
        if name in _PYTHON
        else f"numpy 2.0 and later took away names that had another, better known one.{where}"
    )
    edit = tuple(_edits(failure, name)) if asked.place == "cell" and name in {**_PYTHON, **_SAME} else ()
    yield Problem(
        rule="KI132",
        severity=ERROR,
        title=f"numpy {version} has no np.{name}",
        cause=cause,
        reference="numpy",
        fixes=(Fix("manual", f"Write {instead} for np.{name}.{where}"),),
        proposals=edit,
    )


def _instead(name: str) -> str:
    return _PYTHON.get(name) or _SAME.get(name) or _WRITTEN[name]


def _edits(failure: Failure, name: str) -> Iterator[Proposal]:
    facts = failing.facts_of(failure)
    if facts is None or facts.cell.tree is None:
        return
    numpy = sys.modules.get("numpy")
    known = vars(numpy) if type(numpy) is ModuleType else {}
    edits = []
    for node in ast.walk(facts.cell.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr not in known:
            thing: Any = (failure.namespace or {}).get(node.value.id)
            instead = _PYTHON.get(node.attr) or _SAME.get(node.attr)
            if type(thing) is ModuleType and thing is numpy and instead:
                if instead in (failure.namespace or {}) or (instead[:3] == "np." and instead[3:] not in known):
                    return
                edits.append(Edit(facts.cell.range(node), instead.replace("np.", f"{node.value.id}.")))
    if edits:
        evidence = f"It is the same {'type' if name in _PYTHON else 'object'}."
        written = _PYTHON.get(name) or _SAME[name]
        yield Proposal(f"Write {written}", tuple(edits), evidence)


RULE = Rule(
    code="KI132",
    name="name that numpy removed",
    lesson=Lesson(
        what="`np.float`, `np.object`, `np.mat`: AttributeError: module 'numpy' has no attribute 'float'.",
        why="numpy 1.24 removed its other words for Python's types, numpy 2.0 many old names. Notebooks of before 2022 "
        "use them; TensorFlow 2.18 and later come with numpy 2.",
        since="numpy 1.24",
        before="import numpy as np\nx = np.zeros(3, dtype=np.float)",
        after="import numpy as np\nx = np.zeros(3, dtype=float)",
        target="tensorflow==2.21.0",
        related=("KE107",),
    ),
    on_failure=_on_failure,
)

"""Names that SciPy, scikit-learn and pandas removed, and that notebooks with Keras used beside it."""

from __future__ import annotations

import ast
import re
from importlib.util import find_spec
from typing import Iterator, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure, asked_by_the_user
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.written_out import behind_import
from ...diagnosis.resolve.world import World
from ...source.edits import Edit


class _Home(NamedTuple):
    """Where a name is today."""

    module: str
    name: str
    differs: str = ""


_FOLDS = "It makes 5 folds today where cv is not given; it made 3."
_SELECTION = {
    "train_test_split": "",
    "ParameterGrid": "",
    "ParameterSampler": "",
    "cross_val_score": _FOLDS,
    "cross_val_predict": _FOLDS,
    "GridSearchCV": _FOLDS,
    "RandomizedSearchCV": _FOLDS,
}
_HOMES = {
    **{
        f"sklearn.{module}.{name}": _Home("sklearn.model_selection", name, differs)
        for name, differs in _SELECTION.items()
        for module in ("cross_validation", "grid_search")
    },
    "sklearn.externals.joblib": _Home("", "joblib"),
    "scipy.misc.logsumexp": _Home("scipy.special", "logsumexp"),
    "scipy.misc.comb": _Home("scipy.special", "comb"),
    "scipy.misc.factorial": _Home("scipy.special", "factorial"),
}
_WRITTEN = ("imread", "imsave", "imresize")
"""Functions of scipy.misc that were a few lines with Pillow."""
_WITH_PILLOW = "It does with Pillow what scipy.misc did for images in gray or with the colours last."
_MODULES = ("sklearn.cross_validation", "sklearn.grid_search", "sklearn.externals", "scipy.misc")
_MATRIX = re.compile(r"'(DataFrame|Series)' object has no attribute 'as_matrix'")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None:
        return
    if isinstance(failure.exception, ImportError):
        for statement in facts.cell.placed:
            asked = isinstance(statement, ast.ImportFrom) and statement.module in _MODULES
            if asked and isinstance(statement, ast.ImportFrom) and _is_of(statement, failure):
                yield from _of_import(statement, facts)
                return
    elif isinstance(failure.exception, AttributeError) and _MATRIX.search(failure.message):
        yield from _of_pandas(failure, facts)


def _is_of(statement: ast.ImportFrom, failure: Failure) -> bool:
    """Whether an import is the one that failed: its module, or a name of it, is what was not found."""
    module = str(statement.module)
    name = getattr(failure.exception, "name", None)
    wanted = failure.wanted
    names = {alias.name for alias in statement.names}
    return (name == module or (wanted is not None and wanted.member in names)) and asked_by_the_user(
        failure, module.partition(".")[0]
    )


def _of_import(statement: ast.ImportFrom, facts: CellFacts) -> Iterator[Problem]:
    module = str(statement.module)
    moved = {alias: _HOMES[f"{module}.{alias.name}"] for alias in statement.names if f"{module}.{alias.name}" in _HOMES}
    written = [alias for alias in statement.names if module == "scipy.misc" and alias.name in _WRITTEN]
    where = facts.cell.range(statement)
    if not moved and not written:
        return
    left = [alias for alias in statement.names if alias not in moved and alias not in written]
    lines = [f"from {module} import {', '.join(map(_alias, left))}"] if left else []
    for alias, home in moved.items():
        lines.append(f"from {home.module} import {_alias(alias)}" if home.module else f"import {_alias(alias)}")
    rest = "\n".join(lines)
    edits: list[Edit] = []
    if written and find_spec("PIL") is not None:
        edits = behind_import({alias.name: alias.asname or alias.name for alias in written}, where, rest, facts)
    elif not written and not where.column:
        edits = [Edit(where, rest)]
    differs = [home.differs for home in moved.values() if home.differs] + ([_WITH_PILLOW] if written else [])
    names = [alias.name for alias in (*moved, *written)]
    modules = sorted({home.module or home.name for home in moved.values()})
    advice = " ".join(
        [
            *([f"Import {', '.join(alias.name for alias in moved)} from {', '.join(modules)}."] if moved else []),
            *(["Use Pillow, or the package imageio, to read, write and resize images."] if written else []),
        ]
    )
    yield Problem(
        rule="KI165",
        severity=ERROR,
        title=f"{module} has no {', '.join(names)} any more",
        cause=f"{module.partition('.')[0]} moved or removed what was in {module}.",
        range=where,
        reference=module,
        fixes=(Fix("manual", advice),),
        proposals=(
            Proposal(
                f"Import {', '.join(names)} from {', '.join(modules)}" if not written else "Write them with Pillow",
                tuple(edits),
                "" if written else "It is the same function.",
                " ".join(dict.fromkeys(differs)),
                unbinds=tuple(alias.asname or alias.name for alias in written),
            ),
        )
        if edits
        else (),
    )


def _alias(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _of_pandas(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    calls = [
        node
        for node in ast.walk(facts.cell.tree)  # type: ignore[arg-type]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "as_matrix"
    ]
    plain = [node for node in calls if not node.args and not node.keywords]
    edits = []
    for node in plain:
        owner, where = facts.cell.range(node.func.value), facts.cell.range(node)  # type: ignore[attr-defined]
        edits.append(Edit(where, f"{facts.cell.segment(owner)}.values"))
    yield Problem(
        rule="KI165",
        severity=ERROR,
        title="pandas has no as_matrix() any more",
        cause="pandas 1.0 removed it; .values is the same array.",
        reference="pandas",
        fixes=(Fix("manual", "Write .values for .as_matrix(), and df[columns].values for .as_matrix(columns)."),),
        proposals=(Proposal("Write .values", tuple(edits), "as_matrix() returned it."),) if edits else (),
    )


RULE = Rule(
    code="KI165",
    name="name of a neighbour package",
    lesson=Lesson(
        what="`from sklearn.cross_validation import train_test_split`, `from scipy.misc import imresize`, "
        "`df.as_matrix()`: old notebooks fail of the packages beside Keras, too.",
        why="scikit-learn 0.20 and 0.23, SciPy 1.2 and 1.3, and pandas 1.0 removed names that had moved, or that other "
        "packages do better: sklearn.model_selection, imageio, df.values.",
        since="scikit-learn 0.20",
        related=("KI132",),
    ),
    on_failure=on_failure,
)

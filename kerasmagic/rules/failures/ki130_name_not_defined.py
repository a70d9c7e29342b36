"""A well-known name of Keras is used, and was never imported."""

from __future__ import annotations

import ast
import builtins
import re
from typing import Iterator

from ...catalog.target import Found
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import VARIABLE
from ...diagnosis.repair.search import ALIKE, NOTED, SPELLING, TWIN, find
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from ...source.bindings import Bindings
from ...source.cell import read_cell
from ...source.imports import ensure_import
from .names_in_use import names_that_are_meant

_PACKAGES = [
    "layers",
    "models",
    "optimizers",
    "callbacks",
    "losses",
    "metrics",
    "regularizers",
    "initializers",
    "constraints",
    "utils",
    "applications",
    "preprocessing.image",
    "preprocessing.text",
    "preprocessing.sequence",
]
_OTHERS = {"torch", "nn", "flax", "jax", "paddle", "mxnet", "sqlalchemy", "django", "pydantic", "sympy"}
# Lower-case words that are the user's own more often than Keras's are taken only where the code says what they are.
_FUNCTIONS = [
    "to_categorical",
    "pad_sequences",
    "load_model",
    "plot_model",
    "load_img",
    "img_to_array",
    "array_to_img",
    "model_from_json",
    "clone_model",
    "save_model",
    "model_to_dot",
    "custom_object_scope",
    "get_custom_objects",
    "image_dataset_from_directory",
    "text_dataset_from_directory",
    "audio_dataset_from_directory",
    "timeseries_dataset_from_array",
    "save_img",
    "hashing_trick",
    "skipgrams",
    "make_sampling_table",
    "one_hot",
    "text_to_word_sequence",
]
_MODULES = {
    "tf": ("tensorflow",),
    "keras": ("keras", "tensorflow.keras"),
    "K": ("keras.backend",),
    "np_utils": ("keras.utils",),
    **{name.rpartition(".")[2]: (f"keras.{name}",) for name in (*_PACKAGES, "backend", "datasets")},
    **{
        name: (f"keras.datasets.{name}",)
        for name in ["mnist", "fashion_mnist", "cifar10", "cifar100", "imdb", "reuters"]
    },
}


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted = failure.wanted
    end = failure.end
    if wanted is None or wanted.kind != VARIABLE:
        return
    if end is not None and end.place != "cell" and not failure.converted_line:
        return
    name = wanted.member
    found = None if _of_another_library(failure) else _find(name, failure, world)
    cell = read_cell(failure.source)
    if found is None or cell.error is not None or cell.tree is None:
        return
    others = [other for other in _undefined(cell.tree, failure) if other != name]
    statements = [_statement(name, found)]
    statements += [_statement(other, place) for other in others for place in [_find(other, failure, world)] if place]
    edits = [edit for statement in statements for edit in ensure_import(cell, statement)]
    if not edits:
        return
    yield Problem(
        rule="KI130",
        severity=ERROR,
        title=f"{name} is used, but nothing in this session has imported it",
        cause="Restarting the kernel forgets all imports, and a cell that failed or did not run has not imported "
        "anything.",
        reference=found,
        proposals=(
            Proposal(
                f"Import {name} first",
                tuple(edits),
                f"{found} is {world.where(found)}.",
                shown="\n".join(statements),
            ),
        ),
    )


def _of_another_library(failure: Failure) -> bool:
    """A session of another library, which has layers and optimizers of the same names."""
    modules = [session.module_name(value) for _, value in session.variables(failure.namespace)]
    roots = {name.partition(".")[0] for name in modules}
    words = set(re.findall(r"\w+", failure.source))
    return bool(roots & _OTHERS or words & _OTHERS) and not (roots | words) & {"keras", "tensorflow", "tf_keras", "tf"}


def _undefined(tree: ast.Module, failure: Failure) -> list[str]:
    """Names that the cell reads, and that neither it nor the session binds."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)} | set(failure.namespace or {})
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    read = [node.id for node in names if isinstance(node.ctx, ast.Load)]
    return [name for name in dict.fromkeys(read) if name not in bound | imported and not hasattr(builtins, name)]


def _find(name: str, failure: Failure, world: World) -> str | None:
    trees = _trees(failure)
    used = re.findall(rf"\b{name}\.(\w+)", failure.source)
    if name in _MODULES:
        if not used:
            return None
        for module in _MODULES[name]:
            for candidate in dict.fromkeys(_in_tree(module, tree) for tree in trees):
                if lookup(candidate, world) and all(_has(candidate, member, world) for member in used):
                    return candidate
        return None
    meant = _meant(name, failure, trees, world)
    if meant is not None:
        return meant
    if not (name[:1].isupper() or name in _FUNCTIONS) or len(name) < 3 or re.search(rf"\b{name}\s*\[", failure.source):
        return None
    for tree in trees:
        for package in _PACKAGES:
            found = lookup(f"{tree}.{package}.{name}", world)
            whole = f"{tree}.{package}.{name}"
            # A variable of the user's may have the name of a class: History = model.fit(…), then History.history.
            if (
                found is not None
                and found.kind in ("class", "function")
                and all(_of_class(whole, m, world) for m in used)
            ):
                return f"{tree}.{package}.{name}"
    return None


def _meant(name: str, failure: Failure, trees: tuple[str, ...], world: World) -> str | None:
    """A function whose home the code itself shows."""
    if not name[:1].islower() or name in _FUNCTIONS:
        return None
    tree = read_cell(failure.source).tree
    shown = list(names_that_are_meant(name, tree, failure)) if tree is not None else []
    for below in dict.fromkeys(shown):
        for root in trees:
            found = next(find(f"{root}.{below}", world), None)
            if (
                found is not None
                and found.kind in ("class", "function")
                and found.how not in (ALIKE, NOTED, SPELLING, TWIN)
            ):
                return found.name
    return None


def _of_class(name: str, member: str, world: World) -> bool:
    return isinstance(world.attribute(f"{name}.{member}"), Found)


def _has(module: str, member: str, world: World) -> bool:
    return isinstance(world.import_from(module, member), Found)


def _in_tree(module: str, tree: str) -> str:
    return tree + module[len("keras") :] if module.partition(".")[0] == "keras" else module


def _trees(failure: Failure) -> tuple[str, ...]:
    """The tree of Keras that this session uses comes first."""
    imported = Bindings.from_namespace(failure.namespace or {}).imported
    through_tensorflow = "tensorflow.keras" in imported or ("tensorflow" in imported and "keras" not in imported)
    return ("tensorflow.keras", "keras") if through_tensorflow else ("keras", "tensorflow.keras")


def _statement(name: str, found: str) -> str:
    parent, _, last = found.rpartition(".")
    if not parent:
        return f"import {found}" if found == name else f"import {found} as {name}"
    return f"from {parent} import {last}" + ("" if last == name else f" as {name}")


RULE = Rule(
    code="KI130",
    name="name that was never imported",
    lesson=Lesson(
        what="`Conv2D(32, 3)` ends in NameError: name 'Conv2D' is not defined.",
        why="The cell with the imports did not run in this session, or failed half way: everything after a failed "
        "import is missing.",
        before="from keras.models import Sequential\nmodel = Sequential([Dense(1)])",
        after="from keras.layers import Dense\nfrom keras.models import Sequential\nmodel = Sequential([Dense(1)])",
        target="tensorflow==2.16.2",
        related=("KI102",),
    ),
    on_failure=on_failure,
)

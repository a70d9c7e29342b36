"""Who knows whom: what import-linter cannot see (``pyproject.toml`` has its contracts)."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Iterator

import kerasmagic
from kerasmagic import rules

PACKAGE = Path(kerasmagic.__file__).parent
FLOORS = (("kernel", "catalog", "source"), ("optimizers", "saved"), ("diagnosis",), ("rules",), ("files",))
"""From the ground up; the files beside these folders, and display, are above all of them."""


def trees(folder: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def floor(name: str) -> int:
    return next((number for number, folders in enumerate(FLOORS) if name in folders), len(FLOORS))


def late_imports(path: Path, tree: ast.Module) -> Iterator[str]:
    """The folder or file of the package that each import inside a function leads to."""
    here = path.relative_to(PACKAGE).parts[:-1]
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for node in (inner for function in functions for inner in ast.walk(function)):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = here[: len(here) - node.level + 1]
            yield [*above, *filter(None, (node.module or "").split(".")), *(alias.name for alias in node.names)][0]


def test_no_import_inside_a_function_points_up() -> None:
    folders = [folder for folders in FLOORS for folder in folders]
    up = [
        f"{path.relative_to(PACKAGE)} imports {found}"
        for folder in folders
        for path, tree in trees(folder)
        for found in late_imports(path, tree)
        if found != folder and floor(found) >= floor(folder)
    ]
    assert up == []


def test_a_mechanism_knows_no_rule_by_its_code() -> None:
    known = []
    for path, tree in trees("diagnosis"):
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        known += [
            f"{path.relative_to(PACKAGE)}:{node.lineno} {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
            if re.search(r"\bK[A-Z]\d", node.value)
        ]
    assert known == []


def test_a_mechanism_imports_no_rule() -> None:
    for path, tree in trees("diagnosis"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert "rules" not in (node.module or "").split("."), path


def test_each_rule_has_its_tests_in_a_file_of_its_name() -> None:
    rules = {path.stem for path, _ in trees("rules") if re.match(r"k[a-z]\d{3}_", path.name)}
    rules -= {path.stem for path, _ in trees("rules/contracts")}  # about live objects: the kernel ring has them
    tests = {path.stem[len("test_") :] for path in (Path(__file__).parent / "rules").glob("test_*.py")}
    assert len(rules) > 70
    assert rules - tests == set(), "python -m kerasmagic.rules new writes both"
    assert {name for name in tests if not name.startswith("kd")} == rules


def test_a_check_of_files_loads_no_rule_that_only_an_exception_tells() -> None:
    idle = [
        rule.code
        for family, entrances in rules._FAMILIES.items()
        if "cell" in entrances
        for rule in rules._family(family)
        if not (rule.on_cell or rule.moves or rule.arguments or rule.on_environment or rule.on_optimizer)
    ]
    assert idle == []

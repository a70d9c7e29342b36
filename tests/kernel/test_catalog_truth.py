"""The catalog against the TensorFlow and Keras that are installed here, in both directions and in full.

What is compared is every name that attribute access reaches without a leading underscore, the internals of TensorFlow
included: see ``names.py``. Each module is looked at under its shortest path; where another path leads to the same
object, the catalog has to know that it is the same, and so it is right about that path, too.

TensorFlow 1 runs on Pythons that this package does not. ``TRUTH_PYTHON=/path/to/python3.6 pytest`` compares what is
installed there.
"""

from __future__ import annotations
import __future__

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from kerasmagic.catalog import reader
from kerasmagic.catalog.target import Found, Missing, Target

HERE = Path(__file__).parent
PYTHON = os.environ.get("TRUTH_PYTHON", sys.executable)
EXCEPTIONS = HERE / "catalog_exceptions.txt"
ROOTS = ["tensorflow", "keras", "tf_keras"]
# Of these the catalog says "not known", and nothing else: generated code and the machinery below the API.
NOT_RECORDED = (
    "tensorflow.python.",
    "tensorflow.core.",
    "tensorflow.compiler.",
    "tensorflow.tsl.",
    "tensorflow.lite.",
    "tensorflow_estimator.python.estimator.canned.",
)
IMPORT = """
import importlib, sys
try:
    importlib.import_module(sys.argv[1])
    print("[imported]")
except ImportError:
    print("[ImportError]")
"""
KINDS = {
    "positional-only": "POSITIONAL_ONLY",
    "positional": "POSITIONAL_OR_KEYWORD",
    "var-positional": "VAR_POSITIONAL",
    "keyword": "KEYWORD_ONLY",
    "var-keyword": "VAR_KEYWORD",
}


@dataclass(frozen=True)
class Name:
    """What the kernel has under a path; ``first`` is the path under which the same object was found before."""

    path: str
    first: str
    parameters: list[str] | None
    members: list[str] | None
    whole: bool
    """The class has no members but these: none of its bases is Python's own."""


@dataclass(frozen=True)
class Walk:
    modules: dict[str, str]
    """Path -> the module's real name."""
    names: list[Name]


@pytest.fixture(scope="module")
def target() -> Target:
    path = json.loads(said("import json, sys; print(json.dumps(sys.path))")[-1])
    found = {each.metadata["Name"].lower().replace("-", "_"): each.version for each in distributions(path=path)}
    versions = {name: found.get(name) for name in ("tensorflow", "keras", "tf_keras", "keras_preprocessing")}
    versions["tensorflow"] = found.get("tensorflow_cpu", versions["tensorflow"])
    legacy = os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True")
    return Target.from_installed(versions, legacy)


def excused() -> set[str]:
    """Names that may differ; each line of the file is a name, and why it may."""
    lines = EXCEPTIONS.read_text().splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


def said(program: str, *arguments: str) -> list[str]:
    """What a fresh process prints, in which nothing but the import itself is visible."""
    # Other tests import TensorFlow here, which leaves this variable behind, and TensorFlow reads it when it loads.
    environment = {name: value for name, value in os.environ.items() if name != "TF2_BEHAVIOR"}
    command = [PYTHON, "-c", program, *arguments]
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [line for line in output.splitlines() if line.startswith("[")]


def run(script: str, root: str) -> list[str]:
    return said((HERE / script).read_text(), root)


@lru_cache(maxsize=None)
def walk(root: str) -> Walk:
    found: list[list[Any]] = [json.loads(line) for line in run("names.py", root)]
    modules = {path: real for kind, path, real, *_ in found if kind == "module"}
    return Walk(modules, [Name(*rest) for kind, *rest in found if kind == "name"])


def is_known_to_be_unknown(name: Name, module: str) -> bool:
    member = name.path.rpartition(".")[2]
    depends_on_others = any(row.kind == "o" for row, _ in reader.member_rows(module, member))
    return depends_on_others or f"{module}.".startswith(NOT_RECORDED) or member in __future__.all_feature_names


@pytest.fixture(params=ROOTS)
def root(request: pytest.FixtureRequest, target: Target) -> str:
    """A package that is there; of one that is not, the catalog knows that."""
    if request.param not in target.releases:
        assert said(IMPORT, request.param) == ["[ImportError]"]
        assert isinstance(target.import_module(request.param), Missing)
    return str(request.param)


def test_the_record_is_what_the_kernel_has(target: Target, root: str) -> None:
    if root not in target.releases:
        return
    assert target.exact(root), f"{root} {target.asked[root]} is not recorded"
    here = walk(root)
    imported = frozenset({root})
    answers = {name.path: target.attribute(name.path, imported) for name in here.names}
    missing = {path for path, answer in answers.items() if isinstance(answer, Missing)}
    unknown = {
        name.path
        for name in here.names
        if answers[name.path] is None and not is_known_to_be_unknown(name, here.modules[name.path.rpartition(".")[0]])
    }
    recorded = {f"{module}.{member}" for module in here.modules for member in target.names(module)}
    invented = {path for path in recorded - set(answers) if isinstance(target.attribute(path, imported), Found)}
    wrong = missing | unknown | invented
    assert len(answers) > 3000
    assert len(wrong) < len(answers) / 1000
    assert not wrong - excused(), f"{len(missing)} missing, {len(unknown)} unknown, {len(invented)} invented"


def test_two_names_of_one_object_are_one(target: Target, root: str) -> None:
    if root not in target.releases:
        return
    imported = frozenset({root})
    pairs = [(name.path, name.first) for name in walk(root).names if name.path != name.first]
    wrong = []
    for path, first in pairs:
        one, other = target.attribute(path, imported), target.attribute(first, imported)
        if isinstance(one, Found) and isinstance(other, Found) and one.home != other.home and path not in excused():
            wrong.append((path, first))
    assert len(pairs) > 500
    assert not wrong


def test_signatures_and_members_are_the_kernels(target: Target, root: str) -> None:
    if root not in target.releases:
        return
    imported = frozenset({root})
    wrong, signatures, classes = [], 0, 0
    for name in walk(root).names:
        answer = target.attribute(name.path, imported)
        if not isinstance(answer, Found):
            continue
        if name.parameters is not None and answer.signature is not None:
            signatures += 1
            recorded = [f"{KINDS[each.kind]} {each.name}" for each in answer.signature.parameters]
            if recorded != name.parameters:
                wrong.append(name.path)
        members = set(target.names(name.path)) if name.members is not None and answer.kind == "class" else set()
        if members:  # of TensorFlow's internals no members are recorded
            classes += 1
            theirs = set(name.members or ())
            # What a class has from another package (scikit-learn puts methods into its subclasses) is unknown.
            unseen = (target.attribute(f"{name.path}.{member}", imported) for member in theirs - members)
            denied = any(isinstance(answer, Missing) for answer in unseen)
            if denied or (name.whole and members - theirs - set(dir(type))):
                wrong.append(name.path)
    assert signatures > 1000 and classes > 300
    assert not set(wrong) - excused()


@pytest.mark.parametrize("package", ["keras", "tf_keras"])
def test_submodules_are_attributes_where_the_kernel_has_them(target: Target, package: str) -> None:
    """Also after tf.keras was used, which loads more of its package than importing the package does."""
    if package not in target.releases or "tensorflow" not in target.releases:
        return
    names, alone, with_tf_keras = json.loads(run("submodules.py", package)[-1])
    for visible, imported in ((alone, {package}), (with_tf_keras, {package, "tensorflow", "tensorflow.keras"})):
        answers = {name: target.attribute(name, frozenset(imported)) for name in names}
        wrong = [name for name, answer in answers.items() if isinstance(answer, Found) != (name in visible)]
        assert len(visible) > 100
        assert not wrong


def test_a_module_that_keras_does_not_have_is_missing_there_and_here(target: Target) -> None:
    name = "tensorflow.keras.kerasmagic_no_such_module"
    assert isinstance(target.import_module(name), Missing)
    assert said(IMPORT, name) == ["[ImportError]"]

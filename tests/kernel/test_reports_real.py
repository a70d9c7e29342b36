"""Cells as people wrote them for other releases, in a session of the release that is here: what fails is told by the
rule that knows it, and its first fix works.

The cells are in cells/, in the file that is called like the rule that tells them in the newest release; those of which
nothing is told come first. Above each is a line that says what is told of it in which releases of TensorFlow:
``== KI110 >=2.15 | KI105 by hand <2.6``. Everywhere else the cell runs. ``by hand`` means that no edit does it;
``== silent`` that nothing is said, whether the cell runs or fails. Parts of a case are divided by ``#---``: cells that
run before, and the failing cell; what stands behind ``#+++`` is the cell as the advice would have it. A case that
``needs tf_keras`` is tried where that is installed. A fix may be an edit of a cell that ran before.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from kerasmagic.rules import RULES

pytestmark = pytest.mark.wide
_GRAPHS = ("ki112", "ki115")
"""Their edits switch the process to static graphs: they come last, and behind all others what is about imports."""
FILES = sorted(
    Path(__file__).with_name("cells").glob("*.txt"),
    key=lambda file: (file.stem[:5] in _GRAPHS, file.stem[:2] == "ki", file.stem),
)
SILENT = "silent"


@dataclass(frozen=True)
class Case:
    heading: str
    before: tuple[str, ...]
    cell: str
    by_hand: str

    @property
    def name(self) -> str:
        return " / ".join(self.cell.splitlines())[:90]

    @property
    def silent(self) -> bool:
        return self.heading == SILENT

    def expected(self, tensorflow: str) -> tuple[str, bool] | None:
        """The rule, and whether its first fix is for a person to do; None where the cell runs."""
        for entry in re.sub(r"needs \w+", "", self.heading).split("|"):
            code, hand, releases = re.fullmatch(r"\s*(\w+)( by hand)?\s*(.*?)\s*", entry).groups()
            if SpecifierSet(releases).contains(tensorflow):
                return code, bool(hand)
        return None


def cases() -> list[Case]:
    found = []
    for text in [text for file in FILES for text in re.split(r"^== ", file.read_text(), flags=re.MULTILINE)[1:]]:
        heading, _, body = text.partition("\n")
        needs = re.search(r"needs (\w+)", heading)
        if needs is None or importlib.util.find_spec(needs.group(1)):
            code, _, by_hand = body.partition("#+++\n")
            *before, cell = (part.strip("\n") + "\n" for part in code.split("#---\n"))
            found.append(Case(heading, tuple(before), cell, by_hand))
    return found


def tensorflow() -> str:
    try:
        return version("tensorflow")
    except PackageNotFoundError:
        return version("tensorflow-cpu")


HERE = tensorflow()
CASES = cases()

_PROGRAM = """
import contextlib, difflib, io, json, sys
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

class Publisher(DisplayPublisher):
    shown = []
    def publish(self, data, metadata=None, **others):
        self.shown.append(data)

shell = InteractiveShell.instance()
shell.display_pub = Publisher(shell=shell)
silence = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())

def run(*cells):
    kept = ("In", "Out", "get_ipython", "exit", "quit", "open")
    for name in [name for name in shell.user_ns if not name.startswith("_") and name not in kept]:
        del shell.user_ns[name]
    for cell in cells:
        del shell.display_pub.shown[:]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            result = shell.run_cell(cell, store_history=False)
        error = result.error_in_exec or result.error_before_exec
        if error is not None:
            return f"{type(error).__name__}: {error}"
    return ""

def corrected(before, cell, fix):
    if fix["cell"] is None:
        return *before, fix["source"]
    # the edit is of a cell that ran before: that one is replaced, and all after it run again
    alike = [difflib.SequenceMatcher(None, each, fix["source"]).ratio() for each in before]
    place = alike.index(max(alike))
    return *before[:place], fix["source"], *before[place + 1 :], cell

run("%load_ext kerasmagic")
run("import tensorflow as tf\\ntf.keras.layers", "try:\\n    import keras\\nexcept ImportError:\\n    pass")
for before, cell, by_hand in json.load(sys.stdin):
    answer = {"error": run(*before, cell)}
    hints = [data["application/vnd.kerasmagic.v1+json"] for data in shell.display_pub.shown if len(data) > 2]
    answer["problems"] = hints[-1]["problems"] if hints else []
    answer["text"] = shell.display_pub.shown[-1]["text/plain"] if hints else ""
    fixes = [fix for problem in answer["problems"] for fix in problem["fixes"]]
    if fixes and fixes[0]["kind"] == "edit":
        answer["fixed"] = run(*corrected(before, cell, fixes[0]))
        answer["bound"] = sorted(shell.user_ns)
    if by_hand:
        answer["by hand"] = run(*before, by_hand)
    print("ANSWER" + json.dumps(answer))
"""


@pytest.fixture(scope="module")
def answers(request, tmp_path_factory) -> dict[Case, dict]:
    """What is said of the cells that this run of pytest asks for (``-k``), one after the other in one session."""
    asked = {id(item.callspec.params.get("case")) for item in request.session.items if hasattr(item, "callspec")}
    cases = [case for case in CASES if id(case) in asked]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PROGRAM],
        input=json.dumps([[case.before, case.cell, case.by_hand] for case in cases]),
        env=environment,
        cwd=tmp_path_factory.mktemp("cells"),
        capture_output=True,
        text=True,
        timeout=1200,
    )
    found = [json.loads(line[6:]) for line in result.stdout.splitlines() if line.startswith("ANSWER")]
    assert len(found) == len(cases), result.stderr[-2000:]
    return dict(zip(cases, found))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_cell_that_fails_is_told_and_its_first_fix_works(case: Case, answers: dict[Case, dict]) -> None:
    answer = answers[case]
    if case.silent:
        assert answer["problems"] == []
        return
    expected = case.expected(HERE)
    if expected is None:
        assert answer["error"] == ""
        return
    rule, by_hand = expected
    assert answer["error"], "it runs here"
    assert answer["problems"], f"nothing is said about {answer['error']}"
    assert answer["problems"][0]["rule"] == rule, answer["text"]
    first = answer["problems"][0]["fixes"][0]
    assert (first["kind"] != "edit") == by_hand, first["title"]
    if by_hand:
        assert first["title"] and not first["verified"]
        assert answer.get("by hand", "") == ""
    else:
        assert answer["fixed"] == ""
        assert _imported(case.cell) & set(re.findall(r"\w+", first["source"])) <= set(answer["bound"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_of_cells_is_about_its_rule_and_begins_with_silence(file: Path) -> None:
    code = file.stem[:5].upper()
    headings = re.findall(r"^== (.*)", file.read_text(), re.MULTILINE)
    assert code in {rule.code for rule in RULES.all()}
    assert headings == sorted(headings, key=lambda heading: heading != SILENT)
    assert [heading for heading in headings if heading != SILENT and code not in heading] == []


def _imported(cell: str) -> set[str]:
    try:
        tree = ast.parse(cell)
    except SyntaxError:
        return set()
    return {
        alias.asname or alias.name.partition(".")[0]
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }


def test_a_hint_has_at_most_six_lines(answers: dict[Case, dict]) -> None:
    long = [answer["text"] for answer in answers.values() if len(answer["text"].splitlines()) > 6]
    assert long == []

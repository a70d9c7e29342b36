"""Every text that the package can show, in one list: output/texts.txt, to be read in one sitting and rewritten.

The voice is in .github/CONTRIBUTING.md. What a machine can see of it is asserted here.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Iterator

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kerasmagic"
# What nobody reads: the recorder and its probe, and the file that wires up a process.
SILENT = {"probe.py", "recorder.py", "record.py", "store.py", "wire.py", "hdf5.py"}

MAGICS = {"keras_env", "keras_check", "keras_fix", "keras_optimizer", "keras_explain"}

# Words that this project once used for itself, and that a reader has to translate.
FORBIDDEN = {
    r"(?<!`)``(?!`)": "two backticks are markup of docstrings, not of texts",
    r"\bso many\b": "say how many",
    r"\bwould raise\b": "say: would fail",
    r"\broutes raise\b": "say: ways of writing it fail",
    r"\bof one's own\b": "say whose",
    r"\bchanges nothing\b": "say: ignored",
    r"\bwho (wants|needs|asks)\b": "say: if you want",
    r"\bone (can|may|must|has to|writes)\b": "say: you",
    r"\bin the kernel's\b.*\bpossession\b": "plain words",
}


def texts() -> Iterator[tuple[str, int, str]]:
    """File, line and text of each string that is made of words; names stand as {…}."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name in SILENT:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        skipped = _not_shown(tree)
        for node in ast.walk(tree):
            if id(node) not in skipped and isinstance(node, (ast.Constant, ast.JoinedStr)):
                text = _text(node)
                if text and re.search(r"[A-Za-z]{2,} [a-z]{2,}", text) and not re.search(r"SELECT |\(\?|;\w+:", text):
                    yield str(path.relative_to(ROOT)), node.lineno, text


def _not_shown(tree: ast.AST) -> set[int]:
    """Docstrings, except those of magics, which their help shows; and the parts of f-strings."""
    found, shown = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            found.update(id(part) for part in ast.walk(node) if part is not node and isinstance(part, ast.Constant))
        if isinstance(node, ast.FunctionDef) and node.name in MAGICS:
            shown.add(id(node.body[0].value))
    return found - shown


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(part.value if isinstance(part, ast.Constant) else "{…}" for part in node.values)


@pytest.fixture(scope="module")
def written():
    found = list(texts())
    folder = ROOT / "output"
    folder.mkdir(exist_ok=True)
    lines = [f"{path}:{line}: {' '.join(text.split())}\n" for path, line, text in found]
    (folder / "texts.txt").write_text("".join(lines), encoding="utf-8")
    return found


def test_there_are_texts(written):
    assert len(written) > 500


@pytest.mark.parametrize("pattern", FORBIDDEN, ids=FORBIDDEN.values())
def test_the_voice(written, pattern):
    found = [f"{path}:{line}: {text}" for path, line, text in written if re.search(pattern, text)]
    assert not found, "\n".join(found)

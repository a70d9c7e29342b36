"""The number that is meant where a float stands for a whole one, or a text for a number."""

from __future__ import annotations

import ast
import re

from ..evidence import failed_cell as failing
from ..evidence.cell import CellFacts
from .answer import Change

DIVIDES = "Division by / gives a float, also where nothing remains; // gives a whole number."


def whole(node: ast.expr, value: float, facts: CellFacts) -> str:
    """What to write for a float: its whole part where it is a plain number, int(…) of all else."""
    return repr(int(value)) if isinstance(node, ast.Constant) else f"int({failing.text_of(node, facts)})"


def is_number(text: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)?", text) is not None


def without_quotes(*texts: tuple[ast.expr, str]) -> Change:
    """Numbers that stand as texts, and what to write for each."""
    return Change("Leave the quotes out", texts, evidence="It is the same number.")

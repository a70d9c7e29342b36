"""The folder of a file that is written: Keras 2 made it, and the save of Keras 3 does not."""

from __future__ import annotations

import ast
from pathlib import Path

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.lines import before, statement_of
from ...source.nodes import last_name


def made_first(path: ast.expr, text: str, call: ast.Call, facts: CellFacts, world: World | None) -> list[Edit]:
    """The lines that make the folder before a call writes a file; nothing where it is there, or is not known.

    Arguments:
        path: what the call is given for the name of the file.
        text: that name, as far as it is known: "models/{}.keras".
        world: a kernel may tell what the variables stand for.
    """
    made = _folder(path, text) or _missing(path, facts, world)
    statement = statement_of(call, facts.cell)
    if not made or statement is None:
        return []
    lines = [] if _imports_os(facts) else ["import os"]
    return before(statement, facts.cell, *lines, f"os.makedirs({made}, exist_ok=True)")


def _folder(path: ast.expr, text: str) -> str:
    """The folder, as code, of a name that is written out; empty where it is there already."""
    folder = text.rpartition("/")[0]
    if not folder or Path(folder).is_dir():
        return ""
    if "{" not in folder and "%" not in folder:
        return repr(folder)
    return f"os.path.dirname({path.id})" if isinstance(path, ast.Name) else ""


def _missing(path: ast.expr, facts: CellFacts, world: World | None) -> str:
    """The folder of a variable's path, or ``folder`` of ``os.path.join(folder, name)``, where the session has these and
    there is no such folder."""
    first = path.args[0] if isinstance(path, ast.Call) and last_name(path.func) == "join" and path.args else path
    held = (getattr(world, "namespace", None) or {}).get(first.id) if isinstance(first, ast.Name) else None
    if type(held) is not str or not isinstance(first, ast.Name):
        return ""
    folder = Path(held).parent if first is path else Path(held)
    written = f"os.path.dirname({first.id})" if first is path else first.id
    return "" if folder.is_dir() else written


def _imports_os(facts: CellFacts) -> bool:
    imports = (node for node in facts.cell.placed if isinstance(node, ast.Import))
    return any(alias.name == "os" and not alias.asname for node in imports for alias in node.names)

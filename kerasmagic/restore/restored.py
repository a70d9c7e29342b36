"""The restored file: the program as it runs now, in a notebook with what it put out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterable, Mapping

from ..files.document import Document
from .model import CellOutcome
from .outputs import stored


def restored_name(path: Path) -> str:
    return f"{path.stem}.restored{path.suffix or '.py'}"


def is_restored(path: str) -> bool:
    return path.endswith((".restored.ipynb", ".restored.py"))


def restored_text(document: Document, texts: Mapping[int | None, str], cells: Iterable[CellOutcome]) -> str:
    """The text of the restored file; a notebook of the old format 3 keeps the outputs that it has."""
    changed = {each.cell: texts[each.cell] for each in document.passages if texts[each.cell] != each.text}
    text = document.with_passages(changed)
    if not document.is_notebook:
        return text
    notebook = json.loads(text)
    if not isinstance(notebook.get("cells"), list):
        return text
    for each in cells:
        assert each.cell is not None
        _put_out(notebook["cells"][each.cell - 1], each)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _put_out(cell: dict[str, Any], outcome: CellOutcome) -> None:
    cell["execution_count"] = outcome.reply.count
    cell["outputs"] = [stored(output) for output in outcome.reply.outputs]
    for output in cell["outputs"]:
        if output["output_type"] == "execute_result":
            output["execution_count"] = outcome.reply.count

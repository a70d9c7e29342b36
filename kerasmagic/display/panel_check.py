"""A checked cell as a panel: its problems, what changes, and a button that runs the cell."""

from __future__ import annotations

from typing import Any, Callable

from .changes import changes_html
from .markup import code, details
from .result import Result
from .run_button import run_button


def build(widgets: Any, result: Result, text: str, corrected: str, run: Callable[[str], Any]) -> Any:
    """The widget; ``widgets`` is the ipywidgets module."""
    problems = widgets.HTML(value=result.html)
    if corrected == text:
        return widgets.VBox([problems, *run_button(widgets, "Run the cell", text, run)])
    changes = changes_html(text, corrected) + details("The whole corrected cell", code(corrected))
    buttons = run_button(widgets, "Run the corrected cell", corrected, run)
    return widgets.VBox([problems, widgets.HTML(value=changes), *buttons])

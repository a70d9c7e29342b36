"""A checked cell as a panel: its problems, the diff, and a button that runs the corrected cell."""

from __future__ import annotations

import difflib
from typing import Any, Callable

from ..guard import guarded
from .markup import MONOSPACE, details, escape, paragraph
from .result import Result

_TINTS = {"+": "rgba(60,160,90,.22)", "-": "rgba(200,60,60,.22)"}


def build(widgets: Any, result: Result, text: str, corrected: str, run: Callable[[str], Any]) -> Any:
    """The widget; ``widgets`` is the ipywidgets module."""
    problems = widgets.HTML(value=result.html)
    if corrected == text:
        return widgets.VBox([problems, widgets.HTML(value=paragraph("There is no correction to run.", muted=True))])
    output = widgets.Output()
    button = widgets.Button(
        description="Run corrected cell",
        tooltip="Runs the cell with the corrections above, here",
        icon="play",
        layout=widgets.Layout(width="auto", align_self="flex-start"),
    )

    @guarded("running a corrected cell")
    def clicked(_: Any) -> None:
        button.disabled = True
        try:
            output.clear_output()
            with output:
                run(corrected)
        finally:
            button.disabled = False

    button.on_click(clicked)
    return widgets.VBox([problems, widgets.HTML(value=diff_html(text, corrected)), button, output])


def diff_html(before: str, after: str) -> str:
    """What changes, line by line, with signs and not only colours; the whole corrected cell folded below."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))[2:]
    rows = "".join(
        f'<div style="background:{_TINTS.get(line[:1], "none")};white-space:pre-wrap">{escape(line)}</div>'
        for line in lines
        if not line.startswith("@@")
    )
    whole = f'<pre style="margin:0;background:none;color:inherit;white-space:pre-wrap">{escape(after)}</pre>'
    return f'<div style="{MONOSPACE};margin:6px 0">{rows}</div>' + details("The whole corrected cell", whole)

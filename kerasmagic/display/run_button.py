"""A button that runs a cell in the user's namespace, and the place where its output appears."""

from __future__ import annotations

from typing import Any, Callable

from ..guard import guarded


def run_button(widgets: Any, words: str, source: str, run: Callable[[str], Any]) -> tuple[Any, Any]:
    """The button and the output below it; nothing runs without a click.

    Arguments:
        widgets: the ipywidgets module.
        words: what stands on the button.
        run: runs a cell: ``shell.run_cell``.
    """
    output = widgets.Output()
    button = widgets.Button(
        description=words,
        tooltip="Runs it in this kernel and shows its output here; the cell in the notebook stays as it is",
        icon="play",
        layout=widgets.Layout(width="auto", align_self="flex-start"),
    )

    @guarded("running a cell from a button")
    def clicked(_: Any) -> None:
        button.disabled = True
        try:
            output.clear_output()
            with output:
                run(source)
        finally:
            button.disabled = False

    button.on_click(clicked)
    return button, output

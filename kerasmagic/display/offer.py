"""The button below a hint: it runs the corrected cell, and is there only until the next cell runs.

It is a display of its own, below the static hint. A front-end shows a saved widget without its state as an error, so
the button leaves the notebook before it grows old: with the next cell, nothing is left of it, or, if it was clicked,
a static copy of what it showed. What reads well without a kernel, without trust and without widgets is the hint.
"""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping
from uuid import uuid4

from .markup import code, image, paragraph, plain
from .widgets import WIDGET_VIEW, cell_runner

_NOTHING = {"text/plain": "", "text/html": ""}


class Offer:
    """A button for one corrected cell.

    Arguments:
        publish: ``shell.display_pub.publish``.
        source: the corrected cell.
        run: runs a cell in the user's namespace: ``shell.run_cell``.
    """

    def __init__(self, publish: Callable[..., Any], source: str, run: Callable[[str], Any]) -> None:
        self._publish, self._run = publish, run
        self._display = {"display_id": f"kerasmagic-{uuid4().hex}"}
        self._runner = cell_runner(source, self._run_cell)
        self.running = False
        self._clicked = False

    def show(self) -> bool:
        """Show the button; False where there is no ipywidgets."""
        if self._runner is None:
            return False
        view = {"version_major": 2, "version_minor": 0, "model_id": self._runner.model_id}
        self._publish({**_NOTHING, WIDGET_VIEW: view}, transient=self._display)
        return True

    def end(self) -> None:
        """Put what lasts in the place of the button."""
        bundle = _record(self._runner.children[1].outputs) if self._clicked else _NOTHING
        self._publish(bundle, transient=self._display, update=True)
        self._runner.close()

    def _run_cell(self, source: str) -> None:
        self.running = self._clicked = True
        try:
            self._run(source)
        finally:
            self.running = False


def _record(outputs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the corrected cell showed, as text and static html."""
    texts, parts = ["The corrected cell was run here:"], [paragraph("The corrected cell was run here:", muted=True)]
    for output in outputs:
        data = output.get("data", {})
        text = data.get("text/plain", "") or output.get("text", "") or _error(output)
        texts.append(plain(text))
        if "text/html" in data:
            parts.append(data["text/html"])
        elif "image/png" in data:
            parts.append(image(data["image/png"], "image/png;base64", plain(text)))
        elif text:
            parts.append(code(text))
    return {"text/plain": "\n".join(texts), "text/html": "".join(parts)}


def _error(output: Mapping[str, Any]) -> str:
    return f"{output['ename']}: {output['evalue']}" if "ename" in output else ""

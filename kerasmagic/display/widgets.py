"""Panels: what the static results show, to operate. Core widgets only, of ipywidgets 7.7 and 8.

    optimizer_panel(examination, namespace=None) -> Panel
    environment_panel(snapshot, problems) -> Panel
    check_panel(text, findings, corrected, run) -> Panel
    cell_runner(source, run) -> the button below a hint

Each panel is a ``Result`` whose mime bundle also has the widget, so that it is published like any other; where
ipywidgets is not installed, only text and html are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Mapping, Sequence

from .result import Result

if TYPE_CHECKING:
    from ..diagnosis.model.problem import Problem
    from ..kernel.snapshot import Snapshot
    from ..optimizers.examination import Examination
    from .check import Findings

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True, repr=False)
class Panel(Result):
    """A result with a widget to operate it, or without where there are no widgets."""

    widget: Any = None

    def mime_bundle(self) -> dict[str, Any]:
        bundle = super().mime_bundle()
        if self.widget is not None:
            # By hand: ipywidgets 7 has no _repr_mimebundle_, and 8's has no text worth reading.
            bundle[WIDGET_VIEW] = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        return bundle


def optimizer_panel(examination: Examination, namespace: Mapping[str, Any] | None = None) -> Panel:
    """Choose optimizer and namespaces; groups of routes, comparison of two classes with their paths, history.

    Arguments:
        examination: what ``optimizers.examine`` found; the panel opens with it.
        namespace: the user's variables, for further questions.
    """
    from .optimizer import optimizer_result

    def build(widgets: Any) -> Any:
        from .panel_optimizer import build

        return build(widgets, examination, namespace or {})

    return _panel(optimizer_result(examination), build)


def environment_panel(snapshot: Snapshot, problems: Sequence[Problem]) -> Panel:
    """The sections of ``%keras_env``, problems first, with a filter."""
    from .environment import environment_result

    result = environment_result(snapshot, problems)

    def build(widgets: Any) -> Any:
        from .panel_environment import build

        return build(widgets, result)

    return _panel(result, build)


def check_panel(text: str, findings: Findings, corrected: str, run: Callable[[str], Any]) -> Panel:
    """Problems of a cell, the diff, and a button that runs the corrected cell; nothing runs without a click.

    Arguments:
        text: the cell as typed.
        findings: for each target its name and the problems of the cell there, as for ``check_result``.
        corrected: the cell with its fixes applied; the same as ``text`` where there are none.
        run: runs a cell in the user's namespace: ``shell.run_cell``. Its output goes into the panel.
    """
    from .check import check_result

    result = check_result(findings)

    def build(widgets: Any) -> Any:
        from .panel_check import build

        return build(widgets, result, text, corrected, run)

    return _panel(result, build)


def cell_runner(source: str, run: Callable[[str], Any]) -> Any:
    """A button that runs a corrected cell, and its output; None where ipywidgets is not installed."""
    try:
        import ipywidgets
    except ImportError:
        return None
    from .run_button import run_button

    return ipywidgets.VBox(run_button(ipywidgets, "Run the corrected cell", source, run))


def _panel(result: Result, build: Callable[[Any], Any]) -> Panel:
    try:
        import ipywidgets
    except ImportError:
        return Panel(result.kind, result.data, result.text, result.html)
    return Panel(result.kind, result.data, result.text, result.html, build(ipywidgets))

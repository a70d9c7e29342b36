"""Optimizers as a panel: choose one, see its groups, compare two classes, look at the history."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from ..guard import guarded
from ..optimizers.compare import class_named, compare
from ..optimizers.examination import Examination, examine
from ..optimizers.routes import Routes
from .markup import escape, paragraph
from .optimizer import comparison_html, headline, history_html, live_html, overview_html, routes_html

ALL = "all optimizers"
_CHOOSE = paragraph("Choose an optimizer to see what its name gives, release by release.", muted=True)


def build(widgets: Any, examination: Examination, namespace: Mapping[str, Any]) -> Any:
    """The widget; ``widgets`` is the ipywidgets module."""
    measured = {routes.name: routes for routes in examination.optimizers}
    names = _names(examination)
    chosen = next(iter(measured)) if len(measured) == 1 else ALL
    choice = widgets.Dropdown(options=[ALL, *names], value=chosen, description="Optimizer")
    spaces = widgets.SelectMultiple(options=[], description="Names from", rows=4)
    groups, history, live = widgets.HTML(), widgets.HTML(), widgets.HTML()
    first, second = widgets.Dropdown(description="Compare"), widgets.Dropdown(description="with")
    button = widgets.Button(
        description="Take 50 steps with both",
        tooltip="Runs both on two small problems",
        layout=widgets.Layout(width="auto"),
    )
    result = widgets.HTML()
    here = examination.release.minor if examination.release else None
    target = None if examination.measured else examination.world
    every: list[Routes] = [] if len(examination.optimizers) == 1 else list(examination.optimizers)

    def routes() -> Routes:
        if choice.value not in measured:
            measured[choice.value] = examine(choice.value, {}, target, start=True).optimizers[0]
        return measured[choice.value]

    def show_groups(_: Any = None) -> None:
        if choice.value == ALL:
            if not every:
                every.extend(examine(None, {}, target, start=True).optimizers)
            groups.value = overview_html(every)
            return
        kept = tuple(route for route in routes().routes if route.namespace in spaces.value)
        some = Routes(routes().name, kept, routes().classes)
        groups.value = paragraph(f"<b>{escape(headline(some, examination.world))}</b>") + routes_html(some)

    def choose(_: Any = None) -> None:
        result.value = ""
        labels = [] if choice.value == ALL else list(dict.fromkeys(route.namespace for route in routes().routes))
        spaces.options = labels
        spaces.value = tuple(labels)
        history.value = _CHOOSE if choice.value == ALL else history_html(choice.value, here)
        tabs.selected_index = 1 if choice.value == ALL else 0
        options = [] if choice.value == ALL else _classes(routes())
        for dropdown in (first, second):
            dropdown.options = options
        if options:  # Version 8 leaves a dropdown with new options empty.
            first.value, second.value = options[0][1], options[min(1, len(options) - 1)][1]
        button.disabled = len(options) < 1 or not examination.measured
        show_groups()

    def race(_: Any) -> None:
        button.disabled = True
        try:
            result.value = _attempt(
                lambda: comparison_html(compare(class_named(first.value), class_named(second.value)))
            )
        finally:
            button.disabled = False

    tabs = widgets.Tab(
        children=[
            history,
            widgets.VBox([spaces, groups]),
            widgets.VBox([widgets.HBox([first, second, button], layout=widgets.Layout(flex_flow="row wrap")), result]),
        ]
    )
    for index, title in enumerate(("By release", "Here", "Compare")):
        tabs.set_title(index, title)
    if examination.live is not None:
        live.value = live_html(examination.live)
    choose()
    choice.observe(guarded("choosing an optimizer")(choose), names="value")
    spaces.observe(guarded("choosing routes")(show_groups), names="value")
    button.on_click(guarded("comparing optimizers")(race))
    notes = widgets.HTML(value="".join(paragraph(escape(note)) for note in examination.notes))
    return widgets.VBox([live, choice, tabs, notes])


def _attempt(draw: Callable[[], str]) -> str:
    """A button has no traceback to show: what went wrong is said in its place."""
    try:
        return draw()
    except Exception as error:
        return paragraph(f"This comparison failed: {escape(type(error).__name__)}: {escape(error)}")


def _names(examination: Examination) -> list[str]:
    found = [routes.name for routes in examination.optimizers]
    recorded = list(examination.release.names) if examination.release else []
    return list(dict.fromkeys([*found, *recorded]))


def _classes(routes: Routes) -> list[tuple[str, str]]:
    """Label and qualified name of the classes; a label that two share gets the name, too."""
    labels: dict[str, str] = {}
    for group in routes.groups:
        short = group.optimizer.short
        labels[short if short not in labels else f"{short} {group.optimizer.name}"] = group.optimizer.name
    return list(labels.items())

"""The answer to "which Adam is this?", to read."""

from __future__ import annotations

from typing import Any, Sequence

from ..optimizers.compare import Comparison
from ..optimizers.examination import Examination
from ..optimizers.history import releases, timeline
from ..optimizers.landscapes import LANDSCAPES
from ..optimizers.live import LiveOptimizer
from ..optimizers.routes import Group, Route, Routes
from .markup import card, details, escape, inline_code, paragraph, prose, table
from .plot import line_plot, paths_plot, timeline_plot
from .result import Result

COLOURS = {
    "legacy": "#b8590a",
    "Keras 2 new": "#2f77b5",
    "Keras 3": "#2e8049",
    "TF1": "#7d62ab",
    "fails": "#b93c3c",
}
_LETTERS = {"legacy": "L", "Keras 2 new": "N", "Keras 3": "3", "TF1": "1", "fails": "x"}
_TF1 = "TF1"


def optimizer_result(examination: Examination, comparison: Comparison | None = None) -> Result:
    """The routes of one optimizer (or the list of all), the live object, a comparison, and the history.

    Arguments:
        examination: what ``optimizers.examine`` found.
        comparison: what ``optimizers.compare.compare`` found of two classes, if that was asked for.
    """
    data: dict[str, Any] = examination.to_dict()
    data["comparison"] = comparison.to_dict() if comparison else None
    problems = examination.live.problems if examination.live else ()
    data["problems"] = [problem.to_dict() for problem in problems]
    single = examination.optimizers[0] if len(examination.optimizers) == 1 else None
    data["routes"] = [route.to_dict() for routes in examination.optimizers for route in routes.routes]
    data["groups"] = [group.to_dict() for routes in examination.optimizers for group in routes.groups]
    return Result("optimizer", data, _text(examination, single, comparison), _html(examination, single, comparison))


def headline(routes: Routes, world: str) -> str:
    """How many there are, in one sentence: "All Keras routes give one Adam here (Keras 3)"."""
    here = "here" if world == "this kernel" else f"in {world.replace('==', ' ').replace(',', ', ')}"
    keras = [group for group in routes.groups if group.optimizer.family != _TF1]
    first = [group for group in routes.groups if group.optimizer.family == _TF1]
    if not routes.groups:
        return f"No {routes.name} can be made {here}"
    other = f"TF1's {first[0].optimizer.name.rpartition('.')[2]}" if first else ""
    if not keras:
        return f"The only {routes.name} {here} is {other}"
    if len(keras) == 1:
        differs = f"; only {other} differs" if other else ""
        return f"All Keras routes give one {routes.name} {here} ({keras[0].optimizer.family}){differs}"
    families = [group.optimizer.family for group in keras]
    shares = "; ".join(
        (family if families.count(family) == 1 else f"{family} of {group.optimizer.distribution}")
        + f": {', '.join(_brief(group.routes))}"
        for family, group in zip(families, keras)
    )
    tf1 = f"; and TF1: {other}" if other else ""
    return f"Keras has {len(keras)} different {routes.name}s {here}: {shares}{tf1}"


def _brief(routes: Sequence[Route]) -> list[str]:
    """The routes that one would name first, without repeating a namespace that behaves like another."""
    order = {"class": 0, "get": 1, "compile": 2, "deserialize": 3, "legacy": 4, "experimental": 5}
    chosen = sorted(
        (r for r in routes if r.kind in order and "compat.v1.keras" not in r.code), key=lambda r: order[r.kind]
    )
    texts: list[str] = []
    for route in chosen or routes:
        text = route.code if route.kind in ("class", "legacy", "experimental") else _SHORT.get(route.kind, route.code)
        if route.kind in _SHORT and route.kind != "class":
            text = f"{route.namespace}: {text}" if _differs(route, routes, chosen) else text
        if text not in texts:
            texts.append(text)
    return texts[:5] + ["…"] * (len(texts) > 5)


_SHORT = {"get": 'get("…")', "compile": 'compile("…")', "deserialize": "deserialize({…, config})"}


def _differs(route: Route, routes: Sequence[Route], chosen: Sequence[Route]) -> bool:
    return len({other.namespace for other in chosen if other.kind == route.kind}) == 1


# --- text


def _text(examination: Examination, single: Routes | None, comparison: Comparison | None) -> str:
    lines: list[str] = []
    if examination.live is not None:
        lines += _live_text(examination.live)
    if single is not None and comparison is None:
        lines += [*_history_text(single.name, _minor(examination)), ""]
        lines += _routes_text(single, examination.world)
    elif examination.optimizers and comparison is None:
        lines.append(f"Optimizers in {examination.world}, and the classes that each name leads to:")
        lines += [
            f"  {routes.name:<{_width(examination)}}  {', '.join(g.optimizer.family for g in routes.groups) or 'none'}"
            for routes in examination.optimizers
        ]
        lines.append("%keras_optimizer NAME shows the routes of one.")
    if comparison is not None:
        lines += [*[""] * bool(lines), *_comparison_text(comparison)]
    lines += [f"Note: {note}" for note in examination.notes]
    return "\n".join(lines)


def _minor(examination: Examination) -> tuple[int, int] | None:
    return examination.release.minor if examination.release else None


def _width(examination: Examination) -> int:
    return max(len(routes.name) for routes in examination.optimizers)


def _routes_text(routes: Routes, world: str) -> list[str]:
    lines = [headline(routes, world)]
    for group in routes.groups:
        found = group.optimizer
        lines += ["", f"{found.name}", f"  {found.family}, {found.distribution}, {found.file}"]
        lines += [f"  {', '.join(f'{name}={value}' for name, value in found.parameters if name != 'name')}"]
        lines += [f"    {route.described}" for route in group.routes]
    if routes.failures:
        lines += ["", _failures(routes) + ":"]
        lines += [f"    {route.code}  {route.error}" for route in routes.failures]
    lines += [f"Apple silicon: {sentence}" for sentence in _apple(routes)]
    return lines


def _failures(routes: Routes) -> str:
    count = len(routes.failures)
    return f"{count} {'way' if count == 1 else 'ways'} of writing it {'fails' if count == 1 else 'fail'} here"


def _apple(routes: Routes) -> list[str]:
    """What the routes give on a Mac with Apple silicon, one sentence for all that take the same branch."""
    branches: dict[tuple[str, str], list[str]] = {}
    for route in routes.routes:
        if route.condition:
            branches.setdefault((route.result or route.error, route.condition), []).append(route.code)
    return [f"{', '.join(codes)}: {result}, where {why}." for (result, why), codes in branches.items()]


def _live_text(live: LiveOptimizer) -> list[str]:
    lines = [f"{problem.severity.title()}: {problem.title}\n  {problem.cause}" for problem in live.problems]
    return lines + [f"{name}: {value}" for name, value in _live_facts(live)] + [""]


def _live_facts(live: LiveOptimizer) -> list[tuple[str, str]]:
    facts = [
        ("class", f"{live.optimizer.name} ({live.optimizer.family}, {live.optimizer.distribution})"),
        ("wrapped in", live.wrapper),
        ("same class by", ", ".join(live.group[:4])),
        ("learning rate now", "" if live.learning_rate is None else f"{live.learning_rate:.6g}"),
        ("schedule", f"{live.schedule.name} {dict(live.schedule.config)}" if live.schedule else ""),
        ("iterations", "" if live.iterations is None else str(live.iterations)),
        ("slots", ", ".join(live.slots[:6]) + (f" … ({len(live.slots)})" if len(live.slots) > 6 else "")),
        ("moving average", live.ema),
        ("weight decay", live.weight_decay),
    ]
    return [(name, value) for name, value in facts if value]


def _against(comparison: Comparison) -> str:
    return f"{comparison.first.short} and {comparison.second.short} compared"


def _comparison_text(comparison: Comparison) -> list[str]:
    lines = [_against(comparison), comparison.why]
    lines += [
        f"  {h.name}: {h.first or 'required'} | {h.second or 'required'}"
        for h in comparison.hyperparameters
        if not h.same
    ]
    lines += [f"  {a.name}=…: {a.first} | {a.second}" for a in comparison.arguments if a.first != a.second]
    lines += [f"  {race.problem}: largest difference {race.difference:.2g}" for race in comparison.races]
    return lines


def _history_text(name: str, here: tuple[int, int] | None) -> list[str]:
    """The chart in characters: one letter a release."""
    minors = _minors()
    rows = _history_rows(name)
    if not rows:
        return [f"{name} is in none of the recorded releases."]
    width = max(map(len, rows))
    lines = [_meaning(name), f"{'':<{width}}  {_axis(minors, here)}"]
    for code, bars in rows.items():
        letters = ["."] * len(minors)
        for first, last, text in bars:
            letters[first : last + 1] = [_LETTERS.get(text, "?")] * (last - first + 1)
        lines.append(f"{code:<{width}}  {''.join(letters)}")
    used = {text for bars in rows.values() for _, _, text in bars}
    key = [f"{letter} {_WORDS[text]}" for text, letter in _LETTERS.items() if text in used]
    return [*lines, f"({', '.join([*key, '. not there'])})"]


_WORDS = {
    "legacy": "legacy class",
    "Keras 2 new": "new class of Keras 2",
    "Keras 3": "Keras 3",
    "TF1": "class of TensorFlow 1",
    "fails": "fails",
}


def _meaning(name: str) -> str:
    return f'What "{name.lower()}" gives, TensorFlow release by release'


def _axis(minors: Sequence[tuple[int, int]], here: tuple[int, int] | None) -> str:
    """ "2.4 ........ 2.21", and where this kernel is."""
    first, last = (f"{major}.{minor}" for major, minor in (minors[0], minors[-1]))
    axis = first + " " * (len(minors) - len(first) - len(last)) + last
    return axis + (f"  (here: {here[0]}.{here[1]})" if here else "")


# --- html


def _html(examination: Examination, single: Routes | None, comparison: Comparison | None) -> str:
    body = ""
    title = "Optimizers"
    if examination.live is not None:
        title = escape(f"{examination.live.optimizer.name.rpartition('.')[2]}: {examination.live.optimizer.name}")
        body += live_html(examination.live)
    if comparison is not None:
        title = escape(_against(comparison))
        body += comparison_html(comparison)
    elif single is not None:
        if examination.live is None:
            title = escape(_meaning(single.name))
        body += history_html(single.name, _minor(examination))
        body += paragraph(f"<b>{escape(headline(single, examination.world))}.</b>") + routes_html(single)
    elif examination.optimizers:
        title = escape(f"{len(examination.optimizers)} optimizers in {examination.world}")
        body += overview_html(examination.optimizers)
    body += "".join(paragraph(prose(note)) for note in examination.notes)
    return card(title, body, "kerasmagic: optimizer")


def overview_html(optimizers: Sequence[Routes]) -> str:
    rows = [
        [
            escape(r.name),
            str(len(r.groups)),
            "<br>".join(f"{escape(g.optimizer.family)}: {inline_code(g.optimizer.name)}" for g in r.groups),
        ]
        for r in optimizers
    ]
    return table(("optimizer", "classes", "which"), rows)


def routes_html(routes: Routes) -> str:
    """One row per class, its routes folded where there are many; then what raises."""
    rows = [[_class_html(group), _codes([route.described for route in group.routes])] for group in routes.groups]
    body = table(("class", "ways of writing it"), rows) if rows else ""
    if routes.failures:
        failures = [[inline_code(route.code), escape(route.error)] for route in routes.failures]
        body += details(_failures(routes), table(("written as", "error"), failures))
    return body + "".join(paragraph(f"On a Mac with Apple silicon: {escape(s)}", muted=True) for s in _apple(routes))


def _class_html(group: Group) -> str:
    found = group.optimizer
    defaults = ", ".join(f"{name}={value}" for name, value in found.parameters if name != "name")
    facts = "<br>".join(escape(fact) for fact in (found.family, found.distribution, found.file))
    rest = f'<span style="font-weight:400">{facts}{details("defaults", escape(defaults))}</span>'
    # In a narrow panel the long names of classes break before the routes do.
    return f'<span style="overflow-wrap:anywhere">{inline_code(found.name)}</span><br>{rest}'


def _codes(codes: Sequence[str]) -> str:
    first, rest = codes[:4], codes[4:]
    shown = "<br>".join(inline_code(code) for code in first)
    shown += details(f"{len(rest)} more", "<br>".join(inline_code(code) for code in rest)) if rest else ""
    return f'<span style="overflow-wrap:anywhere">{shown}</span>'


def live_html(live: LiveOptimizer) -> str:
    problems = "".join(
        paragraph(f"<b>{escape(p.severity.title())} {escape(p.rule)}:</b> {prose(p.title)}<br>{prose(p.cause)}")
        + "".join(paragraph(f"<b>Fix:</b> {prose(fix.title)}") for fix in p.fixes)
        for p in live.problems
    )
    facts = table((), [[escape(name), escape(value)] for name, value in _live_facts(live)])
    curve = line_plot(live.schedule.points, "Learning rate by step") if live.schedule and live.schedule.points else ""
    return problems + facts + curve


def comparison_html(comparison: Comparison) -> str:
    """Sentence, pictures, and the differing lines; those that are the same are folded."""
    names = comparison.first.short, comparison.second.short
    pictures = "".join(
        f'<div style="display:inline-block;margin-right:16px;vertical-align:top">{escape(race.problem)}<br>'
        f"{paths_plot(race.first, race.second, landscape.value, names)}<br>"
        f"largest difference {race.difference:.2g}</div>"
        for race, landscape in zip(comparison.races, LANDSCAPES)
    )
    header = ("hyperparameter", escape(names[0]), escape(names[1]))
    rows = [
        (h.same, [escape(h.name), escape(h.first or "required"), escape(h.second or "required")])
        for h in comparison.hyperparameters
    ]
    differing = [row for same, row in rows if not same]
    alike = [row for same, row in rows if same]
    arguments = [[escape(f"{a.name}=…"), escape(a.first), escape(a.second)] for a in comparison.arguments]
    return (
        paragraph(f"<b>{escape(comparison.why)}</b>")
        + pictures
        + (table(header, differing, "defaults that differ") if differing else "")
        + (details(f"{len(alike)} with the same default", table(header, alike)) if alike else "")
        + details("what each does with these arguments", table(("argument", *header[1:]), arguments))
    )


def history_html(name: str, here: tuple[int, int] | None) -> str:
    """The timeline, with this kernel marked."""
    minors = _minors()
    mark = minors.index(here) if here in minors else -1
    rows = _history_rows(name)
    if not rows:
        return paragraph(escape(f"{name} is in none of the recorded releases."))
    columns = [f"{major}.{minor}" for major, minor in minors]
    told = "; ".join(f"{code}: {_spans_text(bars, columns)}" for code, bars in rows.items())
    return timeline_plot(rows, columns, mark, COLOURS, f"{_meaning(name)}. {told}") + paragraph(
        "Measured in a kernel of each TensorFlow release, with the Keras that it installs.", muted=True
    )


def _spans_text(bars: Sequence[tuple[int, int, str]], columns: Sequence[str]) -> str:
    spans = ((columns[first], columns[last], _WORDS[text]) for first, last, text in bars)
    return ", ".join(f"{first}{f' to {last}' if last != first else ''} {text}" for first, last, text in spans)


def _minors() -> list[tuple[int, int]]:
    return [release.minor for release in releases() if not release.legacy]


_SHOWN = {"raises": "fails"}
_KINDS = ("keras.optimizers.", "tf.keras.optimizers.", "tf.keras.Sequential")


def _history_rows(name: str) -> dict[str, list[tuple[int, int, str]]]:
    """The routes that people write, as bars over the indices of the recorded releases."""
    minors = _minors()
    rows = {}
    for code, spans in timeline(name).items():
        if (
            code.startswith(_KINDS)
            and "serialize(" not in code.replace("deserialize(", "")
            and "get(t" not in code
            and "get(k" not in code
        ):
            label = code.replace('"config": {"learning_rate": 0.001}', "…").replace('"class_name": ', "")
            if "compile(tf" not in code and '"config": {}' not in code:
                rows[label] = [
                    (minors.index(s.first), minors.index(s.last), _SHOWN.get(s.outcome, s.outcome)) for s in spans
                ]
    return rows

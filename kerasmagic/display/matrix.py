"""Code across releases: where it works, and what breaks where; as text, as html in a notebook, and as a page."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..files.releases import Break, are_releases, breaks, has_edit, labels, span, unread, works
from .file_text import MOST_FIXES, count_text, file_name, fix_lines
from .groups import following, places
from .markup import card, code, details, escape, paragraph, plain, prose, table
from .result import Result
from .tally import Tally


def matrix_result(report: Mapping[str, Any]) -> Result:
    """A cell, notebook or script across releases, to show in a notebook.

    Arguments:
        report: ``{"file": …, "targets": [{"target", "releases", "problems", "errors", …}]}``, as
            :mod:`kerasmagic.files.report` makes it.
    """
    title = escape(headline(report))
    body = f'<div style="overflow-x:auto">{_inline_table(report)}</div>' + breaks_html(report)
    data = {key: value for key, value in report.items() if key != "kind"}
    clean = len(works(report)) == len(report["targets"])
    html = card(title, body, "kerasmagic: check across releases", clean)
    return Result("check", data, matrix_text(report), html)


def matrix_text(report: Mapping[str, Any]) -> str:
    """ "course/week1.ipynb: runs on TensorFlow 2.4 to 2.15", and what fails elsewhere."""
    if unread(report):
        return plain(headline(report)) + "\n"
    names = labels(report["targets"])
    blocks = [plain(headline(report)), *(_group_text(group, names) for group in break_groups(report))]
    blocks += [f"  {last_ran(report)}"] if last_ran(report) else []
    if follows(report):
        blocks.append(f"  {follows(report)}")
    return "\n".join(blocks) + "\n"


def last_ran(report: Mapping[str, Any]) -> str:
    """ "last ran on Colab of March 2024, as far as the records tell: tensorflow 2.15.0, keras 2.15.0"."""
    image = report.get("last_image")
    if not image:
        return ""
    releases = ", ".join(f"{product} {version}" for product, version in image["releases"].items())
    return f"last ran on {image['words']}, as far as the records tell: {releases}"


def break_groups(report: Mapping[str, Any]) -> list[list[Break]]:
    """What fails in the same words on the same releases, together."""
    found: dict[tuple[Any, ...], list[Break]] = {}
    for each in breaks(report):
        found.setdefault((each.problem["rule"], each.problem["title"], each.fails, each.hidden), []).append(each)
    return list(found.values())


def follows(report: Mapping[str, Any]) -> str:
    return following([problem for part in report["targets"] for problem in part["problems"]])


def _group_text(group: Sequence[Break], names: Sequence[str]) -> str:
    lines = [f"  {where(group, names)}: {plain(group[0].problem['title'])}"]
    codes = dict.fromkeys("\n".join(fix_lines(each.problem["fixes"][0])) for each in group if each.problem["fixes"])
    for code_ in list(codes)[:MOST_FIXES]:
        lines += [f"      {line}" for line in code_.splitlines()]
    if len(codes) > MOST_FIXES:
        lines.append(f"      … and {len(codes) - MOST_FIXES} more like these")
    return "\n".join(lines)


def where(group: Sequence[Break], names: Sequence[str]) -> str:
    """ "lines 7, 8 (TensorFlow 2.6 to 2.12; not known elsewhere, because the import fails there)"."""
    first = group[0]
    releases = _releases(first.fails, names)
    if first.hidden:
        releases += f"; not known on {span(first.hidden, names)}, where its import fails"
    lines = places([each.problem for each in group])
    return f"{lines} ({releases})" if lines else releases


def _releases(fails: Sequence[int], names: Sequence[str]) -> str:
    if not are_releases(names):
        return span(fails, names)
    if len(fails) == len(names):
        return "every release"
    if fails == tuple(range(fails[0], len(names))):
        return f"TensorFlow ≥ {names[fails[0]]}"
    if fails == tuple(range(fails[-1] + 1)):
        return f"TensorFlow ≤ {names[fails[-1]]}"
    return f"TensorFlow {span(fails, names)}"


def headline(report: Mapping[str, Any]) -> str:
    names = labels(report["targets"])
    good = works(report)
    file = f"{file_name(report['file'])}: " if report["file"] else ""
    reason = unread(report)
    if reason:
        return file + reason
    kind = "TensorFlow " if are_releases(names) else ""
    if len(good) == len(names):
        return f"{file}no problem on {kind}{span(good, names)}"
    if not good:
        return f"{file}fails on every release, {kind}{span(range(len(names)), names)}"
    return f"{file}runs on {kind}{span(good, names)}"


def breaks_html(report: Mapping[str, Any]) -> str:
    if unread(report):
        return ""
    names = labels(report["targets"])
    parts = [_group_html(group, names) for group in break_groups(report)]
    return "".join([*parts, *(paragraph(text, muted=True) for text in (follows(report), last_ran(report)) if text)])


def _group_html(group: Sequence[Break], names: Sequence[str]) -> str:
    first = group[0].problem
    body = paragraph(prose(first["cause"])) if first["cause"] else ""
    shown = dict.fromkeys(_fix_html(each.problem["fixes"][0]) for each in group if each.problem["fixes"])
    body += "".join(list(shown)[:MOST_FIXES])
    if len(shown) > MOST_FIXES:
        body += paragraph(f"… and {len(shown) - MOST_FIXES} more like these", muted=True)
    return details(f"<b>{escape(where(group, names))}</b>: {prose(first['title'])}", body)


def _fix_html(fix: Mapping[str, Any]) -> str:
    text = fix["replacement"] if fix["kind"] == "edit" else "\n".join(fix["commands"])
    checked = " (checked against the record of this release)" if fix["verified"] else ""
    return paragraph(f"{prose(fix['title'])}{checked}") + (code(text) if text else "")


def _inline_table(report: Mapping[str, Any]) -> str:
    """The newest release first: what does not fit into the window is the past."""
    cell = "padding:2px 4px;text-align:center;border:1px solid rgba(127,127,127,.25);background:none;color:inherit"
    columns = list(zip(report["targets"], labels(report["targets"])))[::-1]
    head = "".join(f'<th scope="col" style="{cell}">{escape(name)}</th>' for _, name in columns)
    marks = "".join(f'<td style="{cell};{_tint(part)}">{_mark(part)}</td>' for part, _ in columns)
    key = paragraph("ok: no error; a number: that many errors", muted=True)
    return (
        f'<table style="border-collapse:collapse;margin:4px 0;color:inherit;font-size:12px"><tr>{head}</tr>'
        f"<tr>{marks}</tr></table>{key}"
    )


def _tint(part: Mapping[str, Any]) -> str:
    return "background:rgba(214,69,65,.22)" if part["errors"] else "background:rgba(46,160,67,.18)"


def _mark(part: Mapping[str, Any]) -> str:
    return str(part["errors"]) if part["errors"] else "ok"


class Page:
    """The page of a course, notebooks by releases; given file by file, so that memory doesn't grow with them."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.files = 0
        self.clean = 0
        self.problems = 0
        self.edits = 0
        self.good: list[int] = []
        self.names: tuple[str, ...] = ()

    def begin(self, targets: Sequence[Mapping[str, Any]]) -> str:
        """The page up to its first file.

        Arguments:
            targets: ``{"target", "releases"}`` of each.
        """
        self.names = labels(targets)
        self.good = [0] * len(targets)
        head = "".join(
            f'<th scope="col" title="{escape(part["target"])}"><button>{escape(name)}</button></th>'
            for part, name in list(zip(targets, self.names))[::-1]
        )
        return (
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="color-scheme" content="light dark">\n<title>kerasmagic: notebooks by releases</title>\n'
            f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<section class='matrix'><table>\n"
            f"<thead><tr><th scope='col'><button>file</button></th>{head}</tr></thead>\n"
        )

    def row(self, report: Mapping[str, Any]) -> str:
        """One file: a line of the matrix, and below it what breaks where."""
        found, good = breaks(report), works(report)
        solved = sum(each.edits == len(each.fails) for each in found)
        self.tally.add(report)
        self.files += 1
        self.clean += len(good) == len(self.names)
        self.problems += len(found)
        self.edits += solved
        for position in good:
            self.good[position] += 1
        cells = "".join(_page_cell(part) for part in report["targets"][::-1])
        body = f"<tbody><tr><th scope='row'>{escape(report['file'])}</th>{cells}</tr>"
        if found:
            summary, inside = escape(headline({**report, "file": ""})), breaks_html(report)
            places = f"{count_text(len(found), 'place')}, {solved or 'none'} of them corrected by --fix"
            more = details(f"{summary} <small>{places}</small>", inside) if inside else summary
            body += f"<tr class='more'><td colspan='{len(self.names) + 1}'>{more}</td></tr>"
        return body + "</tbody>\n"

    def end(self, notes: Sequence[str] = (), rule_names: Mapping[str, str] | None = None) -> str:
        """The rest; the totals, which are known only now, stand at the top of the page.

        Arguments:
            rule_names: code to name.
        """
        share = "".join(f"<td>{good}</td>" for good in self.good[::-1])
        most = max(self.good, default=0)
        best = span([position for position, good in enumerate(self.good) if good == most], self.names)
        tiles = (
            (self.files, "file" if self.files == 1 else "files"),
            (self.clean, f"{'runs' if self.clean == 1 else 'run'} everywhere"),
            (most, f"run on {'TensorFlow ' if are_releases(self.names) else ''}{best}: no release runs more"),
            (self.problems, "places fail on some release"),
            (self.edits, "of these places --fix corrects"),
        )
        boxes = "".join(f"<div><strong>{number}</strong> {escape(words)}</div>" for number, words in tiles)
        listed = "".join(f"<p>{escape(note)}</p>" for note in notes)
        names = rule_names or {}
        rows = [
            (f"{escape(code_)} {escape(names.get(code_, ''))}", count_text(places_, "place"), count_text(files, "file"))
            for code_, places_, files in self.tally.most_frequent()
        ]
        frequent = details("Most frequent problems", table((), rows)) if rows else ""
        return (
            f"<tfoot><tr><th scope='row'>files that run, of {self.files}</th>{share}</tr></tfoot>\n</table></section>\n"
            f"<section class='summary'><h1>Notebooks by releases</h1><div class='tiles'>{boxes}</div>{listed}"
            f"<p><span class='ok key'>ok</span> no error found &emsp;<span class='edits key'>2</span> this many lines "
            f"would fail, and <code>--fix</code> corrects them all &emsp;<span class='fails key'>2</span> this many "
            f"would fail, and a person must decide some</p><p>Other packages, data and results are not checked.</p>"
            f"{frequent}"
            f"<p class='controls'><label>Show files named <input type='search' id='named'></label> "
            f"<label><input type='checkbox' id='failing'> only those that fail on "
            f"<select id='release'>{self._options()}</select></label> "
            f"<button id='unfold'>Unfold all</button> A click on a heading sorts.</p></section>\n"
            f"</main>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n"
        )

    def _options(self) -> str:
        return "<option value='0'>some release</option>" + "".join(
            f"<option value='{column}'>{escape(name)}</option>" for column, name in enumerate(self.names[::-1], 1)
        )


def _page_cell(part: Mapping[str, Any]) -> str:
    if not part["errors"]:
        return f"<td class='ok' data-errors='0' title='{escape(part['target'])}'>ok</td>"
    edits = sum(
        has_edit(problem) or bool(problem["follows"]) for problem in part["problems"] if problem["severity"] == "error"
    )
    title = f"{part['target']}: {count_text(part['errors'], 'error')}, {edits} corrected by --fix"
    kind = "edits" if edits == part["errors"] else "fails"
    return f"<td class='{kind}' data-errors='{part['errors']}' title='{escape(title)}'>{part['errors']}</td>"


_STYLE = """
:root{color-scheme:light dark;--back:#fff;--text:#1f2328;--line:#d0d7de;--ok:#dafbe1;--fails:#ffd0cc;--edits:#fff1c2;
--soft:#f6f8fa}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--line:#30363d;--ok:#12351f;--fails:#5a1f1f;
--edits:#463a0c;--soft:#161b22}}
body{margin:0;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{display:flex;flex-direction:column;padding:24px;max-width:1500px;margin:auto}
.summary{order:-1}h1{font-size:1.5em;margin:0 0 12px;border-left:4px solid #d9730d;padding-left:12px}
.tiles{display:flex;flex-wrap:wrap;gap:12px}
.tiles div{background:var(--soft);border:1px solid var(--line);border-radius:8px;padding:10px 16px}
.tiles strong{display:block;font-size:1.6em;line-height:1.2}
.matrix{overflow-x:auto;margin-top:12px}table{border-collapse:collapse;width:100%}
th,td{border:1px solid var(--line);padding:2px 3px;text-align:center;font-weight:normal;white-space:nowrap;
font-size:12px}
thead button{all:unset;cursor:pointer;padding:2px}thead button:hover,
thead button:focus-visible{text-decoration:underline}
.controls label{margin-right:16px}input,select,.controls button{font:inherit;background:var(--soft);color:inherit;
border:1px solid var(--line);border-radius:4px;padding:2px 6px}
thead th{position:sticky;top:0;background:var(--soft);font-weight:600}
th[scope=row]{text-align:left;font-weight:600;position:sticky;left:0;background:var(--back);white-space:normal;
overflow-wrap:anywhere;min-width:150px}
tfoot th,tfoot td{background:var(--soft)}
.ok{background:var(--ok)}.fails{background:var(--fails);font-weight:600}.edits{background:var(--edits)}
.key{display:inline-block;border:1px solid var(--line);min-width:2em;text-align:center;border-radius:4px}
small{opacity:.75;margin-left:.8em}td small{white-space:nowrap}
.more>td{text-align:left;white-space:normal;padding:2px 16px}
.more details,.more small{font-size:13px}.more>td>*{position:sticky;left:16px;max-width:calc(100vw - 84px)}
@media(max-width:700px){main{padding:12px}th[scope=row]{min-width:30vw;max-width:40vw;white-space:normal;overflow-wrap:anywhere}}
pre{background:var(--soft)!important;border-radius:6px}
@media print{@page{size:landscape;margin:10mm}:root{--back:#fff;--text:#000;--soft:#f6f8fa}.controls{display:none}
main{padding:0;max-width:none}.matrix{overflow:visible}th,td{font-size:8px;padding:1px 2px}
thead th,th[scope=row],.more>td>*{position:static}tbody{break-inside:avoid}*{print-color-adjust:exact}}
"""

# Filters, sorting and unfolding, in the file itself; without a script everything is there to read.
_SCRIPT = """
const table = document.querySelector('.matrix table'), files = [...table.tBodies]
const at = id => document.getElementById(id)
const errors = (file, column) => Number(file.rows[0].cells[column].dataset.errors)
const failing = 'td[data-errors]:not([data-errors="0"])'
const fails = (file, column) => column ? errors(file, column) > 0 : file.querySelector(failing)
function filter() {
  const named = at('named').value.toLowerCase(), column = Number(at('release').value)
  for (const file of files)
    file.hidden = !file.rows[0].cells[0].textContent.toLowerCase().includes(named)
      || at('failing').checked && !fails(file, column)
}
for (const id of ['named', 'failing', 'release']) at(id).addEventListener('input', filter)
let sorted = null
document.querySelectorAll('thead button').forEach((button, column) => button.addEventListener('click', () => {
  const turn = sorted === column ? -1 : 1
  sorted = turn === 1 ? column : null
  const text = file => file.rows[0].cells[0].textContent
  const order = column ? (a, b) => errors(b, column) - errors(a, column) : (a, b) => text(a).localeCompare(text(b))
  files.sort((a, b) => turn * order(a, b)).forEach(file => table.insertBefore(file, table.tFoot))
}))
const unfold = () => document.querySelectorAll('details').forEach(each => { each.open = true })
at('unfold').addEventListener('click', unfold)
addEventListener('beforeprint', unfold)
"""

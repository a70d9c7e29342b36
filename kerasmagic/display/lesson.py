"""A rule's lesson: what happens, why, since when, and the code before and after."""

from __future__ import annotations

import textwrap
from typing import Sequence

from ..diagnosis.model.rule import Rule
from .links import link_html, of_rule
from .markup import card, code, details, escape, inline_code, paragraph, prose, table
from .result import Result

_FAMILIES = {
    "KI": "Imports and names",
    "KA": "Arguments, methods and data",
    "KD": "Data, losses and models",
    "KE": "Environment",
    "KO": "Optimizers",
    "KM": "Saved models",
    "KF": "Files",
}


def lesson_result(rule: Rule) -> Result:
    """The lesson of one rule."""
    data = {"rule": rule.code, "name": rule.name, "lesson": rule.lesson.to_dict()}
    title = f"{rule.code}: {rule.name}"
    return Result(
        "lesson", data, _text(title, rule), card(escape(title), _html(rule), f"kerasmagic: lesson {rule.code}")
    )


def rules_result(rules: Sequence[Rule]) -> Result:
    """All rules, by family, one a line."""
    data = {"rules": [{"rule": rule.code, "name": rule.name} for rule in rules]}
    others = {rule.code[:2]: "Others" for rule in rules if rule.code[:2] not in _FAMILIES}
    known = {**_FAMILIES, **others}.items()
    families = [(title, [rule for rule in rules if rule.code.startswith(code)]) for code, title in known]
    listed = [(title, found) for title, found in families if found]
    text = "\n\n".join(
        "\n".join([title, *(f"  {rule.code}  {rule.name}" for rule in found)]) for title, found in listed
    )
    body = "".join(
        details(
            f"<b>{escape(title)}</b> ({len(found)})",
            table((), [(inline_code(rule.code), escape(rule.name)) for rule in found]),
            open_=True,
        )
        for title, found in listed
    )
    more = "%keras_explain KI101 shows the lesson of a rule: what happens, why, and the code before and after."
    return Result(
        "lesson",
        data,
        f"{text}\n\n{more}",
        card("What kerasmagic looks for", body + paragraph(prose(more), muted=True), "kerasmagic: rules"),
    )


def _text(title: str, rule: Rule) -> str:
    lesson = rule.lesson
    parts = [title, *(textwrap.fill(words, 90) for words in (lesson.what, lesson.why) if words)]
    if lesson.since:
        parts.append(f"Since {lesson.since}.")
    if lesson.before:
        parts.append("Instead of\n" + textwrap.indent(lesson.before.rstrip(), "    "))
    if lesson.after:
        where = f" (as in {lesson.target})" if lesson.target else ""
        parts.append(f"write{where}\n" + textwrap.indent(lesson.after.rstrip(), "    "))
    if lesson.related:
        parts.append("See also " + ", ".join(lesson.related))
    link = of_rule(rule.code, lesson.since)
    if link:
        parts.append(": ".join(link))
    return "\n\n".join(parts)


def _html(rule: Rule) -> str:
    lesson = rule.lesson
    parts = [paragraph(prose(words)) for words in (lesson.what, lesson.why) if words]
    if lesson.since:
        parts.append(paragraph(f"Since {escape(lesson.since)}.", muted=True))
    if lesson.before:
        parts.append(paragraph("Instead of") + code(lesson.before))
    if lesson.after:
        where = f" (as in {inline_code(lesson.target)})" if lesson.target else ""
        parts.append(paragraph(f"write{where}") + code(lesson.after))
    if lesson.related:
        parts.append(paragraph("See also " + ", ".join(map(inline_code, lesson.related)), muted=True))
    link = of_rule(rule.code, lesson.since)
    if link:
        parts.append(paragraph(link_html(link), muted=True))
    return "".join(parts)

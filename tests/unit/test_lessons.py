"""Every lesson shows its own rule: its first cell is told by it in the release that it names, its second is clean.

Here, what is told before a cell runs; what shows only when it runs is shown by ``kernel/test_lessons_real.py``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from checked import problems

from kerasmagic.rules import RULES

LESSONS = {rule.code: rule.lesson for rule in RULES.all()}
WITHOUT_EXAMPLE = {
    "packages that do not fit, or lie in two places": (
        *(f"KE{number}" for number in range(101, 111)),
        *(
            "KE112",
            "KE113",
            "KE114",
            "KE115",
            "KE116",
            "KE119",
            "KE125",
            "KE165",
            "KE128",
            "KE129",
            "KE163",
            "KE164",
            "KE166",
            "KI131",
        ),
    ),
    "an install and a kernel that is older": ("KE111",),
    "another Python, or another pip": ("KE118", "KE120", "KE127", "KE131", "KE133", "KE134", "KE135", "KE137", "KE138"),
    "a program beside the kernel": ("KE167",),
    "another backend of Keras": ("KA385", "KA386"),
    "another machine": ("KE126", *(f"KE{number}" for number in range(140, 160))),
    "code that was written for another release, which no cell says": ("KA401",),
    "what raises nothing, before or after": ("KA326",),
    "what changes the process for good": ("KA371",),
    "packages that TensorFlow does not bring": (
        *("KI165", "KI169", "KI170", "KO111", "KA372", "KA373", "KA379", "KA387"),
    ),
    "a file that another release has written": ("KM103", "KM110", "KM112"),
}
"""What no cell can bring about where TensorFlow runs, and the rules about it."""


def test_each_rule_has_an_example_or_a_reason() -> None:
    excused = {code for codes in WITHOUT_EXAMPLE.values() for code in codes}
    without = {code for code, lesson in LESSONS.items() if not lesson.before}
    assert without - excused == set(), "give it an example, or a reason"
    assert excused - without == set(), "it has an example by now"
    for lesson in LESSONS.values():
        assert bool(lesson.before) == bool(lesson.after) == bool(lesson.target)


def test_each_rule_says_what_happens_and_why_and_points_to_rules_that_there_are() -> None:
    assert len(LESSONS) == len(RULES.all()) > 70
    for code, lesson in LESSONS.items():
        assert lesson.what and lesson.why and RULES.get(code).name
        assert set(lesson.related) <= set(LESSONS) - {code}


def test_each_example_is_of_a_release_that_the_kernel_ring_runs() -> None:
    environments = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    here = set(re.findall(r"tensorflow-cpu==(\S+)", environments))
    assert {lesson.target.split(",")[0].split("==")[1] for lesson in LESSONS.values() if lesson.target} <= here


OF_OBJECTS = ("KD", "KA301", "KA370")
"""Contracts, histories and lost names are about objects of a session: their first cells fail in the kernel ring."""
EXAMPLES = [rule for rule in RULES.all() if rule.lesson.before]


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.code)
def test_the_first_cell_is_told_by_the_rule_and_the_second_is_clean(rule) -> None:
    if rule.on_cell and not rule.code.startswith(OF_OBJECTS):
        assert rule.code in {problem.rule for problem in problems(rule.lesson.target, rule.lesson.before)}
    assert problems(rule.lesson.target, rule.lesson.after) == []

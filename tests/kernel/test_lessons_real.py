"""The lessons, in the release that they name: the first cell shows what they tell, and is told by their rule; the
second works, and nothing is said about it."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version

import pytest
from driver import Kernel, Reply, started

from kerasmagic.rules import RULES


def minor_release() -> str:
    for name in ("tensorflow", "tensorflow-cpu"):
        try:
            return ".".join(version(name).split(".")[:2])
        except PackageNotFoundError:
            continue
    return ""


LESSONS = [rule for rule in RULES.all() if rule.lesson.target.startswith(f"tensorflow=={minor_release()}.")]
OF_A_PROCESS = [rule for rule in LESSONS if rule.on_environment]
OF_CELLS = [rule for rule in LESSONS if not rule.on_environment and "%pip" not in rule.lesson.before]


def told(*replies: Reply) -> list[str]:
    shown = [data for reply in replies for data in reply.shown]
    return [problem["rule"] for data in shown for problem in data.get("problems", ())]


@pytest.mark.wide
@pytest.mark.parametrize("rule", OF_CELLS, ids=[rule.code for rule in OF_CELLS])
def test_a_lesson_shows_what_it_tells(rule, real_kernel, tmp_path):
    real_kernel.run(f"%cd -q {tmp_path}")
    checked = real_kernel.run(f"%%keras_check --dry-run\n{rule.lesson.before}")
    before = real_kernel.run(rule.lesson.before)
    assert rule.code in told(checked, before), (before.status, before.error)
    raises = any(problem["severity"] == "error" for data in checked.shown for problem in data["problems"])
    assert raises <= (before.status == "error") <= bool(told(before))
    real_kernel.reset()
    checked = real_kernel.run(f"%%keras_check --dry-run\n{rule.lesson.after}")
    after = real_kernel.run(rule.lesson.after)
    assert after.status == "ok", after.error
    assert told(checked, after) == []


@pytest.mark.slow
@pytest.mark.parametrize("rule", OF_A_PROCESS, ids=[rule.code for rule in OF_A_PROCESS])
def test_a_lesson_about_a_process_shows_what_it_tells(rule, tmp_path):
    before = in_a_new_kernel(tmp_path, rule.lesson.before)
    assert rule.code in told(before), (before.status, before.error)
    after = in_a_new_kernel(tmp_path, rule.lesson.after)
    assert after.status == "ok", after.error
    assert rule.code not in told(after)


def in_a_new_kernel(folder: os.PathLike[str], code: str) -> Reply:
    with started(Kernel(folder, environment={"TF_CPP_MIN_LOG_LEVEL": "3"})) as kernel:
        return kernel.run(code)

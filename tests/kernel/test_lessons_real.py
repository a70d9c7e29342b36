"""The lessons about environments, optimizers and saved models, in the release that they name: their first cell shows
what they tell, and is told; their second one works."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest
from driver import Kernel, Reply

from kerasmagic.rules import RULES


def minor_release() -> str:
    for name in ("tensorflow", "tensorflow-cpu"):
        try:
            return ".".join(version(name).split(".")[:2])
        except PackageNotFoundError:
            continue
    return ""


LESSONS = [
    rule
    for rule in RULES.all()
    if rule.code[:2] in ("KE", "KM", "KO") and rule.lesson.target.startswith(f"tensorflow=={minor_release()}.")
]


def cell(folder, code: str) -> Reply:
    """A cell in a kernel of its own."""
    kernel = Kernel(folder, environment={"TF_CPP_MIN_LOG_LEVEL": "3"})
    try:
        assert kernel.run("%load_ext kerasmagic").status == "ok"
        return kernel.run(code)
    finally:
        kernel.stop()


def told(reply: Reply) -> set[str]:
    return {problem["rule"] for shown in reply.shown for problem in shown.get("problems", ())}


@pytest.mark.parametrize("rule", LESSONS, ids=[rule.code for rule in LESSONS])
def test_a_lesson_shows_what_it_tells(rule, tmp_path):
    before = cell(tmp_path, rule.lesson.before)
    assert rule.code in told(before), (before.status, before.error)
    after = cell(tmp_path, rule.lesson.after)
    assert after.status == "ok", after.error
    assert rule.code not in told(after)

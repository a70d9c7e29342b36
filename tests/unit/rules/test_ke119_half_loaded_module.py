"""KE119: half-loaded module."""

from __future__ import annotations

from environments import module, only, problems, put


def test_a_whole_module_and_one_of_no_distribution_are_fine(site):
    put(site, "tensorflow", "2.19.1")
    assert "KE119" not in [each.rule for each in problems(site, modules={"tensorflow": module("tensorflow")})]
    assert "KE119" not in [each.rule for each in problems(site, modules={"mine.part": module("mine.part")})]


def test_a_half_loaded_module(site):
    put(site, "tensorflow", "2.19.1")
    problem = only("KE119", site, modules={"tensorflow.python.framework": module("tensorflow.python.framework")})
    assert "failed" in problem.title

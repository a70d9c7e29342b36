"""KE105: extension that wants Keras 3."""

from __future__ import annotations

from environments import commands, only, problems, put


def test_the_package_that_does_not_fit_is_told_with_what_fits(site):
    put(site, "tensorflow", "2.19.1", "keras>=3.5")
    put(site, "keras", "3.5.0")
    put(site, "keras-hub", "0.22", "keras>=3.8")
    (problem,) = problems(site)
    assert problem.rule == "KE105" and "you have" in problem.cause
    assert commands(problem)[0] == '%pip install "keras>=3.8"'


def test_requirements_that_exclude_each_other_are_left_to_pip(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "keras-hub", "0.19.0", "keras>=3.5")
    put(site, "keras", "2.15.0")
    problem = only("KE105", site)
    assert commands(problem) == ['%pip install --upgrade "tensorflow>=2.16" keras keras-hub']


def test_keras_hub_needs_keras_3_before_it_says_so(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "keras", "2.15.0")
    put(site, "keras-hub", "0.18.1")
    assert [problem.rule for problem in problems(site)] == ["KE105"]

"""KE108: ml-dtypes that does not fit."""

from __future__ import annotations

from environments import commands, problems, put


def test_the_package_that_does_not_fit_is_told_with_what_fits(site):
    put(site, "tensorflow", "2.15.1", "ml-dtypes~=0.3.1")
    put(site, "ml-dtypes", "0.5.4")
    (problem,) = problems(site)
    assert problem.rule == "KE108" and "you have" in problem.cause
    assert commands(problem)[0] == '%pip install "ml-dtypes~=0.3.1"'

"""KE102: keras of another minor release."""

from __future__ import annotations

from environments import commands, fail, problems, put


def test_the_package_that_does_not_fit_is_told_with_what_fits(site):
    put(site, "tensorflow", "2.10.1", "keras<2.11,>=2.10.0")
    put(site, "keras", "2.11.0")
    (problem,) = problems(site)
    assert problem.rule == "KE102" and "you have" in problem.cause
    assert commands(problem)[0] == '%pip install "keras>=2.10.0,<2.11"'


def test_the_variant_that_tensorflow_requires_is_asked_what_it_needs(site):
    put(site, "tensorflow", "2.15.1", "tensorflow-intel==2.15.1")
    put(site, "tensorflow-intel", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "keras", "2.14.0")
    assert [problem.rule for problem in problems(site)] == ["KE102"]


def test_a_keras_of_tensorflow_1_under_tensorflow_2(kernel):
    """Its metadata names no TensorFlow; keras 2.2.4 and 2.3.1 import, and fail in compile or fit."""
    put(kernel, "tensorflow", "2.4.4")
    put(kernel, "keras", "2.2.4")
    (kernel / "keras" / "models.py").write_text("import tensorflow\ndef fit():\n    tensorflow.get_default_graph()\n")
    (problem,) = fail("import keras.models\nkeras.models.fit()")
    assert (problem.rule, commands(problem)) == ("KE102", ['%pip install "keras>=2.4,<2.6"'])


def test_a_failure_in_the_package_that_is_asked_for(kernel):
    """Only keras is in the traceback; the message names tensorflow."""
    put(kernel, "tensorflow", "2.10.1", "keras<2.11,>=2.10.0")
    put(kernel, "keras", "2.11.0")
    (kernel / "keras" / "__init__.py").write_text(
        "raise AttributeError(\"module 'tensorflow' has no attribute 'x'\")\n"
    )
    assert [problem.rule for problem in fail("import keras")] == ["KE102"]


def test_a_keras_that_is_newer_than_tensorflow_met_inside_transformers(kernel):
    """As people reported it; no kernel here can show it."""
    put(kernel, "tensorflow", "2.8.0", "keras<2.9,>=2.8")
    put(kernel, "keras", "2.11.0")
    put(kernel, "transformers", "4.25.1")
    (kernel / "keras" / "__init__.py").write_text(
        "raise ImportError(\"cannot import name 'dtensor' from 'tensorflow.compat.v2.experimental'\")\n"
    )
    problem = fail("import keras")[0]
    assert (problem.rule, commands(problem)[0]) == ("KE102", '%pip install "keras>=2.8,<2.9"')

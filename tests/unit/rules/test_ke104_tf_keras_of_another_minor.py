"""KE104: tf_keras of another minor release."""

from __future__ import annotations

from environments import commands, fail, only, problems, put


def test_the_package_that_does_not_fit_is_told_with_what_fits(site):
    put(site, "tensorflow", "2.17.1")
    put(site, "tf_keras", "2.15.1", "tensorflow<2.16,>=2.15")
    (problem,) = problems(site)
    assert problem.rule == "KE104" and "you have" in problem.cause
    assert commands(problem)[0] == '%pip install "tf_keras>=2.17,<2.18"'


def test_a_failure_inside_a_package_is_told_by_the_requirement_that_is_not_met(kernel):
    put(kernel, "tf_keras", "2.15.1", "tensorflow<2.16,>=2.15")
    put(kernel, "tensorflow", "2.17.1")
    (kernel / "tf_keras" / "__init__.py").write_text("import tensorflow\ntensorflow.register_load_context_function\n")
    (problem,) = fail("import tf_keras")
    assert problem.rule == "KE104"


def test_tf_keras_under_a_nightly_tensorflow(kernel):
    """As people reported it; no kernel here can show it."""
    put(kernel, "tf-nightly", "2.16.0.dev20231101", "numpy")
    put(kernel, "tf_keras", "2.15.0", "tensorflow<2.16,>=2.15")
    put(kernel, "numpy", "1.26.4")
    (kernel / "tf_keras" / "__init__.py").write_text(
        "raise AttributeError(\"module 'tensorflow' has no attribute 'register_load_context_function'\")\n"
    )
    problem = fail("import tf_keras")[0]
    assert (problem.rule, commands(problem)[0]) == (
        "KE104",
        '%pip install --no-deps "tf_keras>=2.16,<2.17"',
    )


def test_the_one_to_change_is_named_first(site):
    put(site, "tensorflow-cpu", "2.16.2")
    put(site, "tf_keras", "2.15.1", "tensorflow<2.16,>=2.15")
    assert only("KE104", site).title == "tf-keras 2.15.1 does not fit tensorflow-cpu 2.16.2"

"""KE110: transformers wants tf_keras."""

from __future__ import annotations

import pytest
from environments import commands, fail, only, problems, put


def test_transformers_without_tf_keras(site):
    for name, version in (("tensorflow", "2.17.1"), ("keras", "3.5.0"), ("transformers", "4.46.3")):
        put(site, name, version)
    assert commands(only("KE110", site)) == ['%pip install "tf_keras>=2.17,<2.18"']
    put(site, "tf_keras", "2.17.0", "tensorflow<2.18,>=2.17")
    assert problems(site) == []


def test_transformers_says_that_keras_3_is_not_supported(kernel):
    put(kernel, "tensorflow", "2.17.1")
    put(kernel, "transformers", "4.46.3")
    text = "Your currently installed version of Keras is Keras 3, but this is not yet supported in Transformers."
    (kernel / "transformers" / "__init__.py").write_text(f"raise RuntimeError({text!r})\n")
    assert [problem.rule for problem in fail("import transformers")] == ["KE110"]


PROBABILITY = ('tensorflow>=2.17; extra == "tf"', 'tf-keras>=2.17; extra == "tf"', 'tf-nightly; extra == "tfds"')


def test_a_package_with_an_extra_for_tensorflow_and_tf_keras(site):
    """TensorFlow Probability asks for neither unless it is installed with the extra."""
    put(site, "tensorflow", "2.17.1")
    put(site, "keras", "3.5.0")
    put(site, "tensorflow-probability", "0.24.0", *PROBABILITY)
    problem = only("KE110", site)
    assert problem.title == "tensorflow-probability 0.24.0 needs tf_keras, which is not installed"
    assert (problem.severity, commands(problem)) == ("info", ['%pip install "tf_keras>=2.17,<2.18"'])


@pytest.mark.parametrize(
    ("variant", "line"),
    [
        ("tensorflow", '%pip install "tf_keras>=2.17,<2.18"'),
        ("tensorflow-cpu", '%pip install --no-deps "tf_keras>=2.17,<2.18"'),
    ],
)
def test_a_package_that_imports_it(kernel, variant, line):
    """tf_keras asks for ``tensorflow``, which pip would put over tensorflow-cpu."""
    put(kernel, variant, "2.17.1")
    put(kernel, "keras", "3.5.0")
    put(kernel, "tensorflow-probability", "0.24.0", *PROBABILITY)
    (kernel / "tensorflow_probability" / "__init__.py").write_text("import tf_keras\n")
    (problem,) = fail("import tensorflow_probability as tfp")
    assert (problem.rule, problem.severity) == ("KE110", "error")
    assert commands(problem) == [line]
    assert ("without --no-deps" in problem.fixes[0].evidence) is (variant != "tensorflow")


def test_a_tensorflow_that_asks_for_it_itself_is_another_matter(kernel):
    put(kernel, "tensorflow", "2.17.1")
    put(kernel, "keras", "3.5.0")
    (kernel / "tensorflow" / "__init__.py").write_text("import tf_keras\n")
    assert "KE110" not in [problem.rule for problem in fail("import tensorflow")]

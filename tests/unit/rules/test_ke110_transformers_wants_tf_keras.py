"""KE110: transformers wants tf_keras."""

from __future__ import annotations

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

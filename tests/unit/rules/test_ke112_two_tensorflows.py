"""KE112: two variants of one package."""

from __future__ import annotations

from environments import fail, only, problems, put


def test_the_variant_that_tensorflow_itself_requires_is_no_second_one(site):
    put(site, "tensorflow", "2.15.1", "tensorflow-intel==2.15.1")
    put(site, "tensorflow-intel", "2.15.1")
    assert problems(site) == []


def test_two_variants_of_tensorflow(site):
    put(site, "tensorflow", "2.15.1")
    put(site, "tensorflow-cpu", "2.15.1")
    assert only("KE112", site).severity == "info"


def test_two_versions_of_tensorflow_in_one_folder(site):
    put(site, "tensorflow", "2.15.1")
    put(site, "tensorflow-cpu", "2.16.2")
    assert only("KE112", site).severity == "error"


def test_a_package_whose_import_ends_in_another_variant(kernel):
    put(kernel, "tensorflow", "2.15.1")
    put(kernel, "tensorflow-cpu", "2.14.1")
    (kernel / "tensorflow" / "__init__.py").write_text("raise TypeError('Unable to convert function return value')\n")
    assert [problem.rule for problem in fail("import tensorflow")] == ["KE112"]

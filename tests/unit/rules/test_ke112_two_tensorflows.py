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
    put(kernel, "tensorflow", "2.15.1", "ml-dtypes~=0.3.1", "wrapt<1.15")  # which says nothing until one is gone
    put(kernel, "tensorflow-cpu", "2.14.1", "ml-dtypes==0.2.0")
    put(kernel, "ml-dtypes", "0.2.0")
    put(kernel, "wrapt", "1.17.0")
    (kernel / "tensorflow" / "__init__.py").write_text("raise TypeError('Unable to convert function return value')\n")
    assert [problem.rule for problem in fail("import tensorflow")] == ["KE112"]


def test_files_of_the_other_variant_are_no_damage(site):
    put(site, "keras", "3.13.2")
    put(site, "keras-nightly", "3.14.0.dev2026")
    (site / "keras-3.13.2.dist-info" / "RECORD").write_text("keras/__init__.py,sha256=abc,28\n")
    found = [problem.rule for problem in problems(site)]
    assert "KE112" in found and "KE125" not in found

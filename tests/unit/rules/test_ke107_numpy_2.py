"""KE107: numpy 2 under an older TensorFlow."""

from __future__ import annotations

import sys

import pytest
from environments import commands, fail, problems, put


def test_the_package_that_does_not_fit_is_told_with_what_fits(site):
    put(site, "tensorflow", "2.11.1", "numpy>=1.20")
    put(site, "numpy", "2.2.6")
    (problem,) = problems(site)
    assert problem.rule == "KE107" and "you have" in problem.cause
    assert commands(problem)[0] == '%pip install "numpy>=1.20,<2"'


def test_names_that_numpy_removed(kernel, monkeypatch):
    monkeypatch.delitem(sys.modules, "numpy", raising=False)  # another one, that other tests have loaded
    put(kernel, "numpy", "1.24.0")
    put(kernel, "scipy", "1.10.0", "numpy>=1.19.5,<1.27")
    (kernel / "tfjs_graph_converter").mkdir()
    (kernel / "tfjs_graph_converter" / "__init__.py").write_text(
        "raise AttributeError(\"module 'numpy' has no attribute 'bool'\")\n"
    )
    monkeypatch.setattr(sys, "version_info", (3, 10, 0, "final", 0))
    (problem,) = fail("import tfjs_graph_converter")
    assert (problem.rule, commands(problem)) == ("KE107", ['%pip install "numpy>=1.19.5,<1.24"'])


def test_numpy_2_under_tensorflow_2_17(kernel):
    """As people reported it; no kernel here can show it."""
    put(kernel, "tensorflow", "2.17.0", "numpy<2.0.0,>=1.26.0")
    put(kernel, "numpy", "2.0.0")
    (kernel / "tensorflow" / "__init__.py").write_text("raise AttributeError('_ARRAY_API not found')\n")
    problem = fail("import tensorflow")[0]
    assert (problem.rule, commands(problem)[0]) == ("KE107", '%pip install "numpy>=1.26.0,<2.0.0"')


@pytest.mark.parametrize(
    ("conda", "line"),
    [
        (True, '%conda install -y "numpy>=1.23.5,<2.0.0"'),
        (False, '%pip install --ignore-installed --no-deps "numpy>=1.23.5,<2.0.0"'),
    ],
)
def test_pip_is_not_asked_to_remove_what_has_no_list_of_files(kernel, monkeypatch, tmp_path, conda, line):
    monkeypatch.delitem(sys.modules, "numpy", raising=False)
    put(kernel, "tensorflow", "2.15.1", "numpy<2.0.0,>=1.23.5")
    put(kernel, "numpy", "2.0.2")
    (kernel / "numpy-2.0.2.dist-info" / "RECORD").unlink()
    (kernel / "numpy-2.0.2.dist-info" / "INSTALLER").write_text("conda")
    (kernel / "tensorflow" / "__init__.py").write_text("raise ImportError('numpy.core.umath failed to import')\n")
    if conda:
        (tmp_path / "conda-meta").mkdir()
        (tmp_path / "conda-meta" / "numpy-2.0.2-py311_0.json").write_text("{}")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    (problem,) = fail("import tensorflow")
    assert (problem.rule, commands(problem)) == ("KE107", [line])


@pytest.mark.parametrize(
    ("error", "who"),
    [
        (
            "ValueError('numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, '"
            "'got 88')",
            1,
        ),
        ("ImportError('numpy.core.multiarray failed to import')", 1),
        ("AttributeError('_ARRAY_API not found')", 1),
        ("ValueError('an array has another size')", 0),
    ],
)
def test_a_package_whose_metadata_does_not_say_what_it_was_built_with(kernel, monkeypatch, error, who):
    monkeypatch.delitem(sys.modules, "numpy", raising=False)
    put(kernel, "tensorflow-cpu", "2.19.1", "numpy<2.2.0,>=1.26.0", "some-arrays")
    put(kernel, "numpy", "2.1.3")
    put(kernel, "some-arrays", "1.0", "numpy>=1.20")
    (kernel / "some_arrays" / "__init__.py").write_text(f"raise {error}\n")
    (kernel / "tensorflow" / "__init__.py").write_text("import some_arrays\n")
    found = fail("import tensorflow")
    assert [problem.title for problem in found] == ["some-arrays 1.0 was compiled with another numpy than 2.1.3"] * who
    line = '%pip install --upgrade "tensorflow-cpu==2.19.1" "numpy==2.1.3" some-arrays'
    assert [line for problem in found for line in commands(problem)] == [line] * who

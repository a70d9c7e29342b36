"""KE109: h5py that does not fit."""

from __future__ import annotations

from environments import commands, fail, problems, put


def test_the_package_that_does_not_fit_is_told_with_what_fits(site):
    put(site, "tensorflow", "2.4.4", "h5py~=2.10.0")
    put(site, "h5py", "3.11.0")
    (problem,) = problems(site)
    assert problem.rule == "KE109" and "you have" in problem.cause
    assert commands(problem)[0] == '%pip install "h5py~=2.10.0"'


def test_old_keras_decodes_what_h5py_3_gives(kernel, monkeypatch):
    put(kernel, "keras", "2.3.1")
    put(kernel, "h5py", "3.11.0")
    (kernel / "keras" / "saving.py").write_text("def load(path):\n    return path.decode('utf8')\n")
    assert [problem.rule for problem in fail("import keras.saving\nkeras.saving.load('x.h5')")] == ["KE109"]

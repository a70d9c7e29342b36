"""KE113: distribution installed twice."""

from __future__ import annotations

import pytest
from environments import commands, fail, module, only, problems, put


def test_installed_twice(site, tmp_path):
    other = tmp_path / "other" / "site-packages"
    other.mkdir(parents=True)
    put(site, "tensorflow", "2.15.1")
    put(other, "tensorflow", "2.16.2")
    assert "2.15.1, 2.16.2" in only("KE113", site, other).title


def test_two_records_in_one_folder(site):
    put(site, "tensorflow", "2.15.1")
    put(site, "tensorflow", "2.16.2")
    assert commands(only("KE113", site)) == ["%pip uninstall -y tensorflow"] * 2 + ['%pip install "tensorflow"']


def two_records(site, files: dict[str, str], listed: dict[str, dict[str, str]]) -> None:
    """keras with the records of some versions, and the files of what was installed last."""
    for version, lines in listed.items():
        put(site, "keras", version)
        record = site / f"keras-{version}.dist-info" / "RECORD"
        record.write_text("\n".join(f"{name},sha256=abc,{len(text)}" for name, text in lines.items()))
    for name, text in files.items():
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text(text)


OLD = {"keras/__init__.py": "", "keras/layers/core.py": "old"}
NEW = {"keras/__init__.py": "from . import layers", "keras/layers/__init__.py": "class Dense: pass"}


@pytest.mark.parametrize("version", ["3.15.1", "2.12.0"])
def test_of_two_records_the_one_that_fits_the_files_is_believed(site, version):
    put(site, "tensorflow-cpu", "2.16.2", "keras>=3.0.0")
    two_records(site, NEW, {"2.12.0": OLD, "3.15.1": NEW})
    told = [problem.rule for problem in problems(site, modules={"keras": module("keras", __version__=version)})]
    assert told == ["KE113"], "no restart, no other version and no other install comes to it"


def test_an_import_that_fails_in_a_package_with_two_records(kernel):
    put(kernel, "tensorflow-cpu", "2.16.2", "keras>=3.0.0")
    two_records(kernel, {"keras/__init__.py": "from . import layers"}, {"2.12.0": OLD, "3.15.1": NEW})
    (problem,) = fail("from keras.layers import Dense")
    assert (problem.rule, problem.severity) == ("KE113", "error")
    assert commands(problem) == ["%pip uninstall -y keras"] * 2 + ['%pip install "keras>=3.0.0"']
    assert only("KE113", kernel).severity == "error", "no record fits the files"

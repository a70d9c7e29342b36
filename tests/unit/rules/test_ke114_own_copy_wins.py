"""KE114: copy of one's own that wins."""

from __future__ import annotations

from environments import only, put


def test_a_copy_on_pythonpath_wins(site, tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.mkdir()
    put(mine, "tensorflow", "2.10.0", package=False)
    put(site, "tensorflow", "2.15.1")
    monkeypatch.setenv("PYTHONPATH", str(mine))
    problem = only("KE114", mine, site)
    assert "2.10.0 from PYTHONPATH hides 2.15.1" in problem.title


def test_packages_of_another_python_do_not_load(site, tmp_path, monkeypatch):
    other = tmp_path / "lib" / "python2.7" / "site-packages"
    other.mkdir(parents=True)
    put(other, "tensorflow", "2.15.1", package=False)
    put(site, "tensorflow", "2.15.1")
    monkeypatch.setenv("PYTHONPATH", str(other))
    problem = only("KE114", other, site)
    assert problem.severity == "error"
    assert problem.cause.startswith("Those packages are for Python 2.7, ")

"""KE113: distribution installed twice."""

from __future__ import annotations

from environments import commands, only, put


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

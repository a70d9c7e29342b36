"""KE120: no wheel for this Python."""

from __future__ import annotations

from environments import only


def test_no_tensorflow(site):
    assert only("KE120", site).severity == "info"


def test_no_wheel_for_this_python(site, monkeypatch):
    monkeypatch.setattr("platform.python_version", lambda: "3.14.0")
    assert "no wheel for Python 3.14" in only("KE120", site).title

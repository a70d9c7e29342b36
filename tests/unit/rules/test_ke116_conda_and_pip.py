"""KE116: conda against pip."""

from __future__ import annotations

import sys

from environments import only, put


def test_pip_over_conda(site, tmp_path, monkeypatch):
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta" / "numpy-1.26.4-py311h64a7726_0.json").write_text("{}")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    put(site, "tensorflow", "2.19.1")
    put(site, "numpy", "2.1.0")
    assert "numpy (conda: 1.26.4, on disk: 2.1.0)" in only("KE116", site).title

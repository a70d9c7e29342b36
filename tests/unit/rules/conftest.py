from __future__ import annotations

import pytest

from kerasmagic.rules.session import ke135_no_pip


@pytest.fixture(autouse=True)
def pip_is_installed(monkeypatch):
    """tox makes environments without pip, which KE135 would tell of each install."""
    monkeypatch.setattr(ke135_no_pip, "find_spec", lambda name: object())

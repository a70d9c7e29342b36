"""KA370: name of another object."""

from __future__ import annotations

import pytest
from checked import told

SILENT = [
    ("tensorflow==2.21.0", ""),
]
TOLD = [
    ("tensorflow==2.21.0", ""),
]


@pytest.mark.parametrize(("target", "cell"), SILENT)
def test_nothing_is_said(target, cell):
    assert told(target, cell) == []


@pytest.mark.parametrize(("target", "cell"), TOLD)
def test_it_is_told(target, cell):
    assert told(target, cell) == [("KA370", "error")]

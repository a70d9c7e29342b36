"""Release numbers as tuples, for comparisons that need no more than that."""

from __future__ import annotations

import re


def release(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: ``2.15.0.post1`` is (2, 15, 0); () where there are none."""
    match = re.match(r"v?(\d+(?:\.\d+)*)", version.strip())
    return tuple(int(part) for part in match[1].split(".")[:6]) if match else ()


def minor(version: str) -> tuple[int, ...]:
    """The first two numbers: ``2.15.0.post1`` is (2, 15)."""
    return release(version)[:2]

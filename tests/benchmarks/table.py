"""The form of a measurement; each ``bench_*.py`` beside this file has a function ``run() -> list[Row]``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One measured value, beside the same of somebody else's where there is one."""

    name: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

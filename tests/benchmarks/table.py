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
    at_most: float | None = None
    """What must be reached, in the same unit."""

    @property
    def reached(self) -> bool:
        return self.at_most is None or self.value <= self.at_most

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "reached": self.reached}

    def __str__(self) -> str:
        peer, must = self.peer, ""
        if self.peer_value is not None:
            peer += f" {self.peer_value:,.3g} {self.unit}"
            if self.value:
                peer += f" ({self.peer_value / self.value:,.3g}x)"
        if self.at_most is not None:
            must = f"{self.at_most:,.3g} {self.unit}: {'reached' if self.reached else 'NOT REACHED'}"
        return f"{self.name:<46}{self.value:>9,.4g} {self.unit:<4} {peer:<42} {must}".rstrip()


def heading() -> str:
    return f"{'what':<46}{'measured':>14} {'beside (times as much)':<42} must reach"

"""Which class an optimizer's name turns into, what tells two of them apart, and what a live one is up to."""

from __future__ import annotations

from .examination import Examination, UnknownOptimizer, examine

__all__ = ["Examination", "UnknownOptimizer", "examine"]

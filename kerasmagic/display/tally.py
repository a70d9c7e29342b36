"""The end of a long check, for a terminal: which releases run how many files, and which problems are the most."""

from __future__ import annotations

from collections import Counter
from typing import Any, Mapping, Sequence

from ..files.releases import are_releases, labels, span, works
from .file_text import count_text
from .groups import place

MOST_RULES = 8


class Tally:
    """Counts report after report."""

    def __init__(self) -> None:
        self.files = 0
        self._names: tuple[str, ...] = ()
        self._good: Counter[int] = Counter()
        self._places: Counter[str] = Counter()
        self._in_files: Counter[str] = Counter()

    def add(self, report: Mapping[str, Any]) -> None:
        self.files += 1
        self._names = labels(report["targets"])
        self._good.update(works(report))
        places = {
            (problem["rule"], place(problem))
            for part in report["targets"]
            for problem in part["problems"]
            if problem["severity"] == "error" and not problem["follows"]
        }
        self._places.update(rule for rule, _ in places)
        self._in_files.update({rule for rule, _ in places})

    def most_frequent(self) -> list[tuple[str, int, int]]:
        """Code, number of places and number of files of the rules that found the most."""
        return [(code, count, self._in_files[code]) for code, count in self._places.most_common(MOST_RULES)]

    def text(self, rule_names: Mapping[str, str]) -> str:
        """Nothing for one file, which has been told.

        Arguments:
            rule_names: code to name.
        """
        if self.files < 2 or not self._places:
            return ""
        lines = ["", "Most frequent:"]
        for code, places, files in self.most_frequent():
            where = f"in {count_text(files, 'file')}"
            lines.append(f"  {count_text(places, 'place'):>10}  {code} {rule_names.get(code, '')}, {where}")
        more = len(self._places) - MOST_RULES
        if more > 0:
            lines.append(f"  and {count_text(more, 'more rule')}")
        if len(self._names) > 1:
            lines += ["", f"Files without an error, of {self.files}:", *self._releases()]
        return "\n".join(lines) + "\n"

    def _releases(self) -> Sequence[str]:
        """One line for releases in a row with the same count."""
        runs: list[tuple[int, list[int]]] = []
        for position in range(len(self._names)):
            good = self._good[position]
            if runs and runs[-1][0] == good and are_releases(self._names):
                runs[-1][1].append(position)
            else:
                runs.append((good, [position]))
        return [f"  {good:>10}  {span(positions, self._names)}" for good, positions in runs]

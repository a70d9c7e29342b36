"""What the mechanisms ask of the rules; they know no rule by its name or code."""

from __future__ import annotations

from typing import Mapping, Protocol, Sequence

from .argument import Argument
from .move import Moves
from .rule import Rule


class Rules(Protocol):
    """All rules, by entrance. It is handed to whoever needs it, and imports a family when something asks for it."""

    def all(self) -> tuple[Rule, ...]:
        """Every rule, in the order of the codes."""

    def of_cells(self, live: bool = False) -> tuple[Rule, ...]:
        """Those that read what a cell refers to; ``live``: also what the session's objects say of it."""

    def of_failures(self) -> tuple[Rule, ...]:
        """Those that read an exception."""

    def of_answers(self) -> tuple[Rule, ...]:
        """Those that read an exception with what others say of it."""

    def of_environments(self) -> tuple[Rule, ...]:
        """Those about what is installed, loaded and set, whether they read that or an exception."""

    def of_optimizers(self) -> tuple[Rule, ...]:
        """Those that read a live optimizer."""

    def of_models(self) -> tuple[Rule, ...]:
        """Those that read a saved model."""

    def get(self, code: str) -> Rule:
        """The rule of this code.

        Raises:
            KeyError: there is no such rule.
        """

    def teller(self, what: str) -> str:
        """The code of the rule that tells of what is missing: "module", "argument" (``Rule.tells``)."""

    @property
    def moves(self) -> Moves:
        """All that the rules know about names that went elsewhere."""

    @property
    def arguments(self) -> Mapping[str, Sequence[tuple[str, Argument]]]:
        """All that the rules know about arguments, by keyword: each with the code of its rule, the most special
        first."""

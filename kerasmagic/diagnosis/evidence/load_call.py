"""The call in the cell that loads a file, in the user's own words: with other arguments, and with a line behind it."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from ...source.arguments import Written, arguments_of, rewritten
from ...source.edits import Edit
from ...source.lines import behind, statement_of
from ...source.nodes import last_name
from . import failed_cell as failing
from . import session
from .cell import CellFacts
from .failure import Failure

_LOADERS = ("load_model", "load_weights", "load")
_LONGEST = 100
"""Of a path as it is written, that is repeated in a line of advice."""


class LoadCall(NamedTuple):
    """``model = load_model(MODEL_PATH)``"""

    call: ast.Call
    statement: ast.stmt
    """The statement of one line or more that it stands in: an assignment, ``return``, an expression."""
    facts: CellFacts

    @property
    def function(self) -> str:
        """As it is called: "keras.models.load_model"."""
        return failing.text_of(self.call.func, self.facts)

    @property
    def receiver(self) -> str:
        """The model of ``classifier.load_weights(…)``."""
        return failing.text_of(self.call.func.value, self.facts) if isinstance(self.call.func, ast.Attribute) else ""

    @property
    def path_node(self) -> ast.expr | None:
        given = next((item.value for item in self.call.keywords if item.arg in ("filepath", "path")), None)
        return given or next(iter(self.call.args), None)

    @property
    def path(self) -> str:
        """What is written for the path; empty where that is long."""
        node = self.path_node
        text = failing.text_of(node, self.facts) if node is not None else ""
        return text if "\n" not in text and len(text) <= _LONGEST else ""

    @property
    def variable(self) -> str:
        """What the loaded model is bound to: "model", "self.model"; empty where it is something else."""
        statement = self.statement
        if not isinstance(statement, ast.Assign) or statement.value is not self.call or len(statement.targets) != 1:
            return ""
        target = statement.targets[0]
        return failing.text_of(target, self.facts) if isinstance(target, (ast.Name, ast.Attribute)) else ""

    def argument(self, name: str) -> ast.expr | None:
        return next((item.value for item in self.call.keywords if item.arg == name), None)

    def given(self, **texts: str) -> list[Edit]:
        """The call with these arguments, too, or with other values for them; nothing where it cannot be edited."""
        found = arguments_of(self.facts.cell, self.call)
        if found is None:
            return []
        plan = [Written(each.name, texts.get(each.name or "")) for each in found]
        there = {each.name for each in found}
        added = [f"{name}={text}" for name, text in texts.items() if name not in there]
        return rewritten(self.facts.cell, self.call, plan, added)

    def behind(self, *lines: str) -> list[Edit]:
        """Statements after the one of the call; nothing where no line can stand there."""
        return behind(self.statement, self.facts.cell, *lines)


def load_call(failure: Failure) -> LoadCall | None:
    """The call that was loading when the cell failed; None where it is not one of the cell's."""
    facts = failing.facts_of(failure)
    on_line = failing.calls(failure, facts) if facts is not None else ()
    call = next((each for each in on_line if last_name(each.func) in _LOADERS), None)
    return _placed(call, facts) if call is not None and facts is not None else None


def load_of(variable: str, failure: Failure) -> LoadCall | None:
    """The call in the cell that loads the model of a variable."""
    facts = failing.facts_of(failure)
    found = [_placed(call, facts) for call in failing.calls_of("load_model", facts)] if facts is not None else []
    return next((each for each in found if each is not None and each.variable == variable), None)


def was_loaded(variable: str, failure: Failure) -> bool:
    """Whether a cell of the session loads the model of a variable."""
    loads = re.compile(rf"^[ \t]*{re.escape(variable)}[ \t]*=[ \t]*[\w.]*load_model\(", re.MULTILINE)
    return bool(variable) and any(loads.search(text) for text in (*session.cells(failure.namespace), failure.source))


def _placed(call: ast.Call, facts: CellFacts) -> LoadCall | None:
    statement = statement_of(call, facts.cell)
    return LoadCall(call, statement, facts) if statement is not None else None

"""What lets a model make its weights before a line that needs them: the data of the cell, or its own build."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any, Iterator, NamedTuple

from ...source.edits import Edit
from ...source.lines import before, statement_of
from ...source.nodes import index
from ...source.position import Range
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.earlier import written_in
from ..evidence.failure import Failure
from .data import ARRAY, DATASET, LIST, TABLE, TENSOR, Shape, describe, shown
from .network import is_network, network_of

_WITH_DATA = ("fit", "evaluate", "predict")


class Unbuilt(NamedTuple):
    """A model without weights, in the cell that needs them."""

    written: str
    """How the cell writes it: "classifier"."""
    model: Any
    call: ast.Call
    """What needs the weights: ``classifier.load_weights(path)``."""
    facts: CellFacts
    failure: Failure

    @property
    def is_of_a_class(self) -> bool:
        """Whether a class of the user's makes it: then no Input can begin it."""
        return not session.is_kind(self.model, "Sequential")

    def built(self) -> tuple[str, list[Edit]] | None:
        """The line that builds it before the call, and the edits; None where the cell does not show how."""
        statement = statement_of(self.call, self.facts.cell)
        if statement is None:
            return None
        for line, removed in (*self._builds(), *self._uses(), *self._of_its_shape()):
            edits = before(statement, self.facts.cell, line)
            if edits:
                return line, [*edits, *removed]
        return None

    def _builds(self) -> Iterator[tuple[str, list[Edit]]]:
        """``model.build(…)`` that stands too late."""
        for call in self._later("build"):
            removed = _line_of(call, self.facts)
            if removed is not None:
                yield failing.text_of(call, self.facts), [removed]

    def _uses(self) -> Iterator[tuple[str, list[Edit]]]:
        """The first samples of what the cell gives it later."""
        for method in (*_WITH_DATA, ""):
            for call in self._later(method):
                given = next((item.value for item in call.keywords if item.arg in ("x", "inputs")), None)
                node = given or next(iter(call.args), None)
                line = self._on_first(node) if node is not None and self._is_at_hand(node) else ""
                if line:
                    yield line, []

    def _of_its_shape(self) -> Iterator[tuple[str, list[Edit]]]:
        if self.shape is not None:
            yield f"{self.written}.build({shown(self.shape)})", []

    @property
    def shape(self) -> Shape | None:
        """What a model of a class takes, where its call gives that to a model of its own, which knows its input."""
        function: Any = session.defined(type(self.model), "call") if self.is_of_a_class else None
        writing = written_in(function.__code__, self.failure) if type(function) is FunctionType else None
        facts = failing.facts_of(writing.failure) if writing is not None else None
        for node in facts.cell.placed if facts is not None else ():
            is_it = isinstance(node, ast.FunctionDef) and node.lineno == function.__code__.co_firstlineno
            if isinstance(node, ast.FunctionDef) and is_it and len(node.args.args) > 1:
                return self._taken_first(node)
        return None

    def _taken_first(self, method: ast.FunctionDef) -> Shape | None:
        """The shape of ``x`` in ``self.encoder(x)``, the first that becomes of it."""
        itself, inputs = (each.arg for each in method.args.args[:2])
        uses = [node for node in ast.walk(method) if isinstance(node, ast.Name) and node.id == inputs]
        first = min(uses, key=lambda node: (node.lineno, node.col_offset), default=None)
        for call in (node for node in ast.walk(method) if isinstance(node, ast.Call) and node.args[:1] == [first]):
            owner = call.func.value if isinstance(call.func, ast.Attribute) else None
            if isinstance(owner, ast.Name) and owner.id == itself and isinstance(call.func, ast.Attribute):
                inner = network_of(session.own(self.model, call.func.attr))
                return inner.inputs[0] if inner is not None and len(inner.inputs) == 1 else None
        return None

    def _later(self, method: str) -> Iterator[ast.Call]:
        """The calls of a method of it behind the line; with "" those of itself."""
        called = f"{self.written}.{method}".rstrip(".")
        for call in self.facts.cell.calls.values():
            if call.lineno > self.call.lineno and failing.text_of(call.func, self.facts) == called:
                yield call

    def _on_first(self, node: ast.expr) -> str:
        """The call of the model with the first samples of some data; empty where that is not known."""
        data, text = describe(failing.value_of(node, self.failure)), failing.text_of(node, self.facts)
        if isinstance(node, (ast.List, ast.Tuple)):
            first = [self._first(each) for each in node.elts]
            return f"{self.written}([{', '.join(first)}])" if first and all(first) else ""
        if self._first(node):
            return f"{self.written}({self._first(node)})"
        if data.form == DATASET:
            return f"{self.written}.predict({text}.take(1), verbose=0)"
        if data.form == LIST and data.parts and all(part.form in (ARRAY, TENSOR) for part in data.parts):
            return f"{self.written}.predict([each[:1] for each in {text}], verbose=0)"
        return f"{self.written}.predict({text}[:1], verbose=0)" if data.form == TABLE else ""

    def _first(self, node: ast.expr) -> str:
        """The first sample of an array: ``x[:1]``, or what is cut from it already; empty for all else."""
        cut = isinstance(node, ast.Subscript) and isinstance(index(node), ast.Slice)
        whole = node.value if isinstance(node, ast.Subscript) and cut else node
        form = describe(failing.value_of(whole, self.failure)).form
        text = failing.text_of(node, self.facts)
        return (text if cut else f"{text}[:1]") if form in (ARRAY, TENSOR) else ""

    def _is_at_hand(self, node: ast.expr) -> bool:
        """Whether the cell does not bind its names only behind the line."""
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        later = (each for each in self.facts.cell.placed if isinstance(each, ast.Name))
        return not any(
            each.id in names and isinstance(each.ctx, ast.Store) and each.lineno > self.call.lineno for each in later
        )


def unbuilt(failure: Failure, facts: CellFacts) -> Unbuilt | None:
    """The model whose method failed for want of weights, where the cell names it."""
    for call in failing.calls(failure, facts):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        model = failing.value_of(owner, failure)
        if owner is not None and is_network(model):
            return Unbuilt(failing.text_of(owner, facts), model, call, facts, failure)
    return None


def _line_of(call: ast.Call, facts: CellFacts) -> Edit | None:
    """What takes out the line on which a call stands alone."""
    where = facts.cell.range(call)
    last = facts.cell.lines[where.end_line - 1]
    alone = not facts.cell.lines[where.line - 1][: where.column].strip() and not last[where.end_column :].strip()
    if not alone or where.end_line >= len(facts.cell.lines):
        return None
    return Edit(Range(where.line, 0, where.end_line + 1, 0), "")

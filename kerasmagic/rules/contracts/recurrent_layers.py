"""The recurrent layer before one that takes steps: whether it gives its last step only, and where it is written."""

from __future__ import annotations

import ast

from ...diagnosis.contract import tensor_graph as graph
from ...diagnosis.contract.answer import Change
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.symbols import is_symbol
from ...source.nodes import last_name

RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM2D")
_MOST_BETWEEN = 20
_KEEPS_THE_SHAPE = ("Dropout", "BatchNormalization", "LayerNormalization", "Activation", "ReLU", "LeakyReLU", "Dense")


def recurrent_before(failure: Failure, facts: CellFacts | None) -> ast.Call | None:
    """The recurrent layer before the one that failed, if it is written in this cell and gives its last step only."""
    if facts is None or facts.cell.tree is None or _comes_of_no_steps(failure, facts):
        return None
    layers = [
        node
        for node in ast.walk(facts.cell.tree)
        if isinstance(node, ast.Call) and last_name(node.func) in RECURRENT[:3]
    ]
    calls = {id(node.func): node for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Call)}
    layers.sort(key=lambda node: _end(calls.get(id(node), node)))  # B(2)(A(1)(x)): A is called before B
    line = failure.line_text
    on_line = [node for node in layers if line and line in facts.cell.lines[node.lineno - 1]]
    several = len(on_line) != 1
    index = len(layers) - 1 if several else layers.index(on_line[0])
    if (several and len(layers) != 2) or index < 1:
        return None
    before = layers[index - 1]
    told = any(item.arg in (None, "return_sequences") for item in before.keywords)
    return None if told else before


def _comes_of_no_steps(failure: Failure, facts: CellFacts) -> bool:
    """Whether the tensor that the failing line gives the layer does not come from a recurrent layer."""
    for call in failing.calls(failure, facts):
        if len(call.args) == 1 and isinstance(call.args[0], ast.Call):
            return False  # a layer around a layer
        tensor = failing.value_of(call.args[0], failure) if len(call.args) == 1 else None
        if not is_symbol(tensor):
            continue
        for _ in range(_MOST_BETWEEN):
            made = graph.made_by(tensor)
            kind = session.class_name(made[0]) if made is not None else ""
            if kind.startswith(RECURRENT):
                return False
            above = graph.before(tensor) if kind in _KEEPS_THE_SHAPE else ()
            if len(above) != 1:
                return True
            tensor = above[0]
    return False


def _end(node: ast.AST) -> tuple[int, int]:
    """Where an expression ends: of calls within calls, the inner ones are made first."""
    return getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0


def with_sequences(call: ast.Call, facts: CellFacts) -> Change:
    last = ([*call.args, *(item.value for item in call.keywords)] or [call.func])[-1]
    return Change(
        "Let the layer before give all steps", ((last, failing.text_of(last, facts) + ", return_sequences=True"),)
    )


def steps_and_features(failure: Failure, facts: CellFacts | None) -> str:
    for call in failing.calls(failure, facts) if facts is not None else ():
        tensor = failing.value_of(call.args[0], failure) if len(call.args) == 1 else None
        made = graph.made_by(tensor)
        if made is not None and facts is not None and session.class_name(made[0]) == "InputLayer":
            name = failing.text_of(call.args[0], facts)
            return (
                f"{name} has one number for each step. Word numbers go through an Embedding first, "
                f"Embedding(words, 64)({name}); for other numbers declare one feature a step, Input(shape=(steps, 1))."
            )
    return (
        "Give it (steps, features) for each sample: return_sequences=True in a recurrent layer before it, or a Reshape."
    )

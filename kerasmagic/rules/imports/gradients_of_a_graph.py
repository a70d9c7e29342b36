"""Gradients of one tensor of a model by another, as Grad-CAM asks for them: with a tape, in the cell's own names."""

from __future__ import annotations

import ast

from ...diagnosis.evidence.cell import CellFacts
from ...source.nodes import last_name
from ...source.reference import Reference


def by_a_tape(reference: Reference | None, facts: CellFacts) -> str:
    """What to write for ``K.gradients(model.output[:, 1], layer.output)``; empty where the cell has another form."""
    calls = [node for node in facts.cell.placed if isinstance(node, ast.Call) and last_name(node.func) == "gradients"]
    call = calls[0] if reference is not None and len(calls) == 1 else None
    if call is None or len(call.args) != 2 or call.keywords:
        return ""
    inner = call.args[1].elts[0] if isinstance(call.args[1], ast.List) and call.args[1].elts else call.args[1]
    loss = _meant(call.args[0], facts)
    outputs = [node for node in ast.walk(loss) if isinstance(node, ast.Attribute) and node.attr == "output"]
    if not isinstance(inner, ast.Attribute) or inner.attr != "output" or len(outputs) != 1:
        return ""
    whole, part = (facts.cell.segment(facts.cell.range(node)) for node in (outputs[0], inner))
    model = whole[: -len(".output")]
    asked = facts.cell.segment(facts.cell.range(loss)).replace(whole, "preds")
    names = facts.after.names
    lines = [line for name, line in _IMPORTS.items() if names.get(line.rpartition(" ")[2]) != name]
    first = f"{'; '.join(lines)}; both" if lines else "both"
    return (
        f"Compute both on data: {first} = keras.Model({model}.input, [{part}, {whole}]); "
        f"with tf.GradientTape() as tape: inner, preds = both({_data(facts)}); loss = {asked}. "
        "Then grads = tape.gradient(loss, inner), and inner[0].numpy() is the layer's output: no K.function is needed."
    )


_IMPORTS = {"keras": "import keras", "tensorflow": "import tensorflow as tf"}


def _meant(node: ast.expr, facts: CellFacts) -> ast.expr:
    """What a name was given last in the cell."""
    given = [
        each.value
        for each in facts.cell.placed
        if isinstance(each, ast.Assign) and isinstance(node, ast.Name) and node.id in map(last_name, each.targets)
    ]
    return given[-1] if given else node


def _data(facts: CellFacts) -> str:
    """What the function that was made of the gradients is called with: ``x`` of ``iterate([x])``."""
    functions = {
        last_name(each.targets[0])
        for each in facts.cell.placed
        if isinstance(each, ast.Assign)
        and isinstance(each.value, ast.Call)
        and last_name(each.value.func) == "function"
    }
    for node in facts.cell.placed:
        if isinstance(node, ast.Call) and last_name(node.func) in functions and len(node.args) == 1:
            given = node.args[0]
            if isinstance(given, ast.List) and given.elts:
                return facts.cell.segment(facts.cell.range(given.elts[0]))
    return "x"

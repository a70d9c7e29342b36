"""``Model(a, b, outputs)``: tensors one by one where a list belongs. ``Model(x_train, outputs)``: data for tensors."""

from __future__ import annotations

import ast

from ...diagnosis.contract import tensor_graph as graph
from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import ARRAY, TABLE, TENSOR, describe
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name


def tensors_one_by_one(failure: Failure, facts: CellFacts) -> Finding | None:
    """The call of Model that failed, or that made the model: Keras 2 makes one, and fails when data comes."""
    calls = facts.cell.calls.values() if isinstance(failure.exception, NotImplementedError) else None
    for call in failing.calls(failure, facts) if calls is None else calls:
        if last_name(call.func) != "Model" or len(call.args) < 3:
            continue
        given = [graph.tensors(graph.read(node, failure)) for node in call.args]
        of_inputs = [bool(each) and all(map(_is_of_an_input, each)) for each in given]
        inputs = of_inputs.index(False) if False in of_inputs else 0
        if not all(given) or not inputs or any(of_inputs[inputs:]):
            continue
        parts = [_listed(call.args[:inputs], facts), _listed(call.args[inputs:], facts)]
        where = facts.cell.range(call.args[0], call.args[-1])
        evidence = "The first of them are tensors of keras.Input, the others what layers give."
        return Finding(
            title=f"Model takes two arguments for tensors, inputs and outputs, and is given {len(call.args)}",
            cause="Several inputs, or several outputs, are one list.",
            changes=(Change("Put them into a list", ((where, ", ".join(parts)),), "", evidence),),
            advice=(f"Write {failing.text_of(call.func, facts)}({', '.join(parts)}).",),
            reference="keras.Model",
        )
    return None


def data_for_inputs(failure: Failure, facts: CellFacts) -> Finding | None:
    """Data in the place of the tensors that the outputs come from."""
    for call in failing.calls(failure, facts):
        given: dict[str | None, ast.expr] = {item.arg: item.value for item in call.keywords}
        given.update(zip(("inputs", "outputs"), call.args))
        inputs, outputs = given.get("inputs"), given.get("outputs")
        if last_name(call.func) != "Model" or inputs is None or outputs is None:
            continue
        data = describe(failing.value_of(inputs, failure))
        tensors = graph.tensors(graph.read(outputs, failure))
        if data.form not in (ARRAY, TABLE, TENSOR) or not tensors:
            continue
        roots = {id(root): root for tensor in tensors for root in graph.roots(tensor)}
        names = {id(thing): name for name, thing in session.variables(failure.namespace)}
        texts = [names[each] for each in roots if each in names]
        if len(texts) != len(roots):
            return None
        text, name = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]", failing.text_of(inputs, facts)
        evidence = f"The outputs come from {text}."
        return Finding(
            title=f"Model gets the data {name}, where the tensor of keras.Input belongs",
            cause="A model is made of tensors without values; data comes with fit and predict.",
            changes=(Change("Give the tensor that the outputs come from", ((inputs, text),), "", evidence),),
            advice=(f"Write {failing.text_of(call.func, facts)}({text}, …), and give {name} to fit or predict.",),
            reference="keras.Model",
        )
    return None


def _is_of_an_input(tensor: object) -> bool:
    made = graph.made_by(tensor)
    return made is not None and session.class_name(made[0]) == "InputLayer"


def _listed(nodes: list[ast.expr], facts: CellFacts) -> str:
    texts = [failing.text_of(node, facts) for node in nodes]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"

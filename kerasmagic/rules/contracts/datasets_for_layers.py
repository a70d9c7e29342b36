"""``Rescaling(1 / 255)(dataset)``: a layer takes tensors, and map takes the layer to each batch of a dataset."""

from __future__ import annotations

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import DATASET, describe
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name


def dataset_for_a_layer(failure: Failure) -> Finding | None:
    facts = failing.facts_of(failure)
    for call in failing.calls(failure, facts) if facts is not None else ():
        if facts is None or len(call.args) != 1 or call.keywords:
            continue
        layer, data = failing.value_of(call.func, failure), describe(failing.value_of(call.args[0], failure))
        is_layer = session.is_kind(layer, "Layer") and not session.is_kind(layer, "Model")
        if data.form != DATASET or not is_layer or isinstance(layer, type):
            continue
        name, text = failing.text_of(call.func, facts), failing.text_of(call.args[0], facts)
        rest = ", ".join(["y", "weights"][: len(data.parts) - 1])
        mapped = f"{text}.map(lambda x, {rest}: ({name}(x), {rest}))" if rest else f"{text}.map({name})"
        changes = (Change("Let map call it with each batch", ((call, mapped),), "", "It is what the dataset gives."),)
        return Finding(
            title=f"{name} is a layer, and is called with the dataset {text}",
            cause="A layer takes tensors; map calls it with each batch"
            + (", and leaves the labels as they are." if rest else "."),
            changes=changes if len(data.parts) < 4 and last_name(call.func) else (),
            advice=(f"Write {mapped}.",),
            reference="tf.data.Dataset.map",
        )
    return None

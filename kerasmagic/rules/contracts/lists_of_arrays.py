"""A list of arrays that is not what the model's inputs take: the labels are in it, or an array too many."""

from __future__ import annotations

import ast

from ...diagnosis.contract import tensor_graph as graph
from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import LIST, NOTHING, Data, fits, shown
from ...diagnosis.contract.entries import WITH_LENGTH, entries
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session


def wrong_list(call: Training, x: Data) -> Finding | None:
    """What is wrong with a list of arrays, where the shapes of the inputs show it."""
    inputs = call.network.inputs
    if x.form != LIST or not inputs or len(x.parts) in (0, 1, len(inputs)) or not all(map(_is_array, x.parts)):
        return None
    return _with_the_labels(call, x) or _batch_in_a_tuple(call, x) or _of_a_lost_input(call, x) or _one_of_them(call, x)


def _is_array(part: Data) -> bool:
    return part.form in WITH_LENGTH and part.shape is not None


def _with_the_labels(call: Training, x: Data) -> Finding | None:
    """``fit([x, y])``: as many arrays as inputs, and then the labels."""
    inputs = call.network.inputs
    if call.method not in ("fit", "evaluate") or not _labels_come_last(call, x):
        return None
    node, facts, name = call.written.get("x"), call.facts, call.text("x")
    kind = "tuple" if isinstance(x.value, tuple) else "list"
    changes: tuple[Change, ...] = ()
    if isinstance(node, (ast.List, ast.Tuple)) and facts is not None and len(node.elts) == len(x.parts):
        *of_inputs, labels = [failing.text_of(each, facts) for each in node.elts]
        text = of_inputs[0] if len(inputs) == 1 else f"[{', '.join(of_inputs)}]"
        if call.call is not None and node in call.call.args:
            evidence = f"{labels} has a row for each sample, and is not what the model takes."
            changes = (
                Change("Give the labels as an argument of their own", ((node, f"{text}, {labels}"),), "", evidence),
            )
        advice = f"Write {call.method}({text}, {labels})."
    else:
        advice = (
            f"Write {call.method}({name}[0], {name}[1])." if len(inputs) == 1 else f"Take the labels, {name}[-1], out."
        )
    return Finding(
        title=f"{name} is a {kind} of {len(x.parts)}, and is taken as the inputs: the labels are among them",
        cause="Arrays of inputs and labels are two arguments; only a dataset gives both as one.",
        changes=changes,
        advice=(advice,),
        reference="fit(x)",
    )


def _labels_come_last(call: Training, x: Data) -> bool:
    """Whether a list has an array for each input, then one more with a row for each sample, and no labels are given."""
    y, inputs = call.given.get("y"), call.network.inputs
    is_without = "y" not in call.written and (y is None or y.form == NOTHING)
    is_one_more = len(x.parts) == len(inputs) + 1 and len({part.samples for part in x.parts}) == 1
    return is_without and is_one_more and _fit_all(x.parts[:-1], inputs)


def _fit_all(parts: tuple[Data, ...], inputs: tuple[tuple[int | None, ...], ...]) -> bool:
    return all(part.shape is not None and fits(part.shape, wanted) for part, wanted in zip(parts, inputs))


def _batch_in_a_tuple(call: Training, x: Data) -> Finding | None:
    """``train_on_batch((x, y))``, as an iterator gives a batch."""
    node, facts = call.written.get("x"), call.facts
    if call.method not in _OF_A_BATCH or len(call.network.inputs) != 1 or not _labels_come_last(call, x):
        return None
    if node is None or facts is None:
        return None
    text = f"*{failing.text_of(node, facts)}"
    if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 2:
        text = ", ".join(failing.text_of(each, facts) for each in node.elts)
    evidence = "The first has the shape of the model's input, and the second a row for each of its samples."
    return Finding(
        title=f"{call.method} takes inputs and labels as two arguments, and gets them as one",
        cause="One argument is the inputs; only a dataset gives inputs and labels together.",
        changes=(Change("Give the labels as an argument of their own", ((node, text),), "", evidence),),
        advice=(f"Write {call.method}({text}).",),
        reference=call.method,
    )


_OF_A_BATCH = ("train_on_batch", "test_on_batch")


def _of_a_lost_input(call: Training, x: Data) -> Finding | None:
    """Data for an Input that the model was not given, though its outputs depend on it."""
    inputs = graph.ends(call.model, "inputs")
    named = {id(thing): name for name, thing in session.variables(call.namespace)}
    lost = {id(root): root for root in graph.not_given(call.model)}
    if not lost or not set(lost) <= set(named) or len(inputs) + len(lost) != len(x.parts):
        return None
    names = [named[each] for each in lost]
    all_names = [*(named.get(id(each), "…") for each in inputs), *names]
    return Finding(
        title=f"An output depends on {' and '.join(names)}, which the model is not given",
        cause="Each tensor of keras.Input that leads to an output is an input of the model.",
        advice=(f"Make the model with all of them: Model([{', '.join(all_names)}], …).",),
        reference="keras.Model",
    )


def _one_of_them(call: Training, x: Data) -> Finding | None:
    """Several arrays for a model with one input, which takes one of them."""
    inputs, given = call.network.inputs, entries(call, "x")
    fitting = [each for each in given if each.data.shape is not None and fits(each.data.shape, inputs[0])]
    if len(inputs) != 1 or len(fitting) != 1 or not fitting[0].is_written:
        return None
    node, name = call.written.get("x"), fitting[0].name
    others = ", ".join(f"{each.name} {shown(each.data.shape)}" for each in given if each is not fitting[0])
    changes: tuple[Change, ...] = ()
    if node is not None and call.method.startswith("predict"):
        changes = (
            Change("Give the array that the model takes", ((node, name),), "", "Its shape is that of the input."),
        )
    return Finding(
        title=f"The model has one input, and gets {len(x.parts)} arrays",
        cause=f"Its input takes {shown(inputs[0])}, as {name} is; it has no input for {others}.",
        changes=changes,
        advice=(f"Give {name} alone, or make the model with an Input for each: keras.Model([a, b], …).",),
        reference="fit(x)",
    )


def arrays_one_by_one(call: Training, x: Data) -> Finding | None:
    """``fit(a, b, y)`` for a model with two inputs."""
    inputs, facts = call.network.inputs, call.facts
    written = call.call.args if call.call is not None else []
    if len(inputs) < 2 or len(written) < len(inputs) or facts is None or not _is_array(x):
        return None
    second = call.given.get("batch_size" if call.method == "predict" else "y")
    if second is None or not _is_array(second) or not _fit_all((x, second), inputs[:2]):
        return None
    if any(isinstance(node, ast.Starred) for node in written):
        return None
    given = written[: len(inputs)]
    text = f"[{', '.join(failing.text_of(node, facts) for node in given)}]"
    where = facts.cell.range(given[0], given[-1])
    evidence = f"{failing.text_of(given[1], facts)} has the shape of the second input."
    return Finding(
        title=f"The model has {len(inputs)} inputs, and {call.method} takes them as one argument",
        cause="The second argument is not for data of an input."
        if call.method == "predict"
        else "The second argument is for the labels.",
        changes=(Change("Put them into a list", ((where, text),), "", evidence),),
        advice=(f"Give a list: {text}.",),
        reference="fit(x)",
    )

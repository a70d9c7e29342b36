"""Labels that are names of classes: the numbers for them, the same in all labels of the call and of the session."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Sequence

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import Data
from ...diagnosis.contract.fitting import BINARY, ONE_HOT, SPARSE
from ...diagnosis.contract.labels import Labels, alike_in_session, are_all_known, is_of_another_set, labels_of, listed
from ...diagnosis.contract.named import of_keras, of_module
from ...diagnosis.contract.no_numbers import TEXT, fault_of, texts_of
from ...diagnosis.contract.training import TRAINING, Training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...source.lines import statement_of

_MOST_CLASSES = 1_000
_NAMED = 4


def text_labels(call: Training) -> Iterator[Finding]:
    """What is wrong with labels that are text."""
    given = [each for each in labels_of(call) if fault_of(each.data) == TEXT]
    if not given:
        return
    names, one = listed([each.text for each in given]), len(given) == 1
    classes = _values(given[0].data)
    digits = bool(classes) and all(each.strip().lstrip("-").isdigit() for each in classes)
    shown = ", ".join(map(repr, classes[:_NAMED])) + (", …" if len(classes) > _NAMED else "")
    kind = "numbers as text" if digits else "names of classes" if 0 < len(classes) <= _MOST_CLASSES else "texts"
    what = [_of_digits(given)] if digits else [*_numbered(call, given, classes)]
    yield Finding(
        title=f"{names} {'holds' if one else 'hold'} text, and Keras computes with numbers",
        cause=f"They are {kind}: {shown}." if shown else "Labels are numbers.",
        changes=tuple(each for each in what if isinstance(each, Change)),
        advice=tuple(each for each in what if isinstance(each, str)),
        reference="fit(y)",
    )


def _of_digits(given: Sequence[Labels]) -> Change | str:
    if any(each.node is None for each in given):
        return f"Make numbers of them: {listed([f'{each.text}.astype(int)' for each in given])}."
    return Change("Make numbers of them", tuple(each.replaced("{}.astype(int)") for each in given))


def _numbered(call: Training, given: Sequence[Labels], classes: Sequence[str]) -> Iterator[Change | str]:
    numpy, first = of_module("numpy", call.facts, call.namespace), given[0]
    encoder = _encoder(call, classes)
    of_training = call.method in TRAINING and _is_first(call, first)
    alike = alike_in_session(call, given, lambda data: _has_only(data, classes))
    others = [name for name in alike if is_of_another_set(name)]
    if encoder:
        expressions = {each.text: f"{encoder}.transform({each.text})" for each in given}
        others = []
    elif of_training:
        expressions = {first.text: f"{numpy.text}.unique({first.text}, return_inverse=True)[1]"}
        rest = [*(each.text for each in given[1:]), *others]
        expressions.update(
            (name, f"{numpy.text}.searchsorted({numpy.text}.unique({first.text}), {name})") for name in rest
        )
    else:
        yield (
            "Number them as the labels of the training are numbered: with the same LabelEncoder, or the same list of "
            f"names. {first.text} alone may not have all classes."
        )
        return
    columns = of_keras("utils.to_categorical", call.network.keras, call.facts)
    made = {
        name: f"{columns.text}({text}, {len(classes)})" if call.network.loss == ONE_HOT else text
        for name, text in expressions.items()
    }
    is_bound = (bool(encoder) or numpy.is_bound) and (columns.is_bound or call.network.loss != ONE_HOT)
    known = [each for each in given if _has_only(each.data, classes)]
    if is_bound and known == list(given) and are_all_known(call) and _fits(call, classes):
        yield from _change(call, given, made, _numbers(classes))
    instead = [f"{made[each.text]} for {each.text}" for each in given]
    yield f"Number the classes: {listed(instead)}. Or number the whole column before it is split."
    count = call.network.outputs[0][-1] if len(call.network.outputs) == 1 else None
    if call.network.loss in (SPARSE, ONE_HOT) and count is not None and count != len(classes):
        yield f"The last layer has {count} units, and there are {len(classes)} classes."


def _is_first(call: Training, labels: Labels) -> bool:
    """Whether labels are those that the call trains with."""
    y = call.given.get("y")
    return y is not None and y.value is labels.data.value


def _change(call: Training, given: Sequence[Labels], made: dict[str, str], evidence: str) -> Iterator[Change]:
    """The lines that number all of them, before the call; else the numbers in the call."""
    statement = statement_of(call.call, call.facts.cell) if call.call is not None and call.facts is not None else None
    named = all(isinstance(each.node, ast.Name) and each.node.id == each.text for each in given)
    if statement is not None and named and call.facts is not None:
        indent = " " * call.facts.cell.range(statement).column
        lines = [f"{name} = {text}" for name, text in reversed(list(made.items()))]  # the first, which all need, last
        text = f"\n{indent}".join([*lines, failing.text_of(statement, call.facts)])
        yield Change("Number the classes before", ((statement, text),), evidence=evidence)
    elif all(each.node is not None for each in given):
        edits = tuple(each.replaced(made[each.text].replace(each.text, "{}")) for each in given)
        yield Change("Give the numbers of the classes", edits, evidence=evidence)


def _numbers(classes: Sequence[str]) -> str:
    numbered = [f"{name!r} is {number}" for number, name in enumerate(classes[:_NAMED])]
    return f"In the order of the alphabet: {', '.join(numbered)}{', …' if len(classes) > _NAMED else ''}."


def _fits(call: Training, classes: Sequence[str]) -> bool:
    """Whether the model is made for so many classes, as far as that can be told."""
    count = call.network.outputs[0][-1] if len(call.network.outputs) == 1 and call.network.outputs[0] else None
    if call.network.loss == BINARY:
        return len(classes) == 2 and count in (1, None)
    return call.network.loss in (SPARSE, ONE_HOT) and count in (len(classes), None) and len(classes) <= _MOST_CLASSES


def _values(data: Data) -> list[str]:
    """The different texts, in their order; empty where there are others among them, or that would take long."""
    return sorted(set(texts_of(data)))


def _has_only(data: Data, classes: Sequence[str]) -> bool:
    """Whether labels name no other classes than these."""
    values = _values(data) if fault_of(data) == TEXT else []
    return bool(values) and set(values) <= set(classes)


def _encoder(call: Training, classes: Sequence[str]) -> str:
    """A LabelEncoder of the session that knows these very classes."""
    for name, thing in session.variables(call.namespace):
        known = session.own(thing, "classes_") if session.is_exactly(thing, "sklearn", "LabelEncoder") else None
        if session.is_exactly(known, "numpy", "ndarray") and list(classes) == _texts(known):
            return name
    return ""


def _texts(array: Any) -> list[Any]:
    return [str(each) for each in array.tolist()]

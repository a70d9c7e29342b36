"""All labels that a call of fit is given, those of validation_data with those that it trains with: what is wrong with
the ones is most often wrong with the others, as both come from one source."""

from __future__ import annotations

import ast
from typing import Callable, Iterator, NamedTuple, Sequence

from ...source.nodes import last_name
from ..evidence import failed_cell as failing
from ..evidence import session
from .data import ARRAY, NOTHING, TABLE, TENSOR, Data, describe
from .training import Training, arguments

_ARRAYS = (ARRAY, TABLE, TENSOR)
_OF_LABELS = ("y", "label", "target", "class")
"""What the names of labels begin with, or have in them."""
_OF_OTHER_SETS = ("test", "val", "dev", "hold")
"""What the names of labels have in them that are cut from the same source, and given later."""
_MOST_NAMED = 3


class Labels(NamedTuple):
    """The labels of one argument, and how to put others in their place."""

    text: str
    """What to call them: "y_valid", "val[1]"."""
    data: Data
    node: ast.expr | None = None
    """What is to be replaced in the cell; None where no edit reaches them."""
    around: str = "{}"
    """What takes the place of the node, around the new labels: ``(val[0], {})``."""

    def replaced(self, new: str) -> tuple[ast.expr, str]:
        """The edit that puts other labels in their place.

        Arguments:
            new: what makes them of these, which are written as ``{}``: ``{} - 1``.
        """
        assert self.node is not None
        return self.node, self.around.format(new.format(self.text))


def labels_of(call: Training) -> list[Labels]:
    """The labels that are arrays, those of the training first."""
    found = [_written("y", call)] if call.given.get("y") is not None else []
    validation = call.validation if "validation_data" in call.written or not call.written else None
    if validation is not None and "y" in validation.given:
        found.append(_written("y", validation) if validation.written else _part_of_a_pair(call, validation))
    return [each for each in found if each.data.form in _ARRAYS]


def are_all_known(call: Training) -> bool:
    """Whether there are no labels beside those: of a validation_data that cannot be read before the cell runs."""
    pair = call.given.get("validation_data")
    known = pair is not None and (pair.form == NOTHING or (len(pair.parts) > 1 and pair.parts[1].form in _ARRAYS))
    return known or "validation_data" not in call.written


def _written(role: str, call: Training) -> Labels:
    node = call.written.get(role)
    can_follow = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)) and call.text(role) != role
    is_named = can_follow or (isinstance(node, ast.Name) and node.id == role)
    return Labels(call.text(role), call.given[role], node if is_named else None)


def _part_of_a_pair(call: Training, validation: Training) -> Labels:
    """``validation_data=val``, with ``val = (x_val, y_val)``."""
    node = call.written.get("validation_data")
    if not isinstance(node, ast.Name):
        return Labels("the labels of validation_data", validation.given["y"])
    rest = "".join(f", {node.id}[{place}]" for place in range(2, len(call.given["validation_data"].parts)))
    return Labels(f"{node.id}[1]", validation.given["y"], node, f"({node.id}[0], {{}}{rest})")


def alike_in_session(call: Training, given: Sequence[Labels], is_alike: Callable[[Data], bool]) -> list[str]:
    """The names of other labels of the session that have the same fault: those of the test set, most often."""
    objects, texts = {id(each.data.value) for each in given}, {each.text for each in given}
    others = (each for each in _named_labels(call) if id(each[1].value) not in objects and each[0] not in texts)
    found = [name for name, data in others if is_alike(data)]
    return sorted(found, key=lambda name: not is_of_another_set(name))[:_MOST_NAMED]


def is_of_another_set(name: str) -> bool:
    """Whether labels are, by their name, those of a test or validation set, and not the source of all."""
    return any(part in name.lower() for part in _OF_OTHER_SETS)


def _named_labels(call: Training) -> Iterator[tuple[str, Data]]:
    for name, thing in session.variables(call.namespace):
        plain = name.lower()
        if plain.startswith(_OF_LABELS) or any(part in plain for part in _OF_LABELS[1:]) or plain.endswith("_y"):
            data = describe(thing)
            if data.form in _ARRAYS:
                yield name, data


def listed(names: Sequence[str]) -> str:
    """``y_train``, ``y_train and y_test``, ``y_train, y_valid and y_test``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def labels_given_later(call: Training) -> list[ast.expr] | None:
    """The labels that the rest of the cell gives the same model, in evaluate or another fit, and which have the form of
    these; None where one of them cannot be read: an edit of the labels and the loss would leave it behind."""
    facts, y = call.facts, call.given.get("y")
    if facts is None or call.call is None or y is None:
        return []
    model, found = failing.text_of(call.call.func, facts).rpartition(".")[0], []
    for later in facts.cell.calls.values():
        function = failing.text_of(later.func, facts)
        if later.lineno <= call.call.lineno or function not in (f"{model}.fit", f"{model}.evaluate"):
            continue
        node = arguments(last_name(later.func), later).get("y")
        data = describe(session.value_of(node, call.namespace or {})) if node is not None else None
        if node is None or data is None or data.form not in _ARRAYS:
            return None
        if data.dtype[:3] == y.dtype[:3] and (data.shape or ())[1:] == (y.shape or ())[1:]:
            found.append(node)
    return found

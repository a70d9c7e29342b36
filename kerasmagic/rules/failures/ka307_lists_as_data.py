"""Python lists given to fit: Keras 3 takes arrays and tensors."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import
from ...source.nodes import last_name

_METHODS = ("fit", "evaluate", "predict")
_DATA = ("x", "y", "sample_weight")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    number = _number(failure)
    if number is not None:
        yield from _one_number(number, failure)
        return
    told = str(failure.exception)  # the message is cut where it shows long lists
    if not told.startswith("Unrecognized data type: x=") or "<class 'list'>" not in told:
        return
    if re.search(r"Unrecognized data type: x=\[['\"]", failure.message):
        return  # text: no array of it is data to Keras 3 (KD105)
    if re.search(r"Unrecognized data type: x=\[.*(?:Dataset element_spec|<generator object)", failure.message):
        return  # nor is one of datasets (KD176)
    facts = failing.facts_of(failure)
    yield Problem(
        rule="KA307",
        severity=ERROR,
        title="Keras 3 needs arrays as data, and this is a list",
        cause="Keras 3 reads a list as several inputs; Keras 2 made an array of a list of numbers.",
        reference="fit(x)",
        fixes=(Fix("manual", "Make arrays of the lists first: x = numpy.array(x)."),),
        proposals=tuple(_as_arrays(failure, facts)) if facts else (),
    )


_NUMBER = re.compile(r"Unrecognized data type: x=[\d.e+-]+ \(|^(?:tuple|list) index out of range")
"""Of a number; Keras 2 says the second, of a shape without any axis (measured in 2.4, 2.10 and 2.15)."""


def _number(failure: Failure) -> ast.expr | None:
    """The number that predict, or fit, was given for x."""
    facts = failing.facts_of(failure) if _NUMBER.search(failure.message) else None
    if facts is None or failed_training(failure) is None:
        return None
    for call in failing.calls(failure, facts):
        given = call.args[0] if call.args else next((item.value for item in call.keywords if item.arg == "x"), None)
        if last_name(call.func) in _METHODS and given is not None and _is_number(given, failure):
            return given
    return None


def _is_number(node: ast.expr, failure: Failure) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    value = failing.constant(inner, failure)
    return type(value) in (int, float) or (
        session.root(value) == "numpy" and session.defines(value, "as_integer_ratio")
    )


def _one_number(node: ast.expr, failure: Failure) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    assert facts is not None
    modules = {session.module_name(value): name for name, value in session.variables(failure.namespace)}
    text = failing.text_of(node, facts)
    edit = Edit(facts.cell.range(node), f"{modules.get('numpy', 'np')}.array([{text}])")
    imported = [] if "numpy" in modules else ensure_import(facts.cell, "import numpy as np")
    yield Problem(
        rule="KA307",
        severity=ERROR,
        title="Keras takes samples in an array, and this is one number",
        cause="The first axis of the data counts the samples; a number has no axes.",
        reference="predict(x)",
        fixes=(Fix("manual", f"Give an array of one sample: numpy.array([{text[:40]}])."),),
        proposals=(Proposal("Make an array of one sample", (*imported, edit), "It has one sample."),),
    )


def _as_arrays(failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    modules = {session.module_name(value): name for name, value in session.variables(failure.namespace)}
    numpy = modules.get("numpy", "np")
    for call in failing.calls(failure, facts):
        if last_name(call.func) in _METHODS:
            given = [*call.args[:2], *(item.value for item in call.keywords if item.arg in _DATA)]
            lists = [
                item
                for item in given
                if isinstance(item, ast.List) or _makes_a_list(item) or type(failing.value_of(item, failure)) is list
            ]
            if not all(_of_numbers(item, failure) for item in lists if not _makes_a_list(item)):
                return  # an array of texts is no data to Keras either
            samples = _is_one_sample(call, failure)
            if any(_has_rows_of_other_lengths(item, failure) for item in lists):
                yield from _filled_up(lists, failure, facts)
                return
            edits = [
                Edit(
                    facts.cell.range(item),
                    f"{numpy}.array({_in_brackets(failing.text_of(item, facts), item, samples)})",
                )
                for item in lists
            ]
            if edits:
                imported = [] if "numpy" in modules else ensure_import(facts.cell, "import numpy as np")
                yield Proposal("Make arrays of the lists", (*imported, *edits), "Arrays are data.")
            return


def _makes_a_list(node: ast.expr) -> bool:
    """``x.tolist()`` and ``list(x)``"""
    return isinstance(node, ast.Call) and last_name(node.func) in ("tolist", "list")


def _has_rows_of_other_lengths(node: ast.expr, failure: Failure) -> bool:
    rows = node.elts if isinstance(node, ast.List) else failing.value_of(node, failure)
    sizes = set()
    for row in rows if type(rows) is list else ():
        value = row.elts if isinstance(row, (ast.List, ast.Tuple)) else row
        value = failing.value_of(value, failure) if isinstance(value, ast.expr) else value
        sizes.add(len(value) if type(value) in (list, tuple) else None)
    return len(sizes) > 1


def _filled_up(lists: list[ast.expr], failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """Sequences of words or steps: ``pad_sequences`` makes one array of them."""
    imported = ensure_import(facts.cell, "from keras.utils import pad_sequences")
    modules = {session.module_name(value): name for name, value in session.variables(failure.namespace)}
    numpy = modules.get("numpy", "np")
    if "numpy" not in modules:
        imported += ensure_import(facts.cell, "import numpy as np")
    edits = []
    for item in lists:
        function = "pad_sequences" if _has_rows_of_other_lengths(item, failure) else f"{numpy}.array"
        edits.append(Edit(facts.cell.range(item), f"{function}({failing.text_of(item, facts)})"))
    yield Proposal(
        "Fill the rows up",
        (*imported, *edits),
        "Its rows are of different lengths, of which no array can be made.",
        differs="Shorter rows begin with zeros: Embedding(…, mask_zero=True) skips them, and then 0 may be no word.",
    )


def _is_one_sample(call: ast.Call, failure: Failure) -> ast.expr | None:
    """What is given for x, where that is one row of the model's input: a flat list as long as it has features."""
    training = failed_training(failure)
    wanted = training.network.inputs[0] if training and len(training.network.inputs) == 1 else ()
    x = call.args[0] if call.args else next((item.value for item in call.keywords if item.arg == "x"), None)
    given = x.elts if isinstance(x, ast.List) else failing.value_of(x, failure)
    if type(given) is not list or len(wanted) != 2 or wanted[1] != len(given) or len(given) < 2:
        return None
    nested = (isinstance(each, (ast.List, ast.Tuple)) or type(each) in (list, tuple) for each in given)
    return None if any(nested) else x


def _in_brackets(text: str, node: ast.expr, sample: ast.expr | None) -> str:
    return f"[{text}]" if node is sample else text


def _of_numbers(node: ast.AST, failure: Failure) -> bool:
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(_of_numbers(item, failure) for item in node.elts)
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    value = inner.value if isinstance(inner, ast.Constant) else failing.value_of(inner, failure)
    return _are_numbers(value)


def _are_numbers(value: object) -> bool:
    if type(value) in (list, tuple):
        return all(_are_numbers(item) for item in value)  # type: ignore[attr-defined]
    return type(value) in (int, float, bool) or session.root(value) == "numpy"


RULE = Rule(
    code="KA307",
    name="list instead of an array",
    lesson=Lesson(
        what="`model.fit([[1.0], [2.0]], [1.0, 2.0])` ends in ValueError: Unrecognized data type, of type <class "
        "'list'>.",
        why="To Keras a list means several inputs. Keras 2 still made an array of a list of numbers; Keras 3 does not.",
        since="keras 3.0",
        before="import numpy as np\nfrom keras import Sequential, layers\nmodel = Sequential([layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\nmodel.fit([[1.0], [2.0]], [1.0, 2.0])",
        after="import numpy as np\nfrom keras import Sequential, layers\nmodel = Sequential([layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(np.array([[1.0], [2.0]]), np.array([1.0, 2.0]))",
        target="tensorflow==2.16.2",
        related=("KA304",),
    ),
    on_failure=on_failure,
)

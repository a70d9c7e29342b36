"""A value that Keras 2 took and Keras 3 refuses: a number for a shape, one metric without a list, a slash in a name.

Each was tried in kernels with Keras 2.10, 2.15, 3.6, 3.13 and 3.15; of 3.0 to 3.5 nothing is said.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Any, Callable, Iterable, Iterator, NamedTuple

from ...catalog.store import version_key
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import ERROR, INFO, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.calls import bound
from ...diagnosis.resolve.origin import keras_package
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.position import Range
from ...source.reference import Reference

_SINCE = (3, 6)
_FORMATS = re.compile(r"\.(?:ckpt|tf|pb|index|hdf|model|weights)$")


class Contract(NamedTuple):
    """What a parameter does not take."""

    of: str
    """A regular expression for what is called, below the root of Keras."""
    parameter: str
    refuses: Callable[[Any], bool]
    """Whether it refuses a literal."""
    takes: str
    """What it takes, in words."""
    write: Callable[[str], str] | None = None
    """The text of a value that is taken, from the text of this one."""
    before: str = "; Keras 2 took it"
    differs: str = ""
    advice: str = ""


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _ends_otherwise(value: Any) -> bool:
    return isinstance(value, str) and _FORMATS.search(value) is not None


CONTRACTS = (
    Contract(r"(layers\.)?Input$", "shape", lambda value: type(value) is int, "a tuple as its shape", "({},)".format),
    Contract(
        r"layers\.\w+$",
        "input_shape",
        lambda value: type(value) is int,
        "a tuple as input_shape",
        "({},)".format,
        before="",
    ),
    Contract(
        r".*\.compile$", "metrics", lambda value: isinstance(value, str), "a list of metrics, not one", "[{}]".format
    ),
    Contract(
        r"(layers\.\w+|(layers\.)?Input|(models\.)?(Sequential|Model))$",
        "name",
        lambda value: isinstance(value, str) and "/" in value,
        "no slash in its name",
        lambda text: text.replace("/", "_"),
        differs="Where the name is looked up, in get_layer or in a file of weights, it must change, too.",
    ),
    Contract(
        r"layers\.([\w.]+\.)?RandomRotation$",
        "factor",
        lambda value: _is_number(value) and abs(value) > 1,
        "a part of a full turn, from -1 to 1,",
        "{} / 360".format,
        differs="It is right if degrees were meant; Keras 2 took the number for full turns.",
    ),
    Contract(
        r"optimizers\.(Adam|AdamW|Adamax|Nadam|Adagrad|Adadelta|RMSprop)$",
        "epsilon",
        lambda value: value is None,
        "a number as epsilon",
        lambda text: "1e-07",
    ),
    Contract(
        r"(models|saving)\.load_model$",
        "filepath",
        _ends_otherwise,
        "files whose names end in .keras or .h5",
        advice="Load it with the Keras it was saved with (TF_USE_LEGACY_KERAS=1 and the tf_keras package), and save it "
        "as .keras or .h5.",
    ),
    Contract(
        r".*\.load_weights$",
        "filepath",
        _ends_otherwise,
        "files whose names end in .weights.h5, .h5 or .keras",
        advice="Load it with the Keras it was saved with (TF_USE_LEGACY_KERAS=1 and the tf_keras package), and save it "
        "as .weights.h5.",
    ),
)


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference, contract, value in facts.once(_refused, world):
        called = reference.name.rpartition(".")[2]
        yield Problem(
            rule="KA309",
            severity=INFO if reference.guarded else ERROR,
            title=f"{called} takes {contract.takes} in keras {world.version('keras')}",
            cause=f"{facts.cell.segment(facts.cell.range(value))} is refused{contract.before}.",
            range=facts.cell.range(value),
            reference=reference.name,
        )


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    for _, contract, value in facts.once(_refused, world):
        where = facts.cell.range(value)
        if where != problem.range:
            continue
        if contract.write is not None:
            text = contract.write(facts.cell.segment(where))
            evidence = "Keras 2 made this of the shorter form." if contract.before else "A shape is a tuple."
            yield Proposal(f"Write {text}", (Edit(where, text),), evidence, contract.differs)
        else:
            yield Fix("manual", contract.advice)
        return


def with_taken_values(way: Way, facts: CellFacts, world: World) -> Way:
    """A correction of a call, with what the call gives to other parameters in the form that they take."""
    if not isinstance(way, Proposal):
        return way
    more = []
    for reference, contract, value in facts.once(_refused, world):
        where = facts.cell.range(value)
        call = call_node(facts.cell, reference)
        near = call is not None and any(_within(edit.range, facts.cell.range(call)) for edit in way.edits)
        apart = not any(_within(where, edit.range) or _within(edit.range, where) for edit in way.edits)
        if contract.write is not None and not contract.differs and near and apart:
            more.append(Edit(where, contract.write(facts.cell.segment(where))))
    return way._replace(edits=(*way.edits, *more))


def _within(inner: Range, outer: Range) -> bool:
    start = (outer.line, outer.column) <= (inner.line, inner.column)
    return start and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _refused(facts: CellFacts, world: World) -> list[tuple[Reference, Contract, ast.expr]]:
    found: list[tuple[Reference, Contract, ast.expr]] = []
    if not version_key(world.version("keras") or "0") >= _SINCE:
        return found
    for reference in (*facts.by_kind.get("call", ()), *facts.by_kind.get("method", ())):
        contracts = _contracts(reference.name)
        call = call_node(facts.cell, reference) if contracts else None
        if call is None or not _of_keras_3(reference, world):
            continue
        for contract in contracts:
            value = _given(contract.parameter, reference, call, world)
            if isinstance(value, ast.Constant) and contract.refuses(value.value):
                found.append((reference, contract, value))
    return found


@lru_cache(maxsize=1024)
def _contracts(name: str) -> tuple[Contract, ...]:
    """What is known about the parameters of a name."""
    split = split_tree(name)
    return tuple(each for each in CONTRACTS if split and re.match(each.of, split[1]))


def _of_keras_3(reference: Reference, world: World) -> bool:
    owner = reference.name.rpartition(".")[0] if reference.kind == "method" else reference.name
    return keras_package(owner, world) == "keras"


def _given(parameter: str, reference: Reference, call: ast.Call, world: World) -> ast.expr | None:
    """What a call gives to a parameter, by its name or by its place."""
    named = next((item.value for item in call.keywords if item.arg == parameter), None)
    fitting = bound(reference, world) if named is None and not reference.open_ended else None
    places = fitting.places if fitting is not None else ()
    return call.args[places.index(parameter)] if parameter in places else named


RULE = Rule(
    code="KA309",
    name="value that is refused",
    lesson=Lesson(
        what="`Input(shape=512)`, `compile(metrics='accuracy')`, `Dense(1, name='a/b')`, `RandomRotation(40)`: "
        "ValueError.",
        why="Keras 2 made a tuple or a list of a single value, and let pass what did no harm; Keras 3 refuses it.",
        since="keras 3",
        before="from keras.layers import Input\nInput(shape=512)",
        after="from keras.layers import Input\nInput(shape=(512,))",
        target="tensorflow==2.16.2",
        related=("KA305", "KA307"),
    ),
    on_cell=on_cell,
    fixes=fixes,
)

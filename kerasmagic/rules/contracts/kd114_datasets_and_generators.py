"""Datasets and generators that give something else than pairs of batches."""

from __future__ import annotations

import ast
import re
from types import GeneratorType
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, after_failure, before_run, problem, raised_by_keras
from ...diagnosis.contract.data import ARRAY, DATASET, FUNCTION, GENERATOR, TABLE, lacks_shapes
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.inside_keras import compares
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .batches import of_batches
from .single_samples import single_samples

_REFUSAL = (
    r"generator must return a tuple|Unrecognized data type|Failed to find data adapter|must be at least rank 1"
    r"|`?validation_split`? is only supported|ran out of data|generator yielded|`y` argument is not supported"
    r"|unknown shape|[Uu]nsupported.*generator|expected to (?:be|yield)|`validation_split`|as_list\(\) is not defined"
    r"|Output of generator should be a tuple|must contain objects that are subclass of `tf.TypeSpec`"
)


def check(call: Training) -> Iterator[Finding]:
    x = call.given.get("x")
    if x is None:
        return
    name = call.text("x")
    node = call.written.get("x")
    if x.form == FUNCTION and call.method in ("fit", "evaluate", "predict", "fit_generator"):
        plain = node is not None and hasattr(node, "id")
        yield Finding(
            title=f"{name} is a function, and {call.method} takes what it gives",
            cause="A generator function makes a generator when it is called.",
            changes=(Change("Call it", ((node, f"{name}()"),)),) if plain and node is not None else (),
            advice=(f"Write {name}().",),
            reference="fit(x)",
        )
    elif x.form == GENERATOR and _is_split(call):
        yield Finding(
            title="validation_split works with arrays only, and this is a generator",
            cause="Keras cannot cut a part of a dataset or generator.",
            advice=("Leave it out, and give validation_data a generator of its own, with validation_steps=.",),
            reference="fit(validation_split)",
        )
    elif x.form == GENERATOR and not call.failed:
        return
    elif x.form == GENERATOR and call.method == "predict":
        yield Finding(
            title=f"The generator {name} does not give what predict takes",
            cause="At each step it has to give a tuple with the inputs alone, whole batches of them.",
            advice=("Write yield (x_batch,): round brackets with a comma.",),
            reference="predict(x)",
        )
    elif x.form == GENERATOR and len(call.network.inputs) > 1:
        yield Finding(
            title=f"The generator {name} does not give what fit takes",
            cause=f"The model has {len(call.network.inputs)} inputs: Keras 3 takes them as a tuple or a dictionary, "
            "and no list of arrays.",
            advice=("Write yield (a_batch, b_batch), y_batch: round brackets around the inputs.",),
            reference="fit(x)",
        )
    elif x.form == GENERATOR:
        yield Finding(
            title=f"The generator {name} does not give what fit takes",
            cause="At each step it has to give a tuple of whole batches: arrays of inputs and of labels, with the "
            "axis of "
            "the samples first.",
            advice=("Write yield x_batch, y_batch: no list around them, and arrays with the samples as first axis.",),
            reference="fit(x)",
        )
    elif x.form == DATASET:
        if _is_split(call):
            yield Finding(
                title="validation_split works with arrays only, and this is a dataset",
                cause="Keras cannot cut a part of a dataset or generator.",
                advice=(
                    f"Cut it before: {name}.take(n) for validation_data=, {name}.skip(n) for training; "
                    "image_dataset_from_directory has validation_split and subset.",
                ),
                reference="fit(validation_split)",
            )
        else:
            yield from single_samples(call)


def _is_split(call: Training) -> bool:
    split = call.given.get("validation_split")
    return split is not None and bool(split.value)


_LIST = re.compile(r"must return a tuple.*(?:Received: \[(?:array\(|<tf\.)|of type <class 'list'>)", re.S)
"""An array alone is printed as ``[[1. 2.]``: it is no list, and no tuple of it would be right."""
_LISTS = "must contain objects that are subclass of `tf.TypeSpec` but found <class 'list'>"
_NO_LISTS = "Give batches without lists"
_after_training = after_failure("KD114", _REFUSAL + r"|ncompatible shape|is incompatible with the layer|rank", check)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    call = failed_training(failure) if raised_by_keras(failure) else None
    found = next(of_batches("KD114", failure, call, world.keras_3), None) if call is not None else None
    if found is not None:
        yield found
    elif not compares(failure):
        yield from _in_general(failure, world)


def _in_general(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure) if failing.in_library(failure) else None
    finding = _without_lists(failure, facts) if facts is not None else None
    other = _on_other_data(failure, world) if _UNKNOWN_RANK in failure.message else None
    if finding is not None and facts is not None:
        yield problem("KD114", finding, facts)
    elif other is not None:
        yield problem("KD114", other, failing.facts_of(failure))
    else:
        yield from _after_training(failure, world)


_UNKNOWN_RANK = "Cannot take the length of shape with unknown rank"


def _on_other_data(failure: Failure, world: World) -> Finding | None:
    """A generator gives labels (n,), as flow_from_directory does, and arrays come as (n, 1): the step of training that
    TensorFlow widens for both knows no axes of the labels (measured in Keras 3.13 and 3.15)."""
    call = failed_training(failure)
    if call is None or not world.keras_3 or call.method not in ("fit", "evaluate"):
        return None
    x, facts = call.given.get("x"), call.facts
    plain = x is not None and (x.form in (ARRAY, TABLE) or any(session.is_kind(x.value, kind) for kind in _BATCHES))
    known = x is not None and x.form == DATASET and bool(x.parts) and not lacks_shapes(x)
    if not (plain or known) or call.weights is not None:
        return None
    made = ["make_train_function"] if call.method == "fit" else ["make_test_function"]
    if call.method == "fit" and ("validation_data" in call.written or "validation_split" in call.written):
        made.append("make_test_function")
    statement = next((node for node in facts.cell.placed if _is_statement(node, call.call)), None) if facts else None
    changes: tuple[Change, ...] = ()
    name = "model"
    if facts is not None and call.call is not None and isinstance(call.call.func, ast.Attribute):
        name = failing.text_of(call.call.func.value, facts)
        if statement is not None:
            indent = " " * facts.cell.range(statement).column
            lines = "".join(f"{name}.{each}(force=True)\n{indent}" for each in made)
            edit = (statement, lines + failing.text_of(statement, facts))
            changes = (Change("Let Keras make its step anew", (edit,), evidence="Weights and optimizer stay."),)
    return Finding(
        title="The model got labels with another number of axes before, and its compiled step is made for both",
        cause="A generator such as flow_from_directory gives labels of shape (n,); arrays and "
        "image_dataset_from_directory give (n, 1). TensorFlow widens the step to fit both, and loses the axes.",
        changes=changes,
        advice=(f"Before it write {name}.{made[0]}(force=True), or compile the model anew.",),
        reference="fit(x)",
    )


_BATCHES = ("PyDataset", "Sequence")


def _is_statement(node: ast.AST, call: ast.Call | None) -> bool:
    return isinstance(node, (ast.Expr, ast.Assign)) and (
        node.value is call or any(each is call for each in ast.walk(node.value))
    )


def _without_lists(failure: Failure, facts: CellFacts) -> Finding | None:
    """Lists that Keras 2 took for tuples: a whole batch, or its inputs."""
    if _LIST.search(failure.message):
        replaced = tuple((each, _as_tuple(each, facts)) for each in _batches(failure, facts))
        title, change = "A batch is a list, and Keras 3 takes a tuple of inputs and labels", "Give tuples"
        cause = "Keras 2 took both."
    elif _LISTS in failure.message:
        replaced = tuple((each, _as_tuple(each, facts)) for each in _lists_of_batches(facts))
        title = "A batch has a list in it, and Keras 3 takes arrays, tuples and dictionaries"
        cause, change = "Keras 2 took a list for several inputs, and a list of one array for that array.", _NO_LISTS
    else:
        return None
    changes = (Change(change, replaced),)
    return Finding(title=title, cause=cause, changes=changes, reference="fit(x)") if replaced else None


def _batches(failure: Failure, facts: CellFacts) -> Iterator[ast.expr]:
    """What the generators that the failing call was given yield, and what Sequences return, where that is no tuple."""
    calls = failing.calls(failure, facts)
    arguments = [node for call in calls for node in (*call.args, *(each.value for each in call.keywords))]
    generators = (failing.value_of(node, failure) for node in arguments)
    names = {each.gi_code.co_name for each in generators if type(each) is GeneratorType}
    functions = (each for each in facts.cell.placed if isinstance(each, ast.FunctionDef) and each.name in names)
    given = [each.value for function in functions for each in ast.walk(function) if isinstance(each, ast.Yield)]
    for value in (*given, *_returned_by_sequences(facts)):
        if isinstance(value, (ast.Call, ast.List, ast.Name)):
            yield value


def _returned_by_sequences(facts: CellFacts) -> Iterator[ast.expr | None]:
    for node in facts.cell.placed:
        if isinstance(node, ast.ClassDef) and any(last_name(base) in _INDEXED for base in node.bases):
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__getitem__")
            yield from (each.value for method in methods for each in ast.walk(method) if isinstance(each, ast.Return))


def _as_tuple(node: ast.expr, facts: CellFacts) -> str:
    """In a batch a list of one array stands for that array; a list of several arrays, and all else, becomes a tuple."""
    text = failing.text_of(node, facts)
    if not isinstance(node, ast.List):
        return f"tuple({text})"
    return failing.text_of(node.elts[0], facts) if len(node.elts) == 1 else f"({text[1:-1]})"


def _lists_of_batches(facts: CellFacts) -> Iterator[ast.List]:
    """What stands in square brackets in ``return [x], y`` of a Sequence, and in ``yield [a, b], y`` of a function."""
    yielded = (node.value for node in facts.cell.placed if isinstance(node, ast.Yield))
    for value in (*_returned_by_sequences(facts), *yielded):
        if isinstance(value, ast.Tuple) and len(value.elts) in (2, 3):
            lists = (each for each in value.elts if isinstance(each, ast.List) and each.elts)
            yield from (each for each in lists if not isinstance(each.elts[0], ast.Starred))


_INDEXED = ("Sequence", "PyDataset")


RULE = Rule(
    code="KD114",
    name="dataset or generator of another form",
    lesson=Lesson(
        what="`fit(dataset)` or `fit(generator)` ends in ValueError: the generator must return a tuple, expected "
        "shape (None, 4) but got (4,), or Unrecognized data type.",
        why="fit takes whole batches: a dataset that is batched, a generator that yields (inputs, labels).",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        "data = tf.data.Dataset.from_tensor_slices((np.ones((8, 4)), np.ones(8)))\nmodel.fit(data)",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        "data = tf.data.Dataset.from_tensor_slices((np.ones((8, 4)), np.ones(8)))\nmodel.fit(data.batch(4))",
        target="tensorflow==2.21.0",
        related=("KD101", "KD106"),
    ),
    on_cell=before_run("KD114", check),
    on_failure=on_failure,
)

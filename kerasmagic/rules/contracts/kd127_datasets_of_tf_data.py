"""A tf.data dataset that is made, or read, otherwise than tf.data does it."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Finding, problem
from ...diagnosis.contract.data import describe, lacks_shapes
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .datasets_for_layers import dataset_for_a_layer
from .shapes_of_a_dataset import without_shapes
from .windows_of_a_dataset import is_about_windows, of_windows

_SIGNATURE = (
    "Give from_generator output_signature=(tf.TensorSpec(shape=(None, 4), dtype=tf.float32), …), one for each part of "
    "what is yielded, in the same nesting."
)
_REFUSALS = (
    Refusal(
        "you need to provide either the `output_signature` argument or the `output_types` argument",
        "from_generator has to be told what the generator yields",
        "The types and shapes are part of the dataset, and known only when the generator runs.",
        _SIGNATURE,
        "tf.data.Dataset.from_generator",
    ),
    Refusal(
        "Either `output_signature` or `output_types` must be specified",
        "from_generator has to be told what the generator yields",
        "The types and shapes are part of the dataset, and known only when the generator runs.",
        _SIGNATURE,
        "tf.data.Dataset.from_generator",
    ),
    Refusal(
        "`generator` must be a Python callable",
        "from_generator takes the function, and is given the generator that it makes",
        "It calls the function anew for each epoch.",
        "Give the name without brackets: from_generator(gen, …); with arguments: from_generator(lambda: gen(a, b), …).",
        "tf.data.Dataset.from_generator",
    ),
    Refusal(
        "`generator` yielded an element",
        "The generator yields something else than from_generator was told",
        "TensorFlow says: {0}",
        "Make both the same: the types and shapes, and the nesting, yield (x, y) for ((…), (…)); None in a shape "
        "stands "
        "for any size.",
        "tf.data.Dataset.from_generator",
        r"`generator` (yielded an element(?:(?! Traceback).){0,220})",
    ),
    Refusal(
        "argument must return a `Dataset` object",
        "The function given to flat_map or interleave returns no dataset",
        "They join the datasets that the function makes.",
        "Return tf.data.Dataset.from_tensors(…) or …from_tensor_slices(…); for plain values use map.",
        "tf.data.Dataset.flat_map",
    ),
    Refusal(
        "`predicate` must return a `tf.bool` scalar tensor",
        "The function given to filter has to return one truth value for each element",
        "TensorFlow says: {0}",
        "Return a comparison of single numbers, tf.equal(label, 1), and filter before batch.",
        "tf.data.Dataset.filter",
        r"(its return type is .{0,160})",
    ),
    Refusal(
        "The dataset is infinite",
        "The dataset repeats without end, and has no length",
        "repeat() without a number goes on for ever.",
        "Take the length before repeat(), and give fit steps_per_epoch=.",
        "tf.data.Dataset.cardinality",
    ),
    Refusal(
        "The dataset length is unknown",
        "The dataset does not know its length",
        "What comes from a generator, a filter or a file has one only when it has been read.",
        "Count once: sum(1 for _ in ds); or tell it: ds.apply(tf.data.experimental.assert_cardinality(n)).",
        "tf.data.Dataset.cardinality",
    ),
    Refusal(
        "only supports Python-style iteration in eager mode",
        "A dataset is gone through while eager execution is switched off",
        "Without it a dataset is a part of a graph.",
        "Remove tf.compat.v1.disable_eager_execution() and disable_v2_behavior(), and restart the kernel.",
        "tf.data.Dataset",
    ),
    Refusal(
        "No common supertype of",
        "The two datasets hold elements of different types or shapes",
        "concatenate and sampling go on with one kind of elements.",
        "Compare their element_spec, and map one to the other's: types by tf.cast, shapes by tf.reshape.",
        "tf.data.Dataset.concatenate",
    ),
    Refusal(
        "Cannot batch tensors with different shapes in component",
        "The elements of a batch have different shapes: {0} and {1}",
        "batch puts them into one tensor.",
        "Bring them to one shape by map, tf.image.resize or tf.ensure_shape; pad them, ds.padded_batch(32); or keep "
        "their lengths, ds.ragged_batch(32).",
        "tf.data.Dataset.batch",
        r"First element had shape (\[.*?\]) and element \d+ had shape (\[.*?\])",
    ),
    Refusal(
        "Invalid input to `zip`",
        "Dataset.zip takes a tuple of datasets",
        "A list is no structure of datasets for it.",
        "Write tf.data.Dataset.zip((a, b)): round brackets.",
        "tf.data.Dataset.zip",
    ),
    Refusal(
        "Incompatible dataset elements",
        "The two datasets hold elements of different types or shapes",
        "concatenate and sampling go on with one kind of elements.",
        "Compare their element_spec, and map one to the other's: types by tf.cast, shapes by tf.reshape.",
        "tf.data.Dataset.concatenate",
    ),
)
_told = when_refused("KD127", _REFUSALS)
_SUBSCRIPT = re.compile(r"^'_?(\w*Dataset\w*)' object is not subscriptable$")
_NO_ITERATOR = re.compile(r"^'_?\w*Dataset\w*' object is not an iterator$")
_NO_SHAPE = re.compile(r"^'_?\w*Dataset\w*' object has no attribute '(?:shape|dtype)'$")
_OF_FOLDERS = re.compile(
    r"^'_?\w*Dataset\w*' object has no attribute "
    r"'(class_names|file_paths|class_indices|classes|filenames|labels|samples)'"
)
_UNKNOWN_RANK = re.compile(r"unknown TensorShape|shape with unknown rank|shape=<unknown>")
_LENGTHS = re.compile(r"^Dimensions (\d+) and (\d+) are not compatible")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    message = failure.message
    subscript, lengths = _SUBSCRIPT.search(message), _LENGTHS.search(message)
    no_iterator, no_shape = _NO_ITERATOR.search(message), _NO_SHAPE.search(message)
    given = dataset_for_a_layer(failure) if "element_spec" in message or "Dataset" in message else None
    if given is not None:
        yield problem("KD127", given, failing.facts_of(failure))
    elif is_about_windows(failure):
        yield from of_windows("KD127", failure)
    elif subscript and _is_of_tensorflow(failure):
        yield _problem(
            "A dataset of tf.data has no [ ]",
            "It is gone through from the beginning, and keeps no elements.",
            "For the first element next(iter(ds)); for a part ds.take(n) and ds.skip(n); for all list(ds).",
        )
    elif (no_iterator or no_shape) and any(_datasets(failure)):
        yield _problem(
            "A dataset of tf.data is no iterator: next does not take it"
            if no_iterator
            else "A dataset of tf.data has no shape",
            "It is a plan of reading; for, list and iter begin a reading of it.",
            "For the first batch write next(iter(ds))."
            if no_iterator
            else "Shapes and types of a batch are ds.element_spec; their number is len(ds), or ds.cardinality().",
        )
    elif (folder := _OF_FOLDERS.search(message)) and any(_datasets(failure)):
        yield _of_folders(folder[1])
    elif _UNKNOWN_RANK.search(message) and any(lacks_shapes(describe(each)) for each in _datasets(failure)):
        yield from without_shapes("KD127", failure)
    elif lengths and _in("from_tensor_slices", failure):
        counted = _lengths_by_name(failure)
        told = " and ".join(f"{name} has {number}" for name, number in counted)
        yield _problem(
            f"from_tensor_slices gets arrays of different lengths: {told}"
            if counted
            else f"The arrays of from_tensor_slices have {lengths[1]} and {lengths[2]} samples",
            "It cuts all of them along the first axis, one sample of each at a time.",
            f"Row n of {counted[0][0]} belongs to row n of {counted[1][0]}: split, filter or cut both in the same way."
            if counted
            else "Give them as many samples; for a pair write ((inputs, labels)): a tuple, not a list.",
        )
    else:
        yield from _told(failure, world)


def _lengths_by_name(failure: Failure) -> list[tuple[str, int]]:
    """The two arrays of ``from_tensor_slices((x, y))`` with their lengths; empty where that is no such pair."""
    facts = failing.facts_of(failure)
    for call in failing.calls(failure, facts) if facts is not None else ():
        pair = call.args[0] if last_name(call.func) == "from_tensor_slices" and call.args else None
        if facts is None or not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
            continue
        samples = [describe(failing.value_of(each, failure)).samples for each in pair.elts]
        names = [failing.text_of(each, facts) for each in pair.elts]
        return [(name, number) for name, number in zip(names, samples) if number] if None not in samples else []
    return []


def _of_folders(name: str) -> Problem:
    if name in ("class_names", "file_paths"):
        return _problem(
            f"This dataset has no {name}: map, prefetch, cache and the like make a new one without it",
            f"Only the dataset that image_dataset_from_directory itself gives has {name}.",
            f"Keep them before: {name} = ds.{name}, and then ds = ds.prefetch(…).",
        )
    if name == "samples":
        return _problem(
            "A dataset of tf.data has no samples, which generators of ImageDataGenerator have",
            "fit goes through all batches of a dataset by itself, and needs no steps_per_epoch.",
            "The number of images is len(ds.file_paths), asked of what image_dataset_from_directory gave, before map; "
            "the number of batches is len(ds).",
        )
    return _problem(
        f"A dataset of tf.data has no {name}, which generators of ImageDataGenerator have",
        "image_dataset_from_directory gives a dataset; its classes are numbered in the order of class_names.",
        "Write ds.class_names for the names; the labels are in the batches: np.concatenate([y for x, y in ds]), with "
        "shuffle=False.",
    )


def _is_of_tensorflow(failure: Failure) -> bool:
    """Whether it is a dataset of tf.data that is asked for an element: other packages have classes of such names."""
    facts = failing.facts_of(failure)
    nodes = failing.nodes(failure, facts) if facts is not None else []
    asked = (failing.value_of(node.value, failure) for node in nodes if isinstance(node, ast.Subscript))
    return any(thing is not None and session.root(thing) == "tensorflow" for thing in asked)


def _datasets(failure: Failure) -> Iterator[Any]:
    """The datasets of tf.data on the line that failed: other packages have classes of such names."""
    facts = failing.facts_of(failure)
    nodes = failing.nodes(failure, facts) if facts is not None else []
    values = (failing.value_of(node, failure) for node in nodes if isinstance(node, (ast.Name, ast.Attribute)))
    for value in values:
        if session.is_kind(value, "DatasetV2") and session.root(value) == "tensorflow":
            yield value


def _in(function: str, failure: Failure) -> bool:
    end = failure.end
    called = any(frame.module.startswith("tensorflow.python.data") for frame in failure.frames)
    return called and function in failure.source and end is not None and end.place == "package"


def _problem(title: str, cause: str, advice: str) -> Problem:
    return problem("KD127", Finding(title, cause, advice=(advice,), reference="tf.data.Dataset"), None)


RULE = Rule(
    code="KD127",
    name="datasets of tf.data",
    lesson=Lesson(
        what="`ds[0]`, `from_generator(gen)`, `from_tensor_slices((x, y))` or `concatenate` end in an error "
        "about types, "
        "dimensions or subscripts.",
        why="A dataset is a plan of reading: its elements have one type and shape, which is known before, and come one "
        "after the other.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\nds = tf.data.Dataset.range(10)\nfirst = ds[0]",
        after="import tensorflow as tf\nds = tf.data.Dataset.range(10)\nfirst = next(iter(ds))",
        target="tensorflow==2.21.0",
        related=("KD114",),
    ),
    on_failure=on_failure,
)

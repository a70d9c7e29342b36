"""Data that holds no numbers: strings, dates, lists of different lengths, None."""

from __future__ import annotations

from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, after_failure, before_run
from ...diagnosis.contract.data import ARRAY, LIST, NOTHING, OTHER, Data, describe, shown
from ...diagnosis.contract.entries import Entry, all_entries
from ...diagnosis.contract.labels import are_all_known, listed
from ...diagnosis.contract.no_numbers import COLUMNS, DATES, GAPS, OBJECTS, RAGGED, TEXT, fault_of
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .text_in_batches import text_in_batches
from .text_labels import text_labels

_REFUSAL = (
    r"Invalid dtype|Failed to convert a NumPy array to a Tensor|Unsupported object type|setting an array element"
    r"|Cast string to|could not convert string|None values not supported|Failed to find data adapter"
    r"|data type .* not (?:inferred|understood)|Unsupported numpy type|Cannot cast|pop from an empty set"
    r"|dtype of object|floating-point dtype\. Received: dtype=<dtype: 'string'"
    r"|'NoneType' object has no attribute '(?:shape|dtype)'|String|Unable to build|last dimension of the inputs"
    r"|Unrecognized data type: x=|Found incompatible type in the input|Ragged|'Toutput_types'|Empty logs"
    r"|Shapes .* are incompatible|must have the same (?:rank|shape)"
)
_TEXT_LAYERS = ("TextVectorization", "StringLookup", "Hashing", "KerasLayer")


def check(call: Training) -> Iterator[Finding]:
    takes_text = any(layer.kind in _TEXT_LAYERS for layer in call.network.layers)
    yield from _rows_of_other_lengths(call)
    for role in ("x", "y"):
        data = call.given.get(role)
        if data is not None and type(data.value) is str:
            yield Finding(
                f"{call.method} gets the text {data.value[:30]!r} for {role}",
                "It computes with the numbers of an array, a tensor or a dataset.",
                advice=("Give the variable that holds the data, without quotes; read a file first, with numpy.load.",),
                reference=f"fit({role})",
            )
            return
    if call.given.get("x", _SOME).form == NOTHING:
        yield _nothing(call)
        return
    if call.network.layers:
        yield from _faults(call, takes_text)


_SOME = Data(None, OTHER)


def _faults(call: Training, takes_text: bool) -> Iterator[Finding]:
    """What holds no numbers, the first kind of it, with all arrays that have the same fault."""
    found = [(role, entry, fault_of(entry.data)) for role, entry in all_entries(call)]
    wrong = [each for each in found if each[2] and not (each[0] == "x" and takes_text)]
    if wrong:
        role, _, fault = wrong[0]
        if role == "y" and fault == TEXT:
            yield from text_labels(call)
        yield _finding(call, role, [each[1] for each in wrong if (each[0], each[2]) == (role, fault)], fault)


def _rows_of_other_lengths(call: Training) -> Iterator[Finding]:
    """A ragged tensor, which only a model with a ragged input takes, and Keras 3 nowhere."""
    data, node = call.given.get("x"), call.written.get("x")
    if data is None or not session.is_exactly(data.value, "tensorflow", "RaggedTensor"):
        return
    name = call.text("x")
    plain = node is not None and hasattr(node, "id")
    differs = "Shorter rows are filled up with 0."
    yield Finding(
        title=f"{name} is a ragged tensor, and the model takes rows of one length",
        cause="Layers such as Dense compute with whole arrays; Keras 3 has no layers for ragged tensors.",
        changes=(Change("Fill the rows up", ((node, f"{name}.to_tensor()"),), differs),) if plain and node else (),
        advice=(f"Fill the rows up: {name}.to_tensor() puts 0 behind the shorter ones; Masking(0.0) skips that.",),
        reference="fit(x)",
        certain=False,
    )


def text_as_an_array(call: Training) -> Iterator[Finding]:
    """Text for a layer that takes text: Keras 3 knows no strings of NumPy, and takes those of TensorFlow."""
    given = call.given.get("x")
    takes_text = any(layer.kind in _TEXT_LAYERS for layer in call.network.layers)
    if given is None or not takes_text or given.form not in (LIST, "array", "table") or fault_of(given) != TEXT:
        return
    name, node = call.text("x"), call.written.get("x")
    plain = node is not None and hasattr(node, "id")
    tensorflow = next((name for name, value in _modules(call) if value == "tensorflow"), "")
    change = Change("Make a tensor of it", ((node, f"{tensorflow}.constant({name})"),)) if plain and node else None
    yield Finding(
        title=f"{name} holds text as {_kind(call.given['x'])}, and Keras 3 takes text only as a tensor",
        cause="Arrays of strings have a type that Keras 3 does not know; TextVectorization gets tensors of strings.",
        changes=(change,) if change and tensorflow else (),
        advice=(f"Write tf.constant({name}), or give a tf.data.Dataset.",),
        reference="fit(x)",
        certain=False,
    )


def _modules(call: Training) -> Iterator[tuple[str, str]]:
    """The names of the cell that stand for whole modules."""
    names = call.facts.after.names if call.facts else {}
    yield from ((name, value) for name, value in names.items() if type(value) is str)


def _kind(data: Data) -> str:
    return "a list" if data.form == LIST else "a NumPy array"


def _nothing(call: Training) -> Finding:
    name = call.text("x")
    return Finding(
        title=f"{name} is None: there is no data" if name != "None" else f"{call.method} gets None for the data",
        cause="Functions that find no file or no match give None instead of raising: cv2.imread does.",
        advice=(f"Look where {name if name != 'None' else 'it'} is made; for a file, at its path.",),
        reference="fit(x)",
    )


def _finding(call: Training, role: str, wrong: list[Entry], fault: str) -> Finding:
    """What is wrong with arrays that have the same fault."""
    first, names, one = wrong[0], listed([each.name for each in wrong]), len(wrong) == 1
    what, advice = _ADVICE[fault]
    changes: tuple[Change, ...] = ()
    if fault == COLUMNS:
        what += ", ".join(map(repr, first.data.columns()[:5]))
    if fault == OBJECTS:
        nodes = [each.node for each in wrong if each.node is not None]
        edits = tuple((node, f"{each.name}.astype('float32')") for node, each in zip(nodes, wrong))
        if len(nodes) == len(wrong) and are_all_known(call) and all(map(_are_numbers, wrong)):
            changes = (Change("Make them numbers", edits, evidence=_as_well(call, wrong)),)
        numbers = [f"{each.name}.astype('float32')" for each in wrong]
        advice = f"Make them numbers: {listed(numbers)}."
    return Finding(
        title=f"{names} {'holds' if one else 'hold'} {what}, and Keras computes with numbers",
        cause=f"{'It' if one else first.name} is {_described(first.data)}. {_inside(first.data, fault)}".strip(),
        changes=changes,
        advice=(_NO_WEIGHTS if role == "sample_weight" and fault == TEXT else advice.format(first.name),),
        reference=f"fit({role})",
        certain=fault in (TEXT, DATES, RAGGED, COLUMNS) or (fault == OBJECTS and all(map(_is_refused, wrong))),
    )


_ADVICE = {
    TEXT: (
        "text",
        "Make numbers of it first: keras.layers.TextVectorization for sentences, pandas.get_dummies or "
        "keras.layers.StringLookup for categories.",
    ),
    COLUMNS: (
        "columns without numbers: ",
        "Make numbers of them in the whole table, before it is split: table = pandas.get_dummies(table, dtype=float); "
        "or leave them out.",
    ),
    DATES: ("dates", "Give numbers: the days since the first date, the month, the day of the week."),
    RAGGED: (
        "lists or arrays of different lengths",
        "Make them equally long: keras.utils.pad_sequences({0}), up to TensorFlow 2.8 "
        "keras.preprocessing.sequence.pad_sequences; images: resize them all, then numpy.stack.",
    ),
    GAPS: ("None among the numbers", "Fill or leave out the samples that have gaps."),
    OBJECTS: ("numbers stored as objects", ""),
}
_NO_WEIGHTS = "sample_weight takes a number for each sample. Leave it out, or give the weights."
_MOST_OBJECTS = 1_000_000


def _are_numbers(entry: Entry) -> bool:
    """Whether all elements are numbers, so that they can be made floats."""
    array = entry.data.array()
    if array is None or array.size > _MOST_OBJECTS:
        return False
    return all(type(each) in (int, float, bool) for each in array.reshape(-1).tolist())


def _is_refused(entry: Entry) -> bool:
    """Whether every Keras refuses the objects: those of an array, as measured in 2.4 to 2.21."""
    return entry.data.form == ARRAY and _are_numbers(entry)


def _as_well(call: Training, wrong: list[Entry]) -> str:
    """The other arrays of the session with the same fault, which later cells give the model."""
    taken = {id(each.data.value) for each in wrong}
    others = [
        name
        for name, thing in session.variables(call.namespace)
        if session.is_exactly(thing, "numpy", "ndarray") and thing.dtype.kind == "O" and id(thing) not in taken
        if thing.shape[1:] == (wrong[0].data.shape or ())[1:] and fault_of(describe(thing)) == OBJECTS
    ][:3]
    holds, them = ("holds", "it") if len(others) == 1 else ("hold", "them")
    return f"{listed(others)} {holds} objects, too: give {them} the same way." if others else ""


def _described(data: Data) -> str:
    kind = {"array": "a NumPy array", "table": "a pandas object", "list": "a list"}.get(data.form, "a tensor")
    return f"{kind} of shape {shown(data.shape)} and dtype {data.dtype or 'object'}"


def _inside(data: Data, fault: str) -> str:
    """What stands in it."""
    if data.columns():
        return ""
    if fault == OBJECTS and {"bool"} < {session.class_name(each) for each in data.first()}:
        return "pandas makes objects of a table that has both numbers and True or False, as get_dummies gives them."
    first: list[Any] = [each for each in data.first()[:3] if type(each) in (str, int, float) or each is None]
    return f"It begins with {', '.join(repr(each)[:30] for each in first)}." if first else ""


_OTHERWISE = after_failure("KD105", _REFUSAL, check)
_OF_TEXT = after_failure("KD105", r"Invalid dtype: (?:str|object|bytes)|Unrecognized data type: x=", text_as_an_array)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    yield from [*_OF_TEXT(failure, world)] or [*_OTHERWISE(failure, world)] or text_in_batches("KD105", failure)


RULE = Rule(
    code="KD105",
    name="data without numbers",
    lesson=Lesson(
        what="`fit` ends in ValueError: Invalid dtype: object, or Failed to convert a NumPy array to a Tensor "
        "(Unsupported object type float).",
        why="Arrays of dtype object come of tables with text, of lists of different lengths, and of gaps. Keras takes "
        "arrays of numbers.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((2,)), "
        "keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nx = np.array([[1, 2], [3, 4]], dtype=object)\n"
        "model.fit(x, np.array([1.0, 2.0]))",
        after="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nx = np.array([[1, 2], [3, 4]], dtype=object)\n"
        "model.fit(x.astype('float32'), np.array([1.0, 2.0]))",
        target="tensorflow==2.21.0",
        related=("KD101", "KA307"),
    ),
    on_cell=before_run("KD105", check),
    on_failure=on_failure,
)

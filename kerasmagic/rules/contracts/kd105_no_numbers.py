"""Data that holds no numbers: strings, dates, lists of different lengths, None."""

from __future__ import annotations

from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, after_failure, before_run
from ...diagnosis.contract.data import LIST, NOTHING, Data, shown
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_REFUSAL = (
    r"Invalid dtype|Failed to convert a NumPy array to a Tensor|Unsupported object type|setting an array element"
    r"|Cast string to|could not convert string|None values not supported|Failed to find data adapter"
    r"|data type .* not (?:inferred|understood)|Unsupported numpy type|Cannot cast|pop from an empty set"
    r"|dtype of object|floating-point dtype\. Received: dtype=<dtype: 'string'"
    r"|'NoneType' object has no attribute '(?:shape|dtype)'|String|Unable to build|last dimension of the inputs"
    r"|Unrecognized data type: x=|Found incompatible type in the input|Ragged|'Toutput_types'|Empty logs"
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
        if data is None or data.form in ("dataset", "generator", "other", "function"):
            continue
        if data.form == NOTHING:
            if role == "x":
                yield _nothing(call)
            continue
        found = _fault(data)
        if found and not (role == "x" and takes_text) and call.network.layers:
            yield _finding(call, role, data, found)


def _fault(data: Data) -> str:
    """What stands where numbers should: "text", "dates", "ragged", "numbers" (as objects), "mixed"."""
    if data.is_text:
        return "text"
    if data.form == LIST and _has_rows_of_other_lengths(data.value):
        return "ragged"
    if data.dtype in ("datetime", "timedelta"):
        return "dates"
    if data.dtype in ("object", "category") or data.dtype.startswith(("string", "str")):
        if data.columns():
            return "columns"
        kinds = {session.class_name(each) for each in data.first()}
        return _of_objects(kinds)
    return ""


def _has_rows_of_other_lengths(rows: list[Any]) -> bool:
    """``[[1, 2], [3]]``; arrays in a list are several inputs."""
    plain = all(type(row) in (list, tuple) and all(type(each) in (int, float) for each in row) for row in rows)
    return plain and len({len(row) for row in rows}) > 1


def _of_objects(kinds: set[str]) -> str:
    if kinds & {"str", "bytes", "str_", "bytes_"}:
        return "text"
    if kinds & {"list", "tuple", "ndarray"}:
        return "ragged"
    if "NoneType" in kinds:
        return "gaps"
    return "numbers" if kinds and kinds <= _NUMBERS else ""


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


_NUMBERS = {"int", "float", "bool", "int64", "int32", "float64", "float32", "bool_", "uint8", "Decimal"}


def text_as_an_array(call: Training) -> Iterator[Finding]:
    """Text for a layer that takes text: Keras 3 knows no strings of NumPy, and takes those of TensorFlow."""
    given = call.given.get("x")
    takes_text = any(layer.kind in _TEXT_LAYERS for layer in call.network.layers)
    if given is None or not takes_text or given.form not in (LIST, "array", "table") or _fault(given) != "text":
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


def _finding(call: Training, role: str, data: Data, fault: str) -> Finding:
    name = call.text(role)
    node = call.written.get(role)
    plain = node is not None and hasattr(node, "id")
    changes: tuple[Change, ...] = ()
    advice: tuple[str, ...] = ()
    if fault == "text" and role == "y":
        what, advice = (
            "text",
            (f"Number the classes: names, y = numpy.unique({name}, return_inverse=True); names[i] is class i.",),
        )
    elif fault == "text":
        what, advice = (
            "text",
            (
                "Make numbers of it first: keras.layers.TextVectorization for sentences, pandas.get_dummies or "
                "keras.layers.StringLookup for categories.",
            ),
        )
    elif fault == "columns":
        listed = ", ".join(map(repr, data.columns()[:5]))
        what, advice = (
            f"columns without numbers: {listed}",
            (f"Make numbers of them: pandas.get_dummies({name}, dtype=float), or leave them out.",),
        )
    elif fault == "dates":
        what, advice = "dates", ("Give numbers: the days since the first date, the month, the day of the week.",)
    elif fault == "ragged":
        what, advice = (
            "lists or arrays of different lengths",
            (
                f"Make them equally long: keras.utils.pad_sequences({name}), up to TensorFlow 2.8 "
                "keras.preprocessing.sequence.pad_sequences; images: resize them all, then numpy.stack.",
            ),
        )
    elif fault == "gaps":
        what, advice = "None among the numbers", ("Fill or leave out the samples that have gaps.",)
    else:
        what = "numbers stored as objects"
        if plain:
            array = ".astype('float32')"
            changes = (Change("Make them numbers", ((node, f"{name}{array}"),)),)  # type: ignore[arg-type]
        else:
            advice = (f"Make them numbers: {name}.astype('float32').",)
    return Finding(
        title=f"{name} holds {what}, and Keras computes with numbers",
        cause=f"It is {_described(data)}. {_firsts(data)}".strip(),
        changes=changes,
        advice=advice,
        reference=f"fit({role})",
        certain=fault in ("text", "dates", "ragged", "columns"),
    )


def _described(data: Data) -> str:
    kind = {"array": "a NumPy array", "table": "a pandas object", "list": "a list"}.get(data.form, "a tensor")
    return f"{kind} of shape {shown(data.shape)} and dtype {data.dtype or 'object'}"


def _firsts(data: Data) -> str:
    if data.columns():
        return ""
    first: list[Any] = [each for each in data.first()[:3] if type(each) in (str, int, float) or each is None]
    return f"It begins with {', '.join(repr(each)[:30] for each in first)}." if first else ""


_OTHERWISE = after_failure("KD105", _REFUSAL, check)
_OF_TEXT = after_failure("KD105", r"Invalid dtype: (?:str|object|bytes)|Unrecognized data type: x=", text_as_an_array)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    yield from [*_OF_TEXT(failure, world)] or _OTHERWISE(failure, world)


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

"""A number where Keras wants a whole one: epochs, steps, units, sizes of a shape."""

from __future__ import annotations

import ast
import re
from types import MethodType
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.contract.data import dimensions, shown
from ...diagnosis.contract.meant_numbers import DIVIDES, is_number, whole, without_quotes
from ...diagnosis.contract.model_makers import tensor_for_a_maker
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_FLOAT = re.compile(
    r"'(?:numpy\.)?float\d*' object cannot be interpreted as an integer|can't multiply sequence|Expected int(?:32|64)"
    r"|Cannot convert [\d.]+ to EagerTensor of dtype int|can't convert .*float|integer argument expected"
    r"|must be an integer|slice indices must be integers"
)
_COUNTS = ("epochs", "steps_per_epoch", "validation_steps", "steps", "batch_size", "initial_epoch")
_UNITS = re.compile(
    r"(?:invalid value for|Invalid value for argument) `(units|filters)`.*?Received: ?(?:units=|filters=)?(.*)",
    re.DOTALL,
)
_INT = re.compile(
    r"invalid literal for int\(\)|int\(\) argument must be|only length-1 arrays|only (?:0-dim|integer scalar)"
)
_SHAPE = re.compile(
    r"Cannot convert '(\d+|[(\[].*)' to a shape|'int' object is not iterable|Dimension value must be integer or None"
)
_SHAPES = ("shape", "input_shape", "batch_shape", "target_shape")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (ValueError, TypeError)):
        return
    if not raised_by_keras(failure) or tensor_for_a_maker(failure) is not None:  # the latter is KD166's
        return
    facts = failing.facts_of(failure)
    for finding in _findings(failure, facts):
        yield problem("KD108", finding, facts)
        return


def _findings(failure: Failure, facts: CellFacts | None) -> Iterator[Finding]:
    units, shape = _UNITS.search(failure.message), _SHAPE.search(failure.message)
    if _FLOAT.search(failure.message):
        yield from _counts(failure)
        if failure.end is not None and "len(" in failure.end.text:
            yield from _length(failure, facts)
        if facts is not None:
            yield from _of_tensorflow(failure, facts)
    elif units:
        yield _units(units[1], units[2].strip(), failure, facts)
    elif _INT.search(failure.message):
        yield from _of_keras_2(failure, facts)
    elif shape and facts is not None:
        yield from _shape(failure, facts)
    elif facts is not None and re.search(r"\bstr\b|string", failure.message):
        yield from _in_quotes(failure, facts)


def _in_quotes(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``Dropout('0.5')``, ``fit(…, epochs='5')``"""
    for call in failing.calls(failure, facts):
        made = failing.value_of(call.func, failure)
        if not _is_of_keras(made):
            continue
        given = (*call.args, *(item.value for item in call.keywords))
        texts = {
            node: node.value.strip() for node in given if isinstance(node, ast.Constant) and type(node.value) is str
        }
        numbers = {node: text for node, text in texts.items() if is_number(text)}
        if numbers:
            first = next(iter(numbers.values()))
            yield Finding(
                title=f"'{first}' is a text, and {last_name(call.func)} takes a number",
                cause="Quotes make a text of it.",
                changes=(without_quotes(*numbers.items()),),
                advice=(f"Write {first} without quotes.",),
                reference=last_name(call.func),
            )
            return


def _is_of_keras(made: Any) -> bool:
    """Whether it is a class of Keras, or a method of one of its objects."""
    if type(made) is MethodType:
        return session.root(made.__self__) in _LIBRARIES or session.is_of_keras(made.__self__)
    return isinstance(made, type) and session.root_of(made) in _LIBRARIES


def _counts(failure: Failure) -> Iterator[Finding]:
    call = failed_training(failure)
    values = {name: call.given[name].value for name in _COUNTS if name in call.given} if call else {}
    broken = {name: float(value) for name, value in values.items() if session.class_name(value) in _FLOATS}
    if call is None or not broken:
        return
    edits = []
    for name, value in broken.items():
        node = call.written.get(name)
        if node is not None and call.facts is not None:
            edits.append((node, whole(node, value, call.facts)))
    name, value = next(iter(broken.items()))
    others = f", and {' and '.join(list(broken)[1:])} likewise" if len(broken) > 1 else ""
    yield Finding(
        title=f"{name} is {value!r}, and has to be a whole number{others}",
        cause=DIVIDES,
        changes=(Change("Make it a whole number", tuple(edits)),) if edits else (),
        advice=(f"Write {name}=int({call.text(name)}), or divide with //.",),
        reference=f"fit({name})",
    )


def _of_tensorflow(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``dataset.batch(n / 4)``"""
    for call in failing.calls(failure, facts):
        for node in (*call.args, *(item.value for item in call.keywords)):
            value = node.value if isinstance(node, ast.Constant) else failing.value_of(node, failure)
            shown = re.search(r"Cannot convert ([\d.]+) to EagerTensor", failure.message)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and shown:
                value = float(shown[1])
            if type(value) is float and value.is_integer() and shown and float(shown[1]) == value:
                text, name = whole(node, value, facts), last_name(call.func)
                yield Finding(
                    title=f"{name} gets {value!r}, and takes a whole number",
                    cause=DIVIDES,
                    changes=(Change("Make it a whole number", ((node, text),)),),
                    advice=(f"Write {text}.",),
                    reference=name,
                )
                return


_FLOATS = ("float", "float64", "float32")


def _length(failure: Failure, facts: CellFacts | None) -> Iterator[Finding]:
    """``__len__`` of a Sequence or PyDataset of the user's, which Keras asks for the number of batches."""
    step = failure.exception.__traceback__
    while step is not None:
        for thing in step.tb_frame.f_locals.values():
            kinds = [session.name_of(base) for base in session.bases(thing)]
            if ("Sequence" in kinds or "PyDataset" in kinds) and session.root(thing) not in _LIBRARIES:
                yield Finding(
                    title=f"{kinds[0]}.__len__ gives a number with a fraction, and len takes a whole one",
                    cause="Division by / gives a float, also where nothing remains.",
                    changes=tuple(_whole_length(kinds[0], facts)) if facts is not None else (),
                    advice=(
                        "Round up, so that the last, smaller batch counts: return math.ceil(len(self.x) / "
                        "self.batch_size).",
                    ),
                    reference="Sequence.__len__",
                )
                return
        step = step.tb_next


_LIBRARIES = ("keras", "tf_keras", "tensorflow")


def _whole_length(owner: str, facts: CellFacts) -> Iterator[Change]:
    """``return len(self.x) / self.size`` with //, as Python 2 divided; all else in int(…)."""
    tree = facts.cell.tree or ast.Module([], [])
    made = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == owner]
    inner = [node for each in made for node in each.body if getattr(node, "name", "") == "__len__"]
    results = [node.value for each in inner for node in ast.walk(each) if isinstance(node, ast.Return) and node.value]
    if len(results) != 1:
        return
    result, text = results[0], failing.text_of(results[0], facts)
    if isinstance(result, ast.BinOp) and isinstance(result.op, ast.Div):
        sides = failing.text_of(result.left, facts), failing.text_of(result.right, facts)
        differs = "It leaves a last, smaller batch out; math.ceil counts that, too."
        yield Change("Divide with //, as Python 2 did", ((result, " // ".join(sides)),), differs)
    else:
        yield Change("Make it a whole number", ((result, f"int({text})"),), evidence="len takes whole numbers.")


def _units(name: str, value: str, failure: Failure, facts: CellFacts | None) -> Finding:
    nodes = list(_given(name, failure, facts))
    changes: tuple[Change, ...] = ()
    advice = f"Give {name} a positive whole number."
    number = re.match(r"(-?\d+)(\.0)?$", value)
    if number and facts is not None and len(nodes) == 1 and int(number[1]) > 0:
        text = failing.text_of(nodes[0], facts)
        changes = (Change(f"Make {name} a Python int", ((nodes[0], f"int({text})"),)),)
        advice = f"Write int({text})."
    elif re.match(r"[a-z_]+$", value):
        advice = f"The first argument is {name}: Dense(units, activation={value!r})."
    elif value.startswith(("(", "[")):
        advice = f"Take one number of it: {name} is no shape."
    is_positive = number is None or int(number[1]) > 0
    what = "a NumPy number" if number and not number[2] and is_positive else value[:40]
    nodes = nodes or [each for call in failing.calls(failure, facts) for each in call.args[:1]] if facts else nodes
    quoted = any(isinstance(each, ast.Constant) and each.value == value for each in nodes)
    if quoted and facts is not None and re.match(r"[a-z_]+$", value):
        what, changes = f"the text '{value[:40]}'", tuple(_swapped(value, failure, facts))
    elif quoted:
        what, advice = f"the text '{value[:40]}'", f"Write {value[:40]} without quotes, or int(…) of it."
    return Finding(
        title=f"{name} is {what}, and has to be a positive int",
        cause=f"It got {value[:40]}. Keras 3 takes Python's int only: numbers of NumPy, of pandas, and of a division "
        "are of other types."
        if is_positive
        else f"{name} counts what the layer has.",
        changes=changes,
        advice=(advice,),
        reference=f"Dense({name})",
    )


def _swapped(value: str, failure: Failure, facts: CellFacts) -> Iterator[Change]:
    """``Dense('relu', 10)``"""
    for call in failing.calls(failure, facts):
        values = [item.value if isinstance(item, ast.Constant) else None for item in call.args]
        if len(values) == 2 and values[0] == value and type(values[1]) is int:
            texts = [failing.text_of(item, facts) for item in call.args]
            evidence = "The number comes first, then the activation."
            yield Change("Swap the two", tuple(zip(call.args, reversed(texts))), evidence=evidence)


def _of_keras_2(failure: Failure, facts: CellFacts | None) -> Iterator[Finding]:
    """Keras 2 applies int() to units in the layer, and what is told is Python's error."""
    step = failure.exception.__traceback__
    while step is not None:
        frame = step.tb_frame
        if (
            step.tb_next is None
            and frame.f_code.co_name == "__init__"
            and ".layers" in str(frame.f_globals.get("__name__"))
        ):
            for name in ("units", "filters"):
                if name in frame.f_locals:
                    value = frame.f_locals[name]
                    plain = type(value) in (str, int, float, tuple, list)
                    yield _units(name, str(value) if plain else f"[{session.class_name(value)}]", failure, facts)
                    return
        step = step.tb_next


def _given(name: str, failure: Failure, facts: CellFacts | None) -> Iterator[ast.expr]:
    """What the layers of the failing line are given as units, if it is no plain number."""
    for call in failing.calls(failure, facts) if facts else ():
        if isinstance(call.func, (ast.Name, ast.Attribute)):
            named = [item.value for item in call.keywords if item.arg == name]
            layer = (call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id)[:1].isupper()
            for node in named or (call.args[:1] if layer else []):
                other = isinstance(node, ast.Call) and not _computes(node, failure)
                if named or not (other or isinstance(node, (ast.Constant, ast.List, ast.Tuple))):
                    yield node


def _computes(call: ast.Call, failure: Failure) -> bool:
    """``np.prod(shape)`` or ``round(n)``: what it gives is a number, and no layer."""
    if isinstance(call.func, ast.Attribute):
        return session.module_name(failing.value_of(call.func.value, failure)) in ("numpy", "math")
    return isinstance(call.func, ast.Name) and call.func.id in ("round", "max", "min", "sum", "abs")


def _shape(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    for call in failing.calls(failure, facts):
        given = [(item.arg, item.value) for item in call.keywords if item.arg in _SHAPES]
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        given += [("shape", node) for node in call.args[:1] if name in _TAKE_A_SHAPE]
        yield from _one_size(call, failure, facts)
        for argument, node in given:
            yield from _nested(argument, node, failure, facts)
            yield from _with_fractions(argument, node, failure, facts)
            value = _number(node, failure)
            if value is not None:
                where = facts.cell.range(node)
                text = failing.text_of(node, facts)
                enclosed = _parenthesized(facts, where)
                yield Finding(
                    title=f"{argument} is the number {value}, and has to be a tuple",
                    cause="(4) is a number in parentheses; the comma makes the tuple.",
                    changes=(Change("Make it a tuple", ((node, f"{text}," if enclosed else f"({text},)"),)),),
                    reference=f"Input({argument})",
                )
                return


_TAKE_A_SHAPE = ("Input", "InputLayer", "Reshape", "add_weight")


def _number(node: ast.expr, failure: Failure) -> int | None:
    """The whole number that an argument is; also of ``28 * 28``, as Keras says it."""
    value = failing.constant(node, failure)
    said = re.search(r"Cannot convert '(\d+)' to a shape", failure.message) if isinstance(node, ast.BinOp) else None
    return int(said[1]) if said else value if type(value) is int else None


def _one_size(call: ast.Call, failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``Dense(10, input_dim=(5,))``"""
    node = next((item.value for item in call.keywords if item.arg == "input_dim"), None)
    held = node.elts if isinstance(node, ast.Tuple) else None
    shape = (None,) * len(held) if held is not None else dimensions(failing.value_of(node, failure))
    if node is None or not shape or any(isinstance(each, ast.Starred) for each in held or ()):
        return
    text = failing.text_of(node, facts)
    size = failing.text_of(held[0], facts) if held else f"{text}[-1]"
    changes = (Change("Give the number", ((node, size),), evidence="It is the only size of the tuple."),)
    yield Finding(
        title=f"input_dim is {text[:40]}, a tuple, and has to be a number",
        cause="It counts the features of a sample; a whole shape is given by input_shape=.",
        changes=changes if held is not None and len(held) == 1 else (),
        advice=(f"Write input_dim={size}, or input_shape={text[:40]}, which is without the number of samples.",),
        reference="Dense(input_dim)",
    )


def _with_fractions(argument: str, node: ast.expr, failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``shape=(28, 28.0)``"""
    sizes = node.elts if isinstance(node, (ast.Tuple, ast.List)) else ()
    values = {each: failing.constant(each, failure) for each in sizes}
    floats = {each: value for each, value in values.items() if session.class_name(value) in _FLOATS}
    if floats and all(float(value).is_integer() for value in floats.values()):
        yield Finding(
            title=f"{argument} holds {next(iter(floats.values()))!r}, and takes whole numbers",
            cause=DIVIDES,
            changes=(
                Change(
                    "Make whole numbers", tuple((each, whole(each, value, facts)) for each, value in floats.items())
                ),
            ),
            advice=("Write it without the point, or int(…) of it.",),
            reference=f"Input({argument})",
        )


def _nested(argument: str, node: ast.expr, failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``shape=(input_shape, units)``"""
    for each in node.elts if isinstance(node, (ast.Tuple, ast.List)) else []:
        inner = dimensions(failing.value_of(each, failure))
        if inner and not isinstance(each, ast.Starred):
            text = failing.text_of(each, facts)
            differs = f"It takes the last size, {inner[-1]}: the number of features."
            yield Finding(
                title=f"{argument} holds {text}, which is a shape itself: {shown(inner)}",
                cause="Each element of a shape is one number.",
                changes=(Change("Take its last size", ((each, f"{text}[-1]"),), differs),),
                reference=f"Input({argument})",
            )


def _parenthesized(facts: CellFacts, where: object) -> bool:
    line = facts.cell.lines[where.line - 1]  # type: ignore[attr-defined]
    before = line[: where.column].rstrip()  # type: ignore[attr-defined]
    after = line[where.end_column :].lstrip()  # type: ignore[attr-defined]
    return (before.endswith("=(") and after.startswith(")")) or (before.endswith("= (") and after.startswith(")"))


RULE = Rule(
    code="KD108",
    name="whole numbers",
    lesson=Lesson(
        what="`fit(steps_per_epoch=n / 32)`, `Dense(n / 2)` or `Input(shape=4)` end in TypeError or ValueError.",
        why="Epochs, steps, units and the sizes of a shape are counted. Keras 3 takes Python's int only; in Keras 2 "
        "int() was applied to some of them.",
        since="keras 3.0",
        before="from keras import layers\nwidth = 10\nlayer = layers.Dense(width / 2)",
        after="from keras import layers\nwidth = 10\nlayer = layers.Dense(int(width / 2))",
        target="tensorflow==2.20.0",
        related=("KD109",),
    ),
    on_failure=on_failure,
)

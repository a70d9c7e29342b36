"""A number where Keras wants a whole one: epochs, steps, units, sizes of a shape."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_FLOAT = re.compile(
    r"'float' object cannot be interpreted as an integer|can't multiply sequence|Expected int(?:32|64)"
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
_SHAPE = re.compile(r"Cannot convert '(\d+)' to a shape|'int' object is not iterable")
_SHAPES = ("shape", "input_shape", "batch_shape", "target_shape")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (ValueError, TypeError)):
        return
    if not raised_by_keras(failure):
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
            yield from _length(failure)
    elif units:
        yield _units(units[1], units[2].strip(), failure, facts)
    elif _INT.search(failure.message):
        yield from _of_keras_2(failure, facts)
    elif shape and facts is not None:
        yield from _shape(failure, facts)


def _counts(failure: Failure) -> Iterator[Finding]:
    call = failed_training(failure)
    for name in _COUNTS if call else ():
        assert call is not None
        data = call.given.get(name)
        if data is None or (
            type(data.value) is not float and session.class_name(data.value) not in ("float64", "float32")
        ):
            continue
        node = call.written.get(name)
        text = call.text(name)
        changes: tuple[Change, ...] = ()
        if node is not None and call.facts is not None:
            whole = (
                repr(int(data.value)) if isinstance(node, ast.Constant) else f"int({failing.text_of(node, call.facts)})"
            )
            changes = (Change("Make it a whole number", ((node, whole),)),)
        yield Finding(
            title=f"{name} is {data.value!r}, and has to be a whole number",
            cause="Division by / gives a float, also where nothing remains; // gives a whole number.",
            changes=changes,
            advice=(f"Write {name}=int({text}), or divide with //.",),
            reference=f"fit({name})",
        )
        return


def _length(failure: Failure) -> Iterator[Finding]:
    """``__len__`` of a Sequence or PyDataset of the user's, which Keras asks for the number of batches."""
    step = failure.exception.__traceback__
    while step is not None:
        for thing in step.tb_frame.f_locals.values():
            kinds = [session.name_of(base) for base in session.bases(thing)]
            if ("Sequence" in kinds or "PyDataset" in kinds) and session.root(thing) not in _LIBRARIES:
                yield Finding(
                    title=f"{kinds[0]}.__len__ gives a number with a fraction, and len takes a whole one",
                    cause="Division by / gives a float, also where nothing remains.",
                    advice=(
                        "Round up, so that the last, smaller batch counts: return math.ceil(len(self.x) / "
                        "self.batch_size).",
                    ),
                    reference="Sequence.__len__",
                )
                return
        step = step.tb_next


_LIBRARIES = ("keras", "tf_keras", "tensorflow")


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
    what = "a NumPy number" if number and not number[2] else value[:40]
    nodes = nodes or [each for call in failing.calls(failure, facts) for each in call.args[:1]] if facts else nodes
    if any(isinstance(each, ast.Constant) and each.value == value for each in nodes):
        what, advice = f"the text '{value[:40]}'", f"Write {value[:40]} without quotes, or int(…) of it."
    return Finding(
        title=f"{name} is {what}, and has to be a positive int",
        cause=f"It got {value[:40]}. Keras 3 takes Python's int only: numbers of NumPy, of pandas, and of a division "
        "are of other types.",
        changes=changes,
        advice=(advice,),
        reference=f"Dense({name})",
    )


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
        given += [("shape", node) for node in call.args[:1] if name in ("Input", "Reshape")]
        for argument, node in given:
            value = node.value if isinstance(node, ast.Constant) else failing.value_of(node, failure)
            if type(value) is int:
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

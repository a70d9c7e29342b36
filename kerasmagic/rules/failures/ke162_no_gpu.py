"""``list_physical_devices('GPU')[0]``, or a program's own check, in a kernel where TensorFlow sees no GPU."""

from __future__ import annotations

import ast
import re
from typing import Iterable, Iterator, NamedTuple

from ...diagnosis.environment import environment_problems
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts, read
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...kernel.gpu import asks_for_gpu
from ...source.nodes import last_name

_LISTS = ("list_physical_devices", "list_logical_devices")
_TAKE_ONE = (
    "set_memory_growth",
    "set_visible_devices",
    "set_virtual_device_configuration",
    "set_logical_device_configuration",
)
"""Of tf.config and tf.config.experimental: what is called with the device."""
_NAMES_ONE = re.compile(r"No matching devices found for '\S*GPU|\S*GPU:\d+ unknown device")
_EACH = Fix(
    "manual",
    "Do it for each GPU that there is: for gpu in tf.config.list_physical_devices('GPU'): "
    "tf.config.experimental.set_memory_growth(gpu, True). Without a GPU that does nothing.",
)
_ASK_FIRST = Fix("manual", "Do it only where there is one: if tf.config.list_physical_devices('GPU'): …")
_WITHOUT = Fix("manual", "Leave the check out: TensorFlow runs the same program on the CPU, more slowly")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = _found(failure)
    if found is None or any(device.kind == "GPU" for device in failure.snapshot.devices or ()):
        return
    does, way = found
    problems = environment_problems(failure.snapshot._replace(asked_for_gpu=True), world.rules)
    reason = next((each for each in problems if each.reference == "gpu"), None)
    its = reason.fixes if reason is not None else ()
    gpu = failure.snapshot.gpu
    is_wanted = gpu.nvidia or bool(gpu.smi) or way is _WITHOUT
    yield Problem(
        rule="KE162",
        severity=ERROR,
        title=f"TensorFlow sees no GPU in this kernel, and the program {does}",
        cause=f"{reason.title}. {reason.cause}" if reason is not None else "The list of devices is empty.",
        reference="tensorflow.config.list_physical_devices",
        fixes=(*its, way) if is_wanted else (way, *its),
    )


def _found(failure: Failure) -> tuple[str, Fix] | None:
    """What the program does that needs a GPU, and how it goes without."""
    if isinstance(failure.exception, IndexError) and not failing.in_library(failure) and _takes_one(failure):
        return "takes the first", _EACH if "set_memory_growth" in failure.source else _ASK_FIRST
    if _NAMES_ONE.match(failure.message):
        return "asks for one", _ASK_FIRST
    return ("stops for that", _WITHOUT) if _is_the_programs_own_check(failure) else None


def _takes_one(failure: Failure) -> bool:
    """Whether the failing line takes an element of an empty list of devices."""
    facts = failing.facts_of(failure)
    asked = [node for node in failing.nodes(failure, facts) if isinstance(node, ast.Subscript)] if facts else []
    given = [each for call in failing.calls(failure, facts) for each in _devices(call)] if facts else []
    return any(
        _is_list_of_devices(each.value)
        or ((each in given or _is_made_of_devices(each.value, failure)) and _is_empty(each.value, failure))
        for each in asked
    )


def _is_list_of_devices(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in _LISTS


def _devices(call: ast.Call) -> list[ast.expr]:
    """What a call gets as its device."""
    named = [item.value for item in call.keywords if item.arg in ("device", "devices")]
    return [*call.args[:1], *named] if last_name(call.func) in _TAKE_ONE else []


def _is_made_of_devices(node: ast.expr, failure: Failure) -> bool:
    """Whether a variable was last given a list of devices, or what was made of one."""
    given = _last_given(node.id, failure) if isinstance(node, ast.Name) else None
    return given is not None and any(_is_list_of_devices(each) for each in ast.walk(given[0]))


def _last_given(name: str, failure: Failure) -> tuple[ast.expr, CellFacts] | None:
    """What a variable was last given, in this cell or an earlier one, and that cell."""
    for source in (failure.source, *reversed(session.cells(failure.namespace))):
        facts = read(source) if name in source else None
        values = list(failing.assigned(name, facts)) if facts is not None else []
        if facts is not None and values:
            return values[-1], facts
    return None


def _is_empty(node: ast.expr, failure: Failure) -> bool:
    value = failing.value_of(node, failure)
    return type(value) is list and not value


def _is_the_programs_own_check(failure: Failure) -> bool:
    """Whether an ``assert`` of the cell failed, or a ``raise`` behind an ``if``, that asks TensorFlow for a GPU."""
    end, facts = failure.end, failing.facts_of(failure)
    if end is None or end.place != "cell" or facts is None or not failure.line_text:
        return False
    return any(
        _asks(test.condition, facts, failure)
        for test in _tests(facts.cell.placed)
        if failure.line_text in _lines(test.of, facts)
    )


class _Test(NamedTuple):
    condition: ast.expr
    of: ast.Raise | ast.Assert
    """What stops the program by it."""


def _tests(nodes: Iterable[ast.AST]) -> Iterator[_Test]:
    for node in nodes:
        if isinstance(node, ast.Assert):
            yield _Test(node.test, node)
        elif isinstance(node, ast.If):
            yield from (_Test(node.test, each) for each in (*node.body, *node.orelse) if isinstance(each, ast.Raise))


def _lines(node: ast.stmt, facts: CellFacts) -> list[str]:
    where = facts.cell.range(node)
    return [text.strip() for text in facts.cell.lines[where.line - 1 : where.end_line]]


def _asks(node: ast.expr, facts: CellFacts, failure: Failure, seen: frozenset[str] = frozenset()) -> bool:
    """Whether an expression asks for a GPU, itself or by what all its variables were last given."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} - seen
    given = [each for each in (_last_given(name, failure) for name in sorted(names)) if each is not None]
    return asks_for_gpu([failing.text_of(node, facts)]) or (
        bool(given) and all(_asks(*each, failure, seen | names) for each in given)
    )


RULE = Rule(
    code="KE162",
    name="no GPU",
    lesson=Lesson(
        what="`tf.config.list_physical_devices('GPU')[0]` ends in IndexError: list index out of range.",
        why="The list holds the GPUs that TensorFlow can use, and there is none in this kernel. A loop over the list "
        "runs with a GPU and without.",
        since="tensorflow 2.1",
        before="import tensorflow as tf\ngpu = tf.config.list_physical_devices('GPU')[0]\n"
        "tf.config.experimental.set_memory_growth(gpu, True)",
        after="import tensorflow as tf\nfor gpu in tf.config.list_physical_devices('GPU'):\n"
        "    tf.config.experimental.set_memory_growth(gpu, True)",
        target="tensorflow==2.21.0",
        related=("KE143", "KE151", "KE158", "KE161"),
    ),
    on_failure=on_failure,
)

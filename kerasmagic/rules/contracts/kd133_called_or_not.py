"""An attribute that is called, or a method that is not: ``optimizer.variables`` was one and is the other."""

from __future__ import annotations

import ast
import re
from types import FunctionType, MethodType
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.symbols import is_symbol
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from .left_uncalled import uncalled

_OURS = ("keras", "tf_keras", "tensorflow")
_CALLED = re.compile(r"(?:^|\n)(?:\x1b\[\d+m)?'(\w+)' object is not callable")
_LISTS = ("list", "tuple", "TrackedList", "ListWrapper", "_ListWrapper")
_TENSORS = ("KerasTensor", "SymbolicTensor", "Tensor")
_LOADS = "cannot unpack non-iterable function object"
_NOT_CALLED = re.compile(
    r"^(?:'(?:method|function)' object is not (?:subscriptable|iterable|reversible)"
    r"|cannot unpack non-iterable (?:method|function) object|object of type '(?:method|function)' has no len\(\)"
    r"|argument of type '(?:method|function)' is not (?:iterable|a container)"
    r"|'[<>]=?' not supported between instances of .*'(?:method|function)'"
    r"|unsupported operand type\(s\) for .*'(?:method|function)'"
    r"|unsupported format string passed to (?:method|function)\."
    r"|(?:float|int)\(\) argument must be .*'(?:method|function)')"
)


_OF_A_CLASS = re.compile(r"^(?:(\w+)\.)?(\w+)\(\) missing 1 required positional argument: '\w+'")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    end, facts = failure.end, failing.facts_of(failure)
    if facts is None or end is None:
        return
    if _NO_TENSOR.search(failure.message) and (found := [*uncalled(failure, facts)]):
        yield from found
        return
    if _NO_CONTEXT.search(failure.message):
        yield from _of_a_block(failure, facts)
    if isinstance(failure.exception, AttributeError):
        yield from _of_a_method(failure, facts)
    if not isinstance(failure.exception, TypeError):
        return
    called, of_a_class = _CALLED.search(failure.message), _OF_A_CLASS.match(failure.message)
    if of_a_class and (end.place == "cell" or failing.in_library(failure)):
        yield from _classes(of_a_class.group(2), failure, facts)
    elif called and called.group(1) in _TENSORS and (name := _called_tensor(failure, facts)):
        yield _of_a_tensor(name)
    elif called and called.group(1) in _LISTS and (name := _list_of_layers(failure, facts)):
        yield _of_a_list(name)
    elif end.place != "cell":
        return
    elif failure.message == _LOADS:
        yield from _loaders(failure, facts)
    elif called:
        yield from _attributes(called.group(1), failure, facts)
    elif _NOT_CALLED.search(failure.message):
        calls = [node.func for node in failing.calls(failure, facts)]
        yield from _methods([node for node in failing.nodes(failure, facts) if node not in calls], failure, facts)


_NO_TENSOR = re.compile(
    r"^(?:\w+\.)?__init__\(\) (?:got an unexpected keyword|got multiple values|takes |missing )"
    r"|Only input tensors may be passed as positional|Inputs to a layer should be tensors"
    r"|^Expected \w+, but got <|Failed to convert (?:elements|object) of (?:type )?<|Attempt to convert a value \(<"
    r"|object has no attribute '(?:_id|shape|dtype|get_shape|op|graph)'|too many positional arguments"
    r"|Expected `trainable` argument to be a boolean"
)
"""What is said where a class is called for an object of it, and where a layer is given in the place of a tensor."""


_NO_CONTEXT = re.compile(
    r"'(?:type|function|method|ABCMeta)' object does not support the (?:asynchronous )?context manager protocol"
    r"|^__enter__$|^__exit__$|has no attribute '__enter__'"
)


def _of_a_block(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``with tf.GradientTape as tape:``, ``with strategy.scope:``"""
    on_line = [*failing.nodes(failure, facts)]
    blocks = (node for node in facts.cell.placed if isinstance(node, ast.With))
    for node in (item.context_expr for block in blocks for item in block.items):
        made: Any = failing.value_of(node, failure)
        is_class = isinstance(made, type) and session.root_of(made) in _OURS
        is_method = type(made) is MethodType and failing.is_ours(made.__self__) and _takes_only_self(made.__func__)
        if node in on_line and (is_class or is_method):
            brackets = Edit(failing.end_range(node, facts), "()")
            name = failing.text_of(node, facts)
            yield Problem(
                rule="KD133",
                severity=ERROR,
                title=f"{name} has to be called: with {name}():",
                cause="A block is opened by an object. Without () the name stands for the class or method itself.",
                reference=name,
                proposals=(Proposal(f"Call {name}", (brackets,), "It is made without arguments."),),
            )
            return


def _of_a_method(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``metric.result.numpy()``"""
    wanted = failure.wanted
    if wanted is not None and wanted.owner in ("function", "method"):
        owners = (node for node in failing.nodes(failure, facts) if isinstance(node, ast.Attribute))
        yield from _methods([node.value for node in owners if node.attr == wanted.member], failure, facts)


def _called_tensor(failure: Failure, facts: CellFacts) -> str:
    """``out()`` of ``out = Dense(1)(x)``: its name, else nothing."""
    for node in failing.calls(failure, facts):
        if is_symbol(failing.value_of(node.func, failure)):
            return failing.text_of(node.func, facts)
    return ""


def _of_a_tensor(name: str) -> Problem:
    return Problem(
        rule="KD133",
        severity=ERROR,
        title=f"{name} is a tensor, and is called like a layer",
        cause="A layer is called with a tensor, and gives a tensor; that is not called again.",
        reference="keras.Model",
        fixes=(
            Fix(
                "manual",
                f"Write {name} alone where the tensor is meant; to use the layer again, keep it: layer = Dense(…), "
                "y = layer(x).",
            ),
        ),
    )


def _list_of_layers(failure: Failure, facts: CellFacts) -> str:
    """``self.blocks(x)`` of a list of layers: its name, else nothing."""
    for node in failing.calls(failure, facts):
        layers = session.members(failing.value_of(node.func, failure)) if node.args else ()
        if layers and all(session.is_kind(each, "Layer") for each in layers):
            return failing.text_of(node.func, facts)
    return ""


def _of_a_list(name: str) -> Problem:
    return Problem(
        rule="KD133",
        severity=ERROR,
        title=f"{name} is a list of layers, and is called like one",
        cause="Each layer of it is called by itself.",
        reference="keras.Sequential",
        fixes=(
            Fix(
                "manual",
                f"Write for layer in {name}: x = layer(x); or make a model of the list once: keras.Sequential([…]).",
            ),
        ),
    )


def _loaders(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``(x, y), (a, b) = mnist.load_data``"""
    for node in failing.nodes(failure, facts):
        if isinstance(node, ast.Attribute) and node.attr == "load_data":
            brackets = Edit(failing.end_range(node, facts), "()")
            yield Problem(
                rule="KD133",
                severity=ERROR,
                title="load_data is a function: it has to be called",
                cause="Without () the name stands for the function itself.",
                reference="load_data",
                proposals=(Proposal("Call load_data", (brackets,), "It is made to be called without arguments."),),
            )
            return


def _classes(method: str, failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``model.summary()`` after ``model = MyModel``, where the class was not called."""
    for node in failing.calls(failure, facts):
        asked = node.func if isinstance(node.func, ast.Attribute) and node.func.attr == method else None
        made: Any = failing.value_of(asked.value, failure) if asked is not None else None
        if asked is None or not session.is_class_of_keras(made):
            continue
        name, text = session.name_of(made), failing.text_of(asked.value, facts)
        ways: tuple[Edit, ...] = ()
        for each in facts.cell.placed:
            bound = [target.id for target in getattr(each, "targets", ()) if isinstance(target, ast.Name)]
            if isinstance(each, ast.Assign) and bound == [text] and failing.value_of(each.value, failure) is made:
                ways = (Edit(failing.end_range(each.value, facts), "()"),)
        needs_nothing = _takes_only_self(session.defined(made, "__init__"))
        yield Problem(
            rule="KD133",
            severity=ERROR,
            title=f"{text} is the class {name}, and {method} is asked of an object",
            cause="The call of a class makes an object; without () the name stands for the class itself.",
            reference=f"{name}.{method}",
            fixes=(Fix("manual", f"Make one first: {text} = {name}({'' if needs_nothing else '…'})."),),
            proposals=(Proposal(f"Call {name}", ways, "It is made without arguments."),)
            if ways and needs_nothing
            else (),
        )
        return


def _attributes(kind: str, failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``optimizer.variables()`` where variables is a list."""
    for node in failing.calls(failure, facts):
        if node.args or node.keywords or not isinstance(node.func, ast.Attribute):
            continue
        owner = failing.value_of(node.func.value, failure)
        value = failing.value_of(node.func, failure)
        is_its = failing.is_ours(owner) and session.class_name(value) == kind
        asked = session.class_name(owner) if is_its else _made(node.func.value, node.func.attr, failure)
        if asked:
            edit = Edit(failing.brackets(node, facts), "")
            yield _problem(asked, node.func.attr, "is no method: it is not called", [edit], "without ()")
            return


def _made(owner: ast.expr, name: str, failure: Failure) -> str:
    """The class of Keras of which ``SGD(0.1).variables`` is asked, where it has a property of this name."""
    thing: Any = failing.value_of(owner.func, failure) if isinstance(owner, ast.Call) else None
    if not isinstance(thing, type) or session.root_of(thing) not in _OURS:
        return ""
    return session.name_of(thing) if type(session.defined(thing, name)) is property else ""


def _methods(asked: list[ast.expr], failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``optimizer.variables[0]`` where variables is a method."""
    found = []
    for node in asked:
        owner: Any = failing.value_of(node.value, failure) if isinstance(node, ast.Attribute) else None
        if not isinstance(node, ast.Attribute) or not failing.is_ours(owner):
            continue
        value = failing.value_of(node, failure)
        is_method = type(value) in (MethodType, FunctionType)  # metrics put a function around their own
        if is_method and _takes_only_self(session.defined(type(owner), node.attr)):
            found.append((session.class_name(owner), node))
    if found:
        kind, first = found[0]
        brackets = [Edit(failing.end_range(node, facts), "()") for _, node in found]
        yield _problem(kind, first.attr, "is a method: it has to be called", brackets, "with ()")


def _takes_only_self(function: Any) -> bool:
    if type(function) is not FunctionType:
        return False
    return function.__code__.co_argcount - len(function.__defaults__ or ()) <= 1


def _problem(kind: str, name: str, what: str, edits: list[Edit], how: str) -> Problem:
    return Problem(
        rule="KD133",
        severity=ERROR,
        title=f"Here {name} of {kind} {what}",
        cause="Some attributes of models, layers and optimizers were methods in other releases."
        if name in ("variables", "weights")
        else "",
        reference=name,
        proposals=(Proposal(f"Write {name} {how}", tuple(edits), f"The {kind} in this kernel shows it."),),
    )


RULE = Rule(
    code="KD133",
    name="attribute or method",
    lesson=Lesson(
        what="`optimizer.variables()` ends in TypeError: 'list' object is not callable, or `optimizer.variables[0]` in "
        "TypeError: 'method' object is not subscriptable.",
        why="variables of an optimizer is a list since Keras 3, and was a method up to TensorFlow 2.11; in between it "
        "is both.",
        since="keras 3.0",
        before="import keras\noptimizer = keras.optimizers.SGD(0.1)\noptimizer.variables()",
        after="import keras\noptimizer = keras.optimizers.SGD(0.1)\noptimizer.variables",
        target="tensorflow==2.16.2",
        related=("KA202",),
    ),
    on_failure=on_failure,
)

"""An argument that a function of Keras does not take: of another kind than its documentation tells, or named in what
Keras says."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Any, Iterator, Sequence

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.contract.documented import CLASS, NUMBER, YES_OR_NO, Called, calls_of_keras, given_value, kind_of
from ...diagnosis.contract.meant_numbers import DIVIDES, is_number, whole, without_quotes
from ...diagnosis.contract.network import is_network
from ...diagnosis.contract.refusals import said_plainly
from ...diagnosis.contract.settings import tensor_for_settings
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.arguments import near_keyword
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_LIBRARIES = ("keras", "tf_keras", "tensorflow")
_OF_DATA = ("x", "y", "validation_data", "sample_weight", "class_weight")
"""What a model's methods take beside settings: what is wrong with it no documentation tells, and other rules do."""
_MOST = 600
"""Longer messages hold data, or explain themselves."""
_ONLY_ARRAYS = "only supported for"
"""Of validation_split: it is the data that is of another kind."""
_LACKING = re.compile(r"\b(\w+)\(\) missing \d+ required \S+ arguments?: ('\w+'.*)")
_UNKNOWN = re.compile(r"\b(\w+)\(\) got an unexpected keyword argument '(\w+)'")
_IDENTIFIER = re.compile(r"Could not interpret (loss|optimizer|metric)\w*(?: function)? identifier: (.*)")
_NEEDED = r"(?:must|[Pp]lease|need to|should) (?:pass|provide|specify|set)[^.]{{0,40}}`{0}`"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not isinstance(failure.exception, (TypeError, ValueError, AttributeError)):
        return
    if tensor_for_settings(failure, facts) is not None:
        return  # it is no setting at all (KD118)
    for finding in _findings(failure, facts):
        yield problem("KD135", finding, facts)
        return


def _findings(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    yield from _left_out(failure, facts)
    yield from _not_taken(failure, facts)
    yield from _given_to_compile(failure, facts)
    if raised_by_keras(failure):
        calls = [*calls_of_keras(failure, facts)]
        yield from _of_another_kind(calls, failure)
        yield from _fraction(calls, failure, facts)
        yield from _refused_by_name(calls, failure)


def _left_out(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``dataset.shuffle()``, of an object that the cell makes on the way."""
    lacking = _LACKING.search(failure.message) if isinstance(failure.exception, TypeError) else None
    if lacking is None:
        return
    called, names = lacking[1], re.findall(r"'(\w+)'", lacking[2])
    for call in failing.calls(failure, facts):
        name = last_name(call.func) if called != "__call__" else called
        fits = name == called and not set(names) & {item.arg for item in call.keywords}
        if fits and _root(_begins(call), failure) in _LIBRARIES:
            given = "…, " if call.args or call.keywords else ""
            name = failing.text_of(call.func, facts) if called == "__call__" else name
            yield Finding(
                title=f"{name} needs {', '.join(names)}",
                cause=f"{'They have' if len(names) > 1 else 'It has'} no default.",
                advice=(f"Write {name}({given}{', '.join(f'{each}=…' for each in names)}).",),
                reference=name,
            )


def _not_taken(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``dataset.shuffle(buffer=3)``: of methods that no catalog has, by the signature that is there."""
    unknown = _UNKNOWN.search(failure.message) if isinstance(failure.exception, TypeError) else None
    for called in calls_of_keras(failure, facts) if unknown else ():
        wrong = next((item for item in called.call.keywords if unknown and item.arg == unknown[2]), None)
        if wrong is None or unknown is None or called.name != unknown[1] or wrong.arg in called.parameters:
            continue
        given = dict(called.given())
        names = [
            name
            for name, each in called.parameters.items()
            if name not in ("self", *given) and each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
        ]
        near = near_keyword(unknown[2], tuple(names))
        text = failing.text_of(called.call, facts)
        written = re.sub(rf"\b{unknown[2]}(?=\s*=(?!=))", str(near), text, count=1)
        evidence = f"The {called.name} of this kernel takes it."
        yield Finding(
            title=f"{called.name} takes no argument {unknown[2]}",
            cause=f"It takes {', '.join(names)}.",
            changes=(Change(f"Write {near}=", ((called.call, written),), evidence=evidence),) if near else (),
            advice=(f"Remove {unknown[2]}=, or give one of {', '.join(names)}.",),
            reference=called.name,
        )


def _begins(call: ast.Call) -> ast.expr:
    """``tf`` of ``tf.data.Dataset.range(3).shuffle()``"""
    root: ast.expr = call.func
    while isinstance(root, (ast.Attribute, ast.Call, ast.Subscript)):
        root = root.func if isinstance(root, ast.Call) else root.value
    return root


def _root(node: ast.expr, failure: Failure) -> str:
    thing = failing.value_of(node, failure)
    return session.module_name(thing).partition(".")[0] or session.root(thing)


def _given_to_compile(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """What compile took and fit refuses: ``compile(loss=1)``."""
    identifier = _IDENTIFIER.search(failure.message) if isinstance(failure.exception, ValueError) else None
    for called in calls_of_keras(failure, facts, "compile") if identifier else ():
        name = identifier[1] if identifier else ""
        node = dict(called.given()).get(name)
        if node is not None and name == "loss" and _is_a_value(node, failure):
            text = failing.text_of(node.func, facts)  # type: ignore[attr-defined]
            yield Finding(
                title=f"compile gets a number for loss, what {text} gave, and takes the function itself",
                cause="Keras calls it for each batch, with the labels and what the model predicts.",
                changes=(Change("Give the function", ((node, text),), evidence=f"{text} is a function of losses."),),
                advice=(f"Write loss={text}.",),
                reference="compile(loss)",
            )
        elif node is not None:
            yield Finding(
                title=f"compile gets {failing.text_of(node, facts)[:40]} for {name}",
                cause=f"Keras says: {failure.message.splitlines()[0][:160]}",
                advice=(_advice(name, called.text_about(name)),),
                reference=f"compile({name})",
            )


def _is_a_value(node: ast.expr, failure: Failure) -> bool:
    """``keras.losses.mse(y, y)``"""
    function = failing.value_of(node.func, failure) if isinstance(node, ast.Call) else None
    return isinstance(function, FunctionType) and "losses" in str(getattr(function, "__module__", ""))


def _of_another_kind(calls: Sequence[Called], failure: Failure) -> Iterator[Finding]:
    """``fit(x, y, batch_size=(2, 2))``"""
    for called in calls:
        for name, node in called.given():
            value, text, taken = given_value(node, failure), called.text_about(name), called.taken(name)
            kind = kind_of(value)
            if kind and taken and kind not in taken and not _is_data(called, name):
                shown = " or ".join(sorted(taken - {CLASS} - ({YES_OR_NO} if NUMBER in taken else set())))
                yield Finding(
                    title=f"{called.name} gets {_shown(value, kind)} for {name}, and takes {shown}",
                    cause="Keras fails where it uses the argument, and that may be far inside.",
                    changes=_unquoted(node, value, taken),
                    advice=(_advice(name, text) if text else f"Give {name} {shown}.",),
                    reference=f"{called.name}({name})",
                )


def _fraction(calls: Sequence[Called], failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    """``LSTM(6.0)``"""
    for called in calls:
        for name, node in called.given():
            value, text = given_value(node, failure), called.text_about(name)
            counts = re.search(r"\bint(?:eger)?s?\b", text, re.IGNORECASE) and "float" not in text.lower()
            if type(value) is float and value.is_integer() and counts:
                written = whole(node, value, facts)
                yield Finding(
                    title=f"{called.name} gets {value!r} for {name}, and takes a whole number",
                    cause=DIVIDES,
                    changes=(Change("Make it a whole number", ((node, written),)),),
                    advice=(f"Write {written}.",),
                    reference=f"{called.name}({name})",
                )


def _is_data(called: Called, name: str) -> bool:
    return name in _OF_DATA and is_network(getattr(called.function, "__self__", None))


def _unquoted(node: ast.expr, value: Any, taken: set[str]) -> tuple[Change, ...]:
    meant = NUMBER in taken and type(value) is str and is_number(value)
    return (without_quotes((node, value)),) if meant and isinstance(node, ast.Constant) else ()


def _refused_by_name(calls: Sequence[Called], failure: Failure) -> Iterator[Finding]:
    """What Keras says names the parameter: ``The `strides` argument must be a tuple of 2 integers``."""
    words = said_plainly(failure)
    if isinstance(failure.exception, AttributeError) or len(words) > _MOST:
        return
    head = re.split(r" Received:?(?= (?!`))|,? got(?= )|: [{\[]", words)[0]
    for called in calls:
        given = dict(called.given())
        for name in (*given, *(each for each in called.parameters if each not in given)):
            named = rf"`{name}`|[Aa]rgument '?{name}\b|\binterpret {name}\b|Received:? `{name}="
            named += rf"|\b{name}\b" if "_" in name else ""
            about = re.search(named if name in given else _NEEDED.format(name), head)
            if about and not _is_data(called, name) and _ONLY_ARRAYS not in head:
                text = called.text_about(name)
                yield Finding(
                    title=f"{called.name} {'does not take this' if name in given else 'needs'} {name}",
                    cause=f"Keras says: {head}{'' if head.endswith('.') else '.'}",
                    advice=(_advice(name, text) if text else f"Give {name} another value.",),
                    reference=f"{called.name}({name})",
                )


def _advice(name: str, text: str) -> str:
    return f"Give {name} what the documentation says: {text}"


def _shown(value: Any, kind: str) -> str:
    """``'5', a text,``: the value where it is short."""
    text = repr(value) if type(value) in (str, int, float) else ""
    return f"{text}, {kind}," if text and len(text) <= 30 else kind


RULE = Rule(
    code="KD135",
    name="argument of another kind",
    lesson=Lesson(
        what="`fit(…, batch_size=(2, 2))` ends in TypeError: unsupported operand, inside of Keras, which does "
        "not name the argument.",
        why="Keras looks at few of its arguments when it gets them. What is of another kind fails where it is used.",
        before="import keras\nimport numpy as np\nx, y = np.ones((4, 2)), np.ones((4, 1))\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nmodel.fit(x, y, batch_size=(2, 2), verbose=0)",
        after="import keras\nimport numpy as np\nx, y = np.ones((4, 2)), np.ones((4, 1))\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nmodel.fit(x, y, batch_size=2, verbose=0)",
        target="tensorflow==2.20.0",
        related=("KD108", "KD122"),
    ),
    on_failure=on_failure,
    is_general=True,
)

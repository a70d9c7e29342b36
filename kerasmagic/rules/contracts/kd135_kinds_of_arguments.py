"""An argument that a function of Keras does not take: of another kind than its documentation tells, or named in what
Keras says."""

from __future__ import annotations

import ast
import inspect
import re
from types import FunctionType, MethodType
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.contract.refusals import said_plainly
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_NUMBER, _YES_OR_NO, _TEXT, _LIST, _DICT, _NONE, _CLASS = (
    "a number",
    "True or False",
    "a text",
    "a list or tuple",
    "a dict",
    "None",
    "a class",
)
_WORDS = {
    _NUMBER: r"\b(?:int|ints|integers?|floats?|numbers?|scalars?|numeric|\d+(?:\.\d+)?)\b",
    _YES_OR_NO: r"\b(?:bool|booleans?|whether|true|false)\b",
    _TEXT: r"\b(?:str|strings?|text|names?|paths?|filepath|identifier|url|initializer|regularizer|constraint|function"
    r"|optimizer|loss|dtype|one of)\b|\"[\w ]+\"|'[\w ]+'",
    _LIST: r"\b(?:lists?|tuples?|iterables?|sequences?|arrays?|shapes?|tensors?|array-like|dimensions|nested)\b",
    _DICT: r"\b(?:dict|dicts|dictionary|dictionaries|mappings?|nested)\b",
    _NONE: r"\b(?:none|optional)\b",
}
"""What a documentation has to say for a parameter to take this kind."""
_LIBRARIES = ("keras", "tf_keras", "tensorflow")
_MOST = 600
"""Longer messages hold data, or explain themselves."""
_SENTENCE = re.compile(r".{0,200}?[.:](?= |$)|.{0,200}")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not isinstance(failure.exception, (TypeError, ValueError, AttributeError)):
        return
    lacking = _LACKING.search(failure.message)
    identifier = _IDENTIFIER.search(failure.message)
    if identifier and isinstance(failure.exception, ValueError):
        yield from _identifiers(identifier[1], failure, facts)
    if lacking and isinstance(failure.exception, TypeError):
        yield from _without(lacking[1], lacking[2], failure, facts)
    if not raised_by_keras(failure):
        return
    calls = [
        Called(call, function, parameters, inspect.getdoc(function) or "")
        for call in failing.calls(failure, facts)
        for function in (failing.value_of(call.func, failure),)
        for parameters in (_parameters(function),)
        if parameters
    ]
    found = (finding for each in (_of_another_kind, _refused_by_name) for finding in each(calls, failure))
    finding = next(found, None)
    if finding is not None:
        yield problem("KD135", finding, facts)


_LACKING = re.compile(r"\b(\w+)\(\) missing \d+ required \S+ arguments?: ('\w+'.*)")


_IDENTIFIER = re.compile(r"Could not interpret (loss|optimizer|metric)\w*(?: function)? identifier: (.*)")


def _identifiers(name: str, failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """What compile took and fit refuses: ``compile(loss=1)``."""
    for call in failing.calls_of("compile", facts):
        function = failing.value_of(call.func, failure)
        parameters = _parameters(function)
        given = Called(call, function, parameters, inspect.getdoc(function) or "") if parameters else None
        node = dict(given.given()).get(name) if given is not None else None
        if given is not None and node is not None:
            text = _text_about(name, given.documented)
            finding = Finding(
                title=f"compile gets {failing.text_of(node, facts)[:40]} for {name}",
                cause=f"Keras says: {failure.message.splitlines()[0][:160]}",
                advice=(_advice(name, text),),
                reference=f"compile({name})",
            )
            yield problem("KD135", finding, facts)
            return


def _without(called: str, lacking: str, failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``dataset.shuffle()``, of an object that the cell makes on the way."""
    names = re.findall(r"'(\w+)'", lacking)
    for call in failing.calls(failure, facts):
        name = last_name(call.func) if called != "__call__" else called
        root: ast.expr = call.func
        while isinstance(root, (ast.Attribute, ast.Call, ast.Subscript)):
            root = root.func if isinstance(root, ast.Call) else root.value
        start = failing.value_of(root, failure)
        begins = session.module_name(start).partition(".")[0] or session.root(start)
        if name == called and begins in _LIBRARIES and not set(names) & {x.arg for x in call.keywords}:
            given = "…, " if call.args or call.keywords else ""
            name = failing.text_of(call.func, facts) if called == "__call__" else name
            written = f"{name}({given}{', '.join(f'{each}=…' for each in names)})"
            finding = Finding(
                title=f"{name} needs {', '.join(names)}",
                cause=f"{'They have' if len(names) > 1 else 'It has'} no default.",
                advice=(f"Write {written}.",),
                reference=name,
            )
            yield problem("KD135", finding, facts)
            return


class Called(NamedTuple):
    """A call on the line that failed, of something of Keras."""

    call: ast.Call
    function: Any
    parameters: Mapping[str, inspect.Parameter]
    documented: str

    @property
    def name(self) -> str:
        return last_name(self.call.func) or "the function"

    def given(self) -> Iterator[tuple[str, ast.expr]]:
        """The arguments by their names, those given by name first."""
        for item in self.call.keywords:
            if item.arg is not None:
                yield item.arg, item.value
        placed = [name for name, each in self.parameters.items() if each.kind is each.POSITIONAL_OR_KEYWORD]
        for name, node in zip(placed, self.call.args):
            if isinstance(node, ast.Starred):
                return
            yield name, node


def _parameters(function: Any) -> Mapping[str, inspect.Parameter]:
    """The parameters of a class, a function or a method of Keras itself; empty for all else."""
    if isinstance(function, type):
        # signature() of a class would tell of a __new__ that takes everything, as layers of Keras 2 have it
        start: Any = next(
            (vars(each)["__init__"] for each in session.bases_of(function) if "__init__" in vars(each)), 0
        )
        is_its = session.root_of(function) in _LIBRARIES and type(start) is FunctionType
        function = MethodType(start, function) if is_its else function
    else:
        plain = function.__func__ if type(function) is MethodType else function
        is_its = type(plain) is FunctionType and str(plain.__module__).partition(".")[0] in _LIBRARIES
    try:
        return inspect.signature(function).parameters if is_its else {}
    except (TypeError, ValueError):
        return {}


def _of_another_kind(calls: Sequence[Called], failure: Failure) -> Iterator[Finding]:
    for called in calls:
        for name, node in called.given():
            value = _value(node, failure)
            kind, text = _kind(value), _text_about(name, called.documented)
            taken = _taken(called.parameters[name].default, text) if name in called.parameters else set()
            if kind and taken and kind not in taken:
                shown = sorted(taken - {_CLASS} - ({_YES_OR_NO} if _NUMBER in taken else set()))
                yield Finding(
                    title=f"{called.name} gets {_shown(value, kind)} for {name}, and takes {' or '.join(shown)}",
                    cause="Keras fails where it uses the argument, and that may be far inside.",
                    changes=_without_quotes(node, value, taken),
                    advice=(_advice(name, text) if text else f"Give {name} {' or '.join(shown)}.",),
                    reference=f"{called.name}({name})",
                )


def _without_quotes(node: ast.expr, value: Any, taken: set[str]) -> tuple[Change, ...]:
    is_number = _NUMBER in taken and type(value) is str and re.fullmatch(r"\d+(?:\.\d+)?", value)
    if not is_number or not isinstance(node, ast.Constant):
        return ()
    return (Change("Leave the quotes out", ((node, value),), evidence="It is the same number."),)


def _refused_by_name(calls: Sequence[Called], failure: Failure) -> Iterator[Finding]:
    """What Keras says names the parameter: ``The `strides` argument must be a tuple of 2 integers``."""
    words = said_plainly(failure)
    if not isinstance(failure.exception, (ValueError, TypeError)) or len(words) > _MOST:
        return
    head = re.split(r" Received:?(?= )|,? got(?= )|: [{\[]", words)[0]
    for called in calls:
        given = dict(called.given())
        for name in (*given, *(each for each in called.parameters if each not in given)):
            named = rf"`{name}`|[Aa]rgument '?{name}\b|\binterpret {name}\b"
            if re.search(named if name in given else _NEEDED.format(name), head):
                text = _text_about(name, called.documented)
                yield Finding(
                    title=f"{called.name} {'does not take this' if name in given else 'needs'} {name}",
                    cause=f"Keras says: {head}{'' if head.endswith('.') else '.'}",
                    advice=(_advice(name, text),) if text else (f"Give {name} another value.",),
                    reference=f"{called.name}({name})",
                )


_NEEDED = r"(?:must|[Pp]lease|need to|should) (?:pass|provide|specify|set)[^.]{{0,40}}`{0}`"


def _value(node: ast.expr, failure: Failure) -> Any:
    if isinstance(node, (ast.List, ast.Tuple)):
        return []
    if isinstance(node, (ast.Constant, ast.UnaryOp, ast.Dict)):
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError):
            return session.UNKNOWN
    return session.value_of(node, failure.variables)


def _kind(value: Any) -> str:
    """The kind of a plain value, or a class; empty for all other objects, of which a documentation says less."""
    if value is None:
        return _NONE
    if type(value) is bool:
        return _YES_OR_NO
    if type(value) in (int, float):
        return _NUMBER
    if type(value) is str:
        return _TEXT
    if type(value) in (list, tuple):
        return _LIST
    if type(value) is dict:
        return _DICT
    return _CLASS if isinstance(value, type) else ""


def _taken(default: Any, text: str) -> set[str]:
    """The kinds that a parameter takes; empty where nothing tells."""
    taken = {kind for kind, words in _WORDS.items() if re.search(words, text, re.IGNORECASE)}
    if default is not inspect.Parameter.empty:
        taken.add(_kind(default))
    taken.discard("")
    if _NUMBER in taken or _YES_OR_NO in taken:
        taken |= {_NUMBER, _YES_OR_NO}  # each is taken for the other
    if taken <= {_NONE}:
        return set()
    if "call" in text.lower() or "instance" in text.lower():
        taken.add(_CLASS)
    return taken


def _text_about(name: str, documented: str) -> str:
    """What the documentation says of a parameter: its first sentence."""
    match = re.search(rf"^( *)`?{re.escape(name)}`?(?: \([^)\n]*\))?: *(.*(?:\n\1 +.*)*)", documented, re.MULTILINE)
    return _SENTENCE.match(" ".join(match[2].split()))[0] if match else ""  # type: ignore[index]


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

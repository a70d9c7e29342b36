"""What a function of Keras takes, as its signature and its documentation in this kernel tell."""

from __future__ import annotations

import ast
import inspect
import re
from types import FunctionType, MethodType
from typing import Any, Iterator, Mapping, NamedTuple

from ...source.nodes import last_name
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure

NUMBER, YES_OR_NO, TEXT, LIST, DICT, NONE, CLASS = (
    "a number",
    "True or False",
    "a text",
    "a list or tuple",
    "a dict",
    "None",
    "a class",
)
_WORDS = {
    NUMBER: r"\b(?:int|ints|integers?|floats?|numbers?|scalars?|numeric|index|\d+(?:\.\d+)?)\b"
    r"|^(?:the )?(?:length|dimensionality|size|fraction|rate|factor)s? (?:of|by)\b",
    YES_OR_NO: r"\b(?:bool|booleans?|whether|true|false)\b",
    TEXT: r"\b(?:str|strings?|text|names?|paths?|filepath|identifier|url|initializer|regularizer|constraint|function"
    r"|optimizer|loss|dtype|one of)\b|\"[\w ]+\"|'[\w ]+'",
    LIST: r"\b(?:lists?|tuples?|iterables?|sequences?|arrays?|shapes?|tensors?|array-like|dimensions|nested)\b",
    DICT: r"\b(?:dict|dicts|dictionary|dictionaries|mappings?|nested)\b",
    NONE: r"\b(?:none|optional)\b",
}
"""What a documentation has to say for a parameter to take this kind."""
_LIBRARIES = ("keras", "tf_keras", "tensorflow")
_OF_NUMBERS = re.compile(
    r"\b(?:tuples?|lists?)(?:\s*(?:or|/)\s*(?:tuples?|lists?))? of (?:\w+ )?(?:ints?|integers?|floats?|numbers?)\b"
)
"""Numbers in a list are no numbers: ``tuple of 2 ints``."""
_SENTENCE = re.compile(r".{0,200}?[.:](?= |$)|.{0,200}")


class Called(NamedTuple):
    """A call in the cell, of a class, a function or a method of Keras."""

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

    def text_about(self, name: str) -> str:
        """What the documentation says of a parameter: its first sentence."""
        pattern = rf"^( *)`?{re.escape(name)}`?(?: \([^)\n]*\))?: *(.*(?:\n\1 +.*)*)"
        match = re.search(pattern, self.documented, re.MULTILINE)
        sentence = _SENTENCE.match(" ".join(match[2].split())) if match else None
        return sentence[0] if sentence else ""

    def taken(self, name: str) -> set[str]:
        """The kinds of values that a parameter takes; empty where nothing tells."""
        if name not in self.parameters:
            return set()
        text, default = _OF_NUMBERS.sub("tuple", self.text_about(name)), self.parameters[name].default
        taken = {kind for kind, words in _WORDS.items() if re.search(words, text, re.IGNORECASE)}
        if default is not inspect.Parameter.empty:
            taken.add(kind_of(default))
        taken.discard("")
        if NUMBER in taken or YES_OR_NO in taken:
            taken |= {NUMBER, YES_OR_NO}  # each is taken for the other
        if self.name == "compile":
            taken |= {LIST, DICT}  # of several outputs, which the first sentence does not say
        if taken <= {NONE}:
            return set()
        if "call" in text.lower() or "instance" in text.lower():
            taken.add(CLASS)
        return taken


def calls_of_keras(failure: Failure, facts: CellFacts, method: str = "") -> Iterator[Called]:
    """The calls on the line that failed.

    Arguments:
        method: take those of this name instead, wherever they stand in the cell.
    """
    for call in failing.calls_of(method, facts) if method else failing.calls(failure, facts):
        function = failing.value_of(call.func, failure) or _of_a_dataset(call, failure)
        parameters = parameters_of(function)
        if parameters:
            yield Called(call, function, parameters, inspect.getdoc(function) or "")


def _of_a_dataset(call: ast.Call, failure: Failure) -> Any:
    """``shuffle`` of ``dataset.cache().shuffle(3)``: what a method of a dataset gives is a dataset again."""
    owner: ast.expr = call.func
    while isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Call):
        owner = owner.value.func
    root = failing.value_of(owner.value, failure) if isinstance(owner, ast.Attribute) else None
    kind = root if isinstance(root, type) else type(root)
    is_dataset = any(session.name_of(base) == "DatasetV2" for base in session.bases_of(kind))
    found = session.defined(kind, last_name(call.func)) if is_dataset else None
    return MethodType(found, root) if type(found) is FunctionType else None


def parameters_of(function: Any) -> Mapping[str, inspect.Parameter]:
    """The parameters of a class, a function or a method of Keras itself; empty for all else."""
    if isinstance(function, type):
        # signature() of a class would tell of a __new__ that takes everything, as layers of Keras 2 have it
        start = session.defined(function, "__init__")
        is_its = session.root_of(function) in _LIBRARIES and type(start) is FunctionType
        function = MethodType(start, function) if is_its else function
    else:
        plain = function.__func__ if type(function) is MethodType else function
        is_its = type(plain) is FunctionType and str(plain.__module__).partition(".")[0] in _LIBRARIES
    try:
        return inspect.signature(function).parameters if is_its else {}
    except (TypeError, ValueError):
        return {}


def given_value(node: ast.expr, failure: Failure) -> Any:
    """What an argument is, as far as it can be read; of a list that is written out only that it is one."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return []
    if isinstance(node, (ast.Constant, ast.UnaryOp, ast.Dict)):
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError):
            return session.UNKNOWN
    return session.value_of(node, failure.variables)


def kind_of(value: Any) -> str:
    """The kind of a plain value, or a class; empty for all other objects, of which a documentation says less."""
    if value is None:
        return NONE
    if type(value) is bool:
        return YES_OR_NO
    if type(value) in (int, float):
        return NUMBER
    if type(value) is str:
        return TEXT
    if type(value) in (list, tuple):
        return LIST
    if type(value) is dict:
        return DICT
    return CLASS if isinstance(value, type) else ""

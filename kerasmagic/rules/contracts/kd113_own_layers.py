"""A layer or model of one's own that does not pass on what Keras gives it."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import VARIABLE
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .calls_of_super import ONCE_MORE, called_twice, without_super
from .parameters_of_methods import not_taken, without_parameters
from .stored_arguments import stored_class

_KEYWORD = re.compile(r"(?:(\w+)\.)?__init__\(\) got an unexpected keyword argument '(\w+)'")
_METHOD = re.compile(r"(?:(\w+)\.)?(compile|fit|evaluate|predict)\(\) got an unexpected keyword argument '(\w+)'")
_SUPER = re.compile(
    r"forgot to call `super\((?:YourClass, self)?\)\.__init__\(\)`|You must call `super\(\)\.__init__\(\)`"
    r"|call super\(\)\.__init__"
)
_PLACES = re.compile(r"too many positional arguments|takes \d+ positional arguments? but \d+ (?:was|were) given")
_OF_LAYERS = (
    "name",
    "trainable",
    "dtype",
    "input_shape",
    "batch_input_shape",
    "dynamic",
    "weights",
    "autocast",
    "input_dim",
    "activity_regularizer",
)
_ANCESTORS = ("Layer", "Loss", "Metric", "Callback", "Optimizer", "Constraint", "Regularizer", "Initializer")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    unmade = _UNMADE.match(failure.message) if isinstance(failure.exception, AttributeError) else None
    facts = failing.facts_of(failure)
    if unmade and _is_of_keras(unmade[1], failure) and _starts_by_itself(unmade[1], failure):
        yield problem("KD113", without_super(failure, facts), facts)
        return
    if failure.wanted is not None and failure.wanted.kind == VARIABLE and facts is not None:
        yield from not_taken(failure.wanted.member, failure, facts)
    if not isinstance(failure.exception, (TypeError, RuntimeError, NotImplementedError, ValueError)):
        return
    keyword = _KEYWORD.search(failure.message)
    method = _METHOD.search(failure.message) if isinstance(failure.exception, TypeError) else None
    twice = called_twice(failure, facts) if any(each in failure.message for each in ONCE_MORE) else None
    if twice is not None:
        yield problem("KD113", twice, facts)
    elif isinstance(failure.exception, RuntimeError) and _SUPER.search(failure.message) and failing.in_library(failure):
        yield problem("KD113", without_super(failure, facts), facts)
    elif failing.in_library(failure) and (
        "You need to implement the `num_batches` property" in failure.message or _has_no_length(failure)
    ):
        yield problem("KD113", _without_length(), None)
    elif facts is not None and any(_gives_itself(call) for call in failing.calls(failure, facts)):
        yield problem("KD113", _itself_given(facts), facts)
    elif method and _has_its_own(method[1] or "", method[2], failure):
        yield problem("KD113", _of_its_own(method[1] or "The class", method[2], method[3]), facts)
    elif facts is not None and (given := _function_for_a_layer(failure, facts)) is not None:
        yield problem("KD113", _of_a_function(given, facts), facts)
    elif isinstance(failure.exception, TypeError) and _PLACES.search(failure.message) and facts is not None:
        of_start = "__init__" in failure.message
        yield from _misspelt_start(failure, facts) if of_start else without_parameters(failure, facts)
    elif _UNKNOWN.search(failure.message) and facts is not None and _slip(failure, facts)[0]:
        yield from _misspelt_start(failure, facts)
    elif "Expected `trainable`" in failure.message and facts is not None:
        yield from _misspelt_start(failure, facts)  # Keras 2 takes what is given by place for trainable
    elif keyword and keyword[2] in _OF_LAYERS:
        owner = _owner(keyword[1] or "", failure, facts)
        if owner:
            yield problem("KD113", _swallows_nothing(owner, keyword[2], facts, failure), facts)


def _function_for_a_layer(failure: Failure, facts: CellFacts) -> ast.Call | None:
    """``Layer(lambda x: x / 2)``: the base class of all layers, given a function."""
    for call in failing.calls(failure, facts):
        made = failing.value_of(call.func, failure)
        base = isinstance(made, type) and session.name_of(made) == "Layer" and session.is_class_of_keras(made)
        if base and call.args and (isinstance(call.args[0], ast.Lambda) or _is_function(call.args[0], failure)):
            return call
    return None


def _is_function(node: ast.expr, failure: Failure) -> bool:
    return type(failing.value_of(node, failure)) is FunctionType


def _of_a_function(call: ast.Call, facts: CellFacts) -> Finding:
    text = failing.text_of(call.func, facts)
    home = text.rpartition(".")[0]
    change = Change("Write Lambda", ((call.func, f"{home}.Lambda"),), evidence="Lambda makes a layer of a function.")
    return Finding(
        title="Layer is the base class of layers, and is given a function",
        cause="It takes settings such as name and dtype. A function becomes a layer by Lambda.",
        changes=(change,) if home else (),
        advice=("Write keras.layers.Lambda(function), or a class with a call of its own.",),
        reference="keras.layers.Lambda",
    )


_UNKNOWN = re.compile(r"Unrecognized keyword arguments|eyword argument not understood|unexpected keyword argument")


def _slip(failure: Failure, facts: CellFacts) -> tuple[str, str]:
    """The class of a call on the failing line that has ``_init_`` or ``__int__`` for ``__init__``, and what it has."""
    for call in failing.calls(failure, facts):
        made = failing.value_of(call.func, failure)
        if isinstance(made, type) and session.is_class_of_keras(made) and "__init__" not in vars(made):
            slips = [name for name in vars(made) if _START.fullmatch(name)]
            if slips:
                return session.name_of(made), slips[0]
    return "", ""


_UNMADE = re.compile(
    r"^'(\w+)' object has no attribute '(?:built|_lock|_tracker|_layers|_metrics|_losses|_dtype_policy|_inbound_nodes"
    r"|_auto_config|_loss_tracker|_compile_\w+|_trainable\w*|_obj_reference_counts"
    r"|_thread_local|_self_\w+|_name_scope_on_declaration|_inbound_nodes_value|_callable_losses|_updates)'"
)
"""What the base class sets in its ``__init__``."""


def _starts_by_itself(name: str, failure: Failure) -> bool:
    """Whether a class of the user's has an ``__init__`` of its own that does not call that of its base."""
    made: Any = (failure.namespace or {})[name]
    if session.root_of(made) in ("keras", "tensorflow", "tf_keras"):
        return False
    start: Any = vars(made).get("__init__")
    names = getattr(getattr(start, "__code__", None), "co_names", ())
    return start is not None and "__init__" not in names


def _misspelt_start(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``def _init_(self, units)``: the class has no ``__init__``, and that of its base takes no units."""
    called = {_called(call) for call in failing.calls(failure, facts)}
    for made in ast.walk(facts.cell.tree or ast.Module([], [])):
        if not isinstance(made, ast.ClassDef) or made.name not in called or not _is_of_keras(made.name, failure):
            continue
        methods = [node for node in made.body if isinstance(node, ast.FunctionDef)]
        if any(node.name == "__init__" for node in methods):
            return
        slip = next((node for node in methods if _START.fullmatch(node.name)), None)
        changes: tuple[Change, ...] = ()
        if slip is not None:
            edit = (slip, failing.text_of(slip, facts).replace(slip.name, "__init__", 1))
            changes = (Change("Write __init__", (edit,), evidence="Python calls the method of this very name."),)
        yield problem("KD113", _without_start(made.name, slip.name if slip else "", changes), facts)
        return
    owner, written = _slip(failure, facts)
    if owner:
        yield problem("KD113", _without_start(owner, written, ()), facts)


def _without_start(owner: str, written: str, changes: tuple[Change, ...]) -> Finding:
    return Finding(
        title=f"{owner} has no __init__" + (f": it is written {written}" if written else ""),
        cause="The class is given arguments, and the __init__ of its base class does not take them.",
        changes=changes,
        advice=(
            "Write def __init__(self, …, **kwargs): with two underscores on both sides, and begin it with "
            "super().__init__(**kwargs).",
        ),
        reference=f"{owner}.__init__",
    )


_START = re.compile(r"_*(?:init|int|inti|initi|ini|intit)_*", re.IGNORECASE)


def _is_of_keras(name: str, failure: Failure) -> bool:
    return session.is_class_of_keras((failure.namespace or {}).get(name))


def _gives_itself(call: ast.Call) -> bool:
    """``super().__init__(self)``"""
    inner = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__" else None
    if not isinstance(inner, ast.Call) or last_name(inner.func) != "super" or not call.args:
        return False
    return isinstance(call.args[0], ast.Name) and call.args[0].id == "self"


def _itself_given(facts: CellFacts) -> Finding:
    assert facts.cell.tree is not None
    found = [node for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Call) and _gives_itself(node)]
    edits = []
    for call in found:
        others = (*call.args[1:], *(item.value for item in call.keywords))
        given = failing.text_of(call, facts)[len(failing.text_of(call.func, facts)) :]
        left = re.sub(r"^\(\s*self\s*,?\s*", "(", given) if others else "()"
        edits.append((call, f"{failing.text_of(call.func, facts)}{left}"))
    return Finding(
        title="super().__init__ is given self",
        cause="super() knows the object already: self would be the first argument of the base class.",
        changes=(Change("Leave self out", tuple(edits), evidence="super() passes the object itself."),),
        advice=("Write super().__init__(), or super().__init__(**kwargs).",),
        reference="Layer.__init__",
    )


def _has_its_own(owner: str, method: str, failure: Failure) -> bool:
    """Whether a class of the user's, made from one of Keras's, defines a method of its own by this name."""
    classes = [thing for _, thing in session.variables(failure.namespace) if session.is_class_of_keras(thing)]
    return any(
        method in vars(each) and owner in ("", session.name_of(each)) and session.root_of(each) not in _LIBRARIES
        for each in classes
    )


def _of_its_own(owner: str, method: str, keyword: str) -> Finding:
    return Finding(
        title=f"{owner} has a {method} of its own, which takes no {keyword}",
        cause=f"It takes the place of Keras's {method}, with the arguments that its definition lists.",
        advice=(
            f"Write def {method}(self, …, **kwargs): super().{method}(**kwargs), or leave {keyword}= out of the call.",
        ),
        reference=f"{owner}.{method}",
    )


def _has_no_length(failure: Failure) -> bool:
    """Whether it is the ``__len__`` of Keras 2's own Sequence that was asked."""
    asked = failing.last_function(failure) == "__len__" and isinstance(failure.exception, NotImplementedError)
    return asked and session.is_kind(failing.raising(failure), "Sequence")


def _without_length() -> Finding:
    return Finding(
        title="A Sequence of your own does not say how many batches it has",
        cause="Keras asks for its length, and then for the batches 0, 1, 2, ….",
        advice=(
            "Add to the class: def __len__(self): return math.ceil(len(self.x) / self.batch_size). "
            "__getitem__(self, index) "
            "gives one batch.",
        ),
        reference="keras.utils.PyDataset",
    )


def _owner(name: str, failure: Failure, facts: CellFacts | None) -> str:
    """The class of the user's, made from one of Keras's, that refused; empty for all others."""
    namespace = failure.namespace or {}
    names = [name] if name else [_called(call) for call in (failing.calls(failure, facts) if facts else ())]
    for each in names:
        made = namespace.get(each)
        if isinstance(made, type) and session.module_of(made).partition(".")[0] not in (
            "keras",
            "tf_keras",
            "tensorflow",
        ):
            for base in session.bases_of(made):
                if session.name_of(base) in _ANCESTORS and session.module_of(base).partition(".")[0] in _LIBRARIES:
                    return each
    return ""


_LIBRARIES = ("keras", "tf_keras", "tensorflow")


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _is_saved_without_arguments(owner: str, failure: Failure) -> bool:
    """Whether a class takes arguments that a saved model does not have, since it has no get_config of its own."""
    made: Any = (failure.namespace or {}).get(owner)
    start = vars(made).get("__init__") if isinstance(made, type) else None
    if start is None or type(start).__name__ != "function" or "get_config" in vars(made):
        return False
    return start.__code__.co_argcount > 1 + len(start.__defaults__ or ()) and "load_model" in failure.source


def _swallows_nothing(owner: str, keyword: str, facts: CellFacts | None, failure: Failure) -> Finding:
    changes: tuple[Change, ...] = ()
    unsaved = stored_class(owner, failure) if _is_saved_without_arguments(owner, failure) else None
    made = (
        next(
            (node for node in ast.walk(facts.cell.tree) if isinstance(node, ast.ClassDef) and node.name == owner),
            None,
        )
        if facts and facts.cell.tree
        else None
    )
    if made is not None and facts is not None:
        changes = tuple(_passed_on(made, facts))
    return Finding(
        title=f"{owner}.__init__ takes no {keyword}, and passes nothing on to its base class",
        cause="name, dtype, trainable and the like are arguments of Keras's own class; loading a saved model gives "
        "them, "
        "too.",
        changes=changes,
        advice=(
            f"Write def __init__(self, …, **kwargs): super().__init__(**kwargs) in {owner}.",
            *([f"Add to {owner}: {unsaved.methods(_PLAINLY)[0]}. Then save the model again."] if unsaved else []),
        ),
        reference=f"{owner}({keyword})",
    )


_PLAINLY = "keras.{}".format


def _passed_on(made: ast.ClassDef, facts: CellFacts) -> Iterator[Change]:
    """``**kwargs`` added to the parameters, and to the call of ``super().__init__()``."""
    start = next((node for node in made.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"), None)
    if start is None or start.args.kwarg is not None or start.args.kwonlyargs or start.args.vararg:
        return
    for node in ast.walk(start):
        if _is_empty_super(node) and isinstance(node, ast.Call) and start.args.args:
            last = start.args.defaults[-1] if start.args.defaults else start.args.args[-1]
            call = failing.text_of(node.func, facts)
            yield Change(
                "Pass on what Keras gives",
                ((last, failing.text_of(last, facts) + ", **kwargs"), (node, f"{call}(**kwargs)")),
            )
            return


def _is_empty_super(node: ast.AST) -> bool:
    """``super().__init__()``, with nothing given."""
    if not isinstance(node, ast.Call) or node.args or node.keywords or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr == "__init__" and isinstance(node.func.value, ast.Call)


RULE = Rule(
    code="KD113",
    name="class that passes nothing on",
    lesson=Lesson(
        what="`MyLayer(3, name='my')` ends in TypeError: __init__() got an unexpected keyword argument 'name'; "
        "or: you "
        "forgot to call super().__init__().",
        why="Keras's base classes take arguments of their own. A class made from them takes **kwargs, and gives "
        "them to "
        "super().__init__ before all else.",
        since="keras 2.0",
        before="import keras\nclass Scale(keras.layers.Layer):\n    def __init__(self, factor):\n"
        "        super().__init__()\n        self.factor = factor\nlayer = Scale(3, name='scale')",
        after="import keras\nclass Scale(keras.layers.Layer):\n    def __init__(self, factor, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.factor = factor\nlayer = Scale(3, name='scale')",
        target="tensorflow==2.21.0",
        related=("KM107",),
    ),
    on_failure=on_failure,
)

"""A call of fit, evaluate or predict: the model, what it was given, and how that is written in the cell.

After a failure the call is found in the traceback, whose frames hold the very objects; before a run, in the cell, where
names that the cell does not bind itself stand for what they hold in the session.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Iterator, Mapping

from ...source.nodes import last_name
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure, once
from .data import DATASET, GENERATOR, LIST, NOTHING, OTHER, Data, describe
from .network import Network, is_network, network_of
from .sketch import compiled_anew, sketch
from .yielded import last_batch

_PARAMETERS: dict[str, tuple[str, ...]] = {
    "fit": ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data"),
    "evaluate": ("x", "y", "batch_size", "verbose", "sample_weight"),
    "predict": ("x", "batch_size", "verbose", "steps"),
    "train_on_batch": ("x", "y", "sample_weight"),
    "test_on_batch": ("x", "y", "sample_weight"),
    "predict_on_batch": ("x",),
    "fit_generator": ("x", "steps_per_epoch", "epochs", "verbose", "callbacks"),
    "__call__": ("x",),
}
_OTHER_NAMES = {"generator": "x", "inputs": "x"}
TRAINING = ("fit", "fit_generator", "train_on_batch")


@dataclass(frozen=True)
class Training:
    """One call of a model's method that takes data."""

    method: str
    network: Network
    given: Mapping[str, Data]
    """The arguments by name. What is not known is not there."""
    written: Mapping[str, ast.expr] = field(default_factory=dict)
    """The arguments that stand in the cell."""
    call: ast.Call | None = None
    facts: CellFacts | None = field(default=None, repr=False)
    failed: bool = True
    """Whether it has failed already: then less must be certain."""
    model: Any = field(default=None, repr=False)
    """The live model; None where the cell itself makes it."""
    namespace: Mapping[str, Any] | None = field(default=None, repr=False)
    """The session."""

    @cached_property
    def x(self) -> Data | None:
        """The inputs: of a dataset, what it gives first."""
        given = self.given.get("x")
        if given is not None and given.form == DATASET:
            return given.parts[0] if given.parts else None
        return given

    @cached_property
    def y(self) -> Data | None:
        given = self.given.get("x")
        if given is not None and given.form == DATASET:
            return given.parts[1] if len(given.parts) > 1 else None
        return self.given.get("y")

    @cached_property
    def batch(self) -> tuple[Data, ...]:
        """What a generator gave last: inputs, labels, weights; what else there is of these; empty where that is not
        known."""
        given = self.given.get("x")
        if given is not None and given.form == GENERATOR:
            return last_batch(given.value)
        if given is not None and given.form == DATASET:
            return given.parts
        parts = [self.given.get(role) for role in ("x", "y", "sample_weight")]
        return tuple(each if each is not None else Data(None, NOTHING) for each in parts)

    @property
    def labels(self) -> Data | None:
        """The labels, also those of the last batch of a generator."""
        return self.batch[1] if len(self.batch) > 1 else None

    @property
    def weights(self) -> Data | None:
        """The weights of the samples, wherever they come from."""
        return self.batch[2] if len(self.batch) > 2 and self.batch[2].form != NOTHING else None

    def name_of(self, role: str) -> str:
        """What to call the labels or weights: as they are written, or after what gives them."""
        if self.given.get("x") is not None and self.given["x"].form in (DATASET, GENERATOR):
            return f"the {_ROLES[role]} of {self.text('x')}"
        return self.text(role)

    @cached_property
    def validation(self) -> Training | None:
        """The evaluation that fit makes of validation_data, where that is a pair."""
        data, node = self.given.get("validation_data"), self.written.get("validation_data")
        if data is None or data.form not in (LIST, DATASET) or self.method != "fit":
            return None
        if data.form == DATASET:
            given, written = {"x": data}, {"x": node} if node is not None else {}
        else:
            given = dict(zip(_PARTS, data.parts))
            written = dict(zip(_PARTS, node.elts)) if isinstance(node, (ast.Tuple, ast.List)) else {}
        return replace(self, method="evaluate", given=given, written=written)

    @property
    def with_validation(self) -> list[Training]:
        """The call itself, and the evaluation that fit makes of validation_data."""
        return [self, self.validation] if self.validation is not None else [self]

    def text(self, name: str) -> str:
        """How an argument is written, if it is short; its name otherwise."""
        node = self.written.get(name)
        if node is None or self.facts is None:
            return name
        text = failing.text_of(node, self.facts)
        return text if len(text) <= 30 and "\n" not in text else name


_PARTS = ("x", "y", "sample_weight")
_ROLES = {"x": "inputs", "y": "labels", "sample_weight": "weights"}


@once
def failed_training(failure: Failure) -> Training | None:
    """The call of a model's method that an exception passed through; the outermost, which the cell made."""
    step = failure.exception.__traceback__
    while step is not None:
        frame = step.tb_frame
        found = _call_in(frame.f_code.co_name, frame.f_locals, str(frame.f_globals.get("__name__", "")))
        if found is not None:
            method, model, given = found
            network = network_of(model)
            if network is not None:
                facts = failing.facts_of(failure)
                call = _written_call(method, failure, facts) if facts else None
                return Training(
                    method,
                    network,
                    {name: describe(value) for name, value in given.items()},
                    arguments(method, call),
                    call,
                    facts,
                    model=model,
                    namespace=failure.namespace,
                )
        step = step.tb_next
    return None


def trained_variable(failure: Failure) -> str:
    """How the cell writes the model whose method failed: "model", "self.model"; empty where no call is known."""
    owner, facts = _trained(failure), failing.facts_of(failure)
    return failing.text_of(owner, facts) if owner is not None and facts is not None else ""


def trained_model(failure: Failure) -> Any:
    """The live model whose method failed; None where the cell does not name it."""
    return failing.value_of(_trained(failure), failure)


def _trained(failure: Failure) -> ast.expr | None:
    training = failed_training(failure)
    function = training.call.func if training is not None and training.call is not None else None
    return function.value if isinstance(function, ast.Attribute) else None


def _call_in(function: str, variables: Mapping[str, Any], module: str) -> tuple[str, Any, dict[str, Any]] | None:
    if module.partition(".")[0] not in ("keras", "tf_keras", "tensorflow"):
        return None
    # Keras takes its own frames out of a traceback, and leaves the wrapper that did it.
    if function == "error_handler":
        called, args = variables.get("fn"), variables.get("args")
        name = str(getattr(called, "__name__", "")) if session.root(called) == "builtins" else ""
        if name not in _PARAMETERS or type(args) is not tuple or not args or not is_network(args[0]):
            return None
        named = variables.get("kwargs")
        return name, args[0], _bound(name, args[1:], named if type(named) is dict else {})
    if function in _PARAMETERS and function != "__call__" and is_network(variables.get("self")):
        known = {name: value for name, value in variables.items() if name in _names(function)}
        return function, variables["self"], known
    return None


def _names(method: str) -> frozenset[str]:
    return frozenset((*_PARAMETERS[method], *_MORE))


_MORE = (
    "sample_weight",
    "class_weight",
    "steps_per_epoch",
    "validation_steps",
    "steps",
    "validation_data",
    "validation_split",
    "epochs",
    "batch_size",
    "callbacks",
)


def _bound(method: str, positional: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(zip(_PARAMETERS[method], positional))
    found.update({_OTHER_NAMES.get(name, name): value for name, value in named.items()})
    return found


def arguments(method: str, call: ast.Call | None) -> dict[str, ast.expr]:
    """What a call of a model's method is given, by the names of its parameters; nothing where some are unpacked."""
    if call is None or any(isinstance(item, ast.Starred) for item in call.args):
        return {}
    found = dict(zip(_PARAMETERS[method], call.args))
    found.update({_OTHER_NAMES.get(item.arg, item.arg): item.value for item in call.keywords if item.arg})
    return found


def _written_call(method: str, failure: Failure, facts: CellFacts) -> ast.Call | None:
    return next((call for call in failing.calls(failure, facts) if last_name(call.func) == method), None)


def planned_trainings(facts: CellFacts, namespace: Mapping[str, Any]) -> Iterator[Training]:
    """The calls that a cell would make of models that are live, with what is live of their arguments."""
    tree = facts.cell.tree
    if tree is None or facts.cell.error is not None:
        return
    for call in calls_that_run(tree.body):
        method = last_name(call.func)
        if method not in _PARAMETERS or not isinstance(call.func, ast.Attribute):
            continue
        before = names_bound(tree, call)
        receiver = call.func.value
        network = _network(receiver, call, tree, before, namespace)
        if network is None:
            continue
        written = arguments(method, call)
        given = {
            name: describe(namespace[node.id])
            for name, node in written.items()
            if isinstance(node, ast.Name) and node.id not in before and node.id in namespace
        }
        given.update({name: describe(node.value) for name, node in written.items() if isinstance(node, ast.Constant)})
        given.update(_validation_of_names(written.get("validation_data"), before, namespace))
        live = namespace.get(receiver.id) if isinstance(receiver, ast.Name) and receiver.id not in before else None
        yield Training(method, network, given, written, call, facts, False, live, namespace)


def _validation_of_names(
    node: ast.expr | None, bound: frozenset[str], namespace: Mapping[str, Any]
) -> Iterator[tuple[str, Data]]:
    """``validation_data=(x_val, y_val)``, with what the session has of it."""
    if isinstance(node, ast.Tuple):
        names = [each.id if isinstance(each, ast.Name) and each.id not in bound else "" for each in node.elts]
        parts = tuple(describe(namespace[name]) if name in namespace else Data(None, OTHER) for name in names)
        yield "validation_data", Data(None, LIST, (len(parts),), parts=parts)


def calls_that_run(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """The calls that certainly run when a cell does: in plain statements, not in branches, loops or functions."""
    for statement in body:
        if isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)):
            yield from (node for node in ast.walk(statement) if isinstance(node, ast.Call))
        elif isinstance(statement, ast.With):
            yield from calls_that_run(statement.body)


def names_bound(tree: ast.Module, until: ast.AST) -> frozenset[str]:
    """The names that a cell binds or may bind before a place, also in loops and by what it imports."""
    line = getattr(until, "lineno", 0)
    found: set[str] = set()
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) > line:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            if node.lineno < line or not _in(until, node, tree):
                found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            inner: ast.expr = node
            while isinstance(inner, (ast.Attribute, ast.Subscript)):
                inner = inner.value
            if isinstance(inner, ast.Name):
                found.add(inner.id)
    return frozenset(found)


def _in(call: ast.AST, node: ast.AST, tree: ast.Module) -> bool:
    """Whether a name is bound by the statement that makes the call: ``history = model.fit(…)`` binds it after."""
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Assign) and any(each is call for each in ast.walk(statement.value)):
            return any(each is node for target in statement.targets for each in ast.walk(target))
    return False


def _network(
    receiver: ast.expr, call: ast.Call, tree: ast.Module, bound: frozenset[str], namespace: Mapping[str, Any]
) -> Network | None:
    """The model that a method is called of: the live one as this cell leaves it, or the one that this cell makes."""
    if not isinstance(receiver, ast.Name):
        return None
    if receiver.id in bound:
        return sketch(tree, receiver.id, call, namespace)
    network = network_of(namespace[receiver.id]) if receiver.id in namespace else None
    return compiled_anew(tree, receiver.id, call, network) if network else None

"""``def build(self):`` and ``def call(x):`` in a layer of the user's: they have to take what Keras gives them."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...source.nodes import parameters


def without_parameters(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``def call(x):``, or ``def call(self):``, in a class made from one of Keras's."""
    tree = facts.cell.tree or ast.Module([], [])
    for made in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        if not session.is_class_of_keras((failure.namespace or {}).get(made.name)):
            continue
        for method in made.body:
            if not isinstance(method, ast.FunctionDef) or method.decorator_list or method.args.vararg:
                continue
            taken = [*method.args.posonlyargs, *method.args.args]
            if method.name in failure.message or method.name == "call":
                if not taken or (taken[0].arg != "self" and taken[0].arg != "cls"):
                    yield problem("KD113", _self_added(made.name, method, facts), facts)
                    return
                if method.name == "call" and len(taken) == 1:
                    yield problem("KD113", _INPUTS_OF_CALL, None)
                    return
                if method.name == "build" and len(taken) == 1:
                    yield problem("KD113", _parameter_added(made.name, method, "input_shape", facts), facts)
                    return


_PASSED = {"build": {"input_shape": "input_shape"}, "call": {"training": "training=None", "mask": "mask=None"}}
"""What Keras gives these methods, and how they take it."""


def not_taken(name: str, failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``input_shape`` in ``def build(self):``, or ``training`` in ``def call(self, x):``"""
    for made in (node for node in facts.cell.placed if isinstance(node, ast.ClassDef)):
        for method in made.body if session.is_class_of_keras((failure.namespace or {}).get(made.name)) else []:
            if not isinstance(method, ast.FunctionDef) or method.args.vararg or method.args.kwarg:
                continue
            read = any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(method))
            taken = any(each.arg == name for each in parameters(method.args))
            if read and not taken and name in _PASSED.get(method.name, {}) and method.args.args:
                yield problem("KD113", _parameter_added(made.name, method, name, facts), facts)
                return


def _parameter_added(owner: str, method: ast.FunctionDef, name: str, facts: CellFacts) -> Finding:
    last = method.args.defaults[-1] if method.args.defaults else method.args.args[-1]
    written = _PASSED[method.name][name]
    others = ", ".join(each.arg for each in method.args.args)
    return Finding(
        title=f"{method.name} of {owner} takes no {name}",
        cause=f"Keras gives {name} to {method.name}, which has to list it among its parameters.",
        changes=(
            Change(
                f"Take {name}",
                ((last, f"{failing.text_of(last, facts)}, {written}"),),
                evidence=f"Keras calls {method.name} with it.",
            ),
        ),
        advice=(f"Write def {method.name}({others}, {written}):.",),
        reference=f"{owner}.{method.name}",
    )


_INPUTS_OF_CALL = Finding(
    title="The method call takes no inputs",
    cause="Keras calls it with the tensor, or the list of tensors, that the layer or model is called with.",
    advice=("Write def call(self, inputs):, and compute the outputs from inputs.",),
    reference="Layer.call",
)


def _self_added(owner: str, method: ast.FunctionDef, facts: CellFacts) -> Finding:
    first = method.args.args[0] if method.args.args else None
    others = ", ".join(["self", *(each.arg for each in method.args.args)])
    edits = ((first, f"self, {failing.text_of(first, facts)}"),) if first is not None else ()
    return Finding(
        title=f"{method.name} of {owner} has no self",
        cause="Python gives the object as the first argument of a method.",
        changes=(Change("Add self", edits, evidence="Every method takes the object first."),) if edits else (),
        advice=(f"Write def {method.name}({others}):.",),
        reference=f"{owner}.{method.name}",
    )

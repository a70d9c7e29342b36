"""``train_step`` or ``test_step`` of the user's that returns the loss, or nothing: Keras takes a dictionary."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.lines import behind
from ...source.nodes import last_name, local_values

_REFUSED = re.compile(
    r"object has no attribute '(?:items|keys|get|copy|pop|update)'"
    r"|Can not convert a NoneType into a Tensor or Operation"
    r"|'Toutput_types' of 'OptionalFromValue'|\{\{node OptionalFromValue\}\}"
    r"|Unexpected result of `(?:train|test)_function`"
    r"|Cannot get result\(\) since the metric has not yet been built"
)
_STEPS = {
    "fit": ("train_step", "test_step"),
    "fit_generator": ("train_step", "test_step"),
    "train_on_batch": ("train_step",),
    "evaluate": ("test_step",),
    "test_on_batch": ("test_step",),
}


class Step(NamedTuple):
    """A step of training as it is written."""

    function: ast.FunctionDef
    facts: CellFacts
    model: Any

    @property
    def returns(self) -> ast.Return | None:
        """The one return with a value; None where there is none."""
        found = [node for node in ast.walk(self.function) if isinstance(node, ast.Return) and node.value is not None]
        return found[0] if len(found) == 1 else None

    @property
    def loss(self) -> str:
        """The name of the loss: the gradients are those of it, or it is returned first; empty where it has none."""
        for call in (node for node in ast.walk(self.function) if isinstance(node, ast.Call)):
            if last_name(call.func) in ("gradient", "minimize") and call.args and isinstance(call.args[0], ast.Name):
                return call.args[0].id
        returned = self.returns.value if self.returns is not None else None
        if isinstance(returned, (ast.Tuple, ast.List)) and returned.elts:
            returned = returned.elts[0]
        return returned.id if isinstance(returned, ast.Name) else ""

    @property
    def answers(self) -> tuple[str, str] | None:
        """The names of the labels and of what the model gives; None where the step does not have one of each."""
        made = [node for node in ast.walk(self.function) if isinstance(node, ast.Assign) and len(node.targets) == 1]
        data = self.function.args.args[-1].arg if self.function.args.args else ""
        labels = [
            target.elts[1].id
            for target, value in ((node.targets[0], node.value) for node in made)
            if last_name(value) == data and isinstance(target, ast.Tuple) and len(target.elts) == 2
            if isinstance(target.elts[1], ast.Name)
        ]
        given = [
            node.targets[0].id
            for node in made
            if isinstance(node.value, ast.Call) and last_name(node.value.func) == "self"
            if isinstance(node.targets[0], ast.Name)
        ]
        return (labels[0], given[0]) if len(labels) == len(given) == 1 else None


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not _REFUSED.search(failure.message + str(failure.exception)[-500:]) or not raised_by_keras(failure):
        return
    call = failed_training(failure)
    model = call.model if call is not None else None
    for name in _STEPS.get(call.method, ()) if call is not None else ():
        method = session.defined(type(model), name)
        method = session.own(method, "_python_function") or method  # what @tf.function made of it
        writing = written_in(method.__code__, failure) if type(method) is FunctionType else None
        facts = failing.facts_of(writing.failure) if writing is not None else None
        function = _written(method, facts) if facts is not None else None
        if writing is None or facts is None or function is None:
            continue
        step = Step(function, facts, model)
        wrong = _wrong(step, "Cannot get result" in failure.message)
        if wrong:
            yield _problem(step, wrong)._replace(earlier=writing.cell)
            return


def _written(method: FunctionType, facts: CellFacts) -> ast.FunctionDef | None:
    """The definition of a method: the one of its name that begins on its first line, or below its decorators."""
    found = [
        node
        for node in facts.cell.placed
        if isinstance(node, ast.FunctionDef)
        and node.name == method.__name__
        and [each.arg for each in node.args.args] == list(method.__code__.co_varnames[: len(node.args.args)])
    ]
    names = [node for node in facts.cell.placed if isinstance(node, ast.ClassDef)]
    owner = method.__qualname__.rpartition(".")[0].rpartition(".")[2]
    inside = [each for each in found for made in names if made.name == owner and each in made.body]
    return inside[-1] if inside else None


def _wrong(step: Step, without_metrics: bool) -> str:
    """What a step returns in the place of a dictionary: "nothing", "the tensor loss"; empty where that is not sure."""
    returns = [node for node in ast.walk(step.function) if isinstance(node, ast.Return)]
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(step.function)):
        return ""
    if all(node.value is None for node in returns):
        return "nothing"
    value = step.returns.value if step.returns is not None else None
    if isinstance(value, ast.Dict) and without_metrics:
        updated = any(isinstance(node, ast.Attribute) and node.attr in _UPDATES for node in ast.walk(step.function))
        return "" if updated else "the loss alone"
    if isinstance(value, (ast.Tuple, ast.List)):
        return "a list" if isinstance(value, ast.List) else f"{len(value.elts)} values"
    if isinstance(value, ast.Constant):
        return failing.text_of(value, step.facts)[:30]
    if isinstance(value, ast.Name) and _is_the_loss(value.id, step):
        return f"the tensor {value.id}"
    return "a tensor" if isinstance(value, ast.BinOp) or _is_computed(value) else ""


_UPDATES = ("update_state", "compute_metrics", "compiled_metrics", "get_metrics_result", "result")


def _is_the_loss(name: str, step: Step) -> bool:
    """Whether a name is a tensor: the gradients are those of it, or a function of TensorFlow or Keras computed it."""
    made = local_values(step.function).get(name)
    return (name == step.loss and _has_gradients(step)) or isinstance(made, ast.BinOp) or _is_computed(made)


def _has_gradients(step: Step) -> bool:
    calls = (node for node in ast.walk(step.function) if isinstance(node, ast.Call))
    return any(last_name(call.func) in ("gradient", "minimize") for call in calls)


def _is_computed(node: ast.AST | None) -> bool:
    """``tf.reduce_mean(…)``, ``keras.ops.mean(…)``, ``self.compute_loss(…)``"""
    if not isinstance(node, ast.Call):
        return False
    inner: ast.expr = node.func
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return last_name(inner) in ("tf", "ops", "keras", "K") or last_name(node.func) in ("compute_loss", "compiled_loss")


def _problem(step: Step, wrong: str) -> Problem:
    owner, name = session.class_name(step.model), step.function.name
    lines = _lines(step)
    edits = _edits(step, lines) if lines else []
    title = f"{name} of {owner} returns {wrong}, and Keras takes a dictionary"
    cause = "fit and evaluate show what a step returns: the names of values, and the values."
    if wrong == "the loss alone":
        title = f"{name} of {owner} does not update the metrics that compile got"
        cause = "fit shows the metrics of the model after each step, and they have seen no batch yet."
    told = "; ".join(" ".join(line.split()) for line in lines) or f"return {{'loss': {step.loss or '…'}}}"
    return Problem(
        rule="KD181",
        severity=ERROR,
        title=title,
        cause=cause,
        reference=f"Model.{name}",
        fixes=() if edits else (Fix("manual", f"Let {name} end in: {told}"),),
        proposals=(Proposal(_title(lines), tuple(edits), "fit shows these names and values."),) if edits else (),
    )


def _title(lines: list[str]) -> str:
    return "Update the metrics, and return their values by name" if len(lines) > 1 else "Return the loss by its name"


def _lines(step: Step) -> list[str]:
    """The last lines of the step: what it shows is what it computed, as Keras keeps that in this release."""
    answers, loss = step.answers, step.loss
    if any(session.is_kind(each, "Metric") for name, each in session.held(step.model).items() if name[:1] != "_"):
        return ["return {metric.name: metric.result() for metric in self.metrics}"]  # the step updates its own ones
    if not loss:
        return []
    tracked, compiled = session.own(step.model, "_loss_tracker"), session.own(step.model, "_compile_metrics")
    if tracked is not None and (compiled is None or answers is not None):
        # Keras 3 shows its own mean of the loss, which only the model's own train_step updates.
        update = f"metric.update_state({loss})"
        if compiled is not None and answers is not None:
            others = f"metric.update_state({', '.join(answers)})"
            updates = ["    if metric.name == 'loss':", f"        {update}", "    else:", f"        {others}"]
        else:
            updates = [f"    {update}"]
        last = "return {metric.name: metric.result() for metric in self.metrics}"
        return ["for metric in self.metrics:", *updates, last]
    if session.own(session.own(step.model, "compiled_metrics"), "_user_metrics") and answers is not None:
        values = f"**{{metric.name: metric.result() for metric in self.metrics}}, 'loss': {loss}"
        return [f"self.compiled_metrics.update_state({', '.join(answers)})", f"return {{{values}}}"]
    return [f"return {{'loss': {loss}}}"] if compiled is None else []


def _edits(step: Step, lines: list[str]) -> list[Edit]:
    if step.returns is None:
        nowhere = any(isinstance(node, ast.Return) for node in ast.walk(step.function))
        return [] if nowhere else behind(step.function.body[-1], step.facts.cell, *lines)
    where = step.facts.cell.range(step.returns)
    indent = step.facts.cell.lines[where.line - 1][: where.column]
    return [Edit(where, f"\n{indent}".join(lines))] if not indent.strip() else []


RULE = Rule(
    code="KD181",
    name="train_step without a dictionary",
    lesson=Lesson(
        what="`return loss` in a train_step ends fit in AttributeError: 'EagerTensor' object has no attribute 'items'; "
        "a train_step without return in other errors.",
        why="fit shows what train_step returns: a dictionary of names and values. In Keras 3 it shows the model's "
        "metrics, which a train_step of your own updates itself.",
        since="tensorflow 2.2",
        before="import keras\nimport numpy as np\nimport tensorflow as tf\n\n\nclass Net(keras.Sequential):\n"
        "    def train_step(self, data):\n        x, y = data\n        with tf.GradientTape() as tape:\n"
        "            loss = self.compute_loss(x, y, self(x))\n"
        "        gradients = tape.gradient(loss, self.trainable_variables)\n"
        "        self.optimizer.apply(gradients, self.trainable_variables)\n        return loss\n\n\n"
        "model = Net([keras.Input((3,)), keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        "model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)",
        after="import keras\nimport numpy as np\nimport tensorflow as tf\n\n\nclass Net(keras.Sequential):\n"
        "    def train_step(self, data):\n        x, y = data\n        with tf.GradientTape() as tape:\n"
        "            loss = self.compute_loss(x, y, self(x))\n"
        "        gradients = tape.gradient(loss, self.trainable_variables)\n"
        "        self.optimizer.apply(gradients, self.trainable_variables)\n"
        "        for metric in self.metrics:\n            metric.update_state(loss)\n"
        "        return {metric.name: metric.result() for metric in self.metrics}\n\n\n"
        "model = Net([keras.Input((3,)), keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        "model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)",
        target="tensorflow==2.21.0",
        related=("KD113", "KD138"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

"""One optimizer instance compiled into several models."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, Mapping

from ...diagnosis.contract.compiled import compiled_after_loading, compiled_again
from ...diagnosis.contract.compiling import given_to
from ...diagnosis.contract.network import is_network
from ...diagnosis.contract.training import trained_model, trained_variable
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.history import cells_run
from ...diagnosis.model.problem import Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.origin import home
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.reference import Passed, Reference
from ...source.values import Instance

_OLD = (".optimizer_v2.", ".legacy.")
"""Where the optimizers are defined that make their slots when they first see a variable."""


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    """``first.compile(opt); second.compile(opt)``, in this cell or in an earlier one."""
    seen: list[tuple[Instance, str]] = []
    for reference in facts.by_kind.get("method", ()):
        given = _optimizer(reference)
        if given is None:
            continue
        optimizer, model = given.value, _model(reference)
        users = [_model(each) for each in facts.earlier(id(optimizer))]
        users += [name for known, name in seen if known is optimizer]
        other = next(iter(users), None) if model not in users else None
        where = home(optimizer.base, world)
        if other and where and not any(part in where for part in _OLD):
            name = optimizer.base.rpartition(".")[2]
            yield Problem(
                rule="KO102",
                severity="info" if reference.guarded else "warning",
                title=f"One {name} instance is compiled into {other} and {model}",
                cause="It is tied to the one that is trained first; training the other one fails, unless that has "
                "no variables of its own.",
                range=reference.range,
                reference=optimizer.base,
                fixes=(Fix("manual", f"Give each model its own: {model}.compile({name}(…), …)"),),
            )
        seen.append((optimizer, model))


def _optimizer(reference: Reference) -> Passed | None:
    """The optimizer that a model is compiled with."""
    if reference.passes and reference.name.endswith(".compile"):
        given = (each for each in reference.passes if each.keyword in ("0", "optimizer"))
        return next((each for each in given if ".optimizers." in each.value.base), None)
    return None


def _model(reference: Reference) -> str:
    """The model that is compiled, as it is written."""
    return reference.written.rpartition(".")[0]


def _on_optimizer(optimizer: Any, model: Any, namespace: Mapping[str, Any]) -> Iterator[Problem]:
    users = _models_with(optimizer, namespace)
    if len(users) < 2:
        return
    if any(session.name_of(base) == "OptimizerV2" for base in session.bases(optimizer)):
        severity, outcome = (
            "info",
            "A legacy optimizer allows that, but its iterations and its schedule count the steps of all models.",
        )
    else:
        severity, outcome = (
            "error",
            "It is tied to the first model that you fit; fitting the second one fails.",
        )
    name = type(optimizer).__name__
    yield Problem(
        rule="KO102",
        severity=severity,
        title=f"One {name} instance is compiled into {len(users)} models: {', '.join(users)}",
        cause=outcome,
        reference=f"optimizer:{name.lower()}",
        fixes=(
            Fix(
                "manual",
                f"Give each model its own: compile(optimizer={name}(…)), or type(opt).from_config(opt.get_config())",
            ),
        ),
    )


def _models_with(optimizer: Any, namespace: Mapping[str, Any]) -> list[str]:
    """The variables, one for each model, of the models that hold this very optimizer."""
    found: dict[int, str] = {}
    for name, value in session.variables(namespace):
        used = session.attribute(value, "optimizer") if session.is_kind(value, "Model") else None
        if used is optimizer or (used is not None and session.own(used, "inner_optimizer") is optimizer):
            found.setdefault(id(value), name)
    return list(found.values())


_UNKNOWN = re.compile(r"Unknown variable: <|optimizer cannot recognize variable|optimizer was built for variables")


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (KeyError, ValueError)) or not _UNKNOWN.search(failure.message):
        return
    facts = failing.facts_of(failure)
    in_a_loop = facts is not None and any(True for _ in failing.calls_of("apply_gradients", facts))
    variable = trained_variable(failure)
    model = trained_model(failure)
    if facts is not None and not in_a_loop and _has_no_variables(model):
        yield _of_a_file(variable, model, failure)
        return
    yield Problem(
        rule="KO102",
        severity="error",
        title="This optimizer was made for other variables",
        cause="An optimizer makes its state for the variables that it sees first, and takes no others later: neither "
        "those of another model, nor of layers that are added or made trainable after the first step.",
        reference="optimizer",
        fixes=tuple(_for_a_loop(facts))
        if in_a_loop and facts
        else (_for_its_maker(model, failure) or _for_fit(variable, model, failure),),
        proposals=tuple(_with_its_own(failure, facts)) if facts and not in_a_loop else (),
    )


def _for_its_maker(model: Any, failure: Failure) -> Fix | None:
    """The function of another cell that compiles each of its models with one optimizer of the session."""
    optimizer = session.own(model, "_optimizer", "optimizer") if is_network(model) else None
    if optimizer is None:
        return None
    names = [name for name, value in session.variables(failure.namespace) if value is optimizer]
    earlier = [ran.cell for ran in cells_run(failure) if names and not ran.failed]
    for function in (node for cell in earlier for node in cell.placed if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            given = given_to(call, "optimizer") if last_name(call.func) == "compile" else None
            if isinstance(given, ast.Name) and given.id in names:
                kind = session.class_name(optimizer)
                return Fix(
                    "manual",
                    f"Make the optimizer in {function.name}, for each model its own: compile(optimizer={kind}(…), …) "
                    f"in the place of {given.id}; run that cell, and this one again.",
                )
    return None


def _has_no_variables(model: Any) -> bool:
    """Whether a model's optimizer was built for nothing at all, as Keras 3 does with that of an HDF5 file: it takes the
    variables of the model itself, without those of its layers (measured in 3.13 and 3.15)."""
    optimizer = session.own(model, "_optimizer", "optimizer") if is_network(model) else None
    variables = session.own(optimizer, "_trainable_variables")
    return session.own(optimizer, "built") is True and variables is not None and not session.members(variables)


def _of_a_file(variable: str, model: Any, failure: Failure) -> Problem:
    again, edits = compiled_after_loading(variable, model, failure)
    return Problem(
        rule="KO102",
        severity="error",
        title=f"The optimizer of {variable} comes from the .h5 file, and knows no variable of its layers",
        cause="Keras 3 loads the model and its weights from an HDF5 file, but cannot go on with the stored optimizer.",
        reference="optimizer",
        fixes=(Fix("manual", "Compile the model again after load_model", commands=(again,), evidence=_SAME),),
        proposals=(Proposal("Compile it again after load_model", tuple(edits), _SAME),) if edits else (),
    )


_SAME = "Loss, metrics and the optimizer's settings stay; its state was not loaded in any case."


def _for_fit(variable: str, model: Any, failure: Failure) -> Fix:
    title = "Compile the model again with an optimizer of its own, then fit"
    if not is_network(model):
        return Fix("manual", f"{title}: model.compile(optimizer=…, loss=…).")
    return Fix("manual", title, commands=(compiled_again(variable, model, failure.namespace),))


def _for_a_loop(facts: CellFacts) -> Iterator[Fix]:
    """``apply_gradients`` in a training loop of one's own: no model is compiled there."""
    name = next(
        (
            failing.text_of(call.func.value, facts)
            for call in failing.calls_of("apply_gradients", facts)
            if isinstance(call.func, ast.Attribute)
        ),
        "optimizer",
    )
    yield Fix(
        "manual",
        f"Give these variables another instance: {name}_2 = type({name}).from_config({name}.get_config()), and call "
        f"{name}_2.apply_gradients(…).",
    )
    yield Fix(
        "manual",
        f"For one optimizer of several models: {name}.build([*first.trainable_variables, *second.trainable_variables]) "
        "once, before the first apply_gradients.",
    )


def _with_its_own(failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """``compile(opt)`` with a new optimizer of the same settings, if the cell compiles with one of the session's."""
    edits = []
    for call in failing.calls_of("compile", facts):
        given = [*call.args[:1], *(item.value for item in call.keywords if item.arg == "optimizer")]
        for item in given:
            if session.defines(failing.value_of(item, failure), "apply_gradients"):
                name = failing.text_of(item, facts)
                edits.append(Edit(facts.cell.range(item), _FRESH.format(name)))
    if edits:
        evidence = "A fresh optimizer with the same settings."
        yield Proposal("Give this model its own optimizer", tuple(edits), evidence)
        return
    for function in (node for node in facts.cell.placed if isinstance(node, ast.FunctionDef)):
        shared = [Edit(facts.cell.range(item), _FRESH.format(item.id)) for item in _given_again(function)]
        if shared:
            yield Proposal("Give each model its own optimizer", tuple(shared), differs=_COUNTS)
            return


_FRESH = "type({0}).from_config({0}.get_config())"
_COUNTS = (
    "Keras 2 let models share an optimizer, which counted the steps of all of them: the first steps of Adam, and "
    "schedules, differ a little."
)


def _given_again(function: ast.FunctionDef) -> Iterator[ast.Name]:
    """The variable of a function that one model after another is compiled with, but for the first."""
    seen = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and last_name(node.func) == "compile":
            for item in (*node.args[:1], *(each.value for each in node.keywords if each.arg == "optimizer")):
                if isinstance(item, ast.Name) and item.id in seen:
                    yield item
                elif isinstance(item, ast.Name):
                    seen.add(item.id)


RULE = Rule(
    code="KO102",
    name="one optimizer for several models",
    lesson=Lesson(
        what="Fitting a second model with the same optimizer object ends in KeyError (TensorFlow 2.11 to 2.15) or "
        'in ValueError "Unknown variable" (Keras 3).',
        why="Since 2.11 an optimizer makes its slot variables once, for the variables of the first model. Until "
        "2.10, and in optimizers.legacy, it made them whenever it saw a new variable.",
        since="keras 2.11",
        before=(
            "import keras\n"
            "import numpy as np\n"
            "\n"
            "first, second = keras.Sequential([keras.layers.Dense(1)]), keras.Sequential([keras.layers.Dense(1)])\n"
            "x, y = np.ones((4, 2)), np.ones(4)\n"
            "optimizer = keras.optimizers.Adam()\n"
            'first.compile(optimizer, "mse")\n'
            "first.fit(x, y, verbose=0)\n"
            'second.compile(optimizer, "mse")\n'
            "second.fit(x, y, verbose=0)"
        ),
        after=(
            "import keras\n"
            "import numpy as np\n"
            "\n"
            "first, second = keras.Sequential([keras.layers.Dense(1)]), keras.Sequential([keras.layers.Dense(1)])\n"
            "x, y = np.ones((4, 2)), np.ones(4)\n"
            'first.compile(keras.optimizers.Adam(), "mse")\n'
            "first.fit(x, y, verbose=0)\n"
            'second.compile(keras.optimizers.Adam(), "mse")\n'
            "second.fit(x, y, verbose=0)"
        ),
        target="tensorflow==2.21.0",
        related=("KO103",),
    ),
    on_cell=on_cell,
    on_optimizer=_on_optimizer,
    on_failure=_on_failure,
)

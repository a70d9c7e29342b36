"""``tf.train.AdamOptimizer`` given to compile: Keras takes optimizers of its own only."""

from __future__ import annotations

import ast
from typing import Iterable, Iterator, NamedTuple

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failed_cell import facts_of
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.move import Move
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import VALUE
from ...diagnosis.repair.names import fixes
from ...diagnosis.repair.rewrite import spelled
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.nodes import last_name
from ...source.reference import Reference


class _Same(NamedTuple):
    """An optimizer of Keras that takes the same steps."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    """The parameters of the old class in their order, and what they are called in Keras; empty: it has no such one."""
    set_to: tuple[tuple[str, str], ...] = ()
    """What the old class used where nothing was given, and Keras does otherwise."""
    differs: str = ""


_SAME = {
    "GradientDescentOptimizer": _Same(
        "SGD", (("learning_rate", "learning_rate"), ("use_locking", ""), ("name", "name"))
    ),
    "MomentumOptimizer": _Same(
        "SGD",
        (
            ("learning_rate", "learning_rate"),
            ("momentum", "momentum"),
            ("use_locking", ""),
            ("name", "name"),
            ("use_nesterov", "nesterov"),
        ),
    ),
    "AdamOptimizer": _Same(
        "Adam",
        (
            ("learning_rate", "learning_rate"),
            ("beta1", "beta_1"),
            ("beta2", "beta_2"),
            ("epsilon", "epsilon"),
            ("use_locking", ""),
            ("name", "name"),
        ),
        (("epsilon", "1e-08"),),
    ),
    "AdagradOptimizer": _Same(
        "Adagrad",
        (
            ("learning_rate", "learning_rate"),
            ("initial_accumulator_value", "initial_accumulator_value"),
            ("use_locking", ""),
            ("name", "name"),
        ),
        (("initial_accumulator_value", "0.1"), ("epsilon", "0.0")),
    ),
    "AdadeltaOptimizer": _Same(
        "Adadelta",
        (
            ("learning_rate", "learning_rate"),
            ("rho", "rho"),
            ("epsilon", "epsilon"),
            ("use_locking", ""),
            ("name", "name"),
        ),
        (("learning_rate", "0.001"), ("epsilon", "1e-08")),
    ),
    "RMSPropOptimizer": _Same(
        "RMSprop",
        (
            ("learning_rate", "learning_rate"),
            ("decay", "rho"),
            ("momentum", "momentum"),
            ("epsilon", "epsilon"),
            ("use_locking", ""),
            ("centered", "centered"),
            ("name", "name"),
        ),
        (("epsilon", "1e-10"),),
        "TensorFlow's average of squared gradients began with ones, that of Keras begins with zeros: the first steps "
        "are larger.",
    ),
}
_HOMES = ("tensorflow.train", "tensorflow.compat.v1.train")
_ADVICE = "compile takes optimizers of keras.optimizers: Adam for AdamOptimizer, SGD for GradientDescentOptimizer."

MOVES = tuple(
    Move(f"tensorflow.train.{name}", (f"tensorflow.compat.v1.train.{name}",), advice=_ADVICE) for name in _SAME
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    for reference in facts.by_kind.get("call", ()):
        if reference.name == problem.reference and _is_compiled(reference, facts):
            proposal = _of_keras(reference, facts)
            if proposal is not None:
                yield proposal
                return
    yield from fixes(problem, facts, world)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted = failure.wanted
    if wanted is None or wanted.kind != VALUE or wanted.owner != "optimizer":
        return
    facts = facts_of(failure)
    for reference in facts.by_kind.get("call", ()) if facts else ():
        parent, _, name = reference.name.rpartition(".")
        if facts and parent in _HOMES and name in _SAME and name in failure.message and _is_compiled(reference, facts):
            proposal = _of_keras(reference, facts)
            yield Problem(
                rule="KI161",
                severity=ERROR,
                title=f"{name} is an optimizer of TensorFlow 1, which compile does not take",
                cause="It minimizes by itself, in a loop of its own.",
                range=reference.range,
                reference=reference.name,
                fixes=(Fix("manual", _ADVICE),),
                proposals=(proposal,) if proposal else (),
            )
            return


def _is_compiled(reference: Reference, facts: CellFacts) -> bool:
    """Whether it is given to compile, in place or by a name, and minimizes nothing by itself."""
    call = call_node(facts.cell, reference)
    calls = [node for node in facts.cell.placed if isinstance(node, ast.Call)]
    made = [node for node in facts.cell.placed if isinstance(node, ast.Assign) and node.value is call]
    names = {target.id for node in made for target in node.targets if isinstance(target, ast.Name)}
    by_itself = any(
        isinstance(each.func, ast.Attribute)
        and each.func.attr in ("minimize", "apply_gradients", "compute_gradients")
        and (each.func.value is call or last_name(each.func.value) in names)
        for each in calls
    )
    given = [item for each in calls if last_name(each.func) == "compile" for item in _arguments(each)]
    return not by_itself and any(item is call or last_name(item) in names for item in given if item is not None)


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(item.value for item in call.keywords)]


def _of_keras(reference: Reference, facts: CellFacts) -> Proposal | None:
    same = _SAME[reference.name.rpartition(".")[2]]
    call = call_node(facts.cell, reference)
    if call is None or reference.open_ended or len(call.args) > len(same.parameters):
        return None
    known = dict(same.parameters)
    given = [*zip((old for old, _ in same.parameters), call.args), *((item.arg, item.value) for item in call.keywords)]
    if any(old not in known for old, _ in given):
        return None
    texts = {known[str(old)]: facts.cell.segment(facts.cell.range(value)) for old, value in given if known[str(old)]}
    texts = {**texts, **{name: value for name, value in same.set_to if name not in texts}}
    name = spelled(
        facts.cell,
        (f"keras.optimizers.{same.name}", f"tensorflow.keras.optimizers.{same.name}"),
        facts.after,
        reference.range,
    )
    if name is None:
        return None
    written, imports = name
    arguments = ", ".join(f"{key}={value}" for key, value in texts.items())
    return Proposal(
        f"Use {same.name} of Keras",
        (*imports, Edit(facts.cell.range(call), f"{written}({arguments})")),
        f"With these settings {same.name} takes the steps that {reference.name.rpartition('.')[2]} took.",
        same.differs,
    )


RULE = Rule(
    code="KI161",
    name="optimizer of TensorFlow 1 in compile",
    lesson=Lesson(
        what="`model.compile(optimizer=tf.train.AdamOptimizer(0.01), …)`: there is no AdamOptimizer, or compile "
        "cannot interpret it.",
        why="TensorFlow 1 had optimizers of its own, and tf.keras wrapped them. Keras 3 takes those of "
        "keras.optimizers only. Their defaults are not the same: epsilon was 1e-8 in AdamOptimizer, and is 1e-7 in "
        "Adam.",
        since="keras 3.0",
        before="import tensorflow as tf\nfrom keras import Input, Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Input((2,)), Dense(1)])\n"
        "model.compile(optimizer=tf.train.AdamOptimizer(0.01), loss='mse')",
        after="import tensorflow as tf\nfrom keras import Input, Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Input((2,)), Dense(1)])\n"
        "model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=0.01, epsilon=1e-08), loss='mse')",
        target="tensorflow==2.16.2",
        related=("KI115",),
    ),
    moves=MOVES,
    on_cell=finder("KI161"),
    on_failure=on_failure,
    fixes=_fixes,
)

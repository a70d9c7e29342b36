"""``model.evaluate(x, y)`` where ``model`` is a forest by now: a name that stood for an object of Keras was given to
another one."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, NamedTuple, Sequence

from ...catalog.target import Found
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.history import Bound, Ran, asked_between, bindings_of, cells_run
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.words import with_article
from ...diagnosis.resolve.world import World
from ...source.bindings import object_value
from ...source.edits import Edit
from ...source.nodes import index, last_name, string
from ...source.values import Subclass

_MODEL, _HISTORY = "tensorflow.keras.Model", "tensorflow.keras.callbacks.History"
_FITS = ("fit", "fit_generator")
_GIVE_MODELS = ("load_model", "model_from_json", "clone_model")
_OF_MODELS = frozenset(("compile", "evaluate", "summary", "add", "get_layer", "fit_generator", "save_weights"))
"""What is asked of models of Keras, and hardly of those of other packages."""
_OF_HISTORIES = ("history", "epoch", "params", "model")
"""What fit sets of a History."""
_ASKED = re.compile(r"'([\w.]+)' object has no attribute '(\w+)'")
_LONGEST = 60


class Lost(NamedTuple):
    """A name that stands for another object by now."""

    name: str
    member: str
    """What was asked of it."""
    thing: Any
    """What it stands for."""
    owner: str
    """The class of Keras that has what was asked: "Sequential", "History"."""
    made: Bound
    """The line that gave the name to the object of Keras."""
    taken: Bound
    """The line that gave it to the other one."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    asked, facts = _ASKED.match(failure.message), failing.facts_of(failure)
    if not isinstance(failure.exception, AttributeError) or asked is None or facts is None:
        return
    kind, member = asked[1].rpartition(".")[2], asked[2]
    for node in failing.nodes(failure, facts):
        if not isinstance(node, ast.Attribute) or node.attr != member or not isinstance(node.value, ast.Name):
            continue
        thing = failing.value_of(node.value, failure)
        if thing is None or session.class_name(thing) != kind or session.is_of_keras(thing):
            continue
        if type(thing) is tuple:
            yield from _behind_a_comma(node.value.id, member, thing, facts)
            return
        cells = cells_run(failure)
        lost = _lost(node.value.id, member, thing, cells, failure, world)
        if lost is not None:
            yield _problem(lost, cells, failure, facts)
        return


def _behind_a_comma(name: str, member: str, thing: tuple[Any, ...], facts: CellFacts) -> Iterator[Problem]:
    """``history = model.fit(x, y),``: with the comma it is a tuple."""
    inner = thing[0] if len(thing) == 1 else None
    if not session.is_of_keras(inner) or not (session.defines(inner, member) or member in session.held(inner)):
        return
    kind = session.class_name(inner)
    edits = tuple(Edit(facts.cell.range(node.value), f"{name}[0]") for node in _asking(name, facts))
    yield Problem(
        "KA370",
        ERROR,
        f"{name} is a tuple that holds {with_article(kind)}, and .{member} belongs to the {kind}",
        f"The line that made {name} ends with a comma, which makes a tuple.",
        reference=member,
        fixes=(Fix("manual", f"Leave the comma out at the end of the line that made {name}, and run it again."),),
        proposals=(Proposal(f"Ask {name}[0]", edits, f"It is the {kind}."),),
    )


def _asking(name: str, facts: CellFacts, behind: int = 0) -> list[ast.Attribute]:
    """What the cell asks a name for, from a line on."""
    return [
        node
        for node in facts.cell.placed
        if isinstance(node, ast.Attribute)
        if isinstance(node.value, ast.Name) and node.value.id == name and node.lineno > behind
    ]


def _lost(
    name: str, member: str, thing: Any, cells: Sequence[Ran], failure: Failure, world: World
) -> Lost | None:
    """How the name came to stand for another object; None where no line shows that it stood for one of Keras."""
    bound = bindings_of(name, cells)
    for made in reversed(bound[:-1]):
        owner = _class_of(made.value, failure)
        if not owner and asked_between(name, made, bound[-1], cells) & _OF_MODELS:
            owner = _MODEL
        if owner and _has(owner, member, world):
            return Lost(name, member, thing, owner.rpartition(".")[2], made, bound[-1])
    return None


def _class_of(value: ast.expr | None, failure: Failure) -> str:
    """The class of Keras whose object a line made; empty for all else."""
    if not isinstance(value, ast.Call):
        return ""
    if last_name(value.func) in _FITS and isinstance(value.func, ast.Attribute):
        return _HISTORY
    if last_name(value.func) in _GIVE_MODELS:
        return _MODEL
    made = failing.value_of(value.func, failure)
    known = object_value(made) if session.is_class_of_keras(made) else None
    return str(known.base if isinstance(known, Subclass) else known or "")


def _has(owner: str, member: str, world: World) -> bool:
    if owner == _HISTORY:
        return member in _OF_HISTORIES
    return isinstance(world.method(owner, member), Found)


def _problem(lost: Lost, cells: Sequence[Ran], failure: Failure, facts: CellFacts) -> Problem:
    line = lost.taken.text if len(lost.taken.text) <= _LONGEST else f"{lost.taken.text[:_LONGEST]}…"
    held = "what fit returned" if lost.owner == "History" else f"{with_article(lost.owner)} of Keras"
    of = "what fit returns" if lost.owner == "History" else "a model of Keras"
    of = of if lost.owner in ("History", "Model", "Sequential") else with_article(lost.owner)
    kind = with_article(session.class_name(lost.thing))
    return Problem(
        "KA370",
        ERROR,
        f"{lost.name} is {kind} now, and .{lost.member} belongs to {of}",
        f"{_capital(lost.taken.where)} gave it the name: {line}. Before that, {lost.name} was {held}.",
        reference=lost.member,
    ).with_ways(_ways(lost, cells, failure, facts))


def _ways(lost: Lost, cells: Sequence[Ran], failure: Failure, facts: CellFacts) -> Iterator[Way]:
    asking = _asking(lost.name, facts, lost.taken.statement.lineno if lost.taken.ran.failed else 0)
    yield from _recorded_values(lost, asking, facts)
    yield from _model_of_a_history(lost, asking, cells, failure, facts)
    kind = session.class_name(lost.thing)
    number = lost.made.ran.number
    made = f"In [{number}]" if number is not None else f"the cell that made the {lost.owner}"
    again = "the cell that trains" if lost.owner == "History" else f"{made} and the cells after it"
    scores = lost.member == "evaluate" and session.defines(lost.thing, "score")
    own = f" The {kind} itself has {lost.name}.score(x, y)." if scores else ""
    yield Fix("manual", f"Give the {kind} another name there, and run {again} again.{own}")


def _recorded_values(lost: Lost, asking: Sequence[ast.Attribute], facts: CellFacts) -> Iterator[Proposal]:
    """``history.history['loss']`` where ``history`` is the dictionary itself, or a table of it."""
    is_table = session.is_exactly(lost.thing, "pandas", "DataFrame")
    keys = list(session.attribute(lost.thing, "columns")) if is_table else lost.thing
    if lost.owner != "History" or lost.member != "history" or not (is_table or type(keys) is dict):
        return
    if type(lost.thing) is dict and any(type(each) is not list for each in lost.thing.values()):
        return  # the last values of each, or the like
    names = [key for key in keys if type(key) is str]
    asked = [node for node in asking if node.attr == "history"]
    items = [node for node in facts.cell.placed if isinstance(node, ast.Subscript) and node.value in asked]
    if not names or not {string(index(node)) for node in items} - {None} <= set(names):
        return
    edits = tuple(Edit(facts.cell.range(node), lost.name) for node in asked)
    evidence = f"It has {', '.join(map(repr, names[:6]))}{', …' if len(names) > 6 else ''}."
    yield Proposal(f"Leave .history out: {lost.name} has the values itself", edits, evidence)


def _model_of_a_history(
    lost: Lost, asking: Sequence[ast.Attribute], cells: Sequence[Ran], failure: Failure, facts: CellFacts
) -> Iterator[Proposal]:
    """``hist.model.evaluate(x, y)``: what fit returned still has the model that it trained."""
    trained = [*_trained(lost, cells, failure)]
    if lost.owner == "History" or not trained:
        return
    name, model = trained[-1]
    gone = [node for node in asking if not session.defines(lost.thing, node.attr) and session.defines(model, node.attr)]
    edits = tuple(Edit(facts.cell.range(node.value), f"{name}.model") for node in gone)
    if edits:
        evidence = f"{name} is what {lost.name}.fit returned, and keeps the model that was trained."
        yield Proposal(f"Ask {name}.model, the model that was trained", edits, evidence)


def _trained(lost: Lost, cells: Sequence[Ran], failure: Failure) -> Iterator[tuple[str, Any]]:
    """The names of what ``model.fit`` returned while the name stood for the model, which are live, with the models."""
    for ran in cells[lost.made.place : lost.taken.place + 1]:
        for node in ran.nodes():
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
                continue
            function, target = node.value.func, node.targets[0]
            if not isinstance(function, ast.Attribute) or function.attr not in _FITS:
                continue
            history = failing.value_of(target, failure)
            model = session.own(history, "_model", "model") if session.is_kind(history, "History") else None
            if isinstance(target, ast.Name) and last_name(function.value) == lost.name and model is not None:
                yield target.id, model


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


RULE = Rule(
    code="KA370",
    name="name of another object",
    lesson=Lesson(
        what="`model.evaluate(x, y)` or `history.history['loss']` ends in AttributeError, because the name stands for "
        "another object since an earlier cell.",
        why="A notebook has one set of names. `history = pd.DataFrame(history.history)`, or a second model under the "
        "name of the first, leaves no way to what was there before.",
        since="keras 1.0",
        before="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nhistory = model.fit(np.ones((4, 2)), np.ones(4))\n"
        "history = history.history\nprint(history.history['loss'])",
        after="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nhistory = model.fit(np.ones((4, 2)), np.ones(4))\n"
        "history = history.history\nprint(history['loss'])",
        target="tensorflow==2.21.0",
        related=("KA202", "KA301"),
    ),
    on_failure=on_failure,
)

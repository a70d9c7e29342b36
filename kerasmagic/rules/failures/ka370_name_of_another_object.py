"""``model.evaluate(x, y)`` where ``model`` is a forest by now: a name that stood for an object, a module or a function
was given to another object."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, NamedTuple, Sequence

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.foreseen import missing_attributes
from ...diagnosis.evidence.history import Ran, cells_run
from ...diagnosis.model.problem import ERROR, EarlierCell, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.words import with_article
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range
from .ka375_objects_of_a_saved_model import is_restored
from .kept_objects import kept
from .lost_names import CLASS, FUNCTION, MODULE, TEXT, Lost, imported, lost_attribute, lost_function, lost_setting

_ASKED = re.compile(r"'([\w.]+)' object has no attribute '(\w+)'")
_CALLED = re.compile(r"'([\w.]+)' object is not callable")
_REFUSED = re.compile(r"Could not interpret (loss|optimizer|metric)\w*(?: function)? identifier: (.*)")
_NUMBERS = ("float64", "float32", "int64", "int32")
_LONGEST = 60


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    """``model.evaluate``, before it runs: what the name stands for is in the session."""
    for failure, node in missing_attributes(facts, getattr(world, "namespace", None) or {}):
        found = next(_asked(failure, facts, world), None)
        if found is not None:
            yield found._replace(range=facts.cell.range(node))
            return


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None:
        return
    if isinstance(failure.exception, AttributeError):
        yield from _asked(failure, facts, world)
    elif isinstance(failure.exception, TypeError):
        yield from _called(failure, facts)
    elif isinstance(failure.exception, ValueError):
        yield from _compiled(failure)


def _asked(failure: Failure, facts: CellFacts, world: World) -> Iterator[Problem]:
    """``model.evaluate``"""
    asked = _ASKED.match(failure.message)
    for node in failing.nodes(failure, facts) if asked else ():
        if asked is None or not isinstance(node, ast.Attribute) or node.attr != asked[2]:
            continue
        if not isinstance(node.value, ast.Name):
            continue
        name, thing = node.value.id, failing.value_of(node.value, failure)
        if thing is None or session.class_name(thing) != asked[1].rpartition(".")[2]:
            continue
        if is_restored(thing) or session.is_kind(thing, "TFSMLayer"):  # made to be a model: others tell what it is
            return
        if type(thing) is tuple:
            yield from _behind_a_comma(name, node.attr, thing, facts)
            return
        cells = cells_run(failure)
        lost = lost_attribute(name, node.attr, thing, cells, failure, world)
        if lost is not None:
            of = {"History": "what fit returns", "Model": "a model of Keras", "Sequential": "a model of Keras"}
            owner = lost.was.name if lost.was.kind == MODULE else of.get(lost.owner) or with_article(lost.owner)
            asking = _asking(name, facts, lost.taken.statement.lineno if lost.taken.ran.failed else 0)
            ways = [*kept(lost, asking, cells, failure, facts), *_ways(lost, facts)]
            yield _problem(lost, f".{node.attr} belongs to {owner}").with_ways(ways)
        return


def _called(failure: Failure, facts: CellFacts) -> Iterator[Problem]:
    """``loss(y, model(x))``"""
    called, end = _CALLED.search(failure.message), failure.end
    for call in failing.calls(failure, facts) if called and (end is None or end.place == "cell") else ():
        thing = failing.value_of(call.func, failure) if isinstance(call.func, ast.Name) else None
        if called is None or thing is None or session.class_name(thing) != called[1].rpartition(".")[2]:
            continue
        if isinstance(call.func, ast.Name):
            cells = cells_run(failure)
            lost = lost_function(call.func.id, thing, cells, failure)
            if lost is not None:
                ways = [*kept(lost, (), cells, failure, facts), *_ways(lost, facts)]
                yield _problem(lost, "is called like a function").with_ways(ways)
            return


class _Setting(NamedTuple):
    """A name that compile was given."""

    ran: Ran
    nodes: tuple[ast.Name, ...]
    """All places of the cell where compile gets it."""
    thing: Any


def _compiled(failure: Failure) -> Iterator[Problem]:
    """``model.compile(loss=loss)``, also of an earlier cell: most releases refuse it in fit only."""
    refused = _REFUSED.search(failure.message)
    cells = cells_run(failure) if refused else []
    setting = _refused_name(refused[2].strip(), cells, failure) if refused else None
    if refused is None or setting is None:
        return
    name = setting.nodes[0].id
    lost = lost_setting(name, setting.thing, cells, failure)
    if lost is None:
        return
    ways = [*_ways(lost, None)]
    if lost.was.kind == TEXT:
        text = repr(lost.was.name)
        edits = tuple(Edit(setting.ran.cell.range(node), text) for node in setting.nodes)
        ways.insert(0, Proposal(f"Write {text} for {name}", edits, f"{name} was {text} before."))
    role = "a metric" if refused[1] == "metric" else f"the {refused[1]}"
    found = _problem(lost, f"compile takes it for {role}").with_ways(ways)
    is_earlier = not setting.ran.failed
    yield found._replace(earlier=EarlierCell(setting.ran.cell.text, setting.ran.number)) if is_earlier else found


def _refused_name(told: str, cells: Sequence[Ran], failure: Failure) -> _Setting | None:
    """The name of the number that compile got, in the last cell that compiles with it."""
    for ran in reversed(cells):
        calls = [node for node in ast.walk(ran.cell.tree or ast.Module([], [])) if isinstance(node, ast.Call)]
        compiles = [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr == "compile"]
        given = [each for call in compiles for each in (*call.args, *(item.value for item in call.keywords))]
        names = [node for each in given for node in ast.walk(each) if isinstance(node, ast.Name)]
        for node in names:
            thing = failing.value_of(node, failure)
            if told in _numbers(thing):
                return _Setting(ran, tuple(each for each in names if each.id == node.id), thing)
    return None


def _numbers(thing: Any) -> list[str]:
    """The numbers that something is, or holds, as a message writes them."""
    held = thing[:100] if type(thing) is list else [thing]
    plain = [each for each in held if type(each) in (int, float) or session.is_exactly(each, "numpy", *_NUMBERS)]
    return [text for each in plain for text in (str(each), repr(each))]


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


def _problem(lost: Lost, but: str) -> Problem:
    """What happened to the name.

    Arguments:
        but: what the cell takes it for.
    """
    line = lost.taken.text if len(lost.taken.text) <= _LONGEST else f"{lost.taken.text[:_LONGEST]}…"
    where = lost.taken.where
    return Problem(
        "KA370",
        ERROR,
        f"{lost.name} is {lost.is_now} now, and {but}",
        f"{where[0].upper()}{where[1:]} gave it the name: {line}. Before that, {lost.name} was {_before(lost)}.",
        reference=lost.member or lost.name,
    )


def _before(lost: Lost) -> str:
    if lost.was.kind == CLASS:
        return "what fit returned" if lost.owner == "History" else f"{with_article(lost.owner)} of Keras"
    if lost.was.kind == FUNCTION and not lost.was.name:
        return f"what {lost.made.where} defines"
    return repr(lost.was.name) if lost.was.kind == TEXT else lost.was.name


def _ways(lost: Lost, facts: CellFacts | None) -> Iterator[Way]:
    """How to have both again."""
    line, _ = imported(lost.made.statement, lost.name)
    kind = lost.is_now.partition(" ")[2]
    if line and facts is not None and not lost.taken.ran.failed and (first := _first_line(facts)):
        differs = f"{lost.name} is no longer the {kind} then."
        yield Proposal(f"Import {lost.name} again", (Edit(first, f"{line}\n"),), differs=differs, shown=line)
    again = line or _again(lost)
    scores = lost.member == "evaluate" and session.defines(lost.thing, "score")
    own = f" The {kind} itself has {lost.name}.score(x, y)." if scores else ""
    yield Fix("manual", f"Give the {kind} another name there, and run {again}.{own}")


def _again(lost: Lost) -> str:
    """What makes the name what it was: the cell that did so before."""
    if lost.owner == "History":
        return "the cell that trains again"
    number = lost.made.ran.number
    made = f"In [{number}]" if number is not None else f"the cell that made {lost.name} before"
    return f"{made} and the cells after it again" if lost.was.kind == CLASS else f"{made} again"


def _first_line(facts: CellFacts) -> Range | None:
    """The place before the first statement; None in a cell that is a magic."""
    tree = facts.cell.tree
    if tree is None or not tree.body or facts.cell.text.lstrip().startswith("%%"):
        return None
    where = facts.cell.range(tree.body[0])
    return Range(where.line, where.column, where.line, where.column)


RULE = Rule(
    code="KA370",
    name="name of another object",
    lesson=Lesson(
        what="`model.evaluate(x, y)` or `history.history['loss']` ends in AttributeError, because the name stands for "
        "another object since an earlier cell.",
        why="A notebook has one set of names. `history = pd.DataFrame(history.history)`, `layers = model.layers` or a "
        "second model under the name of the first leave no way to what was there before.",
        since="keras 1.0",
        before="import keras\nimport numpy as np\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nhistory = model.fit(np.ones((4, 2)), np.ones(4))\n"
        "history = history.history\nprint(history.history['loss'])",
        after="import keras\nimport numpy as np\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\nhistory = model.fit(np.ones((4, 2)), np.ones(4))\n"
        "history = history.history\nprint(history['loss'])",
        target="tensorflow==2.21.0",
        related=("KA202", "KA301"),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
    is_cause=True,
)

"""history["acc"]: metrics are recorded by the name they were given."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, Mapping

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.foreseen import missing_values
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import KEY
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import index, last_name, string
from ...source.position import Range
from ..arguments.metric_names import OTHER_NAME, of_training
from .lost_validation import lost_validation
from .recorded_names import by_another_name, recorded_as, why

_AS_GIVEN = (
    "Keras stores a metric under the name you give to compile: since Keras 2.3, metrics=['accuracy'] gives "
    "'accuracy' and 'val_accuracy', and metrics=['acc'] gives 'acc'."
)

_TABLE = "The table of the training history"


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    """``history.history['acc']``, before it runs: what was recorded is in the session."""
    for failure, node in missing_values(facts, getattr(world, "namespace", None) or {}):
        if isinstance(failure.exception, TypeError):
            found = [_subscripted(failure)]
        else:
            key, recorded = failure.exception.args[0], failing.value_of(getattr(node, "value", None), failure)
            keys = [each for each in recorded if type(each) is str]
            found = [*_missing(failure, key, keys)] or [*by_another_name(failure, key)]
        yield from (problem._replace(range=facts.cell.range(node)) for problem in found[:1])
        return


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted = failure.wanted
    if failure.message == "'History' object is not subscriptable":
        yield _subscripted(failure)
    elif wanted is not None and wanted.kind == KEY and wanted.owner == "filepath":
        if wanted.member in OTHER_NAME:
            yield from _file_name(failure, wanted.member)
    elif wanted is not None and wanted.kind == KEY and _of_a_history(failure):
        keys = _recorded(failure.namespace or {})
        yield from [*_missing(failure, wanted.member, keys)] or by_another_name(failure, wanted.member)
    elif isinstance(failure.exception, KeyError) and any(_asked_of_tables(failure)):
        yield from _of_a_table(failure)
    elif _of_nothing(failure) or (wanted is not None and wanted.kind == KEY):
        found = [*_in_a_callback(failure)]
        yield from found or (by_another_name(failure, wanted.member) if wanted is not None else ())


def _missing(
    failure: Failure, key: str, keys: list[str] | None, whose: str = "The training history"
) -> Iterator[Problem]:
    """A key that was not recorded, or not by this name.

    Arguments:
        keys: what was recorded; None where that is not known.
    """
    if key.startswith("val_") and keys and not any(other.startswith("val_") for other in keys):
        lost = lost_validation("KA301", key, whose, failure)
        yield from _without_validation(key, keys, whose) if lost is None else (lost,)
        return
    if key == "lr" and keys and "learning_rate" in keys:
        yield _rate(failure, keys, whose)
    if key not in OTHER_NAME:
        return
    if keys is not None and not any("acc" in each for each in keys):
        yield _without_metrics(key, keys, whose, failure)
        return
    edits = [
        edit for name in OTHER_NAME for edit in _renamed(failure.source, name, keys) if name == key or keys is not None
    ]
    new = _name_now(key, keys)
    proposal = Proposal(
        f"Use {new!r}",
        tuple(edits),
        evidence=f"The history in this kernel has {', '.join(map(repr, keys))}." if keys is not None else "",
        differs="" if keys is not None else f"No training history is in this session, so that {new!r} is a guess.",
    )
    advice = Fix(
        "manual",
        f"Write {OTHER_NAME[key]} for {key} where it is asked for: in a file name such as "
        f"'{{{OTHER_NAME[key]}:.2f}}', in monitor=..., or give metrics=['{of_training(key)}'] to compile.",
    )
    yield Problem(
        rule="KA301",
        severity=ERROR,
        title=f"{whose} has no {key!r}",
        cause=_AS_GIVEN,
        reference=key,
        fixes=() if edits else (advice,),
        proposals=(proposal,) if edits else (),
    )


def _without_metrics(key: str, keys: list[str], whose: str, failure: Failure) -> Problem:
    facts = failing.facts_of(failure)
    edits = []
    for call in failing.calls_of("compile", facts) if facts is not None else ():
        if facts is not None and call.keywords and not any(item.arg in (None, "metrics") for item in call.keywords):
            at = failing.end_range(call.keywords[-1].value, facts)
            edits.append(Edit(at, f", metrics=['{of_training(key)}']"))
    return Problem(
        rule="KA301",
        severity=ERROR,
        title=f"{whose} has no {key!r}: the model was compiled without that metric",
        cause=f"It has {', '.join(map(repr, keys))}. Keras records the loss, and each metric that compile is given.",
        reference=key,
        fixes=(Fix("manual", f"Give compile metrics=['{of_training(key)}'], and train again."),),
        proposals=(
            Proposal(
                "Give compile the metric", tuple(edits), "Keras computes it beside the loss; it changes no training."
            ),
        )
        if len(edits) == 1
        else (),
    )


def _rate(failure: Failure, keys: list[str], whose: str) -> Problem:
    """What a schedule or a callback set, which Keras 2 recorded as ``lr``."""
    edits = tuple(_asked(failure.source, "lr", "learning_rate"))
    evidence = f"The history in this kernel has {', '.join(map(repr, keys))}."
    return Problem(
        rule="KA301",
        severity=ERROR,
        title=f"{whose} has no 'lr'",
        cause="Keras 3 records the rate that a callback sets as 'learning_rate'.",
        reference="lr",
        fixes=() if edits else (Fix("manual", "Write learning_rate for lr where it is asked for."),),
        proposals=(Proposal("Use 'learning_rate'", edits, evidence),) if edits else (),
    )


def _renamed(source: str, old: str, keys: list[str] | None) -> Iterator[Edit]:
    """``['acc']`` and ``.get('acc')`` by the name that was recorded."""
    new = _name_now(old, keys)
    if new and (keys is None or old not in keys):
        yield from _asked(source, old, new)


def _asked(source: str, old: str, new: str) -> Iterator[Edit]:
    for match in re.finditer(rf"""(?<=\[)(['"]){old}\1(?=\])|(?<=\.get\()(['"]){old}\2(?=[,)])""", source):
        yield Edit(_range(source, match.start() + 1, match.end() - 1), new)


def _name_now(old: str, keys: list[str] | None) -> str:
    if keys is None or OTHER_NAME.get(old) in keys:
        return OTHER_NAME.get(old, "")
    if old not in OTHER_NAME:
        return recorded_as(old, keys)
    return next((key for key in keys if key.startswith("val_") == old.startswith("val_") and "acc" in key), "")


def _of_a_table(failure: Failure) -> Iterator[Problem]:
    """Columns of a table that was made of a history: ``pd.DataFrame(h.history)[['acc', 'val_acc']]``."""
    facts = failing.facts_of(failure)
    asked = [(node, key, keys) for node, key, keys in _asked_of_tables(failure) if key not in keys]
    without = [(key, keys) for _, key, keys in asked if not _name_now(key, keys)]
    if without or not asked or facts is None:
        for key, keys in without[:1]:
            yield from _missing(failure, key, keys, _TABLE)
        return
    edits = []
    for node, key, keys in asked:
        text = failing.text_of(node, facts)
        edits.append(Edit(facts.cell.range(node), f"{text[0]}{_name_now(key, keys)}{text[-1]}"))
    _, key, keys = asked[0]
    title = "Use " + " and ".join(dict.fromkeys(repr(_name_now(key, keys)) for _, key, keys in asked))
    yield Problem(
        rule="KA301",
        severity=ERROR,
        title=f"{_TABLE} has no {key!r}",
        cause=_AS_GIVEN if key in OTHER_NAME else why(key, _name_now(key, keys)),
        reference=key,
        proposals=(Proposal(title, tuple(edits), f"It has {', '.join(map(repr, keys))}."),),
    )


def _asked_of_tables(failure: Failure) -> Iterator[tuple[ast.expr, str, list[str]]]:
    """The names of columns that the cell asks tables of a history for, and the columns that these have."""
    facts = failing.facts_of(failure)
    for node in ast.walk(facts.cell.tree) if facts and facts.cell.tree else ():
        if not isinstance(node, ast.Subscript):
            continue
        place, owner = index(node), node.value
        if isinstance(owner, ast.Attribute) and owner.attr == "loc" and isinstance(place, ast.Tuple):
            place, owner = place.elts[-1], owner.value
        keys = _columns(owner, failure)
        for each in place.elts if isinstance(place, (ast.List, ast.Tuple)) else [place] if keys else ():
            name = string(each) if isinstance(each, ast.expr) else None
            if keys and name is not None:
                yield each, name, keys


def _columns(node: ast.expr, failure: Failure) -> list[str]:
    """Those of a table that was made of a history; none of any other."""
    made = isinstance(node, ast.Call) and last_name(node.func) == "DataFrame" and node.args
    value = failing.value_of(node.args[0] if made else node, failure)  # type: ignore[attr-defined]
    if made and type(value) is dict:
        names = list(value)
    elif not made and session.is_exactly(value, "pandas", "DataFrame"):
        names = list(session.attribute(value, "columns"))
    else:
        return []
    named = [name for name in names if type(name) is str]  # another key may compare as it likes
    return named if "loss" in named else []


def _of_nothing(failure: Failure) -> bool:
    """``logs.get('acc') > 0.9``: what is not there is None."""
    return isinstance(failure.exception, TypeError) and "not supported between instances of" in failure.message


def _in_a_callback(failure: Failure) -> Iterator[Problem]:
    """The values of an epoch, which Keras gives to a callback as ``logs``."""
    facts = failing.facts_of(failure)
    for node in failing.nodes(failure, facts) if facts else ():
        asked, key = _asked_for(node)
        logs = failing.value_of(asked, failure)
        if type(logs) is dict and "loss" in logs and "compile_metrics" not in logs and key and key not in logs:
            name = failing.text_of(asked, facts) if asked is not None and facts else "logs"
            yield from _missing(failure, key, [str(each) for each in logs], name)
            return


def _asked_for(node: ast.expr) -> tuple[ast.expr | None, str]:
    """The dictionary and the key of ``logs['acc']`` and ``logs.get('acc')``."""
    if isinstance(node, ast.Subscript):
        key = getattr(node.slice, "value", None)  # an Index, up to Python 3.8, has the Constant in it
        key = getattr(key, "value", key)
        return node.value, key if type(key) is str else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        key = getattr(node.args[0], "value", None)
        return node.func.value, key if type(key) is str else ""
    return None, ""


def _of_a_history(failure: Failure) -> bool:
    """Whether the key was asked of a training history: other dictionaries and tables have keys of their own."""
    end = failure.end
    if end is not None and end.place != "cell":
        return False
    facts = failing.facts_of(failure)
    histories = [value for _, value in session.variables(failure.namespace) if session.is_kind(value, "History")]
    for node in failing.nodes(failure, facts) if facts else ():
        if facts and isinstance(node, ast.Subscript):
            thing = failing.value_of(node.value, failure)
            known = thing is not None and any(thing is session.own(history, "history") for history in histories)
            if known or "hist" in failing.text_of(node.value, facts).lower():
                return True
    return False


def _without_validation(key: str, keys: list[str], whose: str) -> Iterator[Problem]:
    """What was recorded shows that fit had nothing to validate with."""
    if key[len("val_") :] in (*keys, *OTHER_NAME):
        yield Problem(
            rule="KA301",
            severity=ERROR,
            title=f"{whose} has no {key!r}, because fit had no validation data",
            cause=f"It has {', '.join(map(repr, keys))}. Values for validation data are there only if fit gets such "
            "data.",
            reference=key,
            fixes=(
                Fix("manual", "Give fit validation data: validation_data=(x_test, y_test), or validation_split=0.2."),
            ),
        )


def _file_name(failure: Failure, key: str) -> Iterator[Problem]:
    """A checkpoint's file name asks for a metric that is recorded under another name."""
    new, keys = OTHER_NAME[key], _logs(failure)
    if keys and new not in keys:
        if not any("val_" in each for each in keys):
            yield from _without_validation(key, keys, "What fit records")
        return
    found = list(re.finditer(rf"\{{{key}(?=[:}}])", failure.source))
    edits = [Edit(_range(failure.source, match.start() + 1, match.end()), new) for match in found]
    yield Problem(
        rule="KA301",
        severity=ERROR,
        title=f"The checkpoint's file name uses {key!r}, which is not in the training history",
        cause=_AS_GIVEN,
        reference=key,
        fixes=(Fix("manual", f"Write {{{new}}} for {{{key}}} in the file name of the checkpoint."),),
        proposals=(Proposal(f"Use {new!r}", tuple(edits), differs="The files get other names."),) if edits else (),
    )


def _logs(failure: Failure) -> list[str]:
    """The names of what an epoch recorded, as the callback got them."""
    frames = reversed([*failing.python_frames(failure)])  # the outer ones hold those of training alone
    held = (frame.f_locals.get("logs") for frame in frames)
    return next(([each for each in logs if type(each) is str] for logs in held if type(logs) is dict), [])


def _subscripted(failure: Failure) -> Problem:
    facts = failing.facts_of(failure)
    edits = [
        Edit(failing.end_range(node.value, facts), ".history")
        for node in (failing.nodes(failure, facts) if facts else ())
        if isinstance(node, ast.Subscript) and session.is_kind(failing.value_of(node.value, failure), "History")
        if facts
    ]
    return Problem(
        rule="KA301",
        severity=ERROR,
        title="fit returns an object; the recorded values are in its attribute history",
        cause="history.history is a dictionary with one list of values per metric.",
        reference="History",
        fixes=() if edits else (Fix("manual", "Write history.history['loss']."),),
        proposals=(Proposal("Use its attribute history", tuple(edits), "It is a dictionary."),) if edits else (),
    )


def _recorded(namespace: Mapping[str, Any]) -> list[str] | None:
    """The keys of the one training history in the namespace."""
    found = []
    for _, value in session.variables(namespace):
        if session.is_kind(value, "History"):
            keys = session.own(value, "history")
            if type(keys) is dict:
                found.append([str(key) for key in keys])
    return found[-1] if found else None


def _range(text: str, start: int, end: int) -> Range:
    line = text.count("\n", 0, start) + 1
    first = text.rfind("\n", 0, start) + 1
    return Range(line, start - first, line, end - first)


RULE = Rule(
    code="KA301",
    name="key of the training history",
    lesson=Lesson(
        what="`history.history['acc']`, or `{val_acc:.2f}` in a checkpoint's file name, ends in KeyError: 'acc'.",
        why="Since Keras 2.3 a metric is stored under the name you give to compile. Before, 'accuracy' was "
        "shortened to 'acc'.",
        since="keras 2.3",
        before="import numpy as np\nfrom keras import Sequential, layers\nmodel = Sequential([layers.Dense(1)])\n"
        "model.compile('sgd', 'mse', metrics=['accuracy'])\n"
        "history = model.fit(np.ones((4, 2)), np.ones(4), verbose=0)\nhistory.history['acc']",
        after="import numpy as np\nfrom keras import Sequential, layers\nmodel = Sequential([layers.Dense(1)])\n"
        "model.compile('sgd', 'mse', metrics=['accuracy'])\n"
        "history = model.fit(np.ones((4, 2)), np.ones(4), verbose=0)\nhistory.history['accuracy']",
        target="tensorflow==2.16.2",
        related=("KA101",),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
)

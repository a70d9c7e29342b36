"""``json.dump(history.history)``: callbacks record the learning rate as a number of NumPy, which JSON does not know."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_REFUSED = re.compile(r"^Object of type float\d+ is not JSON serializable")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not isinstance(failure.exception, TypeError) or not _REFUSED.search(failure.message):
        return
    for call in failing.calls(failure, facts):
        recorded = failing.value_of(call.args[0], failure) if call.args else None
        names = _of_numpy(recorded)
        if last_name(call.func) not in ("dump", "dumps") or not names or _has_default(call):
            continue
        last = max([*call.args, *(item.value for item in call.keywords)], key=_place)
        text = failing.text_of(call.args[0], facts)
        yield problem(
            "KA391",
            Finding(
                title=f"{text if len(text) <= 40 else 'The history'} holds numbers of NumPy for {', '.join(names)}, "
                "which JSON does not know",
                cause="A callback such as ReduceLROnPlateau records the learning rate as it is, in float32.",
                changes=(
                    Change(
                        "Make them numbers of Python",
                        ((failing.end_range(last, facts), ", default=float"),),
                        evidence="json calls default for what it does not know.",
                    ),
                ),
                reference="json.dump",
            ),
            facts,
        )
        return


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _has_default(call: ast.Call) -> bool:
    return any(item.arg in ("default", "cls", None) for item in call.keywords)


def _of_numpy(recorded: Any) -> list[str]:
    """The names in a training history whose values are numbers of NumPy with a fraction; none of anything else."""
    if type(recorded) is not dict or "loss" not in [key for key in recorded if type(key) is str]:
        return []
    lists = {name: value for name, value in recorded.items() if type(name) is str and type(value) is list}
    found = [name for name, value in lists.items() if any(_is_fraction(each) for each in value)]
    return found if len(lists) == len(recorded) else []


def _is_fraction(value: Any) -> bool:
    return session.is_exactly(value, "numpy", "float16", "float32")


RULE = Rule(
    code="KA391",
    name="training history as JSON",
    lesson=Lesson(
        what="`json.dump(history.history, file)` ends in TypeError: Object of type float32 is not JSON serializable.",
        why="A callback that changes the learning rate has it recorded, as a number of NumPy. json writes numbers of "
        "Python, and gives all others to the function default.",
        before="import json\nimport keras\nimport numpy as np\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "plateau = keras.callbacks.ReduceLROnPlateau('loss')\n"
        "history = model.fit(np.ones((4, 2)), np.ones(4), callbacks=[plateau], verbose=0)\n"
        "json.dumps(history.history)",
        after="import json\nimport keras\nimport numpy as np\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "plateau = keras.callbacks.ReduceLROnPlateau('loss')\n"
        "history = model.fit(np.ones((4, 2)), np.ones(4), callbacks=[plateau], verbose=0)\n"
        "json.dumps(history.history, default=float)",
        target="tensorflow==2.15.1",
        related=("KA301",),
    ),
    on_failure=on_failure,
)

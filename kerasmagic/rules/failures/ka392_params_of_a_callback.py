"""``self.params['metrics']`` of a callback: fit gives it verbose, epochs and steps alone."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Mapping

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import index, string

_NEW_NAMES = {"nb_epoch": "epochs"}
_ADVICE = {
    "metrics": "Take the names from logs in on_epoch_end: for name, value in logs.items(). A list for each name "
    "is made there, too: values.setdefault(name, []).append(value).",
    "do_validation": "Ask logs in on_epoch_end: 'val_loss' in logs.",
    "batch_size": "Give {callback} an __init__ that takes it, and write {callback}(batch_size=32).",
    "samples": "Give {callback} an __init__ that takes their number, and write {callback}(samples=len(x_train)); "
    "self.params['steps'] counts the batches.",
}
_ADVICE["nb_sample"] = _ADVICE["samples"]


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not isinstance(failure.exception, (KeyError, TypeError)):
        return
    for node in failing.nodes(failure, facts):
        owner, key = _asked(node, isinstance(failure.exception, KeyError))
        callback: Any = failing.value_of(owner.value, failure) if owner is not None else None
        params = session.own(callback, "params", "_params") if session.is_kind(callback, "Callback") else None
        if type(params) is dict and key not in params and (key in _ADVICE or key in _NEW_NAMES):
            yield problem("KA392", _finding(node, key, params, callback, facts), facts)
            return


def _asked(node: ast.expr, by_key: bool) -> tuple[ast.Attribute | None, str]:
    """``self.params`` and the key of ``self.params['metrics']``; of ``self.params.get('metrics')``, which is None."""
    owner: ast.expr | None = None
    key: str | None = None
    if by_key and isinstance(node, ast.Subscript):
        owner, key = node.value, string(index(node))
    elif not by_key and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        owner, key = node.func.value if node.func.attr == "get" else None, string(node.args[0])
    is_it = isinstance(owner, ast.Attribute) and owner.attr == "params" and key is not None
    return (owner, key or "") if is_it and isinstance(owner, ast.Attribute) else (None, "")


def _finding(node: ast.expr, key: str, params: Mapping[str, Any], callback: Any, facts: CellFacts) -> Finding:
    has = ", ".join(repr(each) for each in params if type(each) is str)
    new = _NEW_NAMES.get(key, "")
    text = failing.text_of(node, facts)
    changes = (Change(f"Ask for {new!r}", ((node, text.replace(key, new)),)),) if new in params else ()
    return Finding(
        title=f"The params of a callback have no {key!r}",
        cause=f"They have {has}. TensorFlow 2.2 and newer give no more; Keras before 2.4 did.",
        changes=changes,
        advice=(_ADVICE.get(key, f"Take {new}.").format(callback=session.class_name(callback)),),
        reference="Callback.params",
    )


RULE = Rule(
    code="KA392",
    name="params of a callback",
    lesson=Lesson(
        what="`self.params['metrics']` in a callback ends in KeyError: 'metrics'.",
        why="fit tells a callback verbose, epochs and steps. Which metrics there are shows in logs, at the end of the "
        "first epoch.",
        since="tensorflow 2.2",
        before="import keras\nimport numpy as np\nclass Names(keras.callbacks.Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n        print(self.params['metrics'])\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(np.ones((4, 2)), np.ones(4), callbacks=[Names()], verbose=0)",
        after="import keras\nimport numpy as np\nclass Names(keras.callbacks.Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n        print(list(logs))\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(np.ones((4, 2)), np.ones(4), callbacks=[Names()], verbose=0)",
        target="tensorflow==2.20.0",
        related=("KA301",),
    ),
    on_failure=on_failure,
)

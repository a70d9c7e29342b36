"""A loss that a tape cannot follow, since the cell took its value out of TensorFlow: ``np.mean(…)``, ``.numpy()``."""

from __future__ import annotations

import ast
import re

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.named import of_module
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure

NO_TENSOR = re.compile(r"'([\w.]+)' object has no attribute '(?:_id|dtype)'")
"""What a tape says of whatever is no tensor and no variable."""
_OF_TENSORFLOW = {
    "mean": "reduce_mean",
    "sum": "reduce_sum",
    "max": "reduce_max",
    "min": "reduce_min",
    "square": "square",
    "sqrt": "sqrt",
    "abs": "abs",
    "exp": "exp",
    "log": "math.log",
    "maximum": "maximum",
    "minimum": "minimum",
}


def number_for_a_loss(target: ast.expr | None, failure: Failure, facts: CellFacts) -> Finding | None:
    """What is wrong with the first argument of ``tape.gradient(loss, variables)``; None where that is a tensor."""
    said = NO_TENSOR.search(failure.message)
    if said is None or target is None:
        return None
    value, made = failing.value_of(target, failure), _made(target, facts)
    taken = _takes_out(made, failure)
    is_number = type(value) in (int, float) or session.root(value) == "numpy"
    if not is_number and (value is not None or taken is None):
        return None
    changes = _edits(made, failure, facts)
    name, text = failing.text_of(target, facts), failing.text_of(taken, facts) if taken is not None else ""
    return Finding(
        title=f"The loss {name[:40]} is a number ({said[1]}), and the tape follows tensors only",
        cause=f"{text[:60]} takes its value out of TensorFlow, and with it how it was computed."
        if text
        else "It was computed outside of TensorFlow.",
        changes=(Change("Compute the loss with TensorFlow", changes),) if changes else (),
        advice=(
            "Compute the loss with TensorFlow's functions inside of the tape, tf.reduce_mean(…) for np.mean(…); take "
            "its value (.numpy(), float) after tape.gradient.",
        ),
        reference="tf.GradientTape",
    )


def _made(target: ast.expr, facts: CellFacts) -> ast.expr | None:
    """What a loss is computed by: where the cell gives its name a value, or the expression itself."""
    if not isinstance(target, ast.Name):
        return target
    given = [*failing.assigned(target.id, facts)]
    return given[0] if len(given) == 1 else None


def _takes_out(made: ast.expr | None, failure: Failure) -> ast.Call | None:
    """The outermost call that makes a number of a tensor: ``float(…)``, ``….numpy()``, a function of NumPy."""
    calls = [node for node in ast.walk(made) if isinstance(node, ast.Call)] if made is not None else []
    return next((call for call in calls if _leaves(call, failure)), None)


def _leaves(call: ast.Call, failure: Failure) -> bool:
    named = isinstance(call.func, ast.Name) and call.func.id == "float"
    return named or _is_numpy_method(call) or bool(failing.function_of_numpy(call, failure))


def _is_numpy_method(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("numpy", "item") and not call.args


def _edits(made: ast.expr | None, failure: Failure, facts: CellFacts) -> tuple[tuple[ast.expr, str], ...]:
    """The same loss with TensorFlow; nothing where a function of NumPy has no plain counterpart there."""
    tensorflow = of_module("tensorflow", facts, failure.namespace)
    found: list[tuple[ast.expr, str]] = []
    for call in (node for node in ast.walk(made) if isinstance(node, ast.Call)) if made is not None else ():
        name = failing.function_of_numpy(call, failure)
        if name:
            if name not in _OF_TENSORFLOW or call.keywords or len(call.args) > 2 or not tensorflow.is_bound:
                return ()
            found.append((call.func, f"{tensorflow.text}.{_OF_TENSORFLOW[name]}"))
        elif _leaves(call, failure):
            inner = call.args[0] if call.args else call.func.value  # type: ignore[attr-defined]
            if any(_leaves(node, failure) for node in ast.walk(inner) if isinstance(node, ast.Call)):
                return ()
            found.append((call, failing.text_of(inner, facts)))
    return tuple(found)

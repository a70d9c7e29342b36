"""``plot_model`` without pydot or graphviz."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_NAMES = ("pydot", "pydotplus", "pydot_ng")


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (ImportError, OSError)) or "pydot" not in failure.message:
        return
    if not any(find_spec(name) for name in _NAMES):
        yield _problem(
            "plot_model draws with pydot, which is not installed",
            "pydot needs the program graphviz, too, which pip does not bring.",
            Fix("install", "Install pydot", commands=("%pip install pydot",)),
            _GRAPHVIZ,
        )
    elif "graphviz" in failure.message.lower():
        yield _problem(
            "plot_model draws with the program dot of graphviz, which is not found",
            "pydot is installed, and hands the drawing over to dot; pip does not bring that.",
            _GRAPHVIZ,
        )


_GRAPHVIZ = Fix(
    "manual", "Install graphviz on the machine; on Ubuntu and Colab", commands=("!apt-get install -y graphviz",)
)


def _problem(title: str, cause: str, *fixes: Fix) -> Problem:
    return Problem("KE129", ERROR, title, cause, reference="keras.utils.plot_model", fixes=fixes)


RULE = Rule(
    code="KE129",
    name="plot_model without pydot",
    lesson=Lesson(
        what='`keras.utils.plot_model(model)` says "You must install pydot", or "and install graphviz", and draws '
        "nothing.",
        why="Keras writes the graph with pydot, a Python package, which starts dot, a program of graphviz. pip "
        "installs the "
        "first, and the system's packages (apt, brew, conda) the second.",
        related=("KE101",),
    ),
    on_failure=_on_failure,
)

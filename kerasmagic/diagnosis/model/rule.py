"""The form of a rule: one idea, its lesson, and the entrances through which it sees trouble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable

from .problem import Fix, Problem


@dataclass(frozen=True)
class Lesson:
    """What a rule teaches; ``%keras_explain CODE`` shows it, and the tests run its examples."""

    what: str
    """What happens, in a sentence or two."""
    why: str
    """Why it happens."""
    since: str = ""
    """The first release that behaves so, as measured: "keras 3.0"."""
    before: str = ""
    """Code that shows the trouble."""
    after: str = ""
    """The same code, as it works."""
    target: str = ""
    """The release in which ``before`` fails and ``after`` works: "tensorflow==2.16.2"."""
    related: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {**self.__dict__, "related": list(self.related)}


@dataclass(frozen=True)
class Rule:
    """One idea. A module in ``rules/`` holds one of these by the name ``RULE``.

    A rule has one or more entrances; each yields problems, and yields nothing when it is unsure.
    """

    code: str
    """``KI`` imports and missing names, ``KA`` arguments and methods, ``KE`` environment, ``KO`` optimizers, ``KM``
    saved models, followed by three digits."""
    name: str
    """The idea in three or four words, for lists: "submodule that was flattened"."""
    lesson: Lesson
    on_cell: Callable[..., Iterable[Problem]] | None = None
    """``on_cell(facts, world)``: reads what a cell refers to, before it runs (``engine.CellFacts``, "
    "``world.World``)."""
    on_failure: Callable[..., Iterable[Problem]] | None = None
    """``on_failure(failure, world)``: reads an exception that a cell raised (``failure.Failure``)."""
    fixes: Callable[..., Iterable[Fix]] | None = None
    """``fixes(problem, facts, world, whole)``: ways out of a problem that ``on_cell`` found, asked for only when they
    are to be shown; ``whole`` corrects all else in the cell, too."""
    on_environment: Callable[..., Iterable[Problem]] | None = None
    """``on_environment(snapshot)``: reads what is installed and loaded (``kernel.snapshot.Snapshot``)."""
    on_optimizer: Callable[..., Iterable[Problem]] | None = None
    """``on_optimizer(optimizer, model, namespace)``: reads a live optimizer that the user asked about, the model that
    holds it (or None) and the user's variables."""
    on_model: Callable[..., Iterable[Problem]] | None = None
    """``on_model(model, loader)``: reads what a saved model says about itself (``saved.model.SavedModel``) and the
    Keras that is to load it (``saved.loader.Loader``)."""

"""The form of a rule: one idea, its lesson, and the entrances through which it sees trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, NamedTuple, Sequence

from .argument import Argument
from .move import Move
from .problem import Problem, Way

if TYPE_CHECKING:
    from ...kernel.snapshot import Snapshot
    from ...saved.loader import Loader
    from ...saved.model import SavedModel
    from ..evidence.cell import CellFacts
    from ..evidence.failure import Failure
    from ..resolve.world import World


class Lesson(NamedTuple):
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
        return {**self._asdict(), "related": list(self.related)}


ALIAS, CASE, PACKAGE, MODULE, NAME, ATTRIBUTE, METHOD, ARGUMENT, DEFAULT, VALUE, GRAPH, UNREADABLE = (
    "alias",
    "case",
    "package",
    "module",
    "name",
    "attribute",
    "method",
    "argument",
    "default",
    "value",
    "graph",
    "saved model",
)
"""What can be missing: a variable that is taken for a module (``tf``), a package in the wrong case, a package, a
module, an imported name, an attribute of a module or class, a method of an object, an argument of a call, the default
that an argument had, the value of a tensor, the graph that a program builds, a model in a file."""


FAILS, ELSEWHERE = "fails", "elsewhere"
"""What becomes of an install: it ends with an error, or in a folder that this kernel does not look into."""


class Rule(NamedTuple):
    """One idea. A module in a family's folder holds one of these by the name ``RULE``.

    A rule has one or more entrances; each yields problems, and yields nothing when it is unsure. None of them says
    how good its edits are: it proposes them, and the engine applies, reads, resolves and grades.
    """

    code: str
    """``KI`` imports and missing names, ``KA`` arguments and methods, ``KE`` environment, ``KO`` optimizers, ``KM``
    saved models, followed by three digits."""
    name: str
    """The idea in three or four words, for lists: "submodule that was flattened"."""
    lesson: Lesson
    on_cell: Callable[[CellFacts, World], Iterable[Problem]] | None = None
    """``on_cell(facts, world)``: reads what a cell refers to, before it runs."""
    on_failure: Callable[[Failure, World], Iterable[Problem]] | None = None
    """``on_failure(failure, world)``: reads an exception that a cell raised."""
    on_answer: Callable[[Sequence[Problem], Failure, World], Iterable[Problem]] | None = None
    """``on_answer(found, failure, world)``: reads an exception with what the others say of it. What it yields is told
    first: it is the reason why the program does not run as its settings say."""
    fixes: Callable[[Problem, CellFacts, World], Iterable[Way]] | None = None
    """``fixes(problem, facts, world)``: ways out of a problem that ``on_cell`` found, best first, asked for only when
    they are to be shown."""
    on_environment: Callable[[Snapshot], Iterable[Problem]] | None = None
    """``on_environment(snapshot)``: reads what is installed and loaded."""
    on_optimizer: Callable[[Any, Any, Mapping[str, Any]], Iterable[Problem]] | None = None
    """``on_optimizer(optimizer, model, namespace)``: reads a live optimizer that the user asked about, the model that
    holds it (or None) and the user's variables."""
    on_model: Callable[[SavedModel, Loader], Iterable[Problem]] | None = None
    """``on_model(model, loader)``: reads what a saved model says about itself, and the Keras that is to load it."""
    tells: str = ""
    """What is missing where this rule tells of it and no more special one does: ``module``, ``argument``…"""
    moves: tuple[Move, ...] = ()
    """Names that went elsewhere, of which this rule tells."""
    arguments: tuple[Argument, ...] = ()
    """Arguments that are called otherwise or gone, of which this rule tells."""
    instead: Callable[[str], str] | None = None
    """``instead(method)``: what to do in the place of calling a method that is gone; "" where that is not known."""
    install: str = ""
    """Of an install in a cell: it ``fails``, or goes ``elsewhere``."""
    command: bool = False
    """Of a cell: it tells of a command that fails and raises nothing."""
    is_cause: bool = False
    """Of an environment, or a failure: where this is wrong, other problems may only be its consequences."""
    is_general: bool = False
    """Of a failure: this is asked only where no other rule has an answer; of several such, the first that has one."""
    is_easy: bool = False
    """Of a saved model: an argument of load_model gets around it."""

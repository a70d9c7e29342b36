"""A name that stands for something else by now: which line made it what the cell takes it for, and which line gave it
away."""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple, Sequence

from ...catalog.target import Found
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.history import Bound, Ran, asked_between, bindings_of
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.words import with_article
from ...diagnosis.resolve.world import World
from ...source.bindings import object_value
from ...source.nodes import last_name
from ...source.values import Subclass

MODEL, HISTORY = "tensorflow.keras.Model", "tensorflow.keras.callbacks.History"
FITS = ("fit", "fit_generator")
_GIVE_MODELS = ("load_model", "model_from_json", "clone_model")
_OF_MODELS = frozenset(("compile", "evaluate", "summary", "add", "get_layer", "fit_generator", "save_weights"))
"""What is asked of models of Keras, and hardly of those of other packages."""
_OF_HISTORIES = ("history", "epoch", "params", "model")
"""What fit sets of a History."""
_GIVEN_BY_MODELS = (*FITS, "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch", "history")
_LIBRARIES = ("keras", "tf_keras", "tensorflow")
CLASS, MODULE, FUNCTION, TEXT = "class", "module", "function", "text"


class Was(NamedTuple):
    """What a line made of a name."""

    kind: str
    """``class`` (an object of one), ``module``, ``function`` (or a class, which is called, too) or ``text``."""
    name: str
    """The dotted name of the class or the module; the text."""


class Lost(NamedTuple):
    """A name that stands for another object by now."""

    name: str
    member: str
    """What was asked of it; empty where it was called, or given to a call."""
    thing: Any
    """What it stands for."""
    was: Was
    made: Bound
    """The line that made it what the cell takes it for."""
    taken: Bound
    """The line that gave it to another object."""

    @property
    def owner(self) -> str:
        """The class of Keras whose object it was: "Sequential", "History"; of others nothing."""
        return self.was.name.rpartition(".")[2] if self.was.kind == CLASS else ""

    @property
    def is_now(self) -> str:
        """With its article: "a list", "an ndarray"."""
        kind = session.class_name(self.thing)
        return "a number" if kind in ("int", "float", "float32", "float64") else with_article(kind)


def lost_attribute(
    name: str, member: str, thing: Any, cells: Sequence[Ran], failure: Failure, world: World
) -> Lost | None:
    """How a name came to stand for an object without this attribute; None where no line shows that it stood for one of
    Keras that has it."""
    bound = _bound(name, thing, cells, failure)
    for made in reversed(bound[:-1]):
        was = _made(made, name, failure)
        if was is None and asked_between(name, made, bound[-1], cells) & _OF_MODELS:
            was = Was(CLASS, MODEL)
        if was is not None and _has(was, member, world) and not _is_still(was, thing):
            return Lost(name, member, thing, was, made, bound[-1])
    return None


def lost_function(name: str, thing: Any, cells: Sequence[Ran], failure: Failure) -> Lost | None:
    """How a name that is called came to stand for what cannot be called, where Keras has to do with it."""
    bound = _bound(name, thing, cells, failure)
    for made in reversed(bound[:-1]):
        was = _made(made, name, failure)
        if was is not None and was.kind in (CLASS, FUNCTION) and was.name != HISTORY:
            of_keras = was.name.partition(".")[0] in _LIBRARIES or session.is_of_keras(thing)
            return Lost(name, "", thing, was, made, bound[-1]) if of_keras or _is_of_a_model(bound[-1]) else None
    return None


def lost_setting(name: str, thing: Any, cells: Sequence[Ran], failure: Failure) -> Lost | None:
    """How a name that a model is compiled with came to stand for a number."""
    bound = _bound(name, thing, cells, failure)
    for made in reversed(bound[:-1]):
        was = _made(made, name, failure)
        if was is not None and was.kind != MODULE and was.name != HISTORY:
            return Lost(name, "", thing, was, made, bound[-1])
    return None


def _bound(name: str, thing: Any, cells: Sequence[Ran], failure: Failure) -> list[Bound]:
    """The lines that gave a name to something; none where the last of them gave it to another thing than it is, so that
    one is not known."""
    bound = bindings_of(name, cells)
    last = _made(bound[-1], name, failure) if bound else None
    if last is None or (last.kind == CLASS and session.is_kind(thing, last.name.rpartition(".")[2])):
        return bound
    return []


def imported(statement: ast.stmt, name: str) -> tuple[str, str]:
    """The import that binds a name, alone in its statement, and what it imports: ``("from keras import layers",
    "keras.layers")``; empty where it is no import."""
    for alias in statement.names if isinstance(statement, (ast.Import, ast.ImportFrom)) else ():
        as_name = f" as {alias.asname}" if alias.asname else ""
        if isinstance(statement, ast.ImportFrom):
            if (alias.asname or alias.name) == name and statement.module and not statement.level:
                return f"from {statement.module} import {alias.name}{as_name}", f"{statement.module}.{alias.name}"
        elif alias.asname == name or (not alias.asname and alias.name.partition(".")[0] == name):
            return f"import {alias.name}{as_name}", alias.name if alias.asname else name
    return "", ""


def _made(bound: Bound, name: str, failure: Failure) -> Was | None:
    """What a line made of a name, as far as that can be read."""
    if isinstance(bound.statement, (ast.FunctionDef, ast.ClassDef)) or isinstance(bound.value, ast.Lambda):
        return Was(FUNCTION, "")
    _, dotted = imported(bound.statement, name)
    if dotted:
        return Was(FUNCTION if _is_called(dotted) else MODULE, dotted)
    if isinstance(bound.value, ast.Constant):
        return Was(TEXT, bound.value.value) if type(bound.value.value) is str else None
    cls = _class_of(bound.value, failure)
    return Was(CLASS, cls) if cls else None


def _is_called(dotted: str) -> bool:
    """Whether a name is that of a class or a function, by the way Keras and TensorFlow write them: modules are plain
    words."""
    last = dotted.rpartition(".")[2]
    return last[:1].isupper() or "_" in last or dotted.rpartition(".")[0].endswith(("losses", "metrics"))


def _class_of(value: ast.expr | None, failure: Failure) -> str:
    """The class of Keras whose object a line made; empty for all else."""
    if not isinstance(value, ast.Call):
        return ""
    if last_name(value.func) in FITS and isinstance(value.func, ast.Attribute):
        return HISTORY
    if last_name(value.func) in _GIVE_MODELS:
        return MODEL
    made = failing.value_of(value.func, failure)
    known = object_value(made) if session.is_class_of_keras(made) else None
    return str(known.base if isinstance(known, Subclass) else known or "")


def _has(was: Was, member: str, world: World) -> bool:
    if was.kind == MODULE:
        return was.name.partition(".")[0] in _LIBRARIES and isinstance(
            world.attribute(f"{was.name}.{member}", frozenset((was.name,))), Found
        )
    if was.name == HISTORY:
        return member in _OF_HISTORIES
    # x and y stand for one tensor after the other: that a Variable stood there says nothing.
    of_keras = was.kind == CLASS and split_tree(was.name) is not None
    return of_keras and isinstance(world.method(was.name, member), Found)


def _is_still(was: Was, thing: Any) -> bool:
    """Whether it is an object of the same class, or another model: what these lack has other reasons."""
    if session.is_kind(thing, "Model"):
        return was.kind == CLASS and was.name != HISTORY
    return was.kind == CLASS and session.is_kind(thing, was.name.rpartition(".")[2])


def _is_of_a_model(taken: Bound) -> bool:
    """``loss, acc = model.evaluate(…)``, ``loss = history.history['loss']``"""
    value = getattr(taken.statement, "value", None)
    return any(_asked_of_models(value)) if value is not None else False


def _asked_of_models(value: ast.AST) -> Iterator[bool]:
    return (node.attr in _GIVEN_BY_MODELS for node in ast.walk(value) if isinstance(node, ast.Attribute))

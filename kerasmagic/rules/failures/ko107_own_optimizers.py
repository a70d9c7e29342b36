"""A class of the user's that was written for the optimizers of another Keras."""

from __future__ import annotations

import ast
import inspect
import re
from types import FrameType, FunctionType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.legacy_optimizers import legacy_name, written
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from ...source.bindings import assigned_attributes
from ...source.edits import Edit
from .optimizers_of_packages import package_of, told_of_a_package

_OURS = ("keras", "tf_keras", "tensorflow")
_ADDONS = "tensorflow_addons"
"""What it makes of a class is not for the user to write anew (KO111)."""
_OPTIMIZERS = frozenset(("Optimizer", "BaseOptimizer", "OptimizerV2"))
_REFUSED = re.compile(
    r"__init__\(\) missing \d+ required positional arguments?: '(?P<lacks>learning_rate|name)'"
    r"|abstract (?:class|methods?) .*get_config|update_step\(\) (?:takes|missing)"
)
_FILE = re.compile(r"^ +(?:File \"(.+)\", line \d+|(?=/)(\S+):\d+)", re.MULTILINE)
_KEPT = re.compile(r"no setter|can't set attribute")


class _Form(NamedTuple):
    """What a Keras wants of a class of optimizers."""

    step: str
    """The method that it calls for each weight."""
    start: str
    """What __init__ hands to the base class, with {rate} and {name}."""
    old: tuple[str, ...]
    """Methods, and functions of the base class, that other releases have in their place."""
    why: str


_OF_SLOTS = ("_resource_apply_dense", "_resource_apply_sparse", "_create_slots", "_prepare_local")
_OF_THE_BASE = ("_set_hyper", "_get_hyper", "add_slot", "get_slot", "_decayed_lr")
_KERAS_3 = _Form(
    "update_step(self, gradient, variable, learning_rate)",
    "learning_rate={rate}",
    ("get_updates", *_OF_SLOTS, *_OF_THE_BASE),
    "Keras calls update_step for each weight: it assigns, self.assign_sub(variable, learning_rate * gradient). In "
    "build(self, variables), after super().build(variables), make variables of your own: "
    "self.add_variable_from_reference(variable, 'm').",
)
_KERAS_2 = _Form(
    "update_step(self, gradient, variable)",
    'name="{name}"',
    ("get_updates", *_OF_SLOTS, *_OF_THE_BASE),
    "Keras calls update_step for each weight: it assigns, variable.assign_sub(self.learning_rate * gradient). Give the "
    "rate in __init__: self._learning_rate = self._build_learning_rate({rate}).",
)
_SLOTS = _Form(
    "_resource_apply_dense(self, grad, var, apply_state=None)",
    'name="{name}"',
    ("get_updates", "update_step"),
    "Keras calls _create_slots(self, var_list) once, then _resource_apply_dense for each weight. It wants "
    "get_config(self), too.",
)
_FOR_LEGACY = "Since TensorFlow 2.11 Keras calls update_step; the legacy classes work as before, up to TensorFlow 2.15."


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (TypeError, AttributeError, NotImplementedError, ValueError)):
        return
    own = _own_class(failure)
    form = _form(own) if own is not None else None
    refused = _REFUSED.search(failure.message)
    if own is None or form is None or not (refused or (_old(own, form) and _is_about_it(failure, form))):
        return
    name, lacks = session.name_of(own), refused["lacks"] if refused else None
    # the call of the class lacks it, not the class's call of its base
    if lacks in _start(own).needed and _begun(own, failure) is None:
        return
    package = package_of(own)
    if package is not None:
        yield told_of_a_package(own, package, _old(own, form), _settings(own, failure), world)
        return
    facts = failing.facts_of(failure)
    rate = _rate(own, failure)
    legacy = tuple(_on_legacy(own, form, failure, facts, world)) if facts is not None else ()
    yield Problem(
        rule="KO107",
        severity=ERROR,
        title=f"{name} is written for the optimizers of another Keras" + (f": they need {lacks} here" if lacks else ""),
        cause=_FOR_LEGACY if legacy else form.why.format(rate=rate.written),
        reference="keras.optimizers.Optimizer",
        fixes=(*_of_keras(own, world), Fix("manual", _rewriting(own, form, rate))),
        proposals=legacy,
    )


def _own_class(failure: Failure) -> type | None:
    """The user's class of optimizers that was being made, or used: in a method of its own, as the message names it, or
    where the cell makes it."""
    facts = failing.facts_of(failure)
    made = [failing.value_of(node.func, failure) for node in failing.calls(failure, facts)] if facts else []
    named = (failure.namespace or {}).get(failure.wanted.owner) if failure.wanted is not None else None
    for found in (type(failing.raising(failure)), named, *made, *_of_models(failure)):
        bases = session.bases_of(found) if isinstance(found, type) else ()
        ours = {session.name_of(base) for base in bases if session.root_of(base) in _OURS}
        if ours & _OPTIMIZERS and session.root_of(bases[0]) not in (*_OURS, _ADDONS):
            return bases[0]
    return None


def _of_models(failure: Failure) -> Iterator[type]:
    """The classes of optimizers of the models that are trained, where a step in an optimizer failed: Keras takes its
    own steps out of the traceback, and its message may name their files."""
    modules = [frame.module for frame in failure.frames]
    last = [*modules, *(one or other for one, other in _FILE.findall(str(failure.exception)))][-1:]
    for frame in failing.python_frames(failure) if last and "optimizer" in last[0] else ():
        yield type(session.own(frame.f_locals.get("self"), "optimizer", "_optimizer"))


def _users(own: type) -> list[type]:
    return [base for base in session.bases_of(own) if base is not object and session.root_of(base) not in _OURS]


def _form(own: type) -> _Form:
    """What the Keras of its base class wants."""
    theirs = [base for base in session.bases_of(own) if session.root_of(base) in _OURS]
    steps = [vars(base)["update_step"] for base in theirs if "update_step" in vars(base)]
    if not steps:
        return _SLOTS
    code = getattr(steps[-1], "__code__", None)
    return _KERAS_3 if "learning_rate" in getattr(code, "co_varnames", ()) else _KERAS_2


def _old(own: type, form: _Form) -> list[str]:
    """What the class has, or asks its base for, that this Keras has not; nothing where it has the step of today."""
    methods = {name: made for base in _users(own) for name, made in vars(base).items() if type(made) is FunctionType}
    if form.step.partition("(")[0] in methods:
        return []
    asked = {name for made in methods.values() for name in made.__code__.co_names}
    return [name for name in form.old if name in methods or (name in asked and name in _OF_THE_BASE)]


def _is_about_it(failure: Failure, form: _Form) -> bool:
    """Whether Keras, or what the class asks of its base, has failed: the class's own mistakes are others."""
    wanted = failure.wanted
    asked = wanted is not None and wanted.member in (*form.old, "_initial_decay", "get_gradients", "_hyper")
    return asked or failing.in_library(failure) or _KEPT.search(failure.message) is not None


class _Start(NamedTuple):
    """The arguments of an ``__init__``."""

    names: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    others: bool = True
    """Whether it takes any other."""


def _start(own: type) -> _Start:
    made = next((vars(base)["__init__"] for base in _users(own) if "__init__" in vars(base)), None)
    if type(made) is not FunctionType:
        return _Start()
    code = made.__code__
    places = code.co_varnames[1 : code.co_argcount]
    by_name = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    needed = places[: len(places) - len(made.__defaults__ or ())]
    return _Start((*places, *by_name), needed, bool(code.co_flags & inspect.CO_VARKEYWORDS))


class _Rate(NamedTuple):
    """The learning rate of a class: Keras takes one number, or a schedule."""

    name: str
    """What the class calls it; empty where it takes none."""
    written: str
    """How to hand one number of it to the base class."""
    several: bool
    """Whether it is several numbers: one for each group of layers."""


def _rate(own: type, failure: Failure) -> _Rate:
    name = next((name for name in ("learning_rate", "lr") if name in _start(own).names), "")
    given = _given(own, name, failure)
    if session.is_plain(given, list, tuple) and given:
        return _Rate(name, f"{name}[0]", True)
    if type(given) is dict and given:
        return _Rate(name, f"list({name}.values())[0]", True)
    if session.is_exactly(given, "numpy", "ndarray") and given.ndim == 1 and given.size:
        return _Rate(name, f"float({name}[0])", True)
    return _Rate(name, name if name and given is not None else "0.001", False)


def _begun(own: type, failure: Failure) -> FrameType | None:
    """The step in which the class's own ``__init__`` was running."""
    made = (vars(base).get("__init__") for base in _users(own))
    codes = [each.__code__ for each in made if type(each) is FunctionType]
    return next((frame for frame in failing.python_frames(failure) if frame.f_code in codes), None)


def _settings(own: type, failure: Failure) -> dict[str, Any]:
    """What the numbers of ``__init__`` were."""
    return {name: _given(own, name, failure) for name in _start(own).names}


def _given(own: type, name: str, failure: Failure) -> Any:
    """What a parameter of ``__init__`` was, where that ran last; else its default. A number where neither is known."""
    made = next((vars(base)["__init__"] for base in _users(own) if "__init__" in vars(base)), None)
    if type(made) is not FunctionType:
        return 0.0
    begun = _begun(own, failure)
    if begun is not None and name in begun.f_locals:
        return begun.f_locals[name]
    defaults = made.__defaults__ or ()
    places = made.__code__.co_varnames[: made.__code__.co_argcount]
    by_place = dict(zip(places[len(places) - len(defaults) :], defaults))
    return {**by_place, **(made.__kwdefaults__ or {})}.get(name, 0.0)


def _rewriting(own: type, form: _Form, rate: _Rate) -> str:
    """What to write in the class, in its own names."""
    given = form.start.format(rate=rate.written, name=session.name_of(own))
    words = [f"begin __init__ with super().__init__({given}{', **kwargs' if _start(own).others else ''})"]
    names = {_KERAS_3: ("iterations", "lr", "_learning_rate"), _KERAS_2: ("iterations", "lr"), _SLOTS: ()}[form]
    kept = [f"self.{name}" for name in names if name in _assigned(own)]
    words += [f"leave {' and '.join(kept)} out"] if kept else []
    without = _of_the_backend(own) if form is _KERAS_3 else []
    words += [f"keep all other numbers without {' and '.join(without)}"] if without else []
    old = [name for name in _old(own, form) if name not in _OF_THE_BASE][:1]
    words.append(f"write {form.step}" + (f" in place of {old[0]}" if old else ""))
    text = f"{', '.join(words[:-1])}, and {words[-1]}"
    base = next(base for base in session.bases_of(own) if session.root_of(base) in _OURS)
    step = form.step.partition("(")[0]
    above = session.name_of(base) if session.name_of(base) not in _OPTIMIZERS and form is not _SLOTS else ""
    told = [f"{text[0].upper()}{text[1:]}."]
    told += [f"super().{step}(…) is what {above} does."] if above else []
    several = f"{rate.name} holds several numbers: keep them, self.rates = {rate.name}, and choose one in {step}."
    told += [several] if rate.several else []
    return " ".join(told)


def _of_the_backend(own: type) -> list[str]:
    """What __init__ asks the backend for to keep its numbers in variables, and Keras 3 does not have."""
    made = (vars(base).get("__init__") for base in _users(own))
    asked = {name for each in made if type(each) is FunctionType for name in each.__code__.co_names}
    return [f"K.{name}" for name in ("name_scope", "variable") if name in asked] if "variable" in asked else []


def _assigned(own: type) -> set[str]:
    made = (vars(base).get("__init__") for base in _users(own))
    return {name for each in made if type(each) is FunctionType for name in assigned_attributes(each.__code__)}


def _of_keras(own: type, world: World) -> Iterator[Fix]:
    """One of Keras by the same name."""
    name = session.name_of(own)
    public = f"tensorflow.keras.optimizers.{name}"
    signature = world.parameters(public) if lookup(public, world) is not None else None
    if signature is not None:
        alike = ", ".join(f"{each}=…" for each in _start(own).names if each in signature.names)
        made = f"tf.keras.optimizers.{name}({alike})"
        yield Fix("manual", f"Keras has {name} itself here: use {made} in place of your class.")


def _on_legacy(own: type, form: _Form, failure: Failure, facts: CellFacts, world: World) -> Iterator[Proposal]:
    """The base class of the releases that the class was written for, which TensorFlow 2.11 to 2.15 keep."""
    if form is not _KERAS_2 or not set(_old(own, form)) & {*_OF_SLOTS, *_OF_THE_BASE}:
        return
    node, base = _base_in_the_cell(own, failure, facts)
    legacy = legacy_name(f"tensorflow.keras.optimizers.{base}", world)
    if node is not None and legacy:
        where = facts.cell.range(node)
        text, edits = written(legacy, where, facts)
        evidence = f"{legacy} has {', '.join(_old(own, form)[:2])}."
        yield Proposal("Derive from the legacy class", (Edit(where, text), *edits), evidence)


def _base_in_the_cell(own: type, failure: Failure, facts: CellFacts) -> tuple[ast.expr | None, str]:
    """Where the definition of the class names the class of Keras, and the name of that."""
    names = {session.name_of(each) for each in _users(own)}
    defined = (node for node in facts.cell.placed if isinstance(node, ast.ClassDef) and node.name in names)
    for node in (base for each in defined for base in each.bases):
        base = failing.value_of(node, failure)
        if isinstance(base, type) and session.root_of(base) in _OURS:
            return node, session.name_of(base)
    return None, ""


RULE = Rule(
    code="KO107",
    name="optimizer of the user's",
    lesson=Lesson(
        what="`class AdamW(Optimizer)` of an old program ends in TypeError: __init__() missing 1 required positional "
        "argument, or in AttributeError: object has no attribute '_set_hyper'.",
        why="The class to derive from has changed twice: with tf.keras, with TensorFlow 2.11, and with Keras 3 its "
        "first argument is the learning rate.",
        since="keras 3.0",
        before="import keras\nclass Own(keras.optimizers.Optimizer):\n    def __init__(self, lr=0.1, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.lr = lr\nOwn()",
        after="import keras\nclass Own(keras.optimizers.Optimizer):\n"
        "    def __init__(self, learning_rate=0.1, **kwargs):\n"
        "        super().__init__(learning_rate=learning_rate, **kwargs)\n"
        "    def update_step(self, gradient, variable, learning_rate):\n"
        "        self.assign_sub(variable, gradient * learning_rate)\nOwn()",
        target="tensorflow==2.16.2",
        related=("KO104",),
    ),
    on_failure=on_failure,
    is_cause=True,
)

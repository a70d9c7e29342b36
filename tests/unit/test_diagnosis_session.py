"""Reading the user's objects: whatever their classes define, none of it is called."""

from __future__ import annotations

import ast
import types

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, diagnose
from kerasmagic.diagnosis.evidence import session
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules import RULES

WORLD = TargetWorld(Target.parse("tensorflow==2.16.2"), RULES)


def _calls(*_: object) -> object:
    raise AssertionError("the user's code was called")


class Meta(type):
    __instancecheck__ = __subclasscheck__ = __getattribute__ = __eq__ = __hash__ = __repr__ = __iter__ = _calls


class Hostile(metaclass=Meta):
    __getattribute__ = __getattr__ = __eq__ = __hash__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = _calls
    __getitem__ = __contains__ = __call__ = __dir__ = __float__ = _calls
    __dict__ = property(_calls)  # type: ignore[assignment]
    __class__ = property(_calls)  # type: ignore[assignment]
    fit = property(_calls)
    optimizer = property(_calls)
    history = property(_calls)


class Module(types.ModuleType):
    __getattribute__ = _calls  # type: ignore[assignment]


HOSTILE = {"one": Hostile(), "kind": Hostile, "module": Module("numpy"), "many": [Hostile()]}


def test_static_reads_call_nothing() -> None:
    thing = HOSTILE["one"]
    assert session.class_name(thing) == "Hostile"
    assert session.held(thing) == {} and session.own(thing, "history") is None
    assert not session.is_of_keras(thing) and session.defines(thing, "fit")
    assert session.module_name(HOSTILE["module"]) == "" and session.module_name(types) == "types"
    for text in ("one.fit", "one[0]", "many[0].x", "nothing.at.all", "one()"):
        assert session.value_of(ast.parse(text, mode="eval").body, HOSTILE) is session.UNKNOWN


@pytest.mark.parametrize(
    "text, found",
    [("a", 1), ("b[0]", 2), ("b[-1]", 3), ("c['k']", 4), ("d.x", 5), ("d.x.y", "unknown"), ("b[9]", "unknown")],
)
def test_what_can_be_read(text: str, found: object) -> None:
    names = {"a": 1, "b": [2, 3], "c": {"k": 4}, "d": types.SimpleNamespace(x=5)}
    holder = type("Plain", (), {})()
    holder.x = 5
    names["d"] = holder
    value = session.value_of(ast.parse(text, mode="eval").body, names)
    assert ("unknown" if value is session.UNKNOWN else value) == found


FAILURES = {
    "module": ("from keras.layers.core import Dense", ModuleNotFoundError("No module named 'keras.layers.core'")),
    "name": ("from keras.utils import np_utils", ImportError("cannot import name 'np_utils' from 'keras.utils'")),
    "attribute": ("import keras\nkeras.nothing", AttributeError("module 'keras' has no attribute 'nothing'")),
    "object": ("one.predict_classes(1)", AttributeError("'Sequential' object has no attribute 'predict_classes'")),
    "keyword": (
        "import keras\nkeras.layers.Dense(output_dim=1)",
        TypeError("got an unexpected keyword argument 'output_dim'"),
    ),
    "list": ("one.fit([1.0])", ValueError("Unrecognized data type: x=[1.0] (of type <class 'list'>)")),
    "key": ("one.history['acc']", KeyError("acc")),
    "variable": ("Conv2D(1, 1)", NameError("name 'Conv2D' is not defined")),
    "optimizer": ("one.compile(one)", ValueError("Unknown variable: <Variable path=x>")),
    "string": (
        "import keras\nkeras.layers.Dense(1, activation='rellu')",
        ValueError("Unknown activation function: 'rellu'"),
    ),
}


@pytest.mark.parametrize("cell, exception", FAILURES.values(), ids=FAILURES)
def test_hints_are_the_same_with_hostile_objects_around(cell: str, exception: Exception) -> None:
    def told(namespace: dict[str, object]) -> list[dict[str, object]]:
        return [problem.to_dict() for problem in diagnose(Failure(exception, cell, namespace), WORLD)]

    assert told(dict(HOSTILE)) == told({"one": object()})

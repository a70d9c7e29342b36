"""Errors that are none of our business: over a thousand, in cells and sessions that use Keras; nothing is said."""

from __future__ import annotations

import random
from types import ModuleType, SimpleNamespace
from typing import Any, Callable, Iterator

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules import RULES

WORLDS = [TargetWorld(Target.parse(target), RULES) for target in ("tensorflow==2.10.1", "tensorflow==2.21.0")]
SETUP = (
    "import numpy as np\nimport pandas as pd\nimport torch\nfrom tensorflow import keras\n"
    "from keras.layers import Dense, LSTM\nmodel = keras.Sequential([Dense(4)])\nmodel.compile('adam', 'mse')\n"
)
WORDS = """
lr learning_rate fit predict layers model optimizer loss metrics epochs epoch input output shape name units acc accuracy
val_loss history dense adam numpy value values weights data x y image text sequence backend df target price columns
index batch_size callbacks to_numpy iloc groupby figure axes color size steps
"""
OWNERS = """
numpy pandas torch sklearn matplotlib.pyplot cv2 scipy.stats seaborn utils helpers my_model
"""
CLASSES = """
DataFrame Series ndarray list dict tuple str NoneType int float Tensor Trainer Config Estimator
"""


def attribute_of_a_module(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"{owner.partition('.')[0]}.{word}(1)", AttributeError(f"module '{owner}' has no attribute '{word}'")


def attribute_of_an_object(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"thing.{word}", AttributeError(f"'{kind}' object has no attribute '{word}'")


def import_of_a_name(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    text = f"cannot import name '{word}' from '{owner}' (/x/{owner}.py)"
    return f"from {owner} import {word}", ImportError(text, name=owner)


def import_of_a_module(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    name = f"{owner}.{word}"
    return f"import {name}", ModuleNotFoundError(f"No module named '{name}'", name=name)


def keyword(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"train({word}=1)", TypeError(f"train() got an unexpected keyword argument '{word}'")


def keyword_of_a_class(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"{kind}({word}=1)", TypeError(f"{kind}.__init__() got an unexpected keyword argument '{word}'")


def lacking(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return "train()", TypeError(f"train() missing 1 required positional argument: '{word}'")


def in_a_callback(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    cell = f"class C(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs):\n        self.{word}()\nfit()"
    return cell, TypeError("on_epoch_end() takes 2 positional arguments but 3 were given")


def key(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"df['{word}']", KeyError(word)


def variable(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"print({word}_2)", NameError(f"name '{word}_2' is not defined")


def value(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"check('{word}')", ValueError(f"Unknown {word}: expected one of {owner}, {kind}")


def operands(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"{word} + 1", TypeError(f"unsupported operand type(s) for +: '{kind}' and 'int'")


def file(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"open('{word}.csv')", FileNotFoundError(2, "No such file or directory", f"{word}.csv")


def shape(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return "model.fit(x, y)", ValueError(f"Input 0 of layer {word} is incompatible with the layer: expected ndim=3")


def call(word: str, owner: str, kind: str) -> tuple[str, Exception]:
    return f"{word}()", TypeError(f"'{kind}' object is not callable")


KINDS: list[Callable[[str, str, str], tuple[str, Exception]]] = [
    attribute_of_a_module,
    attribute_of_an_object,
    import_of_a_name,
    import_of_a_module,
    keyword,
    keyword_of_a_class,
    lacking,
    in_a_callback,
    key,
    variable,
    value,
    operands,
    file,
    shape,
    call,
]


def failures(kind: Callable[[str, str, str], tuple[str, Exception]]) -> Iterator[tuple[str, Exception]]:
    chance = random.Random(kind.__name__)
    for _ in range(70):
        yield kind(*(chance.choice(words.split()) for words in (WORDS, OWNERS, CLASSES)))


def session() -> dict[str, Any]:
    History = type("History", (), {"__module__": "keras.src.callbacks.history"})
    history = History()
    history.history = {"loss": [0.1], "accuracy": [0.5]}
    df = {"price": 1.0}
    return {"history": history, "df": df, "thing": SimpleNamespace(), "np": ModuleType("numpy"), "x": 1, "y": 2}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_nothing_is_said(kind: Callable[[str, str, str], tuple[str, Exception]]) -> None:
    for number, (line, exception) in enumerate(failures(kind)):
        cell = SETUP + line if number % 4 else line
        problems = diagnose(Failure(exception, cell, session()), WORLDS[number % 2])
        assert problems == [], (line, exception, problems[0].title)


@pytest.mark.parametrize("name", ["Sequential", "Dropout", "Model", "Adam", "Input", "Layer"])
def test_names_that_another_library_has_too_are_not_ours_in_its_session(name: str) -> None:
    error = NameError(f"name '{name}' is not defined")
    assert diagnose(Failure(error, f"m = {name}(1)", {"torch": ModuleType("torch")}), WORLDS[1]) == []
    assert diagnose(Failure(error, f"import torch.nn as nn\nm = {name}(1)", {}), WORLDS[1]) == []


@pytest.mark.parametrize("kind", [key, value, file, shape], ids=lambda kind: kind.__name__)
def test_nobody_looks_through_the_environment_for_them(kind, monkeypatch) -> None:
    """Which takes longer than all rules together, and only a name that is missing can be due to it."""
    taken = []
    monkeypatch.setattr("kerasmagic.kernel.snapshot.take_snapshot", lambda: taken.append(1))
    for line, exception in failures(kind):
        diagnose(Failure(exception, SETUP + line, session()), WORLDS[1])
    assert taken == []

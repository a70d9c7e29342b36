"""The rules about live optimizers, on small stand-ins for Keras classes."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from kerasmagic.display.changes import changes_html
from kerasmagic.display.panel_environment import section_rows
from kerasmagic.rules.optimizers import (
    ko101_decay_twice,
    ko102_one_optimizer_many_models,
    ko103_legacy_and_new,
    ko104_two_keras_packages,
)


def stand_in(name: str, module: str, /, *bases: type, **fields: Any) -> Any:
    cls = type(name, bases, {"__module__": module, "fit": None} if name == "Model" else {"__module__": module})
    made = cls()
    vars(made).update(fields)
    return made


NEW = type("Optimizer", (), {"__module__": "keras.src.optimizers.optimizer"})
LEGACY = type("OptimizerV2", (), {"__module__": "keras.src.optimizers.legacy.optimizer_v2"})


def look(rule: Any, optimizer: Any, model: Any = None, **names: Any) -> list[str]:
    return [problem.severity for problem in rule.RULE.on_optimizer(optimizer, model, names)]


@pytest.mark.parametrize(
    ("decay", "penalty", "expected"),
    [
        pytest.param(0.01, SimpleNamespace(l2=0.1), ["warning"], id="both"),
        pytest.param(0.01, None, [], id="weight_decay alone"),
        pytest.param(None, SimpleNamespace(l2=0.1), [], id="regularizer alone"),
        pytest.param(0.01, SimpleNamespace(l1=0.1, l2=0.0), [], id="an L1 penalty is not decay"),
    ],
)
def test_decay_twice(decay: Any, penalty: Any, expected: list[str]) -> None:
    model = SimpleNamespace(layers=[SimpleNamespace(name="dense", kernel_regularizer=penalty)])
    assert look(ko101_decay_twice, SimpleNamespace(weight_decay=decay), model) == expected


def test_one_optimizer_in_several_models() -> None:
    new, legacy = stand_in("Adam", "keras.src.optimizers.adam", NEW), stand_in("Adam", "keras.x", LEGACY)
    models = [stand_in("Model", "keras.src.models", optimizer=optimizer) for optimizer in (new, new, legacy, legacy)]
    a, b, c, d = models
    rule = ko102_one_optimizer_many_models
    assert look(rule, new, a, a=a, b=b) == ["error"]
    assert look(rule, new, a, a=a, same=a) == []
    assert look(rule, new, a, a=a, c=c) == []
    assert look(rule, legacy, c, c=c, d=d) == ["info"]


def test_legacy_and_new_mixed() -> None:
    new, legacy = stand_in("Adam", "keras.src.optimizers.adam", NEW), stand_in("Adam", "keras.x", LEGACY)
    assert look(ko103_legacy_and_new, new, None, opt=new, old=legacy) == ["warning"]
    assert look(ko103_legacy_and_new, new, None, opt=new, other=stand_in("SGD", "keras.y", NEW)) == []
    assert look(ko103_legacy_and_new, new, None, _old=legacy) == []


def test_two_keras_packages() -> None:
    ours = stand_in("Dense", "keras.src.layers", name="dense")
    theirs = stand_in("Dense", "tf_keras.src.layers", name="dense")
    adam = stand_in("Adam", "keras.src.optimizers.adam", NEW)
    assert look(ko104_two_keras_packages, adam, stand_in("Model", "keras.src", layers=[ours])) == []
    assert look(ko104_two_keras_packages, adam, stand_in("Model", "keras.src", layers=[ours, theirs])) == ["error"]
    assert look(ko104_two_keras_packages, adam) == []


def test_the_environment_panel_shows_every_value_once() -> None:
    data = {"problems": [1], "keras": {"version": "3.1", "none": None}, "modules": [{"name": "numpy", "version": "2"}]}
    assert dict(section_rows(data)) == {
        "keras": [("version", "3.1")],
        "modules": [("numpy.name", "numpy"), ("numpy.version", "2")],
    }


def test_the_diff_of_the_check_panel() -> None:
    shown = changes_html("a = '<b>'\nb = 2\n", "a = '<i>'\nb = 2\n")
    lines = re.sub("<[^>]+>", "\n", shown).split("\n")
    assert [line for line in lines if line] == ["- ", "a = &#x27;&lt;b&gt;&#x27;", "+ ", "a = &#x27;&lt;i&gt;&#x27;"]
    assert "b = 2" not in shown, "what stays is not shown"

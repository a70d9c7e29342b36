"""KO105: rate that a schedule computes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from refusals import model, refused, rules, told

SAYS = (
    "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, "
    "hence its learning rate is not settable."
)


@pytest.mark.parametrize("says", [ValueError(SAYS), TypeError("LearningRateSchedule"), TypeError("learning_rate")])
def test_other_errors_are_not_told(says):
    assert "KO105" not in rules("m.fit(1, 2)", m=model(says))


def test_a_rate_that_is_set_where_a_schedule_computes_it():
    (problem,) = told("m.fit(1, 2, callbacks=[1])", m=model(TypeError(SAYS)))
    assert problem.rule == "KO105"
    assert "Compile with a number" in problem.fixes[0].title


def optimizer(**held):
    """An optimizer of Keras, and a schedule of Keras."""
    made = type("Adam", (), {"__module__": "keras.src.optimizers.adam", "lr": 1, "learning_rate": 1})()
    vars(made).update(held)
    return made


def test_set_value_of_a_rate_that_a_schedule_computes():
    schedule = type("LearningRateSchedule", (), {"__module__": "keras.src.optimizers.schedules"})()
    says = AttributeError("'ExponentialDecay' object has no attribute 'dtype'")
    for held in ({"_learning_rate": schedule}, {"_hyper": {"learning_rate": schedule}}):
        (problem,) = told("K.set_value(opt.lr, 0.1)", K=SimpleNamespace(set_value=refused(says)), opt=optimizer(**held))
        assert problem.rule == "KO105"
    number = optimizer(_learning_rate=0.1)
    assert "KO105" not in rules("K.set_value(opt.lr, 1)", K=SimpleNamespace(set_value=refused(says)), opt=number)


def test_the_number_is_the_schedules_own_and_the_callback_is_named():
    schedule = type("LearningRateSchedule", (), {"__module__": "keras.src.optimizers.schedules"})()
    schedule.initial_learning_rate = 0.02
    above = type("Optimizer", (), {"__module__": "keras.src.optimizers.optimizer"})
    sgd = type("SGD", (above,), {"__module__": "keras.src.optimizers.sgd"})()
    sgd._learning_rate = schedule
    plateau = type("ReduceLROnPlateau", (), {"__module__": "keras.src.callbacks"})()
    (problem,) = told("m.fit(1, 2, callbacks=[p])", m=model(TypeError(SAYS), optimizer=sgd), p=plateau)
    assert problem.fixes[0].title == (
        "Compile with a number: SGD(learning_rate=0.02). Or keep the schedule, and remove ReduceLROnPlateau from the "
        "callbacks."
    )

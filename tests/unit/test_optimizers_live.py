"""What is told of a live optimizer, read from small stand-ins for Keras classes."""

from __future__ import annotations

import pytest
from optimizers import NEW, stand_in

from kerasmagic.optimizers.live import describe_optimizer

SCHEDULE = type("LearningRateSchedule", (), {"__module__": "keras.src.optimizers.schedules"})


class Halving(SCHEDULE):
    def __call__(self, step):
        return 0.1 * 0.5 ** (step / 10)

    def get_config(self):
        return {"initial_learning_rate": 0.1, "decay_steps": 10, "name": None}


class Variable:
    def __init__(self, path, *shape):
        self.path, self.shape = path, shape


def described(**fields):
    return describe_optimizer(stand_in("Adam", "keras.src.optimizers.adam", NEW, **fields), None, (), {})


@pytest.mark.parametrize("name", ["_learning_rate", "_lr", "learning_rate", "lr"])
def test_a_learning_rate_that_is_a_number(name):
    live = described(**{name: 0.25})
    assert (live.learning_rate, live.schedule) == (0.25, None)


def test_a_learning_rate_that_cannot_be_read():
    assert described(learning_rate="fast").learning_rate is None


def test_a_schedule_is_read_at_the_step_that_was_reached():
    live = described(_learning_rate=Halving(), iterations=20)
    assert live.learning_rate == pytest.approx(0.025)
    assert live.iterations == 20
    assert live.schedule is not None and live.schedule.name == "Halving"
    assert live.schedule.config == {"initial_learning_rate": 0.1, "decay_steps": 10}
    assert live.schedule.points[0] == (0, 0.1) and live.schedule.points[-1] == (20, pytest.approx(0.025))


def test_a_schedule_before_the_first_step_and_one_that_names_no_steps():
    live = described(_learning_rate=type("Constant", (Halving,), {"get_config": lambda self: {}})())
    assert live.learning_rate == pytest.approx(0.1)
    assert live.schedule is not None and live.schedule.points[-1][0] == 2000


def test_slots_are_told_with_their_shapes_and_counters_are_not():
    live = described(variables=[Variable("adam/iteration"), Variable("learning_rate"), Variable("adam/momentum", 3, 1)])
    assert live.slots == ("adam/momentum [3, 1]",)


def test_averages_and_decay_are_told_in_words():
    plain = described(use_ema=False, weight_decay=None)
    assert (plain.ema, plain.weight_decay) == ("", "")
    live = described(use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5, weight_decay=0.01)
    assert "0.9" in live.ema and "every 5 steps" in live.ema
    assert live.weight_decay.startswith("0.01 on every trainable variable, biases")
    without = described(weight_decay=0.01, _exclude_from_weight_decay_names=["bias"])
    assert without.weight_decay == "0.01 on every trainable variable, without bias"

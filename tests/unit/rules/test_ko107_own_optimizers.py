"""KO107: optimizer of the user's."""

from __future__ import annotations

import pytest
from refusals import told

KERAS_3 = """
class BaseOptimizer:
    __module__ = "keras.src.optimizers.base_optimizer"
    def __init__(self, learning_rate, **kwargs): pass
    def update_step(self): pass
"""
KERAS_2 = """
class OptimizerV2:
    __module__ = "keras.optimizers.optimizer_v2.optimizer_v2"
    def __init__(self, name, **kwargs): pass
"""


def base(text):
    """A class of Keras, whose code lies in its package."""
    inside = {"__name__": "keras.src.optimizers"}
    exec(compile(text, "/x/site-packages/keras/src/optimizers/optimizer.py", "exec"), inside)
    return next(value for value in inside.values() if isinstance(value, type))


@pytest.mark.parametrize(
    "cell",
    [
        "class Own:\n    def __init__(self, name): pass\nOwn()",
        "class Own(Base):\n    def __init__(self, name, **kwargs): super().__init__(0.1)\ndict(1, 2)",
        "Base()",
    ],
)
def test_other_classes_and_those_of_keras_are_not_told(cell):
    assert "KO107" not in [problem.rule for problem in told(cell, Base=base(KERAS_3))]


@pytest.mark.parametrize(
    ("text", "write", "calls"),
    [
        (KERAS_3, "learning_rate=learning_rate", "update_step(gradient, variable, learning_rate)"),
        (KERAS_2, 'name="Own"', "_resource_apply_dense(gradient, variable)"),
    ],
)
@pytest.mark.parametrize(
    "cell",
    [
        "class Own(Base):\n    def __init__(self, lr=0.1, **kwargs):\n        super().__init__(**kwargs)\nOwn()",
        "class Own(Base):\n    pass\nOwn()",
    ],
)
def test_what_this_keras_wants_of_the_class(cell, text, write, calls):
    (problem,) = told(cell, Base=base(text))
    assert problem.rule == "KO107"
    assert write in problem.fixes[0].title
    assert calls in problem.cause

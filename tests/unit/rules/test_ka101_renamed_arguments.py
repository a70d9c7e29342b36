"""KA101: argument that was renamed."""

from __future__ import annotations

import pytest
from checked import SETUP, failed, told

from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.12.1", RULES.get("KA101").lesson.before) == []


FAILED = [
    pytest.param(
        "keras.optimizers.Adam(lr=0.1, clipnorm=1.)",
        ValueError("Argument(s) not recognized: {'lr': 0.1}"),
        "keras.optimizers.Adam(learning_rate=0.1, clipnorm=1.)",
        id="lr",
    ),
    pytest.param(
        "layers.Conv2D(8, 3, border_mode='same')",
        ValueError("Unrecognized keyword arguments passed to Conv2D: {'border_mode': 'same'}"),
        "layers.Conv2D(8, 3, padding='same')",
        id="border_mode",
    ),
    pytest.param(
        "layers.Dense(output_dim=3, init='uniform')",
        TypeError("Dense.__init__() missing 1 required positional argument: 'units'"),
        "layers.Dense(units=3, kernel_initializer='uniform')",
        id="several old names in one call",
    ),
]


@pytest.mark.parametrize("line, exception, works", FAILED)
def test_a_failed_call_gets_the_form_that_works(line, exception, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", SETUP + line, exception)
    fix = problem.fixes[0]
    assert problem.rule == "KA101"
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)

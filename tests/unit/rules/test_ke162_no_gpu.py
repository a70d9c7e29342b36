"""KE162: no GPU."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from refusals import told


def no_devices(*kind, **settings):
    return []


CONFIG = dict.fromkeys(("list_physical_devices", "set_memory_growth", "set_logical_device_configuration"), no_devices)
TF = SimpleNamespace(config=SimpleNamespace(experimental=SimpleNamespace(**CONFIG), **CONFIG))


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("rows = []\nrows[0]", {}),
        ("tf.config.experimental.set_memory_growth(gpus[1], True)", {"gpus": ["GPU:0"]}),
        ("print(rows[0])", {"rows": []}),
        ("tf.config.list_physical_devices('GPU')[0.5]", {}),
    ],
)
def test_other_mistakes_with_lists_are_not_told(cell, names):
    assert "KE162" not in [problem.rule for problem in told(cell, tf=TF, **names)]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("gpu = tf.config.list_physical_devices('GPU')[0]", {}),
        ("gpu = tf.config.experimental.list_physical_devices('GPU')[0]", {}),
        ("tf.config.experimental.set_memory_growth(gpus[0], True)", {"gpus": []}),
        ("tf.config.set_logical_device_configuration(device=gpus[0], logical_devices=[])", {"gpus": []}),
    ],
)
def test_an_empty_list_of_gpus_is_told_with_a_loop_that_runs_without(cell, names):
    (problem,) = told(cell, tf=TF, **names)
    assert problem.rule == "KE162"
    (fix,) = problem.fixes
    assert fix.kind == "manual"
    assert "for gpu in tf.config.list_physical_devices('GPU')" in fix.title

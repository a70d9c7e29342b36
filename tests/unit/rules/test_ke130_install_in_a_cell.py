"""KE130: install in a cell."""

from __future__ import annotations

import pytest
from checked import BOTH, KERAS_2, KERAS_3, problems

MISFIT, STALE = "does not fit", "stays until you restart"


@pytest.mark.parametrize(
    ("target", "cells", "said"),
    [
        (KERAS_3, ["!pip install keras==2.15"], MISFIT),
        (KERAS_3, ["import tensorflow as tf", '%pip install -q "keras==2.15.*"'], MISFIT),
        (KERAS_2, ["!python -m pip install keras==2.15"], MISFIT),
        (KERAS_2, ["!uv pip install --upgrade 'keras>=3'"], MISFIT),
        (BOTH, ["!pip install tf-keras==2.15"], MISFIT),
        (KERAS_3, ['get_ipython().system("pip install keras==2.4")'], MISFIT),
        (KERAS_3, ['import subprocess\nsubprocess.run([executable, "-m", "pip", "install", "keras==2.4"])'], MISFIT),
        (KERAS_3, ["import keras\n!pip install 'keras<3.5'"], STALE),
        (KERAS_3, ["from tensorflow import keras", "!pip install tensorflow==2.15.0"], STALE),
        (KERAS_3, ["!pip install 'keras<3.5'\nimport keras"], ""),
        (KERAS_3, ["import keras\n!pip install keras"], ""),
        (KERAS_3, ["import keras\n!pip install -U 'keras>=3'"], ""),
        (KERAS_3, ["!pip install tensorflow==2.15.0 keras==2.15.0"], ""),
        (KERAS_3, ["!pip install git+https://example.org/keras numpy==1.26"], ""),
    ],
)
def test_an_install_that_moves_what_is_there(target, cells, said):
    found = problems(target, *cells)
    assert [problem.severity for problem in found] == (["warning"] if said else [])
    assert all(problem.rule == "KE130" and said in problem.title for problem in found)

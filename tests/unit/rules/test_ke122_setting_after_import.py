"""KE122: setting after the import."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3, told
from environments import commands, module, only, put


def test_a_setting_after_the_import(site):
    put(site, "tensorflow", "2.19.1")
    modules = {"keras.src.backend.config": module("keras.src.backend.config", _BACKEND="tensorflow")}
    problem = only("KE122", site, modules=modules, KERAS_BACKEND="torch")
    assert commands(problem)[-1] == "os.environ[\"KERAS_BACKEND\"] = 'torch'"


@pytest.mark.parametrize(
    ("cells", "late"),
    [
        (["import os, keras\nos.environ['KERAS_BACKEND'] = 'jax'"], True),
        (["import os, keras", "os.environ.update(KERAS_BACKEND='jax')"], True),
        (["import tensorflow as tf", "%env KERAS_BACKEND=jax"], True),
        (["import os, keras\nos.environ.setdefault('KERAS_BACKEND', 'jax')"], True),
        (["import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras"], False),
        (["import os, keras\nos.environ['KERAS_BACKEND'] = 'tensorflow'"], False),
        (["%env KERAS_BACKEND=jax\nimport keras", "%env KERAS_BACKEND=jax"], False),
        (["import os, keras\ndef later():\n    os.environ['KERAS_BACKEND'] = 'jax'"], False),
        (["from tensorflow import keras", "%env TF_USE_LEGACY_KERAS=1"], True),
        (["import tensorflow as tf", "%env TF_USE_LEGACY_KERAS=1"], False),
        (["%env TF_USE_LEGACY_KERAS=1\nfrom tensorflow import keras"], False),
    ],
)
def test_a_setting_after_the_import_that_reads_it(cells, late):
    assert told(KERAS_3, *cells) == ([("KE122", "warning")] if late else [])
    assert told(KERAS_2, *cells) == []

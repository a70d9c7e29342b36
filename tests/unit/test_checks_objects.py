"""Checks of what cells do with objects and settings; the outcomes are those of the releases' own kernels."""

from __future__ import annotations

import pytest
from checked import problems, told

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES

KERAS_2, KERAS_3 = "tensorflow==2.10.1", "tensorflow==2.21.0"
BOTH = "tensorflow==2.19.1,keras==3.15.1,tf_keras==2.19.0"


TWO = "from tensorflow import keras\nfrom {} import layers, optimizers\n"


@pytest.mark.parametrize(
    ("package", "target", "raises"),
    [
        ("keras", KERAS_2, False),
        ("keras", KERAS_3, False),
        ("tf_keras", BOTH, True),
        ("keras", BOTH + ",legacy", True),
        ("tf_keras", BOTH + ",legacy", False),
        ("tensorflow.keras", BOTH, False),
    ],
)
def test_a_layer_or_an_optimizer_of_another_keras(package, target, raises):
    expected = [("KO104", "error")] if raises else []
    start = TWO.format(package)
    assert told(target, start + "keras.Sequential([layers.Dense(1)])") == expected
    assert told(target, start + "model = keras.Sequential()", "model.add(layers.Dense(1))") == expected
    assert told(target, start + "keras.Sequential().compile(optimizers.Adam(), 'mse')") == expected
    assert told(target, start + "keras.layers.Bidirectional(layers.LSTM(2))") == expected


def test_keras_2_takes_layers_of_the_copy_inside_tensorflow():
    cell = (
        "from tensorflow import keras\nfrom tensorflow.python.keras.layers import Dense\nkeras.Sequential([Dense(1)])"
    )
    assert ("KO104", "error") not in told(KERAS_2, cell)
    assert ("KO104", "error") in told(KERAS_3, cell)


MODELS = "from tensorflow import keras\na = keras.Sequential()\nb = keras.Sequential()\n"
COMPILE = "a.compile(opt, 'mse')\nb.compile(loss='mse', optimizer=opt)"


def test_one_optimizer_for_two_models():
    cell = MODELS + "opt = keras.optimizers.SGD()\n" + COMPILE
    assert told(KERAS_3, cell) == told("tensorflow==2.11.1", cell) == [("KO102", "warning")]
    assert told(KERAS_2, cell) == []
    assert told("tensorflow==2.11.1", cell.replace("optimizers.", "optimizers.legacy.")) == []
    assert told(KERAS_3, cell.replace("\nb.", "\na.")) == []
    assert told(KERAS_3, cell.replace("\nb.", "\nopt = keras.optimizers.SGD()\nb.")) == []


def test_one_optimizer_for_two_models_of_two_cells():
    first, second = (MODELS + "opt = keras.optimizers.SGD()\n" + COMPILE).rsplit("\n", 1)
    assert told(KERAS_3, first, second) == [("KO102", "warning")]
    assert told(KERAS_3, first, "opt = keras.optimizers.SGD()\n" + second) == []


def test_weights_that_decay_twice():
    cell = (
        "from tensorflow import keras\n"
        "model = keras.Sequential([keras.layers.Dense(3, kernel_regularizer={})])\n"
        "model.compile(keras.optimizers.AdamW(weight_decay={}), 'mse')"
    )
    assert told(KERAS_3, cell.format("'l2'", "1e-4")) == [("KO101", "warning")]
    assert told(KERAS_3, cell.format("keras.regularizers.L2(0.1)", "1e-4")) == [("KO101", "warning")]
    assert told(KERAS_3, cell.format("'l1'", "1e-4")) == told(KERAS_3, cell.format("'l2'", "0.0")) == []


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


LEGACY = [
    "import tensorflow as tf\nopt = tf.keras.optimizers.legacy.Adam()",
    "from tensorflow.keras.optimizers.legacy import Adam\nopt = Adam(1e-3)",
    "from tensorflow.keras.optimizers import legacy\nlegacy.SGD(0.1)",
]


@pytest.mark.parametrize("cell", LEGACY)
def test_a_legacy_optimizer_that_is_called(cell):
    assert told(KERAS_3, cell) == [("KI140", "error")]
    assert told(BOTH + ",legacy", cell) == told("tensorflow==2.15.1", cell) == []
    fixes = [problem.fixes[0] for problem in check_cell(cell, TargetWorld(Target.parse(KERAS_3), RULES))]
    assert [fix.verified for fix in fixes] == [True]
    assert told(KERAS_3, fixes[0].source) == []


def test_a_legacy_optimizer_that_is_only_named():
    assert told(KERAS_3, "import tensorflow as tf\nAdam = tf.keras.optimizers.legacy.Adam") == [("KI140", "warning")]


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


def test_an_optimizer_that_scales_losses_is_of_a_class_below_the_one_that_is_called():
    scaled = "import tensorflow as tf\no = tf.keras.mixed_precision.LossScaleOptimizer(tf.keras.optimizers.Adam())\no."
    for target in (KERAS_2, "tensorflow==2.15.1"):
        assert told(target, scaled + "apply_gradients([])") == told(target, scaled + "learning_rate") == []
    assert told(KERAS_3, scaled + "get_scaled_loss(1.0)") == [("KA201", "error")]


def test_layers_on_pytorch_are_modules_of_pytorch():
    backend = 'import os\nos.environ["KERAS_BACKEND"] = "{}"\n'
    cell = "import keras\nkeras.Sequential().zero_grad()\nkeras.layers.Dense(1).to('cpu')"
    assert told(KERAS_3, backend.format("torch") + cell) == told(KERAS_3, "%env KERAS_BACKEND=torch", cell) == []
    assert told(KERAS_3, backend.format("jax") + cell) == [("KA201", "error")] * 2


@pytest.mark.parametrize(("written", "said"), [("padding", False), ("add_wieght", True), ("get_input_shape_at", True)])
def test_what_a_class_below_may_set_is_not_missing_in_its_base(written, said):
    cell = f"import keras\nclass Base(keras.layers.Layer):\n    def get_config(self):\n        return self.{written}"
    assert told(KERAS_3, cell) == [("KA201", "error")] * said


def test_what_is_ignored_and_was_of_no_use_is_taken_out():
    world = TargetWorld(Target.parse(KERAS_3), RULES)
    (problem,) = check_cell("from keras.layers import Embedding\nEmbedding(3, 2, input_length=5)", world)
    assert problem.severity == "warning" and (problem.fixes[0].source or "").endswith("\nEmbedding(3, 2)")


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("from keras import backend as K\nK.gradients(loss, weights)", "GradientTape"),
        ("from keras import backend as K\nK.placeholder((1, 28, 28))", "Model of inputs"),
        ("from keras.models import Sequential\nSequential().reset_states()", "layer.reset_state()"),
    ],
)
def test_what_needs_another_way_is_advised_and_not_edited(cell, advice):
    (problem,) = check_cell(cell, TargetWorld(Target.parse(KERAS_3), RULES))
    assert [fix.kind for fix in problem.fixes] == ["manual"] and advice in problem.fixes[0].title

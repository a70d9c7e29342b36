"""Checks of values that a release refuses: file names, strings, arguments given twice."""

from __future__ import annotations

import pytest
from checked import problems, told

KERAS_2, KERAS_3 = "tensorflow==2.10.1", "tensorflow==2.21.0"
START = "import os\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\nmodel = keras.Sequential()\n"


@pytest.mark.parametrize(
    "line",
    [
        'model.save("my_model")',
        'model.save(filepath="model.pb")',
        'path = "my_model"\nmodel.save(path)',
        'model.save(os.path.join(folder, "model"))',
        'model.save(f"{name}_model")',
        'keras.models.save_model(model, "my_model")',
        'model.save_weights("weights.h5")',
        'model.save_weights("./checkpoints/my_checkpoint")',
        'keras.callbacks.ModelCheckpoint("weights-{epoch:02d}.hdf5", save_best_only=True)',
        'keras.callbacks.ModelCheckpoint("cp.ckpt", save_weights_only=True)',
    ],
)
def test_a_file_name_that_keras_3_refuses(line):
    assert told(KERAS_3, START + line) == [("KA305", "error")]
    assert told(KERAS_2, START + line) == []
    for fix in problems(KERAS_3, START + line)[0].fixes:
        assert fix.source is None or (fix.verified and told(KERAS_3, fix.source) == [])


@pytest.mark.parametrize(
    "line",
    [
        'model.save("model.keras")',
        'model.save("model.hdf5")',
        'model.save(f"model_{number}")',
        'model.save(name + "5")',
        'model.save("folder", zipped=False)',
        'path = "folder"\npath = other\nmodel.save(path)',
        'def write(path="folder"):\n    model.save(path)',
        'model.save_weights("model.weights.h5")',
        'keras.callbacks.ModelCheckpoint("best.keras")',
        'keras.callbacks.ModelCheckpoint("best.h5", save_weights_only=only)',
        'keras.callbacks.ModelCheckpoint("best.h5", **options)',
    ],
)
def test_a_file_name_that_is_taken_or_not_known(line):
    assert told(KERAS_3, START + line) == []


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ('layers.Dense(3, activation="relux")', "relu"),
        ('layers.Dense(3, kernel_initializer="he_norm")', None),
        ('model.compile(optimizer="adma", loss="mse")', None),
        ('model.compile("adam", loss="mean_square_error")\nmodel.fit(x)', "mean_squared_error"),
    ],
)
def test_a_string_that_keras_does_not_know(line, new):
    for target in (KERAS_2, KERAS_3):
        (problem,) = problems(target, START + line)
        assert (problem.rule, problem.severity) == ("KA302", "error")
        if new:
            assert new in problem.fixes[0].replacement
            assert told(target, problem.fixes[0].source) == []


def test_a_loss_is_looked_up_when_training_starts():
    assert told(KERAS_3, START + 'model.compile("adam", loss="mean_square_error")') == [("KA302", "warning")]


def test_a_string_that_another_release_knows():
    line = START + 'model.compile("adam", "mse", metrics=["kullback_leibler_divergence"])\nmodel.evaluate(x)'
    assert told(KERAS_2, line) == []
    assert told(KERAS_3, line) == [("KA302", "error")]


@pytest.mark.parametrize(
    "line",
    [
        'layers.Dense(3, activation="swish", kernel_initializer="normal", kernel_regularizer="l2")',
        'model.compile("Adam", "MSE", metrics=["acc", "AUC", "mae", "sparse_categorical_accuracy"])\nmodel.fit(x)',
        'keras.utils.get_custom_objects()["mish2"] = mish2\nlayers.Dense(3, activation="mish2")',
    ],
)
def test_a_string_that_is_known(line):
    assert told(KERAS_2, START + line) == told(KERAS_3, START + line) == []


def test_a_string_that_an_earlier_cell_gave_a_meaning():
    first = START + "@keras.utils.register_keras_serializable()\ndef mine(x):\n    return x"
    assert told(KERAS_3, first, 'layers.Dense(3, activation="mine")') == []


LAYER = """\
from tensorflow.keras import layers
class Scale(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight({}, trainable=True)
"""


def test_add_weight_with_its_name_in_front():
    for target in (KERAS_3, "tensorflow==2.16.2,keras==3.0.5"):
        assert told(target, LAYER.format('"w", shape=(4,)')) == [("KA105", "error")]
        assert told(target, LAYER.format('name="w", shape=(4,)')) == []
    assert told(KERAS_2, LAYER.format('"w", shape=(4,)')) == []

"""Lines that fail in some release, run for real: what fails is explained; a verified fix runs and binds the same names.

Nothing here knows which release runs it: each line is tried, and the kernel says what is right.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from difflib import get_close_matches
from pathlib import Path

import pytest

LINES = """
import keras
import keras.backend as K
import Tensorflow as tf
from tf.keras.layers import Dense
from tf.keras import layers, models
from keras.layers.core import Dense, Dropout as D, Lambda
from keras.layers import Dense, CuDNNLSTM
from keras.layers.convolutional import Conv2D, Deconv2D
from keras.layers.normalization import BatchNormalization
from keras.layers.merge import concatenate, add
from keras.layers.embeddings import Embedding
from keras.layers.experimental.preprocessing import Resizing
from keras.layers import dense, Batchnormalization
from keras.layers import Merge
from keras.model import Sequential
from keras.optimizers import adam, SGD
from keras.utils import np_utils, plot_model
import keras.utils.np_utils as u
from keras.utils.np_utils import to_categorical
from keras.utils import to_categorial
from keras.utils.vis_utils import plot_model
from keras.utils.generic_utils import get_custom_objects
from keras.utils import multi_gpu_model
from keras.engine.topology import Layer, InputSpec
from keras.engine import Input
from keras.objectives import categorical_crossentropy
from keras.losses import mse, mae
from keras.regularizers import l1l2
from keras.constraints import maxnorm
from keras.preprocessing.text import Tokenizer
from keras.preprocessing.image import ImageDataGenerator, img_to_array
from keras.applications.inceptionv3 import InceptionV3
from keras.wrappers.scikit_learn import KerasClassifier
from keras_contrib.layers import CRF
from keras_applications import imagenet_utils
from keras_preprocessing.image import ImageDataGenerator
from tensorflow.python.keras.layers import LSTM, BatchNormalization
from tensorflow.keras.layers.core import Dense
from tensorflow.keras.layers import LocallyConnected1D
from tensorflow.contrib import layers
from tensorflow import log
from tensorflow.examples.tutorials.mnist import input_data
""".strip().splitlines()

_PROGRAM = """
import json, sys
import tensorflow as tf
tf.keras.layers
from kerasmagic.diagnosis.engine import KernelWorld, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules import RULES

def run(code):
    namespace = {"__name__": "__main__"}
    try:
        exec(compile(code, "<ipython-input-1>", "exec"), namespace)
    except Exception as error:
        return namespace, error
    return namespace, None

for line in json.load(sys.stdin):
    namespace, error = run(line)
    answer = {"line": line, "error": repr(error) if error else ""}
    if error is not None:
        problems = diagnose(Failure(error, line, namespace), KernelWorld(RULES, namespace))
        answer["fixes"] = [fix.to_dict() for problem in problems for fix in problem.fixes]
        for fix in answer["fixes"]:
            if fix["kind"] == "edit":
                bound, error = run(fix["source"])
                fix["raises"], fix["bound"] = repr(error) if error else "", sorted(bound)
    print("ANSWER" + json.dumps(answer))
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, dict]:
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        input=json.dumps(LINES),
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    found = [json.loads(line[6:]) for line in result.stdout.splitlines() if line.startswith("ANSWER")]
    assert len(found) == len(LINES), result.stderr[-2000:]
    return {answer["line"]: answer for answer in found}


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_fails_gets_a_way_out(line: str, answers: dict[str, dict]) -> None:
    answer = answers[line]
    if not answer["error"]:
        assert "fixes" not in answer
        return
    assert answer["fixes"], answer["error"]
    first = answer["fixes"][0]
    assert first["kind"] in ("manual", "install") or first["raises"] == ""
    for fix in answer["fixes"]:
        if fix["kind"] == "edit" and fix["verified"]:
            assert fix["raises"] == ""
            bound = [each.lower() for each in fix["bound"]]  # a misspelt name is bound as it is spelled
            assert all(get_close_matches(name.lower(), bound, 1, 0.75) for name in _names(line))


def _names(line: str) -> set[str]:
    """The names that an import binds."""
    (statement,) = ast.parse(line).body
    assert isinstance(statement, (ast.Import, ast.ImportFrom))
    return {
        alias.asname or (alias.name.partition(".")[0] if isinstance(statement, ast.Import) else alias.name)
        for alias in statement.names
    }

"""Failures that people reported from releases that no kernel here has: the exception's words and the release are all
there is, and have to be enough."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.model.problem import Problem
from kerasmagic.rules import RULES


def told(target: str, cell: str, exception: BaseException) -> Problem:
    return diagnose(Failure(exception, cell, {}), TargetWorld(Target.parse(target), RULES))[0]


EDITS = [
    pytest.param(
        "keras==1.2.2",
        "from keras.utils import to_categorical",
        ImportError("cannot import name 'to_categorical'"),
        "from keras.utils.np_utils import to_categorical",
        id="a function in the submodule where it was once",
    ),
    pytest.param(
        "tensorflow==2.6.5",
        "from keras.utils import to_categorical",
        ImportError("cannot import name 'to_categorical' from 'keras.utils' (/x/keras/utils/__init__.py)"),
        "from keras.utils.np_utils import to_categorical",
        id="the same when Keras had left TensorFlow",
    ),
    pytest.param(
        "keras==1.2.2",
        "from keras.models import Model\nModel(inputs=a, outputs=b)",
        TypeError("__init__() got an unexpected keyword argument 'outputs'"),
        "from keras.models import Model\nModel(input=a, output=b)",
        id="code of Keras 2 in Keras 1",
    ),
    pytest.param(
        "keras==2.2.4",
        "from keras.optimizers import Nadam\nNadam(lr=0.1, schedule_dekay=0.004)",
        TypeError("Unexpected keyword argument passed to optimizer: schedule_dekay"),
        "from keras.optimizers import Nadam\nNadam(lr=0.1, schedule_decay=0.004)",
        id="an optimizer's own message",
    ),
    pytest.param(
        "keras==2.2.4",
        "from keras.models import save_model\nsave_model(m, 'x', save_format='h5')",
        TypeError("save_model() got an unexpected keyword argument 'save_format'"),
        "from keras.models import save_model\nsave_model(m, 'x')",
        id="an argument of later releases",
    ),
    pytest.param(
        "tensorflow==2.13.1",
        "from keras.layers.convolutional import Convolution2D, Conv2D",
        ModuleNotFoundError("No module named 'keras.layers.convolutional'"),
        "from keras.layers import Convolution2D, Conv2D",
        id="the release in which the submodules went",
    ),
    pytest.param(
        "tensorflow==2.6.5",
        "from tensorflow import keras\nkeras.optimizers.experimental.Adam()",
        AttributeError("module 'keras.api._v2.keras.optimizers' has no attribute 'experimental'"),
        "from tensorflow import keras\nkeras.optimizers.Adam()",
        id="a module that came later",
    ),
    pytest.param(
        "tensorflow==1.15.5",
        "import tensorflow as tf\ntf.optimizers.Adam(0.1)",
        AttributeError("module 'tensorflow' has no attribute 'optimizers'"),
        "import tensorflow as tf\ntf.compat.v1.keras.optimizers.Adam(0.1)",
        id="code of TensorFlow 2 in TensorFlow 1",
    ),
    pytest.param(
        "tensorflow==2.8.4",
        "from tensorflow.python.keras.layers.normalization import LayerNormalization",
        ImportError("cannot import name 'LayerNormalization' from 'tensorflow.python.keras.layers.normalization'"),
        "from tensorflow.keras.layers import LayerNormalization",
        id="a private copy of Keras",
    ),
    pytest.param(
        "tensorflow==2.17.1,keras==3.5.0",
        "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n"
        "    def build(self, s):\n        self.w = self.add_weight('w', shape=[2])\nL()(x)",
        TypeError("Layer.add_weight() got multiple values for argument 'shape'"),
        "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n"
        "    def build(self, s):\n        self.w = self.add_weight(name='w', shape=[2])\nL()(x)",
        id="add_weight in releases with Python's own message",
    ),
    pytest.param(
        "tensorflow==2.13.1",
        "from keras.optimizers import Adam\nAdam(0.1, decay=0.01)",
        ValueError("decay is deprecated in the new Keras optimizer, pleasecheck the docstring"),
        "from keras.optimizers.legacy import Adam\nAdam(0.1, decay=0.01)",
        id="decay where a legacy optimizer takes it",
    ),
]


@pytest.mark.parametrize("target, cell, exception, works", EDITS)
def test_the_line_that_works_in_the_release_of_the_report(
    target: str, cell: str, exception: BaseException, works: str
) -> None:
    fix = told(target, cell, exception).fixes[0]
    assert (fix.kind, fix.source) == ("edit", works)
    assert fix.verified is not False


BY_HAND = [
    pytest.param(
        "tensorflow==1.15.5",
        "from tensorflow.python.keras.utils import np_utils",
        ImportError("cannot import name 'np_utils'"),
        "KI116",
        "tensorflow.keras.utils",
        id="private, though it is there",
    ),
    pytest.param(
        "keras==2.1.6",
        "from keras.preprocessing.image import load_img, save_img",
        ImportError("cannot import name 'save_img'"),
        "KI110",
        "keras 2.2.4",
        id="a name of the next release",
    ),
    pytest.param(
        "tensorflow==2.2.3",
        "import tensorflow as tf\ntf.keras.preprocessing.text_dataset_from_directory('x')",
        AttributeError("module 'tensorflow.keras.preprocessing' has no attribute 'text_dataset_from_directory'"),
        "KI110",
        "tensorflow 2.3.4",
        id="a function of the next release",
    ),
    pytest.param(
        "keras==1.2.2",
        "from keras.models import Graph",
        ImportError("cannot import name 'Graph'"),
        "KI111",
        "functional API",
        id="Graph",
    ),
    pytest.param(
        "keras==3.0.5",
        "import keras\nkeras.layers.Embedding(10, 4, weights=[m], input_length=25)",
        ValueError("Unrecognized keyword arguments passed to Embedding: {'weights': [1], 'input_length': 25}"),
        "KA102",
        "embeddings_initializer",
        id="weights of an Embedding",
    ),
]


@pytest.mark.parametrize("target, cell, exception, rule, words", BY_HAND)
def test_what_a_person_must_do_names_the_release_or_the_way(
    target: str, cell: str, exception: BaseException, rule: str, words: str
) -> None:
    problem = told(target, cell, exception)
    assert (problem.rule, problem.fixes[0].kind) == (rule, "manual")
    assert words in problem.fixes[0].title


UNDERSTOOD = [
    ("tf.ones(1).numpy()", AttributeError("'SymbolicTensor' object has no attribute 'numpy'"), "KA304"),
    ("len(model.output)", TypeError("Keras symbolic inputs/outputs do not implement `__len__`. You may"), "KA304"),
    ("np.log(x)", TypeError("Cannot convert a symbolic Keras input/output to a numpy array. This"), "KA304"),
    ("fit(x)", NotImplementedError("Cannot convert a symbolic tf.Tensor (loss/sub:0) to a numpy array."), "KA304"),
    ("m.fit(x)", KeyError("The optimizer cannot recognize variable dense/kernel:0. This usually means"), "KO102"),
    ("m.fit(x)", ValueError("Unknown variable: <Variable path=dense/kernel, shape=(3, 1)>. This"), "KO102"),
    ("ModelCheckpoint('m.h5')", ValueError("The filepath provided must end in `.keras` (Keras model"), "KA305"),
    ("m.save_weights('w')", ValueError("The filename must end in `.weights.h5`. Received: filepath=w"), "KA305"),
    ("m.fit([1], [1])", ValueError("Unrecognized data type: x=[1] (of type <class 'list'>)"), "KA307"),
    (
        "m.add(Dense)",
        TypeError("The added layer must be an instance of class Layer. Found: <class 'a.Dense'>"),
        "KA306",
    ),
    ("Dense(2, x)", TypeError("Could not interpret activation function identifier: Tensor(...)"), "KA306"),
]


@pytest.mark.parametrize("cell, exception, rule", UNDERSTOOD, ids=lambda value: str(value)[:40])
def test_messages_of_tensorflow_and_keras_are_known(cell: str, exception: BaseException, rule: str) -> None:
    problem = told("tensorflow==2.16.2", cell, exception)
    assert problem.rule == rule and problem.fixes


def test_an_error_inside_a_traced_function_is_read_without_its_wrapping() -> None:
    text = 'in user code:\n\n    File "<cell>", line 2, in f  *\n        return x.numpy()\n\n    AttributeError: '
    failure = Failure(AttributeError(text + "'SymbolicTensor' object has no attribute 'numpy'\n"))
    assert failure.message == "'SymbolicTensor' object has no attribute 'numpy'"
    assert failure.wanted is not None and failure.wanted.member == "numpy"


@pytest.mark.parametrize(
    "cell, works",
    [
        ("ModelCheckpoint('a/best.hdf5', monitor='loss')", "ModelCheckpoint('a/best.keras', monitor='loss')"),
        ("ModelCheckpoint(filepath=f'{x}/m.h5')", "ModelCheckpoint(filepath=f'{x}/m.keras')"),
        ("save_model(model, 'folder')", "save_model(model, 'folder.keras')"),
        ("ModelCheckpoint(path)", ""),
    ],
)
def test_only_the_ending_of_a_file_name_changes(cell: str, works: str) -> None:
    error = ValueError("The filepath provided must end in `.keras` (Keras model format). Received: filepath=x")
    fixes = told("tensorflow==2.16.2", cell, error).fixes
    assert (fixes[0].source or "") == works
    assert fixes[-1].kind == "manual"

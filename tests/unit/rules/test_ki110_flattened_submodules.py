"""KI110: submodule that was flattened."""

from __future__ import annotations

import pytest
from checked import edited, failed, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.12.1", RULES.get("KI110").lesson.before) == []


IMPORTS = [
    pytest.param(
        "from keras.layers.core import Dense, Dropout as D  # two",
        "from keras.layers import Dense, Dropout as D  # two",
        "tensorflow==2.16.2,keras==3.15.1",
        id="flattened submodule, comment and as stay",
    ),
    pytest.param(
        "from keras.utils import np_utils",
        "from keras import utils as np_utils",
        "tensorflow==2.16.2,keras==3.15.1",
        id="module as a name",
    ),
    pytest.param(
        "from keras.util import np_utils",
        "from keras import utils as np_utils",
        "tensorflow==2.16.2,keras==3.15.1",
        id="slip before a module that moved",
    ),
    pytest.param(
        "import keras.utils.np_utils as u",
        "import keras.utils as u",
        "tensorflow==2.16.2,keras==3.15.1",
        id="module with as",
    ),
    pytest.param(
        "from keras.src.legacy.preprocessing.image import ImageDataGenerator",
        "from keras.preprocessing.image import ImageDataGenerator",
        "tensorflow==2.15.1,keras==2.15.0",
        id="private in Keras 3, public before",
    ),
    pytest.param(
        "from tensorflow.python.training.tracking import base",
        "from tensorflow.python.trackable import base",
        "tensorflow==2.15.1,keras==2.15.0",
        id="a private module of TensorFlow that moved",
    ),
    pytest.param(
        "from keras.engine.functional import Functional",
        "from keras.src.models.functional import Functional",
        "tensorflow==2.16.2,keras==3.15.1",
        id="private and still so",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI110", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]


REPORTED = [
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
        "tensorflow==2.8.4",
        "from tensorflow.python.keras.layers.normalization import LayerNormalization",
        ImportError("cannot import name 'LayerNormalization' from 'tensorflow.python.keras.layers.normalization'"),
        "from tensorflow.keras.layers import LayerNormalization",
        id="a private copy of Keras",
    ),
]


@pytest.mark.parametrize("target, cell, exception, works", REPORTED)
def test_the_line_that_works_in_the_release_of_the_report(target, cell, exception, works):
    problem = failed(target, cell, exception)[0]
    fix = problem.fixes[0]
    assert (problem.rule, fix.kind, fix.source) == ("KI110", "edit", works)
    assert fix.verified is not False


REPORTED_BY_HAND = [
    pytest.param(
        "keras==2.1.6",
        "from keras.preprocessing.image import load_img, save_img",
        ImportError("cannot import name 'save_img'"),
        "keras 2.2.0",
        id="a name of the next release",
    ),
    pytest.param(
        "tensorflow==2.2.3",
        "import tensorflow as tf\ntf.keras.preprocessing.text_dataset_from_directory('x')",
        AttributeError("module 'tensorflow.keras.preprocessing' has no attribute 'text_dataset_from_directory'"),
        "tensorflow 2.3",
        id="a function of the next release",
    ),
]


@pytest.mark.parametrize("target, cell, exception, words", REPORTED_BY_HAND)
def test_what_a_person_must_do_names_the_release_or_the_way(target, cell, exception, words):
    problem = failed(target, cell, exception)[0]
    assert (problem.rule, problem.fixes[0].kind) == ("KI110", "manual")
    assert words in problem.fixes[0].title


def test_an_experimental_module_is_left_with_what_changed_in_it():
    cell = (
        "import tensorflow as tf\n"
        "from tensorflow.keras.mixed_precision import experimental as mp\n"
        "mp.set_policy(mp.Policy('mixed_float16'))\n"
        "opt = mp.LossScaleOptimizer(tf.keras.optimizers.Adam(), loss_scale='dynamic')\n"
    )
    error = ImportError("cannot import name 'experimental' from 'tensorflow.keras.mixed_precision'")
    for target in ("tensorflow==2.15.1", "tensorflow==2.21.0"):
        fix = failed(target, cell, error)[0].fixes[0]
        assert fix.source == (
            "import tensorflow as tf\n"
            "from tensorflow.keras import mixed_precision as mp\n"
            "mp.set_global_policy(mp.Policy('mixed_float16'))\n"
            "opt = mp.LossScaleOptimizer(tf.keras.optimizers.Adam())\n"
        )
        assert fix.differs == "The scale is always found while you train, as loss_scale='dynamic' said."


def test_a_module_that_lacks_what_the_old_one_held_is_to_be_checked():
    assert edited("tensorflow==2.21.0", "from keras.utils import np_utils", "KI110")[0] == "verified"
    used = "from keras.utils import generic_utils\ngeneric_utils.Progbar(3)"
    assert edited("tensorflow==2.21.0", used, "KI110")[0] == "verified"
    cell = "from keras.utils import tf_utils"
    assert edited("tensorflow==2.21.0", cell, "KI110") == ("check the result", "from keras import utils as tf_utils")
    (fix,) = [fix for fix in problems("tensorflow==2.21.0", cell)[0].fixes if fix.kind == "edit"]
    assert "keras.utils lacks most of what keras.utils.tf_utils held" in fix.differs


@pytest.mark.parametrize(
    "target, module",
    [
        pytest.param("tensorflow==2.12.1", "keras.saving.legacy.hdf5_format", id="public name of 2.11 and 2.12"),
        pytest.param("tensorflow==2.15.1", "keras.src.saving.legacy.hdf5_format", id="private"),
        pytest.param("tensorflow==2.21.0", "keras.src.legacy.saving.legacy_h5_format", id="Keras 3"),
    ],
)
def test_a_function_of_hdf5_format_is_found_in_its_new_module(target, module):
    line = "from {} import save_attributes_to_hdf5_group"
    new = line.format(module)
    assert edited(target, line.format("keras.saving.hdf5_format"), "KI110") == ("verified", new)


def test_an_argument_by_its_place_is_the_same_under_a_new_name():
    """alpha is negative_slope in Keras 3, which still takes alpha= by name."""
    cell = "from keras.layers.advanced_activations import LeakyReLU\nx = LeakyReLU(0.2)"
    works = "from keras.layers import LeakyReLU\nx = LeakyReLU(0.2)"
    assert edited("tensorflow==2.20.0", cell, "KI110") == ("verified", works)


TAKEN_APART = [
    pytest.param(
        "tensorflow==2.15.1",
        "from keras.optimizers import adam_v2, SGD\nopt = adam_v2.Adam(learning_rate=0.1)",
        "from keras.optimizers import SGD\nfrom keras.optimizers import Adam\nopt = Adam(learning_rate=0.1)",
        id="module of one class",
    ),
    pytest.param(
        "tensorflow==2.20.0,keras==3.13.2",
        "import keras.optimizers.gradient_descent_v2 as g\nopt = g.SGD(0.1)",
        "from keras.optimizers import SGD\nopt = SGD(0.1)",
        id="imported as a module",
    ),
    pytest.param(
        "tensorflow==2.20.0,keras==3.13.2",
        "from keras.utils import layer_utils\nn = layer_utils.count_params(weights)",
        "from keras.src.utils.summary_utils import count_params\nn = count_params(weights)",
        id="function that is elsewhere",
    ),
    pytest.param(
        "tensorflow==2.15.1",
        "from keras.optimizers import adam_v2, Adam\nopt = adam_v2.Adam(learning_rate=0.1)",
        "from keras import optimizers as adam_v2\nfrom keras.optimizers import Adam\n"
        "opt = adam_v2.Adam(learning_rate=0.1)",
        id="the name is taken",
    ),
]


@pytest.mark.parametrize("target, cell, works", TAKEN_APART)
def test_what_the_cell_takes_from_a_module_is_imported_from_where_it_is(target, cell, works):
    assert edited(target, cell, "KI110") == ("verified", works)


def test_a_module_that_lacks_what_the_cell_takes_is_no_way_out():
    (problem, *_) = problems("tensorflow==2.20.0", "from keras.utils import layer_utils\nlayer_utils.print_summary(m)")
    assert [(fix.kind, fix.title) for fix in problem.fixes] == [("manual", "Call the method: model.summary().")]


def test_what_a_module_lacks_is_told_with_what_is_elsewhere():
    (problem,) = problems("tensorflow==2.20.0,keras==3.13.2", "from keras.utils import layer_utils")
    assert problem.fixes[0].applicability == "check the result"
    assert (
        "count_params is keras.src.utils.summary_utils.count_params, 10 others are removed" in problem.fixes[0].differs
    )

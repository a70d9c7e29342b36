"""KI111: name of Keras 1 or early Keras 2."""

from __future__ import annotations

import pytest
from checked import edited, failed, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.12.1", RULES.get("KI111").lesson.before) == []


IMPORTS = [
    pytest.param(
        "from keras.layers import (Dense,  # plain\n    CuDNNLSTM)",
        "from keras.layers import (Dense,  # plain\n    LSTM as CuDNNLSTM)",
        "tensorflow==2.16.2,keras==3.15.1",
        id="layout of a long import stays",
    ),
    pytest.param(
        "from keras import objectives",
        "from keras import losses as objectives",
        "tensorflow==2.16.2,keras==3.15.1",
        id="renamed module",
    ),
    pytest.param(
        "from tensorflow.compat.v1.keras.layers import CuDNNLSTM",
        "from tensorflow.keras.layers import LSTM as CuDNNLSTM",
        "tensorflow==2.16.2,keras==3.15.1",
        id="Keras of compat.v1",
    ),
    pytest.param(
        "from keras.utils.visualize_util import plot",
        "from keras.utils import plot_model as plot",
        "tensorflow==2.16.2,keras==3.15.1",
        id="renamed function",
    ),
    pytest.param(
        "from keras.layers.merge import _Merge",
        "from keras.layers import Add as _Merge",
        "tensorflow==2.16.2,keras==3.15.1",
        id="base class of the merge layers",
    ),
    pytest.param(
        "from keras.applications.mobilenet import relu6",
        "from keras.activations import relu6",
        "tensorflow==2.16.2,keras==3.15.1",
        id="what MobileNet had of its own",
    ),
    pytest.param(
        "from keras.applications.mobilenet import relu6",
        "from tensorflow.nn import relu6",
        "tensorflow==2.15.1",
        id="what this Keras lacks and TensorFlow has",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI111", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]


BY_HAND = [
    pytest.param("from keras.models import Graph", "tensorflow==2.16.2,keras==3.15.1", id="Graph"),
]


@pytest.mark.parametrize("cell, target", BY_HAND)
def test_what_has_no_equivalent_is_said_to_have_none(cell, target):
    problem = problems(target, cell)[0]
    assert (problem.rule, problem.fixes[0].kind) == ("KI111", "manual")
    assert not any(fix.verified for fix in problem.fixes)


REPORTED_BY_HAND = [
    pytest.param(
        "keras==1.2.2",
        "from keras.models import Graph",
        ImportError("cannot import name 'Graph'"),
        "functional API",
        id="Graph",
    ),
]


@pytest.mark.parametrize("target, cell, exception, words", REPORTED_BY_HAND)
def test_what_a_person_must_do_names_the_release_or_the_way(target, cell, exception, words):
    problem = failed(target, cell, exception)[0]
    assert (problem.rule, problem.fixes[0].kind) == ("KI111", "manual")
    assert words in problem.fixes[0].title


def test_a_weight_regularizer_is_l1_l2():
    cell = "from keras.regularizers import WeightRegularizer, l2\nWeightRegularizer(l1=0.01, l2=0.02)"
    works = "from keras.regularizers import l1_l2 as WeightRegularizer, l2\nWeightRegularizer(l1=0.01, l2=0.02)"
    assert edited("tensorflow==2.16.2", cell, "KI111") == ("verified", works)


def test_a_function_that_became_a_method_is_advice():
    [problem] = problems("tensorflow==2.20.0,keras==3.13.2", "from keras.utils import print_summary")
    assert [(fix.kind, fix.title) for fix in problem.fixes] == [("manual", "Call the method: model.summary().")]


SYNCHRONIZED = [
    pytest.param(
        "from tensorflow import keras\nx = keras.layers.experimental.SyncBatchNormalization(-1, name='a')(x)",
        "from tensorflow import keras\nx = keras.layers.BatchNormalization(-1, synchronized=True, name='a')(x)",
        id="call",
    ),
    pytest.param(
        "from tensorflow.keras.layers.experimental import SyncBatchNormalization as Sync\nx = Sync()(x)",
        "from tensorflow.keras.layers import BatchNormalization as Sync\nx = Sync(synchronized=True)(x)",
        id="import",
    ),
    pytest.param(
        "import tensorflow as tf\nclass Own(tf.keras.layers.experimental.SyncBatchNormalization):\n"
        "    def __init__(self, **kwargs):\n        super(Own, self).__init__(**kwargs)",
        "import tensorflow as tf\nclass Own(tf.keras.layers.BatchNormalization):\n"
        "    def __init__(self, **kwargs):\n        super(Own, self).__init__(synchronized=True, **kwargs)",
        id="base class",
    ),
]


@pytest.mark.parametrize("cell, works", SYNCHRONIZED)
def test_what_became_an_argument_is_given(cell, works):
    assert edited("tensorflow==2.16.2", cell, "KI111") == ("verified", works)


def test_advice_for_a_base_class_is_another_one():
    cell = "import tensorflow as tf\nclass Own(tf.keras.layers.experimental.SyncBatchNormalization):\n    pass"
    (problem,) = problems("tensorflow==2.16.2", cell)
    assert "has no experimental.SyncBatchNormalization" in problem.title
    assert problem.fixes[0].title.startswith("Build the class on BatchNormalization")


THEANO = """from keras.utils import convert_all_kernels_in_model, plot_model
from keras import backend as K
if K.backend() == 'theano':
    convert_all_kernels_in_model(model)
plot_model(model)"""


def test_what_only_theano_needs_is_left_out():
    works = "from keras.utils import plot_model\nfrom keras import backend as K\nplot_model(model)"
    assert edited("tensorflow==2.21.0", THEANO, "KI111") == ("verified", works)


def test_kernels_that_are_turned_in_any_case_are_for_a_person():
    cell = "from keras.utils import convert_all_kernels_in_model\nconvert_all_kernels_in_model(model)"
    problem = problems("tensorflow==2.21.0", cell)[0]
    assert [fix.kind for fix in problem.fixes] == ["manual"] and "Theano" in problem.fixes[0].title

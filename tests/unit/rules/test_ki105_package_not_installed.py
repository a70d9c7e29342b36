"""KI105: package that is not installed."""

from __future__ import annotations

import pytest
from checked import edited, failed, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.21.0", RULES.get("KI105").lesson.before) == []


IMPORTS = [
    pytest.param(
        "import keras.layers.core",
        "from tensorflow import keras",
        "tensorflow==2.4.4",
        id="module below the bound name",
    ),
    pytest.param("import keras", "from tensorflow import keras", "tensorflow==2.4.4", id="keras inside TensorFlow"),
    pytest.param(
        "import keras.backend as K",
        "import tensorflow.keras.backend as K",
        "tensorflow==2.4.4",
        id="submodule inside TensorFlow",
    ),
    pytest.param(
        "from keras.layers.core import Dense",
        "from tensorflow.keras.layers import Dense",
        "tensorflow==2.4.4",
        id="flattened, inside TensorFlow",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI105", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]


def test_keras_3_in_the_place_of_tf_keras_is_to_be_checked():
    (problem,) = problems("tensorflow==2.20.0,keras==3.13.2", "import tf_keras")
    grades = [(fix.kind, fix.applicability) for fix in problem.fixes]
    assert ("edit", "check the result") in grades and ("edit", "verified") not in grades
    assert edited("tensorflow==2.15.1", "import tf_keras", "KI105")[0] == "verified"


def without_package(cell, module):
    exception = ModuleNotFoundError(f"No module named {module!r}", name=module)
    return failed("tensorflow==2.20.0,keras==3.13.2", cell, exception)


BARE = [
    pytest.param("from vgg16 import VGG16", "from keras.applications.vgg16 import VGG16", id="module of today"),
    pytest.param(
        "from np_utils import to_categorical", "from keras.utils import to_categorical", id="module that is gone"
    ),
    pytest.param("from topology import Layer", "from keras.layers import Layer", id="inner module"),
]


@pytest.mark.parametrize("cell, works", BARE)
def test_a_module_of_keras_that_is_asked_for_as_a_package(cell, works):
    module = cell.split()[1]
    (problem,) = without_package(cell, module)
    assert problem.title.startswith(f"{module} is no package, but a module of Keras: keras.")
    assert (problem.fixes[0].source, problem.fixes[0].applicability) == (works, "check the result")
    assert f"a file {module}.py of yours" in problem.fixes[0].differs


def test_an_old_module_of_the_backend_is_told_with_what_replaces_it():
    (problem,) = without_package("from tensorflow_backend import set_session", "tensorflow_backend")
    assert problem.rule == "KI112" and "keras.backend.tensorflow_backend" in problem.title


@pytest.mark.parametrize(
    "cell",
    [
        "from utils import my_helper",
        "from utils import to_categorical, my_helper",
        "from models import build",
        "import layers",
        "import vgg16",
    ],
)
def test_a_file_of_the_users_is_none_of_keras(cell):
    assert without_package(cell, cell.split()[1]) == []

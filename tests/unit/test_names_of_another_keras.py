"""A name that only tf_keras has is not put beside objects of Keras 3."""

from __future__ import annotations

import pytest
from checked import edited, problems

COLAB = "tensorflow==2.20.0,keras==3.13.2,tf_keras==2.20.1"


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        (
            "from tensorflow.keras.layers.experimental import preprocessing\npreprocessing.Resizing(3, 4)",
            "from tensorflow.keras import layers as preprocessing\npreprocessing.Resizing(3, 4)",
        ),
        (
            "import keras.backend as K\nv = K.Variable(3.0)",
            "import keras.backend as K\nfrom keras import Variable\nv = Variable(3.0)",
        ),
    ],
)
def test_keras_3_has_it_elsewhere(cell, works):
    (problem, *_) = problems(COLAB, cell)
    assert (problem.fixes[0].applicability, sorted(problem.fixes[0].source.split("\n"))) == (
        "verified",
        sorted(works.split("\n")),
    )


def test_what_only_tf_keras_has_takes_the_whole_program_there():
    cell = "from keras.models import Sequential\nfrom keras.layers import LocallyConnected1D\nSequential()"
    works = "from tf_keras.models import Sequential\nfrom tf_keras.layers import LocallyConnected1D\nSequential()"
    assert edited(COLAB, cell, "KI111") == ("check the result", works)


def test_where_other_cells_have_keras_3_it_is_only_advised():
    first = "from keras.models import Sequential"
    found = problems(COLAB, first, "from keras.layers import LocallyConnected1D\nmodel = Sequential()")
    assert [fix.kind for problem in found if problem.rule == "KI111" for fix in problem.fixes] == ["manual"]

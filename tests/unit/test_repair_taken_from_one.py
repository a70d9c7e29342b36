"""A cell that takes from one Keras what it took from another."""

from __future__ import annotations

import pytest
from checked import KERAS_3, edited, problems, world

from kerasmagic.diagnosis.evidence.cell import read
from kerasmagic.diagnosis.repair.taken_from_one import taken_from_one
from kerasmagic.source.edits import apply_edits

COPY = "tensorflow.python.keras"


def taken(cell, made="Adam", public="keras"):
    """The cell with all of it taken from Keras, and what is said to differ; None where that cannot be."""
    facts = read(cell)
    proposal = taken_from_one(facts, COPY, public, made, world(KERAS_3))
    return (apply_edits(cell, proposal.edits), proposal.differs) if proposal is not None else None


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        (
            f"from {COPY}.optimizers import adam_v2\no = adam_v2.Adam(0.1)",
            "from keras.optimizers import Adam\no = Adam(0.1)",
        ),
        (
            f"import {COPY}.optimizer_v2.adam as a\no = a.Adam(0.1)",
            "from keras.optimizers import Adam\no = Adam(0.1)",
        ),
        (
            f"from {COPY}.optimizer_v2 import adam, rmsprop as r\no = [adam.Adam(0.1), r.RMSprop()]",
            "from keras.optimizers import Adam, RMSprop\no = [Adam(0.1), RMSprop()]",
        ),
        (
            f"from {COPY} import optimizers as opts\no = opts.adam_v2.Adam(0.1)",
            "from keras import optimizers as opts\no = opts.Adam(0.1)",
        ),
        (
            f"def f():\n    from {COPY}.optimizers import adam_v2\n    return adam_v2.Adam(0.1)",
            "def f():\n    from keras.optimizers import Adam\n    return Adam(0.1)",
        ),
    ],
)
def test_a_module_that_keras_does_not_have_goes_with_its_uses(cell, works):
    assert taken(cell) == (works, "")


@pytest.mark.parametrize(
    "cell",
    [
        f"from {COPY}.optimizers import adam_v2\nprint(adam_v2)\no = adam_v2.Adam()",  # also used by itself
        f"from {COPY}.optimizers import adam_v2\no = adam_v2.NoSuchClass()",
        f"from {COPY}.optimizers import adam_v2",  # used in another cell
        "import tensorflow as tf\no = tf.keras.optimizers.Adam()",  # nothing of the copy
    ],
)
def test_where_not_all_of_it_is_certain_nothing_is_changed(cell):
    assert taken(cell) is None


def test_where_another_cell_made_the_object_that_is_to_be_made_again():
    _, differs = taken(f"from {COPY}.layers import Dense\nd = Dense(2)")
    assert differs.startswith("Objects made before")


CELL = f"""import tensorflow as tf
from {COPY}.optimizers import adam_v2
model = tf.keras.Sequential()
model.compile(adam_v2.Adam(0.1), 'mse')"""


def test_before_the_run_the_same_is_told_as_an_error():
    grade, source = edited(KERAS_3, CELL, "KO104")
    assert grade == "verified"
    assert "from tensorflow.keras.optimizers import Adam\n" in source and "compile(Adam(0.1)" in source
    (note,) = [each for each in problems(KERAS_3, CELL) if each.rule == "KI116"]
    assert "old, private copy" in note.title and "it works here" not in note.title


def test_in_a_tensorflow_whose_keras_it_is_nothing_is_wrong():
    assert [each.severity for each in problems("tensorflow==2.4.4", CELL)] == ["info"]


def test_a_package_that_is_imported_as_a_whole_keeps_its_name():
    cell = "import keras, tf_keras\nmodel = keras.Sequential()\nmodel.compile(tf_keras.optimizers.SGD(0.1), 'mse')"
    grade, source = edited("tensorflow==2.19.1,keras==3.15.1,tf_keras==2.19.0", cell, "KO104")
    assert grade == "verified" and "import keras, tf_keras" in source and "compile(keras.optimizers.SGD(0.1)" in source

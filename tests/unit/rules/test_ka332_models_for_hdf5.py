"""KA332: models that HDF5 cannot hold."""

from __future__ import annotations

import pytest
from checked import KERAS_2
from refusals import model, told

CLASS = NotImplementedError(
    "Saving the model to HDF5 format requires the model to be a Functional model or a Sequential model. It does not."
)
TABLE = NotImplementedError(
    "Save or restore weights that is not an instance of `tf.Variable` is not supported in h5, use `save_format='tf'` "
    "instead. Received a model or layer TextVectorization with weights []"
)


def net(says):
    made = model(says)
    inside = {"__name__": "keras.engine.training"}
    text = "def save(self, filepath, save_format=None):\n    raise self.says.with_traceback(None)\n"
    exec(compile(text, "/x/site-packages/keras/engine/training.py", "exec"), inside)
    type(made).save = inside["save"]
    return made


def answer(cell, says=CLASS, **names):
    found = told(cell, KERAS_2, net=net(says), **names)
    return next((problem for problem in found if problem.rule == "KA332"), None)


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("net.save('best.h5')", "net.save('best')"),
        ("NAME = 'best.hdf5'\nnet.save(NAME)\nload_model(NAME)", "NAME = 'best'\nnet.save(NAME)\nload_model(NAME)"),
        ("net.save('a.h5')\nload_model('a.h5')", "net.save('a')\nload_model('a')"),
        ("net.save('a.h5')\nprint('a.h5')", None),
        ("net.save(path)", None),
    ],
)
def test_the_file_becomes_a_folder(cell, works):
    assert answer(cell, path="x.h5").fixes[0].source == works


def test_what_is_for_a_person_is_said_with_the_names_of_the_cell():
    assert answer("net.save(path)", path="x.h5").fixes[0].title == (
        "Save a folder, to a name without .h5: net.save('x'); or save the weights alone, "
        "net.save_weights('x.weights.h5')."
    )
    assert "save_weights" not in answer("net.save(path)", TABLE, path="x.h5").fixes[0].title


def test_a_table_is_named():
    assert answer("net.save('t.h5')", TABLE).title == "An .h5 file cannot hold the table of TextVectorization"

"""KM118: path that is None."""

from __future__ import annotations

import os

import pytest
from refusals import model, told

SAYS = ValueError("File format not supported: filepath=None. Keras 3 only supports V3 `.keras` files.")
LOAD = "def load_weights(self, filepath):\n    raise self.says.with_traceback(None)\n"


def net(**held):
    inside = {"__name__": "keras.src.models.model"}
    exec(compile(LOAD, "/x/site-packages/keras/src/models/model.py", "exec"), inside)
    made = model(SAYS, **held)
    type(made).load_weights = inside["load_weights"]
    return made


def latest_checkpoint(folder):
    return None


def answer(cell, **names):
    found = told(cell, net=net(built=True), latest_checkpoint=latest_checkpoint, os=os, **names)
    return next((problem for problem in found if problem.rule == "KM118"), None)


def test_the_newest_file_is_named(tmp_path):
    for number, name in enumerate(("cp_1.weights.h5", "cp_2.weights.h5", "notes.txt")):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (number, number))
    problem = answer("net.load_weights(latest_checkpoint(CK))", CK=str(tmp_path))
    assert problem.title.startswith("latest_checkpoint found nothing in CK")
    assert problem.fixes[0].source == "net.load_weights(os.path.join(CK, 'cp_2.weights.h5'))"
    problem = answer("last = latest_checkpoint(CK)\nnet.load_weights(last)", CK=str(tmp_path))
    assert problem.fixes[0].source.startswith("last = os.path.join(CK, 'cp_2.weights.h5')")


def test_a_folder_without_files(tmp_path):
    problem = answer("net.load_weights(latest_checkpoint(CK))", CK=str(tmp_path))
    assert problem.fixes[0].source is None and "!ls" in problem.fixes[0].title


@pytest.mark.parametrize("cell", ["net.load_weights(None)", "best = None\nnet.load_weights(best)"])
def test_another_none_is_another_rules(cell):
    assert answer(cell) is None

"""KA375: object of tf.saved_model.load. What it tells of real folders is in the cells of the kernel ring."""

from __future__ import annotations

import pytest
from checked import KERAS_3
from refusals import told

CELL = "model = load('net')\nmodel.{}"
GIVEN = {"__module__": "tensorflow.python.saved_model.load"}


def restored(**held):
    """What tf.saved_model.load gives."""
    thing = type("_UserObject", (), dict(GIVEN))()
    vars(thing).update({"signatures": {}, **held})
    return lambda folder: thing


def test_a_folder_that_keras_exported_is_called_through_its_function():
    (problem,) = told(CELL.format("predict(x, verbose=0)"), KERAS_3, load=restored(serve=1), x=[1.0])
    assert (problem.rule, problem.fixes[0].source) == ("KA375", "model = load('net')\nmodel.serve(x)")
    assert problem.fixes[0].applicability == "check the result"


def test_without_such_a_function_its_signature_is_told():
    (problem,) = told(CELL.format("predict(x)"), KERAS_3, load=restored(), x=[1.0])
    assert "model.signatures['serving_default']" in problem.fixes[0].title


def test_what_only_a_model_has_wants_the_file_that_save_wrote():
    (problem,) = told(CELL.format("summary()"), KERAS_3, load=restored(serve=1))
    assert "keras.models.load_model('model.keras')" in problem.fixes[0].title
    assert "TFSMLayer('net', call_endpoint='serve')" in problem.fixes[0].title


@pytest.mark.parametrize("asked", ["predictions", "serve_all(x)"])
def test_what_no_model_has_is_not_told(asked):
    assert told(CELL.format(asked), KERAS_3, load=restored(), x=1) == []


def test_it_is_not_another_object_that_took_the_name():
    names = {"In": ["", "model = load_model('m.keras')", CELL.format("predict(x)")], "x": [1.0]}
    assert [each.rule for each in told(CELL.format("predict(x)"), KERAS_3, load=restored(), **names)] == ["KA375"]

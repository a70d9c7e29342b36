"""KM116: JSON of Keras 2."""

from __future__ import annotations

import json

import pytest
from checked import BOTH, KERAS_2, KERAS_3
from refusals import keras, rules, told

SOURCE = "def model_from_json(json_string):\n    raise says\n"


def reader():
    inside = keras(TypeError("Could not locate class 'Sequential'."))
    exec(compile(SOURCE, "/x/site-packages/keras/src/models/model.py", "exec"), inside)
    return inside["model_from_json"]


def text(version):
    return json.dumps({"class_name": "Sequential", "config": {}, "keras_version": version})


@pytest.mark.parametrize("given", [text("3.4.1"), "no JSON", "[1]", "{}", json.dumps({"keras_version": 2})])
def test_what_keras_2_did_not_write_is_not_told(given):
    assert "KM116" not in rules("model_from_json(text)", model_from_json=reader(), text=given)


def test_keras_2_reads_its_own():
    assert "KM116" not in rules("model_from_json(text)", KERAS_2, model_from_json=reader(), text=text("2.4.0"))


@pytest.mark.parametrize("target, command", [(BOTH, "import tf_keras"), (KERAS_3, '%pip install "tf_keras~=2.21.0"')])
def test_tf_keras_reads_it(target, command):
    (problem,) = told("model_from_json(text)", target, model_from_json=reader(), text=text("2.4.0"))
    assert problem.title == "Keras 2.4.0 wrote this JSON, and Keras 3 cannot read it"
    assert problem.fixes[0].commands[0].startswith(command)


def test_the_name_of_a_file_is_not_the_json():
    (problem,) = told("model = model_from_json('m.json')", KERAS_3, model_from_json=json.loads)
    assert (problem.rule, problem.fixes[0].source) == ("KM116", "model = model_from_json(open('m.json').read())")


NO_TEXT = TypeError("the JSON object must be str, bytes or bytearray, not dict")


def test_a_dictionary_becomes_the_text_it_was_read_from():
    inside = keras(NO_TEXT)
    exec(compile(SOURCE, "/x/site-packages/keras/src/models/model.py", "exec"), inside)
    cell = "import json\nread = json.loads(text)\nk.model_from_json(read)"
    k = type(json)("keras.models")
    k.model_from_json = inside["model_from_json"]
    problem = told(cell, k=k, text=text("3.4.1"))[0]
    assert (problem.rule, problem.title[:42]) == ("KM116", "model_from_json gets a dictionary, and tak")
    assert problem.fixes[0].source == "import json\nread = text\nk.model_from_json(read)"
    problem = told("k.model_from_json(read)", k=k, read={"name": "m", "layers": []})[0]
    assert problem.fixes[0].source == "k.Sequential.from_config(read)"

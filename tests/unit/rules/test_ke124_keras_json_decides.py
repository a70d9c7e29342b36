"""KE124: keras.json decides."""

from __future__ import annotations

import pytest
from environments import fail, only, put


def test_keras_json_decides(site, tmp_path):
    put(site, "tensorflow", "2.19.1")
    (tmp_path / "keras.json").write_text('{"image_data_format": "channels_first", "floatx": "float32"}')
    problem = only("KE124", site, KERAS_HOME=str(tmp_path))
    assert problem.title == "keras.json sets image_data_format = channels_first"
    assert problem.severity == "warning" and '"image_data_format": "channels_last"' in problem.fixes[0].title


KERAS = "_floatx = 'float8'\nassert _floatx in {'float16', 'float32', 'float64'}\n"


def install(kernel, tmp_path, monkeypatch, code, json):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text(json)
    put(kernel, "keras", "3.13.2")
    (kernel / "keras" / "__init__.py").write_text(code)


def test_a_value_that_keras_refuses_is_told_after_its_import(kernel, tmp_path, monkeypatch):
    install(kernel, tmp_path, monkeypatch, KERAS, '{"epsilon": 1e-07, "floatx": "float8"}')
    (problem,) = fail("import keras")
    assert (problem.title, problem.severity) == ("keras.json sets floatx = float8, which Keras refuses", "error")
    assert "takes float16, float32 or float64" in problem.cause


@pytest.mark.parametrize(
    ("code", "json"),
    [
        pytest.param("_epsilon = None\nassert isinstance(_epsilon, float)", '{"floatx": "float8"}', id="not set there"),
        pytest.param("assert False", '{"floatx": "float8"}', id="something else"),
        pytest.param(KERAS.replace("assert", "print(1 / 0)  #"), '{"floatx": "float8"}', id="another error"),
    ],
)
def test_other_errors_are_not_its(kernel, tmp_path, monkeypatch, code, json):
    install(kernel, tmp_path, monkeypatch, code, json)
    assert fail("import keras") == []

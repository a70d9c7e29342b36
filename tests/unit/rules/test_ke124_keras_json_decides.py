"""KE124: keras.json decides."""

from __future__ import annotations

from environments import only, put


def test_keras_json_decides(site, tmp_path):
    put(site, "tensorflow", "2.19.1")
    (tmp_path / "keras.json").write_text('{"image_data_format": "channels_first", "floatx": "float32"}')
    problem = only("KE124", site, KERAS_HOME=str(tmp_path))
    assert problem.title == "keras.json sets image_data_format = channels_first"

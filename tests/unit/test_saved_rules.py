"""Which Keras can load which file: as measured by saving with each release and loading with each other."""

from __future__ import annotations

from models import KERAS_3, part, saved

from kerasmagic.diagnosis.saved_models import Examination, examine, verdict
from kerasmagic.display.saved import saved_model_result
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.rules import RULES


def test_what_cannot_be_got_around_comes_first():
    model = saved("h5", "2.15.0", part("LSTM", "", "time_major"), losses=("mse",), compiled=True)
    assert [problem.rule for problem in verdict(model, KERAS_3, RULES).problems] == ["KM102", "KM106"]


def shown(model, *loaders):
    verdicts = tuple(verdict(model, loader, RULES) for loader in loaders)
    return saved_model_result(Examination(model.path, model, verdicts, verdicts[0].problems if verdicts else ()))


def test_shown():
    result = shown(saved("h5", "3.15.1", path="<script>\x1b[31m.h5", losses=("mse",), compiled=True), KERAS_3)
    bundle = result.mime_bundle()
    assert "<script" not in bundle["text/html"]
    assert "\x1b" not in bundle["text/plain"]
    assert result.to_dict()["model"]["verdicts"][0]["loads"] is False
    assert result.to_dict()["problems"][0]["rule"] == "KM106"
    assert "compile=False" in bundle["text/plain"]


def test_shown_without_a_keras():
    assert "no Keras is installed" in shown(saved()).text


def test_a_file_that_is_not_there(tmp_path):
    result = saved_model_result(examine(str(tmp_path / "none.h5"), take_snapshot(), RULES))
    assert "no file or folder" in result.text
    assert result.to_dict()["model"] is None
    assert result.to_dict()["problems"][0]["rule"] == "KM111"

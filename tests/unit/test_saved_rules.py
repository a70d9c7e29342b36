"""Which Keras can load which file: as measured by saving with each release and loading with each other."""

from __future__ import annotations

import pytest

from kerasmagic.diagnosis.saved_models import Examination, examine, verdict
from kerasmagic.display.saved import saved_model_result
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.rules import RULES
from kerasmagic.rules.saved.authors import authors_own
from kerasmagic.saved.loader import Loader
from kerasmagic.saved.model import Component, SavedModel

KERAS_3 = Loader("keras", "3.15.1", "2.21.0")
KERAS_3_13 = Loader("keras", "3.13.2", "2.20.0", "2.20.1")
KERAS_2 = Loader("keras", "2.15.0", "2.15.1")
TF_KERAS = Loader("tf_keras", "2.19.0", "2.19.1", "2.19.0", "tf_keras")
OLD = Loader("tensorflow", "2.4.0", "2.4.4", calls="tf.keras")

DENSE = Component("Dense", "keras.layers", "", ("units",), "layer")
AXES = Component("GlorotUniform", "keras.initializers", "", ("seed", "input_axes"))


def saved(format="keras", version="2.15.0", *parts, path="m", **more):
    return SavedModel(path, format, keras_version=version, model_class="Sequential", components=(DENSE, *parts), **more)


def part(name, module="", *arguments, role="layer"):
    return Component(name, module, "", arguments, role)


LEGACY = {"optimizer": "Adam", "optimizer_family": "legacy", "compiled": True}
FUNCTIONAL = part("Functional", "keras.src.engine.functional")


@pytest.mark.parametrize(
    ("model", "loader", "loads", "codes"),
    [
        pytest.param(saved("keras", "3.15.1"), KERAS_3, True, [], id="its own"),
        pytest.param(saved("keras", "3.13.2", AXES), KERAS_3, True, [], id="older Keras 3"),
        pytest.param(saved("keras", "3.15.1", AXES), KERAS_3_13, False, ["KM110"], id="newer Keras 3"),
        pytest.param(saved("keras", "3.15.1"), KERAS_2, False, ["KM101"], id="Keras 3 archive in Keras 2"),
        pytest.param(saved("h5", "3.15.1"), TF_KERAS, False, ["KM101"], id="Keras 3 HDF5 in tf_keras"),
        pytest.param(saved("keras", "2.15.0"), KERAS_3, True, [], id="Keras 2 Sequential in Keras 3"),
        pytest.param(
            saved("keras", "2.15.0", FUNCTIONAL), KERAS_3, False, ["KM102"], id="Keras 2 Functional in Keras 3"
        ),
        pytest.param(
            saved("keras", "2.15.0", part("BatchNormalization", "keras.layers", "axis")),
            KERAS_3,
            False,
            ["KM102"],
            id="axis of BatchNormalization",
        ),
        pytest.param(
            saved("keras", "2.15.0", part("Dense", "keras.layers", "units", "batch_input_shape")),
            KERAS_3,
            False,
            ["KM102"],
            id="input_shape of the first layer",
        ),
        pytest.param(
            saved("h5", "2.15.0", part("Dense", "", "units", "batch_input_shape")), KERAS_3, True, [], id="not in HDF5"
        ),
        pytest.param(saved("h5", "2.15.0", FUNCTIONAL), KERAS_3, True, [], id="the same as HDF5"),
        pytest.param(saved("h5", "2.4.0", part("LSTM", "", "time_major")), KERAS_3, False, ["KM102"], id="time_major"),
        pytest.param(saved("h5", "2.4.0", part("LSTM", "", "time_major")), TF_KERAS, True, [], id="not in tf_keras"),
        pytest.param(saved("keras", "2.15.0", FUNCTIONAL), TF_KERAS, True, [], id="Keras 2 archive in tf_keras"),
        pytest.param(
            saved("keras", "2.19.0", part("Functional", "tf_keras.src.engine.functional")),
            KERAS_2,
            False,
            ["KM103"],
            id="tf_keras archive in Keras 2",
        ),
        pytest.param(saved("keras", "2.13.1"), KERAS_2, False, ["KM103"], id="2.13 archive in 2.15"),
        pytest.param(saved("keras", "2.15.0"), OLD, False, ["KM103"], id="archive in 2.4"),
        pytest.param(saved("h5", "2.10.0", path="m.keras"), KERAS_3, False, ["KM104"], id="HDF5 by the name .keras"),
        pytest.param(saved("h5", "2.10.0", path="m.keras"), KERAS_2, True, [], id="which Keras 2 reads"),
        pytest.param(saved("saved_model", "2.15.0"), KERAS_3, False, ["KM105"], id="folder in Keras 3"),
        pytest.param(saved("saved_model", "2.15.0"), KERAS_2, True, [], id="folder in Keras 2"),
        pytest.param(saved("saved_model", "2.10.0"), OLD, False, ["KM110"], id="folder of 2.10 in 2.4"),
        pytest.param(
            saved("h5", "3.15.1", losses=("mse",), compiled=True), KERAS_3, False, ["KM106"], id="mse in HDF5"
        ),
        pytest.param(
            saved("keras", "3.15.1", losses=("mse",), compiled=True), KERAS_3, True, [], id="mse in an archive"
        ),
        pytest.param(
            saved("h5", "3.15.1", losses=("mean_squared_error",), compiled=True), KERAS_3, True, [], id="the full name"
        ),
        pytest.param(
            saved("h5", "2.10.0", optimizer="SGD", optimizer_family="legacy", compiled=True, old_schedule=True),
            KERAS_3,
            False,
            ["KM106"],
            id="schedule",
        ),
        pytest.param(
            saved("h5", "2.4.0", part("TextVectorization")), KERAS_3, True, [], id="layer that was experimental"
        ),
        pytest.param(saved("keras", "2.15.0", **LEGACY), KERAS_3, False, ["KM106"], id="legacy optimizer in Keras 3"),
        pytest.param(saved("keras", "2.15.0", **LEGACY), KERAS_2, True, [], id="legacy optimizer in Keras 2"),
        pytest.param(
            saved("h5", "2.15.0", part("__lambda__", role="lambda")), KERAS_3, False, ["KM108"], id="lambda in Keras 3"
        ),
        pytest.param(
            saved("saved_model", "2.15.0", operations=("MatMul", "DisableCopyOnRead")),
            OLD,
            False,
            ["KM110", "KM112"],
            id="an operation of a newer TensorFlow",
        ),
        pytest.param(
            saved("saved_model", "2.15.0", operations=("CaseFoldUTF8",)), KERAS_2, False, ["KM112"], id="of a package"
        ),
        pytest.param(SavedModel("m", "h5", weights_only=True), KERAS_3, False, ["KM109"], id="weights"),
        pytest.param(saved("h5", ""), KERAS_3, None, [], id="a writer that is not told"),
    ],
)
def test_verdict(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


@pytest.mark.parametrize(("activation", "own"), [("my_act", ["my_act"]), ("relu", []), ("swish", []), ("linear", [])])
def test_an_activation_of_the_authors_own(activation, own):
    layer = Component("Dense", "", "", ("units", "activation"), "layer", activation)
    assert [part.key for part in authors_own(saved("h5", "2.10.0", layer))] == own


def fix(model, loader):
    return verdict(model, loader, RULES).problems[0].fixes[0]


def test_tf_keras_is_used_where_it_is_installed():
    model = saved("keras", "2.15.0", FUNCTIONAL)
    assert fix(model, KERAS_3_13).commands == ("import tf_keras; model = tf_keras.models.load_model('m')",)
    assert fix(model, KERAS_3).commands[0] == '%pip install "tf_keras~=2.21.0"'


def test_a_folder_becomes_a_layer_by_its_own_endpoint():
    command = fix(saved("saved_model", "2.15.0", endpoints=("serve",), keras_metadata=True), KERAS_3).commands[0]
    assert command == "layer = keras.layers.TFSMLayer('m', call_endpoint='serve')"


def test_the_state_of_a_legacy_optimizer_rules_the_layer_out():
    model = saved("saved_model", "2.10.0", endpoints=("serve",), keras_metadata=True, slot_variables=True)
    commands = [command for fix in verdict(model, KERAS_3, RULES).problems[0].fixes for command in fix.commands]
    assert not any("TFSMLayer" in command for command in commands)
    assert any("tf_keras" in command for command in commands)


def test_what_cannot_be_got_around_comes_first():
    model = saved("h5", "2.15.0", part("LSTM", "", "time_major"), losses=("mse",), compiled=True)
    assert [problem.rule for problem in verdict(model, KERAS_3, RULES).problems] == ["KM102", "KM106"]


def test_hdf5_files_are_asked_of_the_release_that_wrote_them():
    model = saved("h5", "2.15.0", part("Double"), losses=("mse", "my_loss"))
    assert [own.name for own in authors_own(model)] == ["Double", "my_loss"]
    assert authors_own(saved("h5", "", part("Double"))) == ()


def test_the_command_quotes_the_path():
    model = saved("h5", "2.10.0", path="it's.keras")
    assert '"it\'s.keras"' in fix(model, KERAS_3).commands[0]


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

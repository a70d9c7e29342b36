"""Reading saved models: real small files, files that the tests write, and files that nobody should trust."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import h5py
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasmagic.saved.model import SavedModelError
from kerasmagic.saved.read import read_model
from kerasmagic.saved.wire import WireError, fields

DATA = Path(__file__).parent.parent / "data" / "saved"


def archive(path, config, version="3.15.1", **more):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("metadata.json", json.dumps({"keras_version": version, "date_saved": "2026-01-01@00:00:00"}))
        file.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        for name, content in more.items():
            file.writestr(name, content)
    return path


def layer(name, module="keras.layers", registered=None, **config):
    return {"module": module, "class_name": name, "config": config, "registered_name": registered}


def model(*layers, **more):
    return {"module": "keras", "class_name": "Sequential", "config": {"layers": list(layers)}, **more}


def test_reads_a_keras_archive_of_keras_2_15():
    found = read_model(DATA / "functional_2_15_0.keras")
    assert (found.format, found.keras_version, found.model_class) == ("keras", "2.15.0", "Functional")
    assert found.compiled and found.optimizer == "adam" and found.losses == ("mse",)
    assert not found.custom and found.writer == "keras"
    assert len(found.layers) == 4


def test_knows_hdf5_by_its_content():
    found = read_model(DATA / "sequential_2_10_0.keras")
    assert (found.format, found.keras_version, found.model_class) == ("h5", "2.10.0", "Sequential")
    assert (found.optimizer, found.optimizer_family) == ("Adam", "legacy")


def test_reads_an_exported_folder():
    found = read_model(DATA / "exported")
    assert (found.format, found.tensorflow_version) == ("saved_model", "2.21.0")
    assert sorted(found.endpoints) == ["serve", "serving_default"]
    assert not found.keras_metadata and not found.slot_variables


@pytest.mark.parametrize(
    ("stored", "keys", "lambdas"),
    [
        pytest.param(model(layer("Dense", units=1)), [], 0, id="only classes of Keras"),
        pytest.param(model(layer("Double", None, "Double")), ["Double"], 0, id="a class of the author's"),
        pytest.param(model(layer("Double", "my.layers", "Double")), ["Double"], 0, id="a class of the author's module"),
        pytest.param(model(layer("Double", None, "mine>Double")), ["mine>Double"], 0, id="a registered class"),
        pytest.param(
            model(compile_config={"loss": {"module": "builtins", "class_name": "function", "config": "my_loss"}}),
            ["my_loss"],
            0,
            id="a loss function",
        ),
        pytest.param(
            model(layer("Lambda", function={"class_name": "__lambda__", "config": {"code": "4w=="}})),
            [],
            1,
            id="a lambda as Keras 3 stores it",
        ),
        pytest.param(
            model(layer("Lambda", function=["4w==", None, None], function_type="lambda")),
            [],
            1,
            id="a lambda as Keras 2 stores it",
        ),
        pytest.param(
            model(layer("Dropout", "keras.src.layers.dropout", "Dropout", rate=0.5)),
            [],
            0,
            id="a module of Keras's own",
        ),
    ],
)
def test_finds_what_loading_needs(tmp_path, stored, keys, lambdas):
    found = read_model(archive(tmp_path / "a.keras", stored))
    assert [part.key for part in found.custom] == keys
    assert found.lambdas == lambdas


@pytest.mark.parametrize(
    ("optimizer", "family"),
    [
        pytest.param({"class_name": "Adam", "config": {"decay": 0.0}}, "legacy", id="legacy"),
        pytest.param({"class_name": "Adam", "config": {"is_legacy_optimizer": False}}, "Keras 2", id="new in 2.11"),
        pytest.param({"class_name": "Adam", "config": {"loss_scale_factor": None}}, "Keras 3", id="Keras 3"),
        pytest.param("adam", "", id="by name"),
    ],
)
def test_tells_the_optimizer(tmp_path, optimizer, family):
    found = read_model(archive(tmp_path / "a.keras", model(compile_config={"optimizer": optimizer, "loss": "mse"})))
    assert found.optimizer.lower() == "adam"
    assert found.optimizer_family == family


def test_reads_hdf5_that_h5py_wrote(tmp_path):
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        file.attrs["keras_version"] = b"2.3.1"
        file.attrs["model_config"] = json.dumps(model(layer("Dense", None))).encode()
    found = read_model(tmp_path / "a.hdf5")
    assert (found.keras_version, found.compiled, found.weights_only) == ("2.3.1", False, False)


@pytest.mark.parametrize("group", ["layers", "_layer_checkpoint_dependencies"])
def test_knows_weights(tmp_path, group):
    with h5py.File(tmp_path / "a.weights.h5", "w") as file:
        file.create_group(group)
    assert read_model(tmp_path / "a.weights.h5").weights_only


def test_external_links_are_not_followed(tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file.attrs["model_config"] = "{}"
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["model_weights"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/")
    with pytest.raises(SavedModelError, match="no model in it"):
        read_model(tmp_path / "a.h5")


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def field(number, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def folder(path, *nodes, metadata=b""):
    graph = field(1, field(5, "2.10.1")) + field(5, field(1, "serving_default")) + field(7, b"".join(nodes))
    path.mkdir()
    (path / "saved_model.pb").write_bytes(varint(1 << 3) + varint(1) + field(2, graph))
    if metadata:
        (path / "keras_metadata.pb").write_bytes(metadata)
    return path


ROOT = json.dumps({**model(layer("Dense", None)), "keras_version": "2.10.0", "training_config": {"loss": "mse"}})


def test_reads_a_folder_with_keras_metadata(tmp_path):
    described = field(1, field(4, "_tf_keras_sequential") + field(5, ROOT))
    found = read_model(folder(tmp_path / "m", field(1, field(3, b"")), metadata=described))
    assert (found.keras_version, found.tensorflow_version, found.endpoints) == (
        "2.10.0",
        "2.10.1",
        ("serving_default",),
    )
    assert found.keras_metadata and found.slot_variables and found.compiled


def test_reads_a_folder_of_before_2_5(tmp_path):
    node = field(1, field(4, field(1, "_tf_keras_sequential") + field(3, ROOT)))
    found = read_model(folder(tmp_path / "m", node))
    assert (found.keras_version, found.keras_metadata, found.slot_variables) == ("2.10.0", True, False)


def test_checkpoint_prefix_is_weights(tmp_path):
    (tmp_path / "w.index").write_bytes(b"x")
    assert read_model(tmp_path / "w").weights_only


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS", id="pointer"),
        pytest.param(b"\n<!doctype html><html>", "web page", id="page"),
        pytest.param(b"\x80\x04\x95cos\nsystem", "pickle", id="pickle"),
        pytest.param(b"PK\x03\x04 cut off", "damaged", id="half a zip"),
        pytest.param(b"hello", "not a saved Keras model", id="text"),
    ],
)
def test_one_sentence_for_what_is_no_model(tmp_path, content, sentence):
    path = tmp_path / "a.keras"
    path.write_bytes(content)
    with pytest.raises(SavedModelError, match=sentence) as caught:
        read_model(path)
    assert "\n" not in str(caught.value)


def test_broken_hdf5(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes((DATA / "sequential_2_10_0.keras").read_bytes()[:3000])
    with pytest.raises(SavedModelError, match="damaged"):
        read_model(path)


def test_missing_names(tmp_path):
    for name in ("nothing.keras", "nul\0l"):
        with pytest.raises(SavedModelError):
            read_model(str(tmp_path / name))
    with pytest.raises(SavedModelError, match=r"without saved_model\.pb"):
        read_model(tmp_path)


def test_a_bomb_is_not_unpacked(tmp_path):
    path = archive(tmp_path / "a.keras", '{"class_name": "' + "A" * 40_000_000 + '"}')
    assert path.stat().st_size < 100_000
    with pytest.raises(SavedModelError, match="would unpack"):
        read_model(path)


def test_a_lying_size_is_noticed(tmp_path):
    path = archive(tmp_path / "a.keras", json.dumps(model(layer("Dense"))) + " " * 5000)
    content = bytearray(path.read_bytes())
    central = content.rindex(b"PK\x01\x02")
    content[central + 24 : central + 28] = struct.pack("<L", 10)
    path.write_bytes(bytes(content))
    with pytest.raises(SavedModelError):
        read_model(path)


def test_names_that_climb_are_harmless(tmp_path):
    path = archive(tmp_path / "a.keras", model(), **{"../../evil.py": "raise SystemExit"})
    assert read_model(path).model_class == "Sequential"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.keras"]


@pytest.mark.parametrize("config", ["[1, 2", "[]", '{"class_name": ' + "[" * 200_000])
def test_a_config_that_is_no_config(tmp_path, config):
    with pytest.raises(SavedModelError):
        read_model(archive(tmp_path / "a.keras", config))


def test_deep_nesting_is_walked_without_recursion(tmp_path):
    inner = layer("Dense")
    for _ in range(200):
        inner = layer("Wrapper", layer=inner)
    assert len(read_model(archive(tmp_path / "a.keras", model(inner))).layers) == 201


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_message_or_an_error(content):
    try:
        for number, value in fields(memoryview(content)):
            assert number > 0
            assert isinstance(value, (int, memoryview))
    except WireError:
        pass


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_folder_is_read_or_refused(tmp_path_factory, data):
    content = bytearray((DATA / "exported" / "saved_model.pb").read_bytes()[:4000])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("folder")
    (path / "saved_model.pb").write_bytes(bytes(content))
    try:
        assert read_model(path).format == "saved_model"
    except SavedModelError as error:
        assert str(error)
